"""What holds for every document, whatever is asked of it, in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.decider import Refused
from domain.documents.document import DOCUMENT, DocumentCommand, Issued
from domain.documents.facts import DocumentFact, DocumentSigned
from domain.parties.keys import Fingerprint
from properties import (
    MODEST,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
)

POOLS: dict[Any, st.SearchStrategy[Any]] = {
    Fingerprint: st.sampled_from(["a" * 64, "b" * 64]),
}
COMMANDS = st.lists(anything(DocumentCommand, POOLS), max_size=12)


@MODEST
@given(facts_in_any_order(DocumentFact, POOLS))
def test_evolve_is_total(facts: Sequence[Any]) -> None:
    assert_evolve_is_total(DOCUMENT, facts)


@MODEST
@given(COMMANDS)
def test_each_command_is_decided_once(commands: Sequence[Any]) -> None:
    assert_each_decided_once(DOCUMENT, commands)


@MODEST
@given(anything(DocumentFact, POOLS))
def test_facts_survive_storage(fact: Any) -> None:
    assert_survives_storage(fact)


@MODEST
@given(COMMANDS)
def test_no_side_ever_signs_twice(commands: Sequence[Any]) -> None:
    facts: list[Any] = []
    for command in commands:
        with suppress(Refused):
            facts += DOCUMENT.decide(command, DOCUMENT.replay(facts))
    sides = [fact.by for fact in facts if isinstance(fact, DocumentSigned)]
    assert len(sides) == len(set(sides))
    state = DOCUMENT.replay(facts)
    assert not isinstance(state, Issued) or set(state.signed) == set(sides)
