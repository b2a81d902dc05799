"""Clients that negotiate without pause, whatever is killed, and keep books of what they were told.

Two sides share a table: the provider makes firm offers and withdraws them, the client accepts them,
and where that came first declines to sign, so that the table is free again. Both also talk and
open tables of their own. Each request has a key; one without a clear answer is sent again with the
same key until it has one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final, Self

from domain.values.sides import Side
from faults.calling import Answer, Lost, Move
from faults.checker import Acknowledged
from faults.installation import PATIENCE, Installation
from faults.pair import ACCEPTANCE, BECAUSE, Pair, offer_body

UNCLEAR: Final = 500
"""From this status on nobody knows whether the request was recorded."""
PAUSE: Final = 0.1


@dataclass
class Books:
    """What the clients were told."""

    acknowledged: list[tuple[Move, Answer]] = field(default_factory=list)
    refused: int = 0
    unknown: set[str] = field(default_factory=set)
    """Keys of requests that went without a clear answer at least once."""
    troubles: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def note(self, move: Move, answer: Answer) -> None:
        """Write down a clear answer."""
        with self._lock:
            if answer.yes:
                self.acknowledged.append((move, answer))
            else:
                self.refused += 1
                if answer.status not in {409, 412}:
                    self.troubles.append(f"{move.path}: {answer.status} {answer.body!r}")

    def note_unknown(self, move: Move) -> None:
        """Write down that there was no clear answer."""
        with self._lock:
            self.unknown.add(move.key)

    def for_the_checker(self) -> list[Acknowledged]:
        """Return the requests that were answered with a yes, and what that yes said."""
        return [
            Acknowledged(move.key, answer.document["id"], answer.version)
            for move, answer in self.acknowledged
        ]


class Client(Thread):
    """One side at one table, over a connection of its own."""

    def __init__(
        self, side: Side, pair: Pair, table: str, installation: Installation, books: Books
    ) -> None:
        super().__init__(name=f"{side} at {table}", daemon=True)
        self._subject = pair.lead[side]
        self._table = table
        self._books = books
        self._enough = Event()
        self._random = random.Random(f"{side}{table}")  # noqa: S311 - the same every time
        self._connection = installation.call(self._subject, timeout=20)
        self._round = self._provide if side is Side.PROVIDER else self._answer

    def run(self) -> None:
        try:
            while not self._enough.is_set():
                self._round()
        except Exception as trouble:  # noqa: BLE001 - whatever ends a client is told by the test
            self._books.troubles.append(f"{self.name}: {trouble!r}")
        finally:
            self._connection.close()

    def stop(self) -> None:
        """Ask the client to stop after its next clear answer."""
        self._enough.set()

    def _provide(self) -> None:
        made = self._do("/offers", offer_body())
        if made.yes:
            offer = made.document["tabled"]
            self._do("/comments", {"text": "have a look", "offer": offer}, if_match=None)
            self._do(f"/offers/{offer}/withdrawal", BECAUSE)
        opened = self._send(
            Move(
                self._subject,
                self._table.rsplit("/", 1)[0],
                {"subject": {"kind": "new-agreement"}, "title": "Another table"},
                None,
            )
        )
        if opened.yes:
            table = f"{self._table.rsplit('/', 1)[0]}/{opened.document['id'].rsplit('/', 1)[1]}"
            self._do("/offers", offer_body("indicative"), table=table)

    def _answer(self) -> None:
        seen = self._look()
        offer = seen["tabled"]
        if offer is None:
            self._do("/comments", {"text": "we are waiting"}, if_match=None)
        elif seen["status"] == "awaiting-signatures":
            self._do(f"/offers/{offer}/signature-refusal", BECAUSE)
        else:
            self._enough.wait(self._random.uniform(0, 0.03))
            self._do(f"/offers/{offer}/acceptance", ACCEPTANCE)

    def _look(self) -> dict[str, object]:
        answer = self._until_clear(lambda: self._connection.get(self._table))
        return answer.document

    def _do(
        self,
        path: str,
        body: dict[str, object],
        *,
        if_match: str | None = "*",
        table: str | None = None,
    ) -> Answer:
        return self._send(Move(self._subject, (table or self._table) + path, body, if_match))

    def _send(self, move: Move) -> Answer:
        answer = self._until_clear(
            lambda: self._connection.move(move), lambda: self._books.note_unknown(move)
        )
        self._books.note(move, answer)
        return answer

    def _until_clear(
        self, ask: Callable[[], Answer], unclear: Callable[[], None] = lambda: None
    ) -> Answer:
        return until_clear(ask, unclear)


def until_clear(ask: Callable[[], Answer], unclear: Callable[[], None] = lambda: None) -> Answer:
    """Ask until there is a clear answer; each unclear one is reported first."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
            if answer.status < UNCLEAR:
                return answer
        except Lost:
            pass
        unclear()
        assert time.monotonic() < end, f"no clear answer within {PATIENCE} s"
        time.sleep(PAUSE)


class Workload:
    """Several tables with both sides at each; a context manager."""

    def __init__(self, installation: Installation, pair: Pair, tables: int = 3) -> None:
        self.books = Books()
        self._installation = installation
        self._clients = [
            Client(side, pair, table, installation, self.books)
            for table in (pair.negotiation() for _ in range(tables))
            for side in Side
        ]

    def __enter__(self) -> Self:
        for client in self._clients:
            client.start()
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._clients:
            client.stop()
        for client in self._clients:
            client.join(2 * PATIENCE)
            assert not client.is_alive(), f"{client.name} got no clear answer"

    def again(self, move: Move) -> Answer:
        """Send a request once more, on a connection of its own."""
        return until_clear(lambda: self._installation.once(move))
