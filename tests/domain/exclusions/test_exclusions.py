"""Exclusions: one side asks, the other answers, and attainment is told what stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attainments import example
from domain.attainment.excused import Excuse
from domain.attainment.spans import micros
from domain.exclusions.exclusions import (
    EXCLUSIONS,
    GrantExclusion,
    RefuseExclusion,
    RequestExclusion,
    WithdrawExclusion,
)
from domain.exclusions.facts import (
    ExclusionGranted,
    ExclusionRefused,
    ExclusionRequested,
    ExclusionWithdrawn,
)
from domain.values.sides import Side
from scenario import Scenario

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STARTS, ENDS = NOW + timedelta(days=9), NOW + timedelta(days=9, hours=2)
ASK = RequestExclusion(
    "case-1",
    "maintenance",
    Side.PROVIDER,
    STARTS,
    ENDS,
    "new disks",
    "ticket 4711",
    example("business-hours-availability"),
    NOW,
)
ASKED = ExclusionRequested(
    "case-1",
    "maintenance",
    Side.PROVIDER,
    STARTS,
    ENDS,
    "new disks",
    "ticket 4711",
    NOW,
    granted_by_itself=True,
)
CONSENTED = replace(ASKED, granted_by_itself=False)
"""The same under terms that ask for the other side's consent."""
GRANT = GrantExclusion("case-1", Side.CLIENT)
GRANTED = ExclusionGranted("case-1", Side.CLIENT)
REFUSE = RefuseExclusion("case-1", Side.CLIENT, "it was never announced")
REFUSED = ExclusionRefused("case-1", Side.CLIENT, "it was never announced")


def test_an_exclusion_is_asked_for_once() -> None:
    Scenario(EXCLUSIONS).given().when(ASK).then(ASKED).when(ASK).then()
    Scenario(EXCLUSIONS).given(ASKED).when(replace(ASK, case="case-2")).refused("exclusion-twice")


def test_it_names_an_exclusion_of_the_terms_and_some_time() -> None:
    Scenario(EXCLUSIONS).given().when(replace(ASK, exclusion="weather")).refused(
        "unknown-exclusion"
    )
    Scenario(EXCLUSIONS).given().when(replace(ASK, ends=STARTS)).refused("exclusion-without-time")


def test_what_the_terms_leave_out_by_itself_needs_no_answer() -> None:
    Scenario(EXCLUSIONS).given(ASKED).when(REFUSE).refused("needs-no-consent")
    Scenario(EXCLUSIONS).given(ASKED).when(GRANT).refused("needs-no-consent")


def test_the_other_side_answers_once() -> None:
    Scenario(EXCLUSIONS).given(CONSENTED).when(GRANT).then(GRANTED).when(GRANT).then()
    Scenario(EXCLUSIONS).given(CONSENTED).when(REFUSE).then(REFUSED)
    Scenario(EXCLUSIONS).given(CONSENTED, REFUSED).when(GRANT).refused("exclusion-answered")
    Scenario(EXCLUSIONS).given(CONSENTED).when(replace(GRANT, by=Side.PROVIDER)).refused("own-case")
    Scenario(EXCLUSIONS).given().when(GRANT).refused("unknown-case")


def test_who_asked_can_take_it_back_until_it_is_refused() -> None:
    take_back = WithdrawExclusion("case-1", Side.PROVIDER)
    Scenario(EXCLUSIONS).given(CONSENTED, GRANTED).when(take_back).then(
        ExclusionWithdrawn("case-1", Side.PROVIDER)
    ).when(take_back).then()
    Scenario(EXCLUSIONS).given(CONSENTED, REFUSED).when(take_back).refused("exclusion-answered")
    Scenario(EXCLUSIONS).given(CONSENTED).when(replace(take_back, by=Side.CLIENT)).refused(
        "not-your-case"
    )


def test_after_a_refusal_the_same_can_be_asked_for_anew() -> None:
    again = replace(ASK, case="case-2")
    Scenario(EXCLUSIONS).given(CONSENTED, REFUSED).when(again).then(replace(ASKED, case="case-2"))


def test_attainment_is_told_what_was_asked_for_and_whether_it_was_granted() -> None:
    excuse = Excuse("maintenance", micros(STARTS), micros(ENDS), micros(NOW))
    assert EXCLUSIONS.replay([CONSENTED]).excuses() == (excuse,)
    assert EXCLUSIONS.replay([CONSENTED, GRANTED]).excuses() == (replace(excuse, granted=True),)
    assert EXCLUSIONS.replay([CONSENTED, REFUSED]).excuses() == ()
