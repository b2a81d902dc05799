"""A view whose rows are remembered for as long as they are known to stand.

It is for views whose rows of a stream come from that stream's facts alone: they stand as they did
while nothing is recorded there. Nothing else changes them, but for ``parley rebuild``, which shows
after ``LONGEST`` seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Protocol

from application.at_hand import may_be_remembered
from application.news import News, Sight
from application.projections.base import Projection, Query, R, View
from application.recently import RecentlyUsed

LONGEST: Final = 5.0
QUERIES: Final = 2_048
"""How many answers are kept; a version's terms take some ten kilobytes."""


class StandingView(View[R], Protocol[R]):
    """A view that can say up to where it holds."""

    def find_at(self, query: Query) -> tuple[int, list[R]]:
        """Return the rows that match a query, and up to where in the ledger they hold."""
        ...


@dataclass(frozen=True, slots=True)
class _Found(Generic[R]):
    """Rows, up to where they are known to stand, and until when they count (seconds)."""

    rows: tuple[R, ...]
    seen: Sight
    until: float


class RememberedView(Generic[R]):
    """Such a view as readers see it; queries for a stream are answered from memory."""

    def __init__(self, view: StandingView[R], news: News, clock: Callable[[], float]) -> None:
        self._view = view
        self._news = news
        self._clock = clock
        self._found: RecentlyUsed[Query, _Found[R]] = RecentlyUsed(QUERIES)

    def get(self, key: str) -> R | None:
        """Return one row."""
        return self._view.get(key)

    def find(self, query: Query) -> list[R]:
        """Return the rows that match a query, at most ``query.limit``."""
        if query.stream is None:
            return self._view.find(query)
        if (
            may_be_remembered(self._news.of)
            and (known := self._known(query, query.stream)) is not None
        ):
            return known
        set_back, _ = self._news.sight
        position, rows = self._view.find_at(query)
        until = self._clock() + LONGEST
        self._found.put(query, _Found((*rows,), (set_back, position), until))
        return rows

    def _known(self, query: Query, stream: str) -> list[R] | None:
        known = self._found.get(query)
        if known is None or known.until < self._clock():
            return None
        return None if self._news.touched_since(stream, known.seen) else [*known.rows]


class StandingViews(Protocol):
    """Where such views are read."""

    def view(self, projection: Projection[R]) -> StandingView[R]:
        """Return a view for reading."""
        ...


class RememberedViews:
    """Views whose rows are remembered, each as it is asked for."""

    def __init__(self, views: StandingViews, news: News, clock: Callable[[], float]) -> None:
        self._views = views
        self._news = news
        self._clock = clock

    def view(self, projection: Projection[R]) -> View[R]:
        """Return a view for reading."""
        return RememberedView(self._views.view(projection), self._news, self._clock)
