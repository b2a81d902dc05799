"""Two processes of one service, of which one remembers, and what its requests ask of databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from http_answers import done
from http_cast import Cast, Deal, open_negotiation, path_of
from http_world import World, open_world
from interfaces.postgres.datastore import ConfirmingDatastore
from interfaces.postgres.views import GuardedPool

READER = "client-negotiator"
WARM = 3
"""How often something is read before what it needs is certainly at hand."""


@dataclass(frozen=True)
class Two:
    """Two processes of one service: one is written to, the other remembers."""

    writes: World
    remembers: World
    cast: Cast
    deal: Deal
    talk: str
    """A negotiation that is not over."""

    def comment(self) -> None:
        """Add to the talk, by the process that does not remember."""
        lead = self.writes.as_("provider-negotiator")
        done(lead.post(f"{self.talk}/comments", {"text": "One more point."}), 201)

    def warm(self, path: str) -> None:
        """Read something until it is at hand."""
        for _ in range(WARM):
            done(self.remembers.as_(READER).get(path))


@contextmanager
def two_processes(database: str, home: Path, **settings: Any) -> Iterator[Two]:
    """Lend the two, with a contract and a talk in what they share."""
    with open_world(database, home, **settings) as writes:
        cast = writes.cast()
        deal = writes.strike_a_deal(cast)
        talk = path_of(open_negotiation(cast)["id"])
        writes.settle()
        with open_world(database, home, writes.clock.now(), **settings) as remembers:
            yield Two(writes, remembers, cast, deal, talk)


def count_connections(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each connection that is lent from here on: to the ``ledger`` or the ``views``."""
    lent: list[str] = []

    def counting(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def lend(*told: object, **named: object) -> object:
            found = original(*told, **named)
            lent.append(name)
            return found

        return lend

    connection = ConfirmingDatastore.get_connection
    monkeypatch.setattr(ConfirmingDatastore, "get_connection", counting("ledger", connection))
    monkeypatch.setattr(GuardedPool, "getconn", counting("views", GuardedPool.getconn))
    return lent
