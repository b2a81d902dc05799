"""Views in PostgreSQL: all of them in one table of JSON rows with a few indexed columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, Generic, LiteralString

from psycopg import Connection, Cursor, OperationalError
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool, PoolTimeout

from application.at_hand import waiting_for
from application.projections.base import (
    SHARED,
    Draft,
    Place,
    Projection,
    Query,
    R,
    StrayRowError,
)
from application.recorded import Positioned
from interfaces.postgres.arrays import Texts
from interfaces.postgres.drafts import PostgresDraft
from interfaces.postgres.tracking import (
    STANDS,
    TRACK,
    lock,
    position_at,
    position_of,
    positions_of,
    track,
)

POLICIES: Final = "policies"

_UPSERT: Final[LiteralString] = (
    "INSERT INTO view_rows (view, key, relationship, stream, audience, sort, due, row)"
    " SELECT %s, key, relationship, stream, audience, sort, due::timestamptz, row::jsonb"
    " FROM unnest(%b, %b, %b, %b, %b, %b, %b)"
    " AS changed (key, relationship, stream, audience, sort, due, row)"
    " ON CONFLICT (view, key) DO UPDATE SET relationship = EXCLUDED.relationship,"
    " stream = EXCLUDED.stream, audience = EXCLUDED.audience, sort = EXCLUDED.sort,"
    " due = EXCLUDED.due, row = EXCLUDED.row"
)
DUE: Final[LiteralString] = (
    "SELECT row::text FROM view_rows WHERE view = %s AND due <= %s ORDER BY due, key LIMIT %s"
)
"""What falls due: of a view, until when, at most how many."""

_OF_ALL: Final[dict[tuple[str, tuple[str, ...]], LiteralString]] = {
    ("due_dates", (SHARED,)): "view = 'due_dates' AND audience = 'shared'"
}
"""What is read of everybody's rows, by view and audiences, spelt out: a plan for whatever view it
is could not use an index of one alone."""

Pool = ConnectionPool[Connection[TupleRow]]


class GuardedPool(Pool):
    """Connections that nobody is lent who has no time to wait."""

    def getconn(self, timeout: float | None = None) -> Connection[TupleRow]:
        """Return a connection; raises NotAtHand, or PoolTimeout."""
        waiting_for("the database")
        return super().getconn(timeout)


class PostgresView(Generic[R]):
    """One view as readers see it."""

    def __init__(self, pool: Pool, projection: Projection[R]) -> None:
        self._pool = pool
        self._projection = projection

    def get(self, key: str) -> R | None:
        """Return one row."""
        found = fetch(
            self._pool,
            "SELECT row::text FROM view_rows WHERE view = %s AND key = %s",
            (self._projection.name, key),
        )
        return self._projection.row.model_validate_json(found[0][0]) if found else None

    def find(self, query: Query) -> list[R]:
        """Return the rows that match a query, at most ``query.limit``."""
        select, parameters = statement(self._projection.name, query)
        found = fetch(self._pool, select, parameters)
        return asked_for(self._projection, query, [text for (text,) in found])

    def find_at(self, query: Query) -> tuple[int, list[R]]:
        """Return the rows that match a query, and up to where in the ledger they hold."""
        select, parameters = statement(self._projection.name, query)
        which = (self._projection.name, self._projection.version)
        found = fetch(self._pool, f"SELECT ({STANDS}), ARRAY({select})", (*which, *parameters))
        position, rows = found[0]
        return position or 0, asked_for(self._projection, query, rows)


def asked_for(projection: Projection[R], query: Query, found: Sequence[str]) -> list[R]:
    """Read the rows that were found; raises StrayRowError for one that was not asked for.

    The second line: whoever gets the statement wrong shows nobody a stranger's row.
    """
    rows = [projection.row.model_validate_json(text) for text in found]
    if not all(query.asked_for(projection.place(row)) for row in rows):
        raise StrayRowError(projection.name)
    return rows


def fetch(pool: Pool, select: LiteralString, parameters: Sequence[Any]) -> list[TupleRow]:
    """Read rows, and read again if the connection turns out to be dead.

    After a crash of the server every connection that lay idle is; all of them are then looked at.
    """
    try:
        return _fetched(pool, select, parameters)
    except PoolTimeout:
        raise
    except OperationalError:
        pool.check()
    return _fetched(pool, select, parameters)


def _fetched(pool: Pool, select: LiteralString, parameters: Sequence[Any]) -> list[TupleRow]:
    with pool.connection() as connection:
        # One statement is its own snapshot: to begin a transaction around it, and to end it, would
        # be two more trips to the server.
        connection.autocommit = True
        try:
            return connection.execute(select, parameters, prepare=True).fetchall()
        finally:
            if not connection.closed:
                connection.autocommit = False  # whoever borrows it next begins one by writing


def statement(name: str, query: Query) -> tuple[LiteralString, list[Any]]:
    """Return how a view is read; migrations 0003, 0014 have an index for each way readers ask."""
    select: LiteralString = "SELECT row::text FROM view_rows WHERE "
    parameters: list[Any] = []
    outright = _OF_ALL.get((name, query.audiences)) if query.everybodys else None
    if outright is not None:
        select += outright
    else:
        select += "view = %s AND audience = ANY(%s)"
        parameters += [name, list(query.audiences)]
    if query.relationship is not None:
        select += " AND relationship = %s"
        parameters.append(query.relationship)
    if query.stream is not None:
        select += " AND stream = %s"
        parameters.append(query.stream)
    for field, value in query.matching:
        select += " AND row -> %s = %s"
        parameters += [field, Jsonb(value)]
    if query.after is not None:
        select += (
            " AND (sort, key) < (%s, %s)" if query.descending else (" AND (sort, key) > (%s, %s)")
        )
        parameters += query.after
    select += " ORDER BY sort DESC, key DESC" if query.descending else " ORDER BY sort, key"
    select += " LIMIT %s"
    parameters.append(query.limit)
    return select, parameters


class _Buffered(Generic[R]):
    """A view's rows within one batch: read through, written back once at its end."""

    def __init__(self, cursor: Cursor[TupleRow], projection: Projection[R]) -> None:
        self._cursor = cursor
        self._projection = projection
        self._rows: dict[str, R | None] = {}
        self._changed: set[str] = set()

    def get(self, key: str) -> R | None:
        if key not in self._rows:
            self._cursor.execute(
                "SELECT row::text FROM view_rows WHERE view = %s AND key = %s",
                (self._projection.name, key),
                prepare=True,
            )
            found = self._cursor.fetchone()
            self._rows[key] = (
                None if found is None else self._projection.row.model_validate_json(found[0])
            )
        return self._rows[key]

    def put(self, row: R) -> None:
        key = self._projection.place(row).key
        self._rows[key] = row
        self._changed.add(key)

    def write(self, place: Place, row: bytes) -> None:
        self._rows[place.key] = self._projection.row.model_validate_json(row)
        self._changed.add(place.key)

    def delete(self, key: str) -> None:
        self._rows[key] = None
        self._changed.add(key)

    def write_back(self) -> None:
        name = self._projection.name
        kept = [row for key in sorted(self._changed) if (row := self._rows[key]) is not None]
        gone = sorted(key for key in self._changed if self._rows[key] is None)
        if gone:
            self._cursor.execute(
                "DELETE FROM view_rows WHERE view = %s AND key = ANY(%s)", (name, gone)
            )
        if kept:
            self._cursor.execute(_UPSERT, (name, *self._columns(kept)), prepare=True)

    def _columns(self, rows: Sequence[R]) -> tuple[Texts, ...]:
        places = [self._projection.place(row) for row in rows]
        return (
            Texts([place.key for place in places]),
            Texts([place.relationship for place in places]),
            Texts([place.stream for place in places]),
            Texts([place.audience for place in places]),
            Texts([place.sort for place in places]),
            Texts([None if place.due is None else place.due.isoformat() for place in places]),
            Texts([row.model_dump_json() for row in rows]),
        )


