"""What a command looks up is part of it, and time never runs backwards in a stream."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from application.ledger import Act, Ledger, Step
from domain.decider import Refused
from domain.negotiation.commands import Comment, OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from interfaces.memory.recorder import MEMORY_ENV

STREAM = "relationship-a/negotiation-b"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPEN = Step(NEGOTIATION, STREAM, OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders"))


def act(key: str, at: datetime = NOON) -> Act:
    return Act("person-a", None, at, key)


def comment(number: str) -> Step:
    return Step(NEGOTIATION, STREAM, Comment(number, Side.CLIENT, "hello"))


def refuse() -> tuple[Step, ...]:
    raise Refused("no-mandate-any-more", "the mandate was revoked")


def test_a_repeated_command_gets_its_first_answer_though_its_plan_would_be_refused_by_now() -> None:
    ledger = Ledger(MEMORY_ENV)
    first = ledger.carry_out(act("open"), NEGOTIATION, lambda: (OPEN,))
    again = ledger.carry_out(act("open"), NEGOTIATION, refuse)
    assert again.repeated
    assert (again.stream, again.events) == (first.stream, first.events)


def test_a_plan_that_is_refused_the_first_time_records_nothing() -> None:
    ledger = Ledger(MEMORY_ENV)
    with pytest.raises(Refused, match="revoked"):
        ledger.carry_out(act("open"), NEGOTIATION, refuse)
    assert ledger.head() == 0


def test_a_clock_that_was_set_back_does_not_set_a_stream_back() -> None:
    ledger = Ledger(MEMORY_ENV)
    ledger.perform(act("1"), OPEN)
    late = ledger.perform(act("2", NOON - timedelta(hours=1)), comment("comment-1"))
    assert late.events[0].at == NOON
    cold = Ledger(MEMORY_ENV)
    cold.recorder = ledger.recorder
    assert cold.load(NEGOTIATION, STREAM).at == NOON
