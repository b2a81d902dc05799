"""Clients that negotiate without pause, whatever befalls the service, and keep books of it.

Two sides share a table: the provider makes firm offers and withdraws them, the client accepts them
under its signature and then declines to sign, so that the table is free again, or signs; where both
have signed, a contract follows, and they go on at another table. Each request has a key; one
without a clear answer is sent again with the same key until it has one.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from threading import Event, Thread
from typing import Any, Final, Self

from domain.values.sides import Side
from faults.books import Books, until_clear
from faults.calling import Answer, Move
from faults.installation import PATIENCE, Installation
from faults.pair import ACCEPTANCE, BECAUSE, TERMS, Pair, offer_body
from interfaces.signing_tool.statements import signed, statement_of
from signing import own_key

CONCLUDED_OF_ACCEPTED: Final = 0.2
"""How many of the accepted offers the client goes on to sign."""

LEFT_ON_THE_TABLE: Final = 0.3
"""How many offers the client has time to read and sign for, before they are withdrawn."""

PAUSE: Final = 0.05
THINKING: Final = 0.15
APPROVALS: Final = ("technical", "commercial", "mandate")


class Table:
    """Where both sides of a pair talk now; the provider moves both to the next one."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.number = 1


class Client(Thread):
    """One side at one table, over a connection of its own."""

    def __init__(self, side: Side, pair: Pair, table: Table, workload: Workload) -> None:
        super().__init__(name=f"{side} at {table.path}", daemon=True)
        self._side = side
        self._subject = pair.lead[side]
        self._relationship = pair.path
        self._table = table
        self._books = workload.books
        self._enough = Event()
        self._random = random.Random(f"{side}{table.path}")  # noqa: S311 - the same every time
        self._connection = workload.call(self._subject)
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
        seen = self._look()
        if seen["status"] == "concluded":
            self._move_on()
        elif seen["status"] == "awaiting-signatures":
            self._sign_or(seen, lambda: self._wait(PAUSE))
        else:
            made = self._do("/offers", offer_body())
            if made.yes:
                offer = made.document["tabled"]
                self._do("/comments", {"text": "have a look", "offer": offer}, if_match=None)
                if self._random.random() < LEFT_ON_THE_TABLE:
                    self._wait(THINKING)
                self._do(f"/offers/{offer}/withdrawal", BECAUSE)

    def _answer(self) -> None:
        seen = self._look()
        offer = seen["tabled"]
        if seen["status"] == "concluded":
            self._wait(PAUSE)
        elif seen["status"] == "awaiting-signatures":
            if self._side in seen["signed"]:
                self._do("/comments", {"text": "your turn", "offer": offer}, if_match=None)
            elif self._random.random() < CONCLUDED_OF_ACCEPTED:
                self._yes(offer, "sign", "signatures")
            else:
                self._do(f"/offers/{offer}/signature-refusal", BECAUSE)
        elif offer is None:
            self._do("/comments", {"text": "we are waiting"}, if_match=None)
        else:
            self._wait(self._random.uniform(0, 0.03))
            self._yes(offer, "accept", "acceptance")

    def _sign_or(self, seen: dict[str, Any], otherwise: Callable[[], None]) -> None:
        if seen["signed"] and self._side not in seen["signed"]:
            self._yes(seen["tabled"], "sign", "signatures")
        else:
            otherwise()

    def _yes(self, offer: str, action: str, to: str) -> None:
        """Accept or sign an offer under one's own key, if that is still to be done."""
        path = f"{self._table.path}/offers/{offer}/statement?action={action}"
        prepared = self._read(path)
        if prepared.yes:
            statement = statement_of(prepared.document["statement"])
            evidence = signed(statement, own_key(self._side))
            self._do(f"/offers/{offer}/{to}", {**ACCEPTANCE, "evidence": evidence})

    def _move_on(self) -> None:
        """Open another table, get one's own approvals for it, and tell the other side of it."""
        number = self._table.number + 1
        opened = self._send(
            Move(
                self._subject,
                f"{self._relationship}/negotiations",
                {"subject": {"kind": "new-agreement"}, "title": f"Table {number}"},
                None,
            )
        )
        if opened.yes:
            path = f"/relationships/{opened.document['id']}".replace("/negotiation-", NEGOTIATIONS)
            for kind in APPROVALS:
                approval = {"terms_digest": TERMS.digest}
                self._do(f"/position/approvals/{kind}", approval, table=path)
            self._table.path, self._table.number = path, number

    def _look(self) -> dict[str, Any]:
        return self._read(self._table.path).document

    def _read(self, path: str) -> Answer:
        return until_clear(lambda: self._connection.get(path), self._books.note_unread)

    def _wait(self, seconds: float) -> None:
        self._enough.wait(seconds)

    def _do(
        self,
        path: str,
        body: dict[str, Any],
        *,
        if_match: str | None = "*",
        table: str | None = None,
    ) -> Answer:
        return self._send(Move(self._subject, (table or self._table.path) + path, body, if_match))

    def _send(self, move: Move) -> Answer:
        answer = until_clear(
            lambda: self._connection.move(move), lambda: self._books.note_unknown(move)
        )
        self._books.note(move, answer)
        return answer


NEGOTIATIONS: Final = "/negotiations/negotiation-"


class Workload:
    """Several tables with both sides at each; a context manager.

    ``installation`` may be on any database; ``pair`` is whom it was told of before; ``patience``
    is for how many seconds a client waits for an answer.
    """

    def __init__(
        self,
        installation: Installation,
        pair: Pair,
        tables: int = 3,
        books: Books | None = None,
        *,
        patience: float = 20,
    ) -> None:
        self.books = books or Books()
        self.call = partial(installation.call, timeout=patience)
        self._clients = [
            Client(side, pair, table, self)
            for table in (Table(pair.negotiation()) for _ in range(tables))
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

    @staticmethod
    def ask_again(installation: Installation, move: Move) -> Answer:
        """Send a request once more, on a connection of its own."""
        return until_clear(lambda: installation.once(move))
