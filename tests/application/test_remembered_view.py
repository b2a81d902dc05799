"""Rows are remembered while nothing is recorded in their stream, and for some seconds at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

import histories
from application.at_hand import NotAtHand, at_hand, waiting_for
from application.news import Moved, News
from application.projections.base import Projection, Query, Row
from application.projections.contracts import ContractSpans, ContractVersions
from application.projections.remembered_view import LONGEST, RememberedView
from application.recorded import Positioned
from histories import EVERYTHING, positioned
from interfaces.memory.views import MemoryViewStore

CONTRACT = "relationship-a/contract-a"
OTHER = "relationship-a/contract-b"
QUERY = Query(stream=CONTRACT)


@dataclass
class Slow:
    """A view that takes waiting, as far along as it says."""

    position: int = 1
    rows: list[Row] = field(default_factory=lambda: [Row()])

    def get(self, _: str) -> Row | None:
        raise AssertionError("nobody asks")

    def find(self, _: Query) -> list[Row]:
        raise AssertionError("nobody asks")

    def find_at(self, _: Query) -> tuple[int, list[Row]]:
        waiting_for("the view")
        return self.position, self.rows


@dataclass
class Setting:
    """A ledger, a view of it, and a clock."""

    view: Slow = field(default_factory=Slow)
    events: list[Moved] = field(default_factory=lambda: [(1, CONTRACT, 1)])
    now: float = 0.0

    def __post_init__(self) -> None:
        self.news = News(self._ask, lambda: self.events[-1][0])
        self.news.catch_up()
        self.remembered = RememberedView(self.view, self.news, lambda: self.now)

    def _ask(self, position: int, limit: int) -> list[Moved]:
        return [event for event in self.events if event[0] >= position][:limit]

    def record(self, stream: str) -> None:
        self.events.append((self.events[-1][0] + 1, stream, 1))
        self.news.catch_up()

    def is_at_hand(self) -> bool:
        try:
            with at_hand():
                return self.remembered.find(QUERY) == self.view.rows
        except NotAtHand:
            return False


@pytest.fixture
def setting() -> Setting:
    return Setting()


def test_what_was_found_is_at_hand(setting: Setting) -> None:
    assert not setting.is_at_hand()
    setting.remembered.find(QUERY)
    assert setting.is_at_hand()


def test_it_stays_so_while_others_move(setting: Setting) -> None:
    setting.remembered.find(QUERY)
    setting.record(OTHER)
    assert setting.is_at_hand()


def test_it_is_looked_up_anew_once_its_stream_moved(setting: Setting) -> None:
    setting.remembered.find(QUERY)
    setting.record(CONTRACT)
    assert not setting.is_at_hand()


def test_a_view_that_lags_is_not_taken_for_the_latest(setting: Setting) -> None:
    setting.record(CONTRACT)
    setting.remembered.find(QUERY)
    assert not setting.is_at_hand()
    setting.view.position = 2
    setting.remembered.find(QUERY)
    assert setting.is_at_hand()


def test_a_rebuilt_view_shows_after_a_while(setting: Setting) -> None:
    setting.remembered.find(QUERY)
    setting.now = LONGEST + 1
    assert not setting.is_at_hand()


def test_a_database_that_was_set_back_leaves_nothing_at_hand(setting: Setting) -> None:
    setting.record(OTHER)
    setting.remembered.find(QUERY)
    del setting.events[-1]
    setting.news.catch_up()
    assert not setting.is_at_hand()


def test_who_has_time_is_shown_what_the_view_says_now(setting: Setting) -> None:
    setting.remembered.find(QUERY)
    setting.view.rows = []
    assert setting.remembered.find(QUERY) == []


@pytest.mark.parametrize("view", [ContractVersions(), ContractSpans()], ids=lambda one: one.name)
def test_what_a_contract_promises_comes_from_its_own_facts_alone(view: Projection[Any]) -> None:
    """Or rows that are remembered while nothing is recorded in its stream could be wrong."""

    def rows(events: Sequence[Positioned]) -> list[Any]:
        store = MemoryViewStore()
        store.advance(view, events)
        return store.view(view).find(Query(stream=histories.CONTRACT, limit=100))

    everything = positioned(EVERYTHING)
    own = [one for one in everything if one.event.stream == histories.CONTRACT]
    assert len(own) < len(everything)
    assert rows(own) == rows(everything) != []
