"""The history's tables of all partitions, read for a check as if they were one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from heapq import merge

import psycopg
from psycopg import Connection, IsolationLevel
from psycopg.rows import TupleRow

from application.checking import Entry
from domain.history.leaf import log_of
from domain.values.ids import relationship_of
from interfaces.partitions.opening import check_names
from interfaces.partitions.routes import HOME
from interfaces.postgres.history import PostgresBooks, open_books


class PartitionedBooks(PostgresBooks):
    """Home's books, and the facts and leaves of each log from where it lives."""

    def __init__(
        self, home: Connection[TupleRow], others: Mapping[str, Connection[TupleRow]]
    ) -> None:
        super().__init__(home)
        self._others = {name: PostgresBooks(one) for name, one in others.items()}
        rows = home.execute("SELECT relationship, partition FROM partition_routes")
        self._routes: dict[str, str] = dict(rows.fetchall())

    def entries(self) -> Iterator[Entry]:
        """Yield every fact and leaf, by log and index; facts without a leaf come last."""
        every = [self._here(HOME, super().entries())]
        every += [self._here(name, books.entries()) for name, books in self._others.items()]
        yield from merge(*every, key=_order)

    def sizes(self) -> dict[str, int]:
        """Return how many leaves each log is said to have."""
        found = {log: size for log, size in super().sizes().items() if self._lives(log, HOME)}
        for name, books in self._others.items():
            found.update(
                {log: size for log, size in books.sizes().items() if self._lives(log, name)}
            )
        return found

    def _here(self, name: str, entries: Iterator[Entry]) -> Iterator[Entry]:
        """Pass over what is on its way: it counts where it lives."""
        for entry in entries:
            if self._lives(entry.log or log_of(entry.stream), name):
                yield entry

    def _lives(self, log: str, name: str) -> bool:
        return relationship_of(log) is None or self._routes.get(log, HOME) == name


def _order(entry: Entry) -> tuple[bool, str, int, int]:
    return entry.log is None, entry.log or "", entry.index or 0, entry.position or 0


@contextmanager
def open_all_books(home: str, others: Mapping[str, str]) -> Iterator[PostgresBooks]:
    """Lend the books of an installation as each database stands, to read only."""
    if not others:
        with open_books(home) as books:
            yield books
        return
    check_names(home, others)
    with ExitStack() as stack:
        connections = {
            name: stack.enter_context(psycopg.connect(one)) for name, one in others.items()
        }
        at_home = stack.enter_context(psycopg.connect(home))
        for connection in (at_home, *connections.values()):
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
        yield PartitionedBooks(at_home, connections)
