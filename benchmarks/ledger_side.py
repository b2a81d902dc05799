"""The ledger as its callers use it: the real decider, mapper, keys and leaves, all of it on.

``python -m benchmarks.ledger_side ledger CONNINFO STREAMS`` is a side; see ``callers``.
"""

from __future__ import annotations

import logging
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count, islice
from typing import Final
from uuid import uuid4

from application.desk import Desk
from application.ledger import Act, Ledger, Step
from application.recorded import Recorded
from benchmarks.callers import Operation, serve
from benchmarks.on_a_loop import on_a_loop
from domain.negotiation.commands import Comment, OpenNegotiation
from domain.negotiation.facts import CommentMade, NegotiationOpened, NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.ids import within
from domain.values.sides import Side
from interfaces.clock import new_uuid7
from interfaces.postgres.persistence import ledger_env
from interfaces.postgres.plans import planned_once

EVENTS: Final = 10
TEXT: Final = "We can live with that, if the credit stays. " * 8
PERSON: Final = "person-01kb2q8v3tf8m9z6c4h1r5w7xy"
PARTY: Final = "party-01kb2q8v3tf8m9z6c4h1r5w7xz"
HOT: Final = 256
"""How many streams many callers touch again and again."""
CHUNK: Final = 1000
CONNECTIONS: Final = 20
"""As many as a process of the service has."""


class LedgerStore:
    """A ledger with streams of ten events, and what callers do to them."""

    def __init__(self, conninfo: str, streams: int) -> None:
        self._ledger = Ledger(ledger_env(planned_once(conninfo)))
        self._desk = Desk(self._ledger, new_uuid7)
        self._streams = [
            within(self._desk.new("relationship"), self._desk.new("negotiation"))
            for _ in range(streams)
        ]
        events = (event for stream in self._streams for event in self._talk(stream))
        while chunk := tuple(islice(events, CHUNK)):
            self._ledger.save(*chunk)

    def operation(self, name: str, caller: int, callers: int) -> Operation:
        """Return an append, or a command on streams nobody knows yet, or on some that many know."""
        if name == "append":
            stream = self._desk.new("negotiation", self._desk.new("relationship"))
            opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Compute", 14)
            self._ledger.perform(self._act(), Step(NEGOTIATION, stream, opening))
            return lambda: self._comment(stream)
        if name == "cold":
            mine = self._streams[caller % len(self._streams) :: callers]
            turns = count(random.randrange(len(mine)))  # noqa: S311 - where to begin is no secret
            return lambda: self._cold(mine[next(turns) % len(mine)])
        hot = self._streams[:HOT]
        return lambda: self._comment(random.choice(hot))  # noqa: S311 - which one is no secret

    def _cold(self, stream: str) -> None:
        self._ledger.forget(stream)
        self._comment(stream)

    def _comment(self, stream: str) -> None:
        said = Comment(self._desk.new("comment"), Side.CLIENT, TEXT)
        outcome = self._ledger.perform(self._act(), Step(NEGOTIATION, stream, said))
        if len(outcome.events) != 1:
            raise RuntimeError(f"one comment led to {outcome.events}")

    def _act(self) -> Act:
        key = uuid4().hex
        return Act(PERSON, PARTY, datetime.now(UTC), key, sha256(key.encode()).hexdigest())

    def _talk(self, stream: str) -> Iterator[Recorded]:
        opened = NegotiationOpened(NewAgreement(), Side.CLIENT, "Compute", 14)
        said = [CommentMade(self._desk.new("comment"), Side.CLIENT, TEXT)] * (EVENTS - 1)
        at = datetime.now(UTC)
        for version, fact in enumerate([opened, *said], 1):
            yield Recorded(stream, version, at, PERSON, PARTY, uuid4().hex, fact)


if __name__ == "__main__":
    logging.disable(logging.INFO)
    serve(LedgerStore(sys.argv[2], int(sys.argv[3])), on_a_loop)
