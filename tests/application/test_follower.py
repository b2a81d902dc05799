"""Views are moved on together where they stand together, and one that fails stops no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from application.follower import Follower
from application.ledger import Ledger
from application.policies.base import PolicyRunner
from application.projections.base import SERVICE, SHARED, Projection, Query, R, Rows, ViewStore
from application.projections.contracts import ContractRegister, ContractVersions, VersionRow
from application.projections.due_dates import DueDates
from application.projections.relationships import Relationships
from application.recorded import Positioned
from histories import CLIENT, EVERYTHING, PROVIDER, positioned, save
from interfaces.composition import projections
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.memory.views import MemoryViewStore
from interfaces.postgres.views import PostgresViewStore

EVENTS = positioned(EVERYTHING)
LAST = EVENTS[-1].position
BROKEN_FROM = len(EVERYTHING) // 2
EVERY_ROW = Query(audiences=(SHARED, SERVICE, PROVIDER, CLIENT), limit=1000, everybodys=True)


class Broken(ContractVersions):
    """A view that cannot be kept from some event on."""

    def process(self, recorded: Positioned, rows: Rows[VersionRow]) -> None:
        if recorded.position > BROKEN_FROM:
            raise ZeroDivisionError
        super().process(recorded, rows)


def rows(store: ViewStore, projection: Projection[R]) -> list[R]:
    return store.view(projection).find(EVERY_ROW)


def follower(ledger: Ledger, store: ViewStore, views: Sequence[Projection[Any]]) -> Follower:
    return Follower(ledger, store, views, PolicyRunner(ledger, MemoryViewStore(), []))


def test_all_views_together_come_to_what_each_comes_to_by_itself(store: ViewStore) -> None:
    views, alone = projections().all(), MemoryViewStore()
    for begin in range(0, len(EVENTS), 7):
        store.advance_together(views, EVENTS[begin : begin + 7])
    for view in views:
        alone.advance(view, EVENTS)
        assert rows(store, view) == rows(alone, view)
    assert store.positions(views) == {view.name: LAST for view in views}


def test_a_view_that_stands_further_on_is_not_moved_twice(store: ViewStore) -> None:
    ahead, behind = Relationships(), DueDates()
    store.advance(ahead, EVENTS)
    before = rows(store, ahead)
    store.advance_together([ahead, behind], EVENTS[:5])
    assert rows(store, ahead) == before
    moved = {ahead.name: LAST, behind.name: EVENTS[4].position}
    assert store.positions([ahead, behind]) == moved


def test_one_of_an_older_version_is_built_anew_beside_the_others(
    store: ViewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, current = ContractRegister(), DueDates()
    store.advance_together([old, current], EVENTS)
    before = [rows(store, old), rows(store, current)]
    monkeypatch.setattr(old, "version", old.version + 1)
    assert store.positions([old, current]) == {old.name: 0, current.name: LAST}
    store.advance_together([old, current], EVENTS)
    assert [rows(store, old), rows(store, current)] == before


def test_in_one_transaction_none_moves_when_one_fails(postgres_store: PostgresViewStore) -> None:
    well, broken = Relationships(), Broken()
    with pytest.raises(ZeroDivisionError):
        postgres_store.advance_together([well, broken], EVENTS)
    assert postgres_store.positions([well, broken]) == {well.name: 0, broken.name: 0}
    assert rows(postgres_store, well) == []


def test_a_view_that_fails_is_told_of_and_those_before_it_move_on(store: ViewStore) -> None:
    well, broken = Relationships(), Broken()
    with Ledger(MEMORY_ENV) as ledger:
        save(ledger, EVERYTHING)
        with pytest.raises(ZeroDivisionError):
            follower(ledger, store, [well, broken]).catch_up()
        assert store.position(well) == ledger.head() > store.position(broken)


def test_how_far_behind_each_view_is(store: ViewStore) -> None:
    there, nowhere = Relationships(), DueDates()
    with Ledger(MEMORY_ENV) as ledger:
        save(ledger, EVERYTHING)
        follower(ledger, store, [there]).catch_up()
        lag = follower(ledger, store, [there, nowhere]).lag()
        assert lag == {there.name: 0, nowhere.name: ledger.head(), "policies": ledger.head()}