class PostgresViewStore:
    """Where views and the positions of views and policies are kept."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def view(self, projection: Projection[R]) -> PostgresView[R]:
        """Return a view for reading."""
        return PostgresView(self._pool, projection)

    def position(self, projection: Projection[Any]) -> int:
        """Return the position up to which a view holds; 0 when it has to be built anew."""
        with self._pool.connection() as connection:
            return position_of(connection.cursor(), projection)

    def positions(self, projections: Sequence[Projection[Any]]) -> dict[str, int]:
        """Return the same for several views at once, by name."""
        with self._pool.connection() as connection:
            return positions_of(connection.cursor(), projections)

    def is_outdated(self, projection: Projection[Any]) -> bool:
        """Tell whether a view's rows are of another version than the code's."""
        with self._pool.connection() as connection:
            found = connection.execute(
                "SELECT version FROM view_tracking WHERE view = %s", (projection.name,)
            ).fetchone()
        return found is not None and found[0] != projection.version

    def advance(self, projection: Projection[Any], events: Sequence[Positioned]) -> None:
        """Apply events in order and move the position, in one transaction."""
        self.advance_together([projection], events)

    def advance_together(
        self, projections: Sequence[Projection[Any]], events: Sequence[Positioned]
    ) -> None:
        """Do the same for several views, in one transaction: none moves when one of them fails."""
        if not events:
            return
        with self._pool.connection() as connection, connection.cursor() as cursor:
            lock(cursor, projections)
            positions = positions_of(cursor, projections)
            if anew := [name for name, position in positions.items() if position == 0]:
                cursor.execute("DELETE FROM view_rows WHERE view = ANY(%s)", (anew,))
            for projection in projections:
                rows: _Buffered[Any] = _Buffered(cursor, projection)
                for event in events:
                    if event.position > positions[projection.name]:
                        projection.process(event, rows)
                rows.write_back()
            last = events[-1].position
            track(cursor, [(one, max(positions[one.name], last)) for one in projections])

    @contextmanager
    def draft(self, projections: Sequence[Projection[Any]]) -> Iterator[Draft]:
        """Lend what is needed to build views anew from the first event."""
        with self._pool.connection() as connection:
            draft = PostgresDraft(connection, projections)
            try:
                yield draft
            finally:
                draft.close()

    def policies_position(self) -> int:
        """Return the position of the last event that every policy has answered."""
        with self._pool.connection() as connection:
            return position_at(connection.cursor(), POLICIES, 1)

    def set_policies_position(self, position: int) -> None:
        """Remember a position."""
        with self._pool.connection() as connection:
            connection.execute(TRACK, ([POLICIES], [1], [position]))

    def next_due(self, projection: Projection[R], until: datetime, limit: int) -> list[R]:
        """Return the rows of a view that fall due by an instant, the earliest first."""
        with self._pool.connection() as connection:
            found = connection.execute(DUE, (projection.name, until, limit)).fetchall()
        return [projection.row.model_validate_json(text) for (text,) in found]
