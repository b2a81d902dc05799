"""Views built anew where no reader sees them: in tables of one connection's own, then put in place.

Rows are folded in memory and written once they are many, each into a table without an index, by a
thread of its own while the next events are folded. What is never looked up again is never read
back. A process that dies takes its tables with it and leaves the old rows as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any, Final, Generic, LiteralString

from psycopg import Connection, Cursor, IsolationLevel
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Composed, Identifier

from application.projections.base import Place, Projection, R, Row
from application.recorded import Positioned
from interfaces.postgres.arrays import Texts
from interfaces.postgres.tracking import lock, position_of, track

HELD: Final = 2000
"""How many rows of a view are folded in memory before they are written; as many more are kept."""

COLUMNS: Final[LiteralString] = "key, relationship, stream, audience, sort, due, row"
_MADE: Final[LiteralString] = (
    "CREATE TEMPORARY TABLE {}"  # noqa: S608 - our own words
    f" ON COMMIT PRESERVE ROWS AS SELECT {COLUMNS} FROM view_rows WITH NO DATA"
)
_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_LENGTH: Final = Struct("!i")
_SEVEN: Final = Struct("!h").pack(7)
_NULL: Final = _LENGTH.pack(-1)
_INSTANT: Final = Struct("!iq")
_JSONB: Final = b"\x01"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class PostgresDraft:
    """Views on their way from the first event; lent by the store, on a connection of its own."""

    def __init__(
        self, connection: Connection[TupleRow], projections: Sequence[Projection[Any]]
    ) -> None:
        connection.autocommit = True
        self._connection = connection
        self._position = 0
        self._writer = ThreadPoolExecutor(1, "draft")
        self._sheets = [
            _Sheet(self._writer, connection, projection, f"draft_{number}")
            for number, projection in enumerate(projections)
        ]

    def advance(self, events: Sequence[Positioned]) -> None:
        """Apply the events that come next."""
        for sheet in self._sheets:
            sheet.advance(events)
        self._position = events[-1].position

    def replace(self) -> None:
        """Put every view's rows and position in the place of the old ones, a view at a time."""
        for sheet in self._sheets:
            sheet.finish()
        with self._connection.cursor() as cursor:
            for sheet in self._sheets:
                with self._connection.transaction():
                    sheet.replace(cursor, self._position)

    def differing(self) -> dict[str, list[str]]:
        """Return the keys of each view's rows that are not as they are here.

        A view that stands elsewhere by now is left out, for the two are of different moments.
        """
        for sheet in self._sheets:
            sheet.finish()
        self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with self._connection.transaction(), self._connection.cursor() as cursor:
            return {
                sheet.projection.name: sheet.differing(cursor)
                for sheet in self._sheets
                if position_of(cursor, sheet.projection) == self._position
            }

    def close(self) -> None:
        """Leave nothing behind: what the connection's own tables hold goes with it."""
        self._writer.shutdown(cancel_futures=True)
        self._connection.close()


