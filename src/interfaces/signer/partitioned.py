"""The books of a ledger in partitions, as the signer sees them.

Leaves are where their relationship lives; what is published is at home.

A log is read where its relationship lives. The instants that the databases are read at differ, so
it is seen to that no relationship began to move, or ended moving, between them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any, Final, LiteralString

from psycopg import Connection

from domain.history.checkpoint import SERVICE_LOG
from domain.history.merkle import Hash
from domain.values.ids import relationship_of
from interfaces.signer.books import SignersBooks
from interfaces.signer.errors import NotYetDurable

HOME: Final = "home"
ATTEMPTS: Final = 10
_MOVES: Final[LiteralString] = (
    "SELECT count(*), count(ended_at), count(switched_at) FROM partition_moves"
)
_ROUTE: Final[LiteralString] = "SELECT partition FROM partition_routes WHERE relationship = %s"


class PartitionedBooks(SignersBooks):
    """Home's books, which know where the leaves are that are not at home."""

    def __init__(self, connection: Connection[Any], others: Mapping[str, Connection[Any]]) -> None:
        super().__init__(connection)
        self._others = {name: SignersBooks(one) for name, one in others.items()}

    def parts(self) -> tuple[SignersBooks, ...]:
        """Return what has to be durable before anything is signed: all of them."""
        return (self, *self._others.values())

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read everything within as it stood while nothing began or ended moving.

        Raises NotYetDurable when something always did.
        """
        for _ in range(ATTEMPTS):
            before = self.connection.execute(_MOVES).fetchall()
            with ExitStack() as stack:
                for other in self._others.values():
                    stack.enter_context(other.reading())
                    other.head()  # a snapshot is taken with the first question
                stack.enter_context(super().reading())
                if self.connection.execute(_MOVES).fetchall() == before:
                    yield
                    return
        raise NotYetDurable("relationships are being moved all the time")

    def heads(self) -> tuple[int, ...]:
        """Return the position of the latest fact in each database."""
        return (self.head(), *(other.head() for other in self._others.values()))

    def sizes(self) -> dict[str, int]:
        """Return how many leaves each log is said to have."""
        found: dict[str, int] = {}
        for name, books in self._all():
            sizes = SignersBooks.sizes(books).items()
            found.update({log: size for log, size in sizes if self._lives_in(log, name)})
        return found

    def touched(self, positions: tuple[int, ...]) -> list[str]:
        """Return the logs of the facts after a position in each database."""
        return [
            log
            for (name, books), position in zip(self._all(), positions, strict=True)
            for log in SignersBooks.touched(books, (position,))
            if self._lives_in(log, name)
        ]

    def leaves(self, log: str, start: int, most: int) -> list[tuple[int, Hash]]:
        """Return a log's leaves with their indexes, from one on, from where it lives."""
        books = self._others.get(self._place(log))
        return super().leaves(log, start, most) if books is None else books.leaves(log, start, most)

    def every_leaf(self) -> Iterator[tuple[str, int, Hash]]:
        """Yield every leaf of every log, the service-wide one included, log after log."""
        for name, books in self._all():
            last, lives = "", False
            for leaf in SignersBooks.every_leaf(books):
                if leaf[0] != last:
                    last = leaf[0]
                    lives = self._lives_in(last, name)
                if lives:
                    yield leaf

    def _all(self) -> Iterator[tuple[str, SignersBooks]]:
        yield HOME, self
        yield from self._others.items()

    def _lives_in(self, log: str, name: str) -> bool:
        return self._place(log) == name

    def _place(self, log: str) -> str:
        if log == SERVICE_LOG or relationship_of(log) is None:
            return HOME
        found = self.connection.execute(_ROUTE, (log,)).fetchone()
        return HOME if found is None else str(found[0])
