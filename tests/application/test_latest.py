"""The latest of a kind is found by reading a stream backwards, as it is stored."""

from __future__ import annotations

from typing import Any

import pytest

from application.ledger import BACKWARDS, Ledger
from application.recorded import Recorded
from domain.history.leaf import leaf_of
from domain.negotiation.facts import CommentMade, NegotiationOpened, NewAgreement
from domain.values.sides import Side
from histories import ADA, BEGINNING, NEGOTIATION, NORTHWIND

COMMENTS = 2 * BACKWARDS + 3
SAID = frozenset({"negotiation.CommentMade"})
OPENED = frozenset({"negotiation.NegotiationOpened"})


@pytest.fixture
def talked_over(ledger: Ledger) -> Ledger:
    """Record an opening and more comments than are read at a time."""
    facts: list[Any] = [NegotiationOpened(NewAgreement(), Side.CLIENT, "Orders", 14)]
    facts += [CommentMade(f"comment-{n}", Side.CLIENT, "again") for n in range(COMMENTS)]
    for version, fact in enumerate(facts, start=1):
        event = Recorded(NEGOTIATION, version, BEGINNING, ADA, NORTHWIND, f"key-{version}", fact)
        ledger.save(event)
    return ledger


def test_the_latest_is_found_first(talked_over: Ledger) -> None:
    kept = talked_over.latest(NEGOTIATION, SAID, lambda _: True)
    assert kept is not None
    assert kept.version == COMMENTS + 1
    assert kept.topic == "negotiation.CommentMade/1"
    assert kept.leaf == leaf_of(NEGOTIATION, kept.version, kept.topic, kept.state)


@pytest.mark.parametrize("wanted", [0, 1, COMMENTS - 2, BACKWARDS, COMMENTS - BACKWARDS])
def test_one_further_back_is_found_too(talked_over: Ledger, wanted: int) -> None:
    kept = talked_over.latest(NEGOTIATION, SAID, lambda fact: fact.id == f"comment-{wanted}")
    assert kept is not None
    assert kept.version == wanted + 2


def test_the_very_first_is_found_and_what_is_not_there_is_not(talked_over: Ledger) -> None:
    first = talked_over.latest(NEGOTIATION, OPENED, lambda _: True)
    assert first is not None
    assert first.version == 1
    assert talked_over.latest(NEGOTIATION, SAID, lambda _: False) is None
    assert talked_over.latest("relationship-r/negotiation-2", SAID, lambda _: True) is None
