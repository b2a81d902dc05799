"""What holds for every decider, as helpers for property tests.

Strategies for commands and facts are read off their field types, with few values per type, so that
random sequences collide: the same person twice, a mandate revoked before it was granted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from hypothesis import settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.decider import Decider, Refused
from domain.values.sums import Sum

MODEST = settings(max_examples=60, deadline=None)
"""Enough to find what is wrong, few enough for a shared machine."""

MOMENTS = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * n) for n in range(4)]
"""The instants that random commands and facts speak of, in order."""

_PLAIN: dict[object, st.SearchStrategy[Any]] = {
    NoneType: st.none(),
    bool: st.booleans(),
    int: st.integers(1, 3),
    str: st.sampled_from(["one word", "another word"]),
    Decimal: st.sampled_from([Decimal("10.00"), Decimal("99.5"), Decimal(100)]),
    date: st.sampled_from([moment.date() for moment in MOMENTS]),
    datetime: st.sampled_from(MOMENTS),
    Sum: st.builds(
        Sum, st.sampled_from([Decimal(10), Decimal("99.50")]), st.sampled_from(["EUR", "USD"])
    ),
}


def anything(
    kind: Any, pools: Mapping[Any, st.SearchStrategy[Any]] | None = None
) -> st.SearchStrategy[Any]:
    """Return a strategy for a type or union, read off its fields.

    An id type (a NewType over str) has three values. ``pools`` overrides the strategy of a type
    wherever it occurs. Raises TypeError for a type it has no rule for.
    """
    known: dict[Any, st.SearchStrategy[Any]] = {**_PLAIN, **(pools or {})}
    if kind in known:
        return known[kind]
    if get_origin(kind) is not None:
        return _composed(kind, pools)
    if isinstance(kind, NewType):
        return st.sampled_from([f"{kind.__name__}-{n}" for n in (1, 2, 3)])
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        parts = {one.name: anything(hints[one.name], pools) for one in fields(kind)}
        return st.builds(kind, **parts)
    raise TypeError(f"no strategy for {kind!r}: name one in pools")


def _composed(
    kind: Any, pools: Mapping[Any, st.SearchStrategy[Any]] | None
) -> st.SearchStrategy[Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is Annotated:
        return anything(inner[0], pools)
    if origin in (Union, UnionType):
        return st.one_of([anything(member, pools) for member in inner])
    if origin in (tuple, frozenset):
        return st.lists(anything(inner[0], pools), max_size=3).map(origin)
    raise TypeError(f"no strategy for {kind!r}: name one in pools")


def play(decider: Decider[Any, Any, Any], commands: Iterable[Any]) -> list[Any]:
    """Decide one command after another, ignoring refusals, and return all the facts."""
    history: list[Any] = []
    state = decider.initial
    for command in commands:
        facts = _decided(decider, command, state)
        history.extend(facts)
        state = decider.replay(facts, state)
    return history


def assert_idempotent(
    decider: Decider[Any, Any, Any], history: Sequence[Any], command: Any
) -> None:
    """The command, decided again right after it was decided, records nothing."""
    state = decider.replay(history)
    after = decider.replay(_decided(decider, command, state), state)
    again = _decided(decider, command, after)
    assert again == [], f"{command} recorded {again} the second time"


def assert_each_decided_once(decider: Decider[Any, Any, Any], commands: Iterable[Any]) -> None:
    """Along a whole sequence, no command records anything when decided a second time."""
    history: list[Any] = []
    for command in commands:
        assert_idempotent(decider, history, command)
        history.extend(_decided(decider, command, decider.replay(history)))


def facts_in_any_order(
    fact: Any, pools: Mapping[Any, st.SearchStrategy[Any]] | None = None
) -> st.SearchStrategy[list[Any]]:
    """Return a strategy for histories nobody would decide: any facts in any order."""
    return st.lists(anything(fact, pools), max_size=12)


def assert_evolve_is_total(decider: Decider[Any, Any, Any], facts: Iterable[Any]) -> None:
    """Replaying these facts reaches a state, the same one each time, and raises nothing."""
    history = list(facts)
    assert decider.replay(history) == decider.replay(history)


def assert_survives_storage(fact: Any) -> None:
    """The fact, written as JSON and read back, is the same fact."""
    adapter = TypeAdapter(type(fact))
    assert adapter.validate_json(adapter.dump_json(fact)) == fact


def _decided(decider: Decider[Any, Any, Any], command: Any, state: Any) -> list[Any]:
    try:
        return decider.decide(command, state)
    except Refused as refusal:
        _assert_named(refusal)
        return []


def _assert_named(refusal: Refused) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", refusal.rule), refusal.rule
    assert refusal.because, refusal.rule
