"""Views built anew beside the old ones: the same rows, however few are held in memory at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg_pool import ConnectionPool

from application.projections.base import SERVICE, SHARED, Projection, Query
from application.projections.contracts import ContractRegister
from application.projections.due_dates import DueDates
from domain.contract.facts import ContractConcluded
from histories import CLIENT, EVERYTHING, PROVIDER, positioned
from interfaces.composition import projections
from interfaces.memory.views import MemoryViewStore
from interfaces.postgres import drafts
from interfaces.postgres.drafts import Seen
from interfaces.postgres.views import PostgresViewStore

EVERYBODY = Query(audiences=(SHARED, SERVICE, PROVIDER, CLIENT), limit=10_000, everybodys=True)


@pytest.fixture
def store(database: str) -> Iterator[PostgresViewStore]:
    with ConnectionPool(database, min_size=1, max_size=4, open=True) as pool:
        yield PostgresViewStore(pool)


def rows(store: Any, projection: Projection[Any]) -> list[Any]:
    found: list[Any] = store.view(projection).find(EVERYBODY)
    return found


@pytest.mark.parametrize("held", [1, 3, drafts.HELD])
def test_the_rows_are_the_same_however_few_are_held(
    store: PostgresViewStore, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(drafts, "HELD", held)
    every, events = projections().all(), positioned(EVERYTHING)
    with store.draft(every) as draft:
        for begin in range(0, len(events), 7):
            draft.advance(events[begin : begin + 7])
        draft.replace()
    for projection in every:
        folded = MemoryViewStore()
        folded.advance(projection, events)
        assert rows(store, projection) == rows(folded, projection), projection.name
        assert store.position(projection) == events[-1].position


def test_readers_see_the_old_rows_until_the_new_ones_are_whole(store: PostgresViewStore) -> None:
    register, events = ContractRegister(), positioned(EVERYTHING)
    begun = next(n for n, one in enumerate(events) if isinstance(one.event.fact, ContractConcluded))
    store.advance(register, events[: begun + 1])
    before = rows(store, register)
    with store.draft([register]) as draft:
        draft.advance(events)
        assert rows(store, register) == before
        draft.replace()
    assert len(before) == 1
    assert rows(store, register) != before


def test_a_rebuild_that_fails_leaves_everything_as_it_was(
    store: PostgresViewStore, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "HELD", 1)
    due, events = DueDates(), positioned(EVERYTHING)
    store.advance(due, events)
    before = stored(database)
    with pytest.raises(RuntimeError, match="in the middle"):
        rebuild_and_break(store, due)
    assert stored(database) == before
    assert rows(store, due)  # and the pool lends a connection that works


def test_a_view_that_stands_elsewhere_is_not_compared(store: PostgresViewStore) -> None:
    register, events = ContractRegister(), positioned(EVERYTHING)
    store.advance(register, events)
    with store.draft([register]) as draft:
        draft.advance(events)
        assert draft.differing() == {"contract_register": []}
    with store.draft([register]) as draft:
        draft.advance(events[:-1])
        assert draft.differing() == {}


def rebuild_and_break(store: PostgresViewStore, projection: Projection[Any]) -> None:
    with store.draft([projection]) as draft:
        draft.advance(positioned(EVERYTHING)[:20])
        raise RuntimeError("in the middle")


def stored(database: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute("TABLE view_rows ORDER BY view, key").fetchall()


@given(st.sets(st.text(max_size=30), max_size=200))
def test_what_was_added_is_never_denied(keys: set[str]) -> None:
    seen = Seen()
    for key in keys:
        seen.add(key)
    assert all(key in seen for key in keys)


def test_what_was_not_added_is_seldom_taken_for_it() -> None:
    seen = Seen()
    for number in range(100_000):
        seen.add(f"there {number}")
    assert sum(f"elsewhere {number}" in seen for number in range(10_000)) < 100
