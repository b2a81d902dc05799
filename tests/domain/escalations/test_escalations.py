"""Escalations: a miss climbs the path of the terms in force until the provider acknowledges it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from attainments import example
from domain.decider import Refused
from domain.escalations.escalations import (
    ESCALATIONS,
    AcknowledgeEscalation,
    ClimbEscalation,
    EscalationCommand,
    Escalations,
    JudgePeriod,
    ReachThreshold,
)
from domain.escalations.facts import (
    EscalationAcknowledged,
    EscalationBegun,
    EscalationClimbed,
    EscalationEnded,
    EscalationFact,
    Level,
)
from domain.terms.agreement import AgreementTerms
from domain.terms.support import EscalationLevel
from domain.values.sides import Side
from properties import MODEST, anything
from scenario import Scenario

NOW = datetime(2026, 4, 2, 9, tzinfo=UTC)
LATER = NOW + timedelta(hours=4)
TERMS = example("business-hours-availability")
MARCH = date(2026, 3, 1)
MISSED = JudgePeriod(
    "availability",
    MARCH,
    missed=True,
    about="results",
    about_version=3,
    terms=TERMS,
    now=NOW,
)
MET = replace(MISSED, missed=False)
WARNED = ReachThreshold("availability", MARCH, "always 75 %", "results", 2, TERMS, NOW)
PATH = (Level(1, "service manager", None, NOW), Level(2, "head of operations", None, LATER))
BEGUN = EscalationBegun(1, "availability", MARCH, None, "results", 3, PATH)
WARNING = EscalationBegun(1, "availability", MARCH, "always 75 %", "results", 2, PATH)


def test_a_miss_climbs_the_path_of_the_terms_one_level_after_the_other() -> None:
    Scenario(ESCALATIONS).given().when(MISSED).then(BEGUN).when(ClimbEscalation(1, 1, NOW)).then(
        EscalationClimbed(1, 1, "service manager", None)
    ).when(ClimbEscalation(1, 1, NOW)).then().when(ClimbEscalation(1, 2, LATER)).then(
        EscalationClimbed(1, 2, "head of operations", None)
    )


def test_no_level_is_told_before_its_time() -> None:
    early = LATER - timedelta(microseconds=1)
    history = Scenario(ESCALATIONS).given(BEGUN)
    history.when(ClimbEscalation(1, 2, early)).refused("level-not-reached")
    history.when(ClimbEscalation(1, 9, LATER)).refused("unknown-level")
    history.when(ClimbEscalation(2, 1, LATER)).refused("no-escalation")


def test_once_the_provider_is_at_it_nobody_further_is_told() -> None:
    acknowledge = AcknowledgeEscalation(1, Side.PROVIDER, "we replace the disc")
    Scenario(ESCALATIONS).given(BEGUN).when(acknowledge).then(
        EscalationAcknowledged(1, Side.PROVIDER, "we replace the disc")
    ).when(acknowledge).then().when(ClimbEscalation(1, 2, LATER)).refused("escalation-over")


def test_the_client_cannot_say_that_the_provider_is_at_it() -> None:
    by_client = AcknowledgeEscalation(1, Side.CLIENT, "fine")
    Scenario(ESCALATIONS).given(BEGUN).when(by_client).refused("not-the-promisor")


def test_a_miss_on_record_again_begins_nothing_anew_and_one_that_was_none_ends() -> None:
    again = replace(MISSED, about_version=4)
    Scenario(ESCALATIONS).given(BEGUN).when(again).then().when(MET).then(
        EscalationEnded(1, "the period was met after all")
    ).when(MET).then().when(again).then(replace(BEGUN, escalation=2, about_version=4))
    acknowledged = EscalationAcknowledged(1, Side.PROVIDER, "")
    Scenario(ESCALATIONS).given(BEGUN, acknowledged).when(again).then()


def test_what_has_ended_can_no_longer_be_acknowledged() -> None:
    ended = EscalationEnded(1, "the period was met after all")
    late = AcknowledgeEscalation(1, Side.PROVIDER, "")
    Scenario(ESCALATIONS).given(BEGUN, ended).when(late).refused("escalation-over")


def test_a_threshold_climbs_once_and_until_its_period_is_closed() -> None:
    history = Scenario(ESCALATIONS).given().when(WARNED).then(WARNING).when(WARNED).then()
    history.when(MET).then(EscalationEnded(1, "the period is closed"))
    history.when(MISSED).then(
        EscalationEnded(1, "the period is closed"), replace(BEGUN, escalation=2)
    )


def test_without_a_path_nothing_climbs() -> None:
    bare = TERMS.model_copy(update={"escalation": ()})
    Scenario(ESCALATIONS).given().when(replace(MISSED, terms=bare)).then()
    Scenario(ESCALATIONS).given().when(replace(WARNED, terms=bare)).then()


def test_a_level_of_a_stakeholder_group_is_told_on_that_group_s_side() -> None:
    step = EscalationLevel.model_validate(
        {"level": 1, "role": "sales", "after": "PT0S", "function": "order-desk"}
    )
    terms = TERMS.model_copy(update={"escalation": (step,)})
    path = (Level(1, "sales", Side.CLIENT, NOW),)
    Scenario(ESCALATIONS).given().when(replace(MISSED, terms=terms)).then(replace(BEGUN, path=path))


FACTS = st.lists(anything(EscalationFact), max_size=6)
COMMANDS = anything(EscalationCommand, {AgreementTerms: st.just(TERMS)})


@MODEST
@given(FACTS, COMMANDS)
def test_any_history_can_be_replayed_and_a_command_decided_twice_adds_nothing(
    facts: list[EscalationFact], command: EscalationCommand
) -> None:
    state: Escalations = ESCALATIONS.replay(facts)
    try:
        first = ESCALATIONS.decide(command, state)
    except Refused:
        return
    assert again(command, ESCALATIONS.replay(first, state)) == []


def again(command: EscalationCommand, state: Escalations) -> list[EscalationFact]:
    """Decide a command again; what is over by its own doing says so."""
    try:
        return ESCALATIONS.decide(command, state)
    except Refused as refused:
        return [] if refused.rule == "escalation-over" else [refused]  # type: ignore[list-item]
