"""Disputes: opened, answered, climbing the agreed ladder, ended by both or taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attainments import example
from domain.disputes.dispute import (
    DISPUTE,
    AcceptSettlement,
    AnswerDispute,
    CallMediator,
    DeclineSettlement,
    EscalateDispute,
    Open,
    OpenDispute,
    ProposeSettlement,
    WithdrawDispute,
)
from domain.disputes.facts import (
    DisputeAnswered,
    DisputeEscalated,
    DisputeOpened,
    DisputeSettled,
    DisputeWithdrawn,
    MediatorCalled,
    Rung,
    SettlementDeclined,
    SettlementProposed,
)
from domain.values.sides import Side
from scenario import Scenario

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
OPEN = OpenDispute(
    Side.CLIENT,
    "results",
    3,
    "the outage was longer",
    "our own probe",
    example("business-hours-availability"),
    NOW,
)
OPENED = DisputeOpened(
    Side.CLIENT,
    "results",
    3,
    "the outage was longer",
    "our own probe",
    (
        Rung(1, "service manager", NOW),
        Rung(2, "head of operations", NOW + timedelta(hours=4)),
    ),
)
PROPOSED = SettlementProposed("p-1", Side.PROVIDER, "half of the credit")
DECLINED = SettlementDeclined("p-1", Side.CLIENT, "too little")
SETTLED = DisputeSettled("p-1", Side.CLIENT)


def test_a_dispute_climbs_the_ladder_of_the_terms_it_was_opened_under() -> None:
    Scenario(DISPUTE).given().when(OPEN).then(OPENED).when(OPEN).then()
    later = NOW + timedelta(hours=4)
    Scenario(DISPUTE).given(OPENED).when(EscalateDispute(2, later)).then(
        DisputeEscalated(2, "head of operations")
    ).when(EscalateDispute(2, later)).then()
    early = later - timedelta(microseconds=1)
    Scenario(DISPUTE).given(OPENED).when(EscalateDispute(2, early)).refused("rung-not-reached")
    Scenario(DISPUTE).given(OPENED).when(EscalateDispute(3, later)).refused("unknown-rung")


def test_the_next_rung_tells_who_must_act_and_when() -> None:
    state = DISPUTE.replay([OPENED, DisputeEscalated(1, "service manager")])
    assert isinstance(state, Open)
    assert state.next_rung == Rung(2, "head of operations", NOW + timedelta(hours=4))


def test_both_sides_say_what_they_think() -> None:
    said = DisputeAnswered(Side.PROVIDER, "our logs say otherwise")
    answer = AnswerDispute(Side.PROVIDER, "our logs say otherwise")
    Scenario(DISPUTE).given(OPENED).when(answer).then(said).when(answer).then()
    state = DISPUTE.replay([OPENED, said])
    assert isinstance(state, Open)
    assert state.answered


def test_a_proposal_of_the_other_side_ends_it() -> None:
    Scenario(DISPUTE).given(OPENED).when(
        ProposeSettlement("p-1", Side.PROVIDER, "half of the credit")
    ).then(PROPOSED).when(AcceptSettlement("p-1", Side.CLIENT)).then(SETTLED).when(
        AcceptSettlement("p-1", Side.CLIENT)
    ).then().when(AnswerDispute(Side.CLIENT, "thanks")).refused("dispute-over")


def test_nobody_accepts_its_own_proposal_or_one_that_was_declined() -> None:
    Scenario(DISPUTE).given(OPENED, PROPOSED).when(AcceptSettlement("p-1", Side.PROVIDER)).refused(
        "own-proposal"
    )
    Scenario(DISPUTE).given(OPENED, PROPOSED).when(
        DeclineSettlement("p-1", Side.CLIENT, "too little")
    ).then(DECLINED).when(AcceptSettlement("p-1", Side.CLIENT)).refused("proposal-declined")
    Scenario(DISPUTE).given(OPENED).when(AcceptSettlement("p-9", Side.CLIENT)).refused(
        "unknown-proposal"
    )


def test_who_opened_it_can_take_it_back() -> None:
    Scenario(DISPUTE).given(OPENED).when(WithdrawDispute(Side.CLIENT, "we found it")).then(
        DisputeWithdrawn("we found it")
    )
    Scenario(DISPUTE).given(OPENED).when(WithdrawDispute(Side.PROVIDER, "no")).refused(
        "not-your-dispute"
    )


def test_both_can_call_the_same_mediator() -> None:
    called = MediatorCalled("Dr. Ruiz", Side.CLIENT)
    Scenario(DISPUTE).given(OPENED).when(CallMediator(Side.CLIENT, "Dr. Ruiz")).then(called).when(
        CallMediator(Side.PROVIDER, "Dr. Ruiz")
    ).then(MediatorCalled("Dr. Ruiz", Side.PROVIDER))


def test_what_was_never_opened_goes_nowhere() -> None:
    Scenario(DISPUTE).given().when(WithdrawDispute(Side.CLIENT, "x")).refused("no-dispute")
    Scenario(DISPUTE).given(OPENED).when(replace(OPEN, because="another")).refused("dispute-open")
