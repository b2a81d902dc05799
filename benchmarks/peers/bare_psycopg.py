"""What one Python process can do at best: threads that send the limit's own statements by psycopg.

Nothing is decoded, decided or encoded, and there is no order, key or leaf: the table of
``pgbench.bare``, prepared statements, binary rows, a connection for each thread of its own.

``python -m benchmarks.peers.bare_psycopg NAME CONNINFO STREAMS`` is a side; see
``benchmarks.callers``. The table is there before.
"""

from __future__ import annotations

import sys
from itertools import count
from random import randrange
from typing import Final
from uuid import UUID, uuid4

import psycopg

from benchmarks.callers import Operation, serve

TOPIC: Final = "negotiation.CommentMade/1"
STATE: Final = b"n" * 600
INSERT: Final = "INSERT INTO bare (stream, version, topic, state) VALUES (%b, %b, %b, %b)"
SELECT: Final = "SELECT version, topic, state FROM bare WHERE stream = %b ORDER BY version LIMIT 10"
BEYOND: Final = 1_000_000
"""A version that nothing in a stream has, so that nobody meets anybody."""


class BareStore:
    """The limit's table, and what callers do to it."""

    def __init__(self, conninfo: str, _: int) -> None:
        self._conninfo = conninfo
        with psycopg.connect(conninfo) as connection:
            found = connection.execute("SELECT DISTINCT stream FROM bare").fetchall()
        self._streams: list[UUID] = [stream for (stream,) in found]
        self._versions = count(BEYOND)

    def operation(self, name: str, caller: int, callers: int) -> Operation:
        """Return an insert, with a select of ten rows before it or without."""
        connection = psycopg.connect(self._conninfo, autocommit=True)
        cursor = connection.cursor(binary=True)

        def insert(stream: UUID) -> None:
            row = (stream, next(self._versions), TOPIC, STATE)
            cursor.execute(INSERT, row, prepare=True)

        if name == "append":
            own = uuid4()
            return lambda: insert(own)
        mine = self._streams[caller % len(self._streams) :: callers]
        turns = count(randrange(len(mine)))  # noqa: S311 - where to begin is no secret

        def load_and_insert() -> None:
            stream = mine[next(turns) % len(mine)]
            cursor.execute(SELECT, (stream,), prepare=True).fetchall()
            insert(stream)

        return load_and_insert


if __name__ == "__main__":
    serve(BareStore(sys.argv[2], int(sys.argv[3])))
