"""The history's tables, read for a check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, LiteralString

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from application.checking import Entry

_ENTRIES: Final[LiteralString] = (
    "SELECT coalesce(e.originator_id, l.stream), coalesce(e.originator_version, l.version),"
    " e.notification_id, e.topic, e.state, l.log, l.leaf_index, l.leaf_hash"
    " FROM ledger_events e FULL JOIN history_leaves l"
    " ON l.stream = e.originator_id AND l.version = e.originator_version"
    " ORDER BY l.log NULLS LAST, l.leaf_index, e.notification_id"
)
CHUNK: Final = 2000


class PostgresBooks:
    """Facts and leaves, in the snapshot of one connection."""

    def __init__(self, connection: Connection[TupleRow]) -> None:
        self._connection = connection

    def entries(self) -> Iterator[Entry]:
        """Yield every fact and leaf, by log and index; facts without a leaf come last."""
        with self._connection.cursor(name="entries") as cursor:
            cursor.itersize = CHUNK
            cursor.execute(_ENTRIES)
            for row in cursor:
                yield Entry(*row)

    def sizes(self) -> dict[str, int]:
        """Return how many leaves each log is said to have."""
        return dict(self._connection.execute("SELECT log, size FROM history_logs").fetchall())


@contextmanager
def open_books(conninfo: str) -> Iterator[PostgresBooks]:
    """Lend the books of a database as they stand at one instant, to read only."""
    with psycopg.connect(conninfo) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield PostgresBooks(connection)
