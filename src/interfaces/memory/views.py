"""Views in memory, for tests of the application layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic

from application.projections.base import Draft, Place, Projection, Query, R, View
from application.recorded import Positioned


class MemoryRows(Generic[R]):
    """The rows of one view."""

    def __init__(self, projection: Projection[R]) -> None:
        self._projection = projection
        self.rows: dict[str, R] = {}

    def get(self, key: str) -> R | None:
        """Return one row."""
        return self.rows.get(key)

    def put(self, row: R) -> None:
        """Write a row."""
        self.rows[self._projection.place(row).key] = row

    def write(self, place: Place, row: bytes) -> None:
        """Write a row that is JSON already."""
        self.rows[place.key] = self._projection.row.model_validate_json(row)

    def delete(self, key: str) -> None:
        """Delete a row if it is there."""
        self.rows.pop(key, None)

    def find(self, query: Query) -> list[R]:
        """Return the rows that match a query, at most ``query.limit``."""
        found = [
            ((place.sort, place.key), row)
            for row in self.rows.values()
            for place in [self._projection.place(row)]
            if place.audience in query.audiences
            and query.relationship in (None, place.relationship)
            and query.stream in (None, place.stream)
            and all(row.model_dump(mode="json").get(k) == v for k, v in query.matching)
        ]
        found.sort(key=lambda pair: pair[0], reverse=query.descending)
        if query.after is not None:
            after = query.after
            found = [
                pair for pair in found if (pair[0] < after if query.descending else pair[0] > after)
            ]
        return [row for _, row in found[: query.limit]]


class MemoryViewStore:
    """Where views and positions are kept, in this process only."""

    def __init__(self) -> None:
        self._views: dict[str, MemoryRows[Any]] = {}
        self._positions: dict[str, int] = {}
        self._versions: dict[str, int] = {}

    def view(self, projection: Projection[R]) -> View[R]:
        """Return a view for reading."""
        return self._rows(projection)

    def position(self, projection: Projection[Any]) -> int:
        """Return the position up to which a view holds."""
        return 0 if self.is_outdated(projection) else self._positions.get(projection.name, 0)

    def positions(self, projections: Sequence[Projection[Any]]) -> dict[str, int]:
        """Return the same for several views at once, by name."""
        return {one.name: self.position(one) for one in projections}

    def is_outdated(self, projection: Projection[Any]) -> bool:
        """Tell whether a view's rows are of another version than the code's."""
        return self._versions.get(projection.name, projection.version) != projection.version

    def advance(self, projection: Projection[Any], events: Sequence[Positioned]) -> None:
        """Apply events in order and move the position."""
        if self.is_outdated(projection):
            self.clear(projection)
        rows = self._rows(projection)
        self._versions[projection.name] = projection.version
        for event in events:
            if event.position > self.position(projection):
                projection.process(event, rows)
                self._positions[projection.name] = event.position

    def advance_together(
        self, projections: Sequence[Projection[Any]], events: Sequence[Positioned]
    ) -> None:
        """Do the same for several views, one after the other."""
        for projection in projections:
            self.advance(projection, events)

    def clear(self, projection: Projection[Any]) -> None:
        """Drop a view's rows and its position."""
        self._views.pop(projection.name, None)
        self._positions.pop(projection.name, None)
        self._versions.pop(projection.name, None)

    @contextmanager
    def draft(self, projections: Sequence[Projection[Any]]) -> Iterator[Draft]:
        """Lend what is needed to build views anew from the first event."""
        yield MemoryDraft(self, projections)

    def put(self, projection: Projection[R], rows: MemoryRows[R], position: int) -> None:
        """Put freshly built rows in the place of the old ones."""
        self._views[projection.name] = rows
        self._positions[projection.name] = position
        self._versions[projection.name] = projection.version

    def differing(self, projection: Projection[R], rows: MemoryRows[R]) -> list[str]:
        """Return the keys under which a view does not hold the same row."""
        old, new = self._rows(projection).rows, rows.rows
        return sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))

    def next_due(self, projection: Projection[R], until: datetime, limit: int) -> list[R]:
        """Return the rows of a view that fall due by an instant, the earliest first."""
        rows = self._rows(projection).rows.values()
        due = [
            (place.due, place.key, row)
            for row in rows
            for place in [projection.place(row)]
            if place.due is not None and place.due <= until
        ]
        return [row for _, _, row in sorted(due, key=lambda one: one[:2])][:limit]

    def policies_position(self) -> int:
        """Return the position of the last event that every policy has answered."""
        return self._positions.get("policies", 0)

    def set_policies_position(self, position: int) -> None:
        """Remember a position."""
        self._positions["policies"] = position

    def _rows(self, projection: Projection[R]) -> MemoryRows[R]:
        return self._views.setdefault(projection.name, MemoryRows(projection))


class MemoryDraft:
    """Views on their way from the first event."""

    def __init__(self, store: MemoryViewStore, projections: Sequence[Projection[Any]]) -> None:
        self._store = store
        self._views = [(one, MemoryRows(one)) for one in projections]
        self._position = 0

    def advance(self, events: Sequence[Positioned]) -> None:
        """Apply the events that come next."""
        for projection, rows in self._views:
            for event in events:
                projection.process(event, rows)
        self._position = events[-1].position

    def replace(self) -> None:
        """Put every view's rows and position in the place of the old ones."""
        for projection, rows in self._views:
            self._store.put(projection, rows, self._position)

    def differing(self) -> dict[str, list[str]]:
        """Return the keys of each view's rows that are not as they are here."""
        return {
            projection.name: self._store.differing(projection, rows)
            for projection, rows in self._views
            if self._store.position(projection) == self._position
        }
