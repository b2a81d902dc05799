"""The library we build on, as it comes: its own aggregate, mapper, repository and recorder.

``python -m benchmarks.peers.stock_eventsourcing NAME CONNINFO STREAMS`` is a side; see
``benchmarks.callers``.
"""

from __future__ import annotations

import sys
from itertools import count
from random import randrange
from typing import Final
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from benchmarks.callers import Operation, serve

EVENTS: Final = 10
NOTE: Final = "n" * 420
CHUNK: Final = 5
"""More at once than a socket takes, and the stock recorder waits for ever: it uses a pipeline."""
CONNECTIONS: Final = 64


class Agreement(Aggregate):
    """An agreement that offers are made about."""

    @event("Opened")
    def __init__(self, title: str) -> None:
        self.title = title
        self.offers = 0
        self.target = ""

    @event("OfferMade")
    def offer(self, party: str, target: str, credit: str, note: str) -> None:  # noqa: ARG002 - the event's own
        """Make an offer."""
        self.offers += 1
        self.target = target


class Agreements(Application[UUID]):
    """The stock application."""


class StockStore:
    """Agreements with ten events each, and what callers do to them."""

    def __init__(self, conninfo: str, streams: int) -> None:
        self._app = Agreements(_environment(conninfo))
        self._ids: list[UUID] = []
        for first in range(0, streams, CHUNK):
            made = [_agreement() for _ in range(min(CHUNK, streams - first))]
            self._app.save(*made)
            self._ids += [one.id for one in made]

    def operation(self, name: str, caller: int, callers: int) -> Operation:
        """Return an append to an agreement at hand, or a command on one that is loaded."""
        if name == "append":
            agreement = Agreement("Compute")
            self._app.save(agreement)
            return lambda: self._offer(agreement)
        mine = self._ids[caller % len(self._ids) :: callers]
        turns = count(randrange(len(mine)))  # noqa: S311 - where to begin is no secret
        return lambda: self._offer(self._app.repository.get(mine[next(turns) % len(mine)]))

    def _offer(self, agreement: Agreement) -> None:
        agreement.offer("party-a", "99.95", "10%", NOTE)
        self._app.save(agreement)


def _agreement() -> Agreement:
    made = Agreement("Compute")
    for _ in range(EVENTS - 1):
        made.offer("party-a", "99.95", "10%", NOTE)
    return made


def _environment(conninfo: str) -> dict[str, str]:
    told = conninfo_to_dict(conninfo)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(told["dbname"]),
        "POSTGRES_HOST": str(told["host"]),
        "POSTGRES_PORT": str(told["port"]),
        "POSTGRES_USER": str(told["user"]),
        "POSTGRES_PASSWORD": "none",
        "POSTGRES_POOL_SIZE": "16",
        "POSTGRES_MAX_OVERFLOW": str(CONNECTIONS - 16),
        "POSTGRES_CONNECT_TIMEOUT": "30",
    }


if __name__ == "__main__":
    serve(StockStore(sys.argv[2], int(sys.argv[3])))
