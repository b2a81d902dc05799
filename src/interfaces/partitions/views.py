"""Views over several partitions: one relationship's from where it lives, the rest merged.

While a relationship moves, its rows may stand in two places; those where it does not live are
passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, Final, Generic

from application.news import News
from application.projections.base import Draft, Place, Projection, Query, R, View, Views, ViewStore
from application.projections.paging import every
from application.projections.remembered_view import RememberedViews, StandingViews
from application.recorded import Positioned
from domain.values.ids import SUFFIX_PATTERN, relationship_of
from interfaces.partitions.routes import HOME, Routes

_RELATIONSHIP: Final = re.compile(f"relationship-{SUFFIX_PATTERN}")


class RoutedView(Generic[R]):
    """One view as readers see it, wherever its rows are."""

    def __init__(
        self, routes: Routes, views: Mapping[str, View[R]], projection: Projection[R]
    ) -> None:
        self._routes = routes
        self._views = views
        self._projection = projection

    def get(self, key: str) -> R | None:
        """Return one row; its key names the relationship that it is of, if it is of one."""
        named = _RELATIONSHIP.search(key)
        return self._views[HOME if named is None else self._routes.of(named[0])].get(key)

    def find(self, query: Query) -> list[R]:
        """Return the rows that match a query, at most ``query.limit``, in the view's order."""
        of = query.relationship or relationship_of(query.stream or "")
        if of is not None:
            return self._views[self._routes.of(of)].find(query)
        found = (self._rows(name, view, query) for name, view in self._views.items())
        inorder = merge(*found, key=self._order, reverse=query.descending)
        return list(islice(inorder, query.limit))

    def _rows(self, name: str, view: View[R], query: Query) -> Iterator[R]:
        for row in every(view, self._projection, query):
            if lives_in(self._routes, name, self._projection.place(row)):
                yield row

    def _order(self, row: R) -> tuple[str, str]:
        place = self._projection.place(row)
        return place.sort, place.key


def lives_in(routes: Routes, name: str, place: Place) -> bool:
    """Tell whether a row that was found in a partition is of what lives there."""
    of: str | None = place.relationship or relationship_of(place.stream or "")
    if of is None:
        named = _RELATIONSHIP.search(place.key)
        of = None if named is None else named[0]
    return routes.of(of or "") == name


class RoutedViews:
    """Where views are read."""

    def __init__(self, routes: Routes, views: Mapping[str, Views]) -> None:
        self._routes = routes
        self._all = views

    def view(self, projection: Projection[R]) -> View[R]:
        """Return a view for reading."""
        views = {name: views.view(projection) for name, views in self._all.items()}
        return RoutedView(self._routes, views, projection)


def remembered(
    routes: Routes,
    views: Mapping[str, StandingViews],
    news: Mapping[str, News],
    clock: Callable[[], float],
) -> RoutedViews:
    """Return views whose rows are remembered for as long as they are known to stand."""
    names = views.keys()
    return RoutedViews(routes, {n: RememberedViews(views[n], news[n], clock) for n in names})


class RoutedViewStore(RoutedViews):
    """Where views live: read everywhere, kept up to date in one partition."""

    def __init__(self, routes: Routes, stores: Mapping[str, ViewStore], place: str) -> None:
        super().__init__(routes, stores)
        self._store = stores[place]
        self._place = place

    def __getattr__(self, name: str) -> Any:
        """Return what the partition's own store does by itself: policies' positions."""
        return getattr(self._store, name)

    def position(self, projection: Projection[Any]) -> int:
        """Return the position up to which a view holds; 0 when it has to be built anew."""
        return self._store.position(projection)

    def positions(self, projections: Sequence[Projection[Any]]) -> dict[str, int]:
        """Return the same for several views at once, by name."""
        return self._store.positions(projections)

    def is_outdated(self, projection: Projection[Any]) -> bool:
        """Tell whether a view's rows are of another version than the code's."""
        return self._store.is_outdated(projection)

    def advance(self, projection: Projection[Any], events: Sequence[Positioned]) -> None:
        """Apply events in order and move the position, in one transaction."""
        self._store.advance(projection, events)

    def advance_together(
        self, projections: Sequence[Projection[Any]], events: Sequence[Positioned]
    ) -> None:
        """Do the same for several views, in one transaction."""
        self._store.advance_together(projections, events)

    def draft(self, projections: Sequence[Projection[Any]]) -> AbstractContextManager[Draft]:
        """Lend what is needed to build views anew from the first event."""
        return self._store.draft(projections)

    def next_due(self, projection: Projection[R], until: datetime, limit: int) -> list[R]:
        """Return rows of what lives here that fall due by an instant, the earliest first."""
        asked = limit
        while True:
            found = self._store.next_due(projection, until, asked)
            here = [
                row for row in found if lives_in(self._routes, self._place, projection.place(row))
            ]
            if len(here) >= limit or len(found) < asked:
                return here[:limit]
            asked *= 2
