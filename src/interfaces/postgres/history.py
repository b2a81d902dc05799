"""The history's tables, read for a check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, LiteralString

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from application.checking import Entry
from application.checking_published import (
    PublishedCheckpoint,
    PublishedNode,
    ServiceLeaf,
    WitnessLine,
)
from domain.history.merkle import Node

_ENTRIES: Final[LiteralString] = (
    "SELECT coalesce(e.originator_id, l.stream), coalesce(e.originator_version, l.version),"
    " e.notification_id, e.topic, e.state, l.log, l.leaf_index, l.leaf_hash"
    " FROM ledger_events e FULL JOIN history_leaves l"
    " ON l.stream = e.originator_id AND l.version = e.originator_version"
    ' ORDER BY l.log COLLATE "C" NULLS LAST, l.leaf_index, e.notification_id'
)
_CHECKPOINTS: Final[LiteralString] = (
    "SELECT log, size, root, note FROM history_checkpoints WHERE (log = 'service') = %s"
    ' ORDER BY log COLLATE "C", size'
)
_NODES: Final[LiteralString] = (
    "SELECT log, (at + 1) << level, level, at, hash FROM history_nodes"
    " WHERE (log = 'service') = %s"
    ' ORDER BY log COLLATE "C", (at + 1) << level, level'
)
_SERVICE_LEAVES: Final[LiteralString] = (
    "SELECT service_index, service_leaf, log, size, root, note FROM history_checkpoints"
    " WHERE service_index IS NOT NULL ORDER BY service_index"
)
_WITNESS_LINES: Final[LiteralString] = (
    "SELECT log, size, witness, line, note FROM history_cosignatures"
    " JOIN history_checkpoints USING (log, size) ORDER BY log, size, witness"
)
CHUNK: Final = 2000


class PostgresBooks:
    """Facts and leaves, in the snapshot of one connection."""

    def __init__(self, connection: Connection[TupleRow]) -> None:
        self._connection = connection

    def entries(self) -> Iterator[Entry]:
        """Yield every fact and leaf, by log and index; facts without a leaf come last."""
        for row in self._stream("entries", _ENTRIES):
            yield Entry(*row)

    def sizes(self) -> dict[str, int]:
        """Return how many leaves each log is said to have."""
        return dict(self._connection.execute("SELECT log, size FROM history_logs").fetchall())

    def signing_keys(self) -> list[bytes]:
        """Return the public keys that checkpoints were signed with."""
        rows = self._connection.execute("SELECT public FROM history_signers ORDER BY since")
        return [key for (key,) in rows]

    def checkpoints(self, *, of_service: bool) -> Iterator[PublishedCheckpoint]:
        """Yield the service-wide log's checkpoints, or all others, by log and size."""
        for row in self._stream("checkpoints", _CHECKPOINTS, of_service):
            yield PublishedCheckpoint(*row)

    def nodes(self, *, of_service: bool) -> Iterator[PublishedNode]:
        """Yield the service-wide log's subtrees, or all others, by log, size and level."""
        for log, size, level, at, root in self._stream("nodes", _NODES, of_service):
            yield PublishedNode(log, size, Node(level, at, root))

    def service_leaves(self) -> Iterator[ServiceLeaf]:
        """Yield the leaves of the service-wide log, by index."""
        for index, leaf, *checkpoint in self._stream("service_leaves", _SERVICE_LEAVES):
            yield ServiceLeaf(index, leaf, PublishedCheckpoint(*checkpoint))

    def witness_lines(self) -> Iterator[WitnessLine]:
        """Yield what witnesses put under checkpoints."""
        for row in self._stream("witness_lines", _WITNESS_LINES):
            yield WitnessLine(*row)

    def _stream(self, name: str, query: LiteralString, *asked: bool) -> Iterator[TupleRow]:
        with self._connection.cursor(name=name) as cursor:
            cursor.itersize = CHUNK
            yield from cursor.execute(query, asked)


@contextmanager
def open_books(conninfo: str) -> Iterator[PostgresBooks]:
    """Lend the books of a database as they stand at one instant, to read only."""
    with psycopg.connect(conninfo) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield PostgresBooks(connection)