class _Sheet(Generic[R]):
    """The rows of one view: the latest in memory, the rest in a table."""

    def __init__(
        self,
        writer: ThreadPoolExecutor,
        connection: Connection[TupleRow],
        projection: Projection[R],
        table: str,
    ) -> None:
        self.projection = projection
        self._writer = writer
        self._connection = connection
        self._table = Identifier("pg_temp", table)
        self._index = Identifier(f"{table}_key")
        self._rows: dict[str, R | None] = {}
        self._before: dict[str, R | None] = {}
        self._changed: dict[str, tuple[Place, R | bytes] | None] = {}
        self._written = Seen()
        self._looked_up = False
        self._writing: Future[None] | None = None
        connection.execute(SQL(_MADE).format(Identifier(table)))

    def advance(self, events: Sequence[Positioned]) -> None:
        process = self.projection.process
        for event in events:
            process(event, self)
            if max(len(self._rows), len(self._changed)) >= HELD:
                self._turn()

    def get(self, key: str) -> R | None:
        if key in self._rows:
            return self._rows[key]
        row: R | None
        if (changed := self._changed.get(key)) is not None:
            row = changed[1] if not isinstance(changed[1], bytes) else self._read(changed[1])
        elif key in self._before:
            row = self._before[key]
        elif key in self._written:
            row = self._stored(key)
        else:
            return None
        self._rows[key] = row
        return row

    def put(self, row: R) -> None:
        place = self.projection.place(row)
        self._rows[place.key] = row
        self._changed[place.key] = place, row

    def write(self, place: Place, row: bytes) -> None:
        self._rows.pop(place.key, None)
        self._changed[place.key] = place, row

    def delete(self, key: str) -> None:
        self._rows[key] = self._changed[key] = None

    def finish(self) -> None:
        """Write what is in memory."""
        self._turn()
        self._wait()

    def replace(self, cursor: Cursor[TupleRow], position: int) -> None:
        name = self.projection.name
        lock(cursor, [self.projection])
        cursor.execute("DELETE FROM view_rows WHERE view = %s", (name,))
        cursor.execute(
            self._sql(
                f"INSERT INTO view_rows (view, {COLUMNS}) SELECT %s, {COLUMNS} FROM {{table}}"  # noqa: S608 - our own words
            ),
            (name,),
        )
        track(cursor, [(self.projection, position)])

    def differing(self, cursor: Cursor[TupleRow]) -> list[str]:
        cursor.execute(
            self._sql(
                f"WITH old AS (SELECT {COLUMNS} FROM view_rows WHERE view = %s),"  # noqa: S608 - our own words
                f" new AS (SELECT {COLUMNS} FROM {{table}})"
                " SELECT key FROM (TABLE old EXCEPT TABLE new) AS gone"
                " UNION SELECT key FROM (TABLE new EXCEPT TABLE old) AS come ORDER BY key"
            ),
            (self.projection.name,),
        )
        return [key for (key,) in cursor.fetchall()]

    def _turn(self) -> None:
        """Have what has changed written, and keep what was in memory until the next time."""
        changed, written = self._changed, self._written
        gone = [key for key in changed if key in written]
        copied = bytearray(_HEADER)
        for key, there in changed.items():
            if there is not None:
                written.add(key)
                copied += _line(*there)
        copied += _TRAILER
        self._before, self._rows, self._changed = self._rows, {}, {}
        self._wait()
        if changed:
            self._writing = self._writer.submit(self._write, gone, copied)

    def _write(self, gone: Sequence[str], copied: bytearray) -> None:
        with self._connection.cursor() as cursor:
            if gone:
                self._delete(cursor, gone)
            copy_in = self._sql(f"COPY {{table}} ({COLUMNS}) FROM STDIN (FORMAT binary)")
            with cursor.copy(copy_in) as copy:
                copy.write(copied)

    def _delete(self, cursor: Cursor[TupleRow], keys: Iterable[str]) -> None:
        self._have_index(cursor)
        cursor.execute(self._sql("DELETE FROM {table} WHERE key = ANY(%b)"), (Texts([*keys]),))

    def _stored(self, key: str) -> R | None:
        # By the thread that writes, for the connection does one thing at a time.
        found = self._writer.submit(self._select, key).result()
        return None if found is None else self._read(found)

    def _select(self, key: str) -> str | None:
        with self._connection.cursor() as cursor:
            self._have_index(cursor)
            cursor.execute(self._sql("SELECT row::text FROM {table} WHERE key = %s"), (key,))
            found = cursor.fetchone()
        return None if found is None else found[0]

    def _read(self, row: bytes | str) -> R:
        return self.projection.row.model_validate_json(row)

    def _have_index(self, cursor: Cursor[TupleRow]) -> None:
        """Most views never look for what they wrote long ago, and write it the cheaper for that."""
        if not self._looked_up:
            cursor.execute(
                SQL("CREATE UNIQUE INDEX {} ON {} (key)").format(self._index, self._table)
            )
            self._looked_up = True

    def _wait(self) -> None:
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def _sql(self, statement: LiteralString) -> Composed:
        return SQL(statement).format(table=self._table)


class Seen:
    """Which keys may have been added: when it says no, one was not; a yes is seldom wrong.

    Always of the same size, however many there are (a Bloom filter of 2 MiB and three bits a key).
    """

    def __init__(self) -> None:
        self._bits = bytearray(1 << 21)

    def add(self, key: str) -> None:
        """Take note of a key."""
        bits, number = self._bits, hash(key)
        for bit in (number & 0xFFFFFF, number >> 20 & 0xFFFFFF, number >> 40 & 0xFFFFFF):
            bits[bit >> 3] |= 1 << (bit & 7)

    def __contains__(self, key: str) -> bool:
        bits, number = self._bits, hash(key)
        return all(
            bits[bit >> 3] >> (bit & 7) & 1
            for bit in (number & 0xFFFFFF, number >> 20 & 0xFFFFFF, number >> 40 & 0xFFFFFF)
        )


def _line(place: Place, row: Row | bytes) -> bytes:
    """Write a row as PostgreSQL's binary COPY takes it."""
    due = _NULL if place.due is None else _INSTANT.pack(8, (place.due - _EPOCH) // _MICROSECOND)
    texts = (place.key, place.relationship, place.stream, place.audience, place.sort)
    stored = _JSONB + (row if isinstance(row, bytes) else row.model_dump_json().encode())
    return b"".join((_SEVEN, *map(_text, texts), due, _LENGTH.pack(len(stored)), stored))


def _text(text: str | None) -> bytes:
    if text is None:
        return _NULL
    encoded = text.encode()
    return _LENGTH.pack(len(encoded)) + encoded
