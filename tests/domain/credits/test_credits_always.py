"""What holds for the credits of every contract, whatever is asked, in whatever order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from application.event_catalogue import CATALOGUE
from attainments import example
from domain.credits.account import Account, Granted
from domain.credits.commands import CreditCommand
from domain.credits.credits import CREDITS
from domain.credits.facts import CreditApplied, CreditFact, CreditGranted
from domain.settlement.settlement import settle
from domain.settlement.statement import Settlement
from properties import (
    MODEST,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
    play,
)
from settlements import case_of, days, judged, signed


def _settlement(name: str, value: str, month: str) -> Settlement:
    versions, run = signed(example(name)), days(month)
    return settle(case_of(versions, run, judged(versions, run, value)))


SETTLEMENTS = [
    _settlement(name, value, month)
    for name, values in (("aws-ec2-region", ("100", "99.5", "98")), ("accord-two-tier", ("97",)))
    for value in values
    for month in ("2026-03", "2026-04")
]
CREDIT_IDS = ["availability/20260301", "availability/20260401"]
COMMANDS: dict[Any, st.SearchStrategy[Any]] = {
    Settlement: st.sampled_from(SETTLEMENTS),
    str: st.sampled_from([*CREDIT_IDS, "one word"]),
    Decimal: st.sampled_from([Decimal(1), Decimal("1200.00"), Decimal(-1200)]),
}

ONE_MONTH = st.just(CREDIT_IDS[0])
"""Words and ids alike: commands on one credit come far more often."""


@MODEST
@given(st.lists(anything(CreditCommand, COMMANDS), max_size=14))
def test_no_command_records_anything_the_second_time(commands: list[CreditCommand]) -> None:
    assert_each_decided_once(CREDITS, commands)


@MODEST
@given(facts_in_any_order(CreditFact, {str: st.sampled_from(CREDIT_IDS)}))
def test_any_facts_in_any_order_reach_a_state(facts: list[CreditFact]) -> None:
    assert_evolve_is_total(CREDITS, facts)


@MODEST
@given(anything(CreditFact))
def test_every_fact_survives_storage(fact: CreditFact) -> None:
    assert_survives_storage(fact)


@MODEST
@given(st.lists(anything(CreditCommand, {**COMMANDS, str: ONE_MONTH}), max_size=20))
def test_never_more_is_applied_than_was_granted_or_stated(commands: list[CreditCommand]) -> None:
    so_far: list[CreditFact] = []
    for fact in play(CREDITS, commands):
        so_far.append(fact)
        if not isinstance(fact, CreditGranted | CreditApplied):
            continue
        state = CREDITS.replay(so_far)
        assert isinstance(state, Account)
        entry = state.entries[fact.credit]
        assert isinstance(entry.standing, Granted)
        assert 0 <= entry.standing.amount <= entry.stated
        applied = (one for one in so_far if isinstance(one, CreditApplied))
        total = sum(one.amount for one in applied if one.credit == fact.credit)
        assert total == entry.standing.applied >= 0


def test_every_fact_of_credits_has_a_stored_name() -> None:
    named = {kind.fact for kind in CATALOGUE.types}
    assert [fact.__name__ for fact in get_args(CreditFact) if fact not in named] == []
