"""The timestamping authority lies, talks nonsense, or hangs: no document, and nothing else stops.

Nothing is recorded of a document that nobody dated; the same request is answered once there is an
authority again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event
from typing import Final

import pytest
from asn1crypto import tsp

from answering import answering
from domain.values.sides import Side
from faults.calling import Answer, Move
from faults.installation import Installation, until
from faults.pair import Pair
from faults.trying import ENOUGH, Trial
from faults.verdicts import bundle, contracts, pins, verdict
from interfaces.documents.authority import SEAL, Authority
from interfaces.documents.stamping_server import reply
from interfaces.documents.timestamps import REPLY

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

AT_ONCE: Final = 8
"""How many ask for a document while the authority hangs."""


class Moody:
    """An RFC 3161 authority that answers as it is told to."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        self.mood: Callable[[bytes], bytes | None] = self.honest
        self.over = Event()
        """Set once nobody is to hang any more."""
        self.hanging = 0

    def honest(self, query: bytes) -> bytes:
        return reply(self.authority, query)

    def lie(self, query: bytes) -> bytes:
        """Answer, truly signed, what somebody else asked at another time."""
        asked = tsp.TimeStampReq.load(query)
        other = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\x01" * 32}
        told = {"version": 1, "message_imprint": other, "nonce": asked["nonce"], "cert_req": True}
        return reply(self.authority, tsp.TimeStampReq(told).dump())

    def nonsense(self, _: bytes) -> bytes:
        return b"\x30\x03nonsense"

    def hang(self, _: bytes) -> None:
        self.hanging += 1
        self.over.wait()

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Answer over HTTP; yields the address."""

        def answers(query: bytes, handler: BaseHTTPRequestHandler) -> None:
            body = self.mood(query)
            if body is not None:
                handler.send_response(200)
                handler.send_header("Content-Type", REPLY)
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

        with answering(answers) as address:
            try:
                yield address
            finally:
                self.over.set()


@pytest.fixture
def dated(installation: Installation) -> Iterator[tuple[Installation, Moody]]:
    """Lend a server on the same database that has documents dated by a moody authority."""
    with tempfile.TemporaryDirectory(prefix="parley-dated-") as name:
        home = Path(name)
        moody = Moody(Authority(home / "authority").ensure())
        authority = moody.authority
        seal = authority.named(SEAL)
        with moody.serving() as address:
            settings = {
                "PARLEY_DOCUMENT_TSA": address,
                "PARLEY_DOCUMENT_SEAL_KEY": str(seal.key),
                "PARLEY_DOCUMENT_SEAL_CERTIFICATE": str(seal.certificate),
                "PARLEY_DOCUMENT_ROOTS": str(authority.root),
                "PARLEY_DOCUMENT_LISTS": str(authority.crl),
            }
            (home / "parley").mkdir()
            server = Installation(
                home / "parley",
                web_processes=1,
                worker=False,
                database=installation.dsn,
                more=settings,
            )
            try:
                yield server.start(), moody
            finally:
                server.discard()


def test_an_authority_that_lies_or_hangs_costs_documents_and_nothing_else(
    dated: tuple[Installation, Moody], installation: Installation, pair: Pair
) -> None:
    server, moody = dated
    trial = Trial("timestamping authority lies, talks nonsense, hangs", server, pair)
    with trial.load():
        contract = until("one is signed", lambda: contracts(server, pair))[0]
        asking = Move(pair.lead[Side.CLIENT], f"{contract}/versions/1/document", None, None)
        for mood in (moody.lie, moody.nonsense):
            moody.mood = mood
            not_made(server, asking)
        moody.mood = moody.hang
        with ThreadPoolExecutor(AT_ONCE) as people:
            others = [Move(asking.subject, asking.path, None, None) for _ in range(AT_ONCE - 1)]
            asked = [people.submit(server.once, one) for one in (asking, *others)]
            until("the authority is asked", lambda: moody.hanging)
            trial.until_acknowledged(enough=ENOUGH // 2)
            for one in asked:
                refused(one.result())
        assert server.once(Move(asking.subject, asking.path, method="GET")).status == 404
        moody.mood = moody.honest
        made = server.once(asking)
        assert made.yes, made
        assert server.once(asking) == made
        trial.books.note(asking, made)
        trial.until_acknowledged(enough=ENOUGH // 2)
    trial.installation = installation  # where the worker is
    trial.settle()
    key = trial.observer.key
    assert key is not None
    pinned = pins(pair, key, f"certificate service {made.document['seal']}")
    said, faults = verdict(server.home, bundle(installation, pair, contract), pinned)
    assert (said, faults) == ("holds", [])


def not_made(server: Installation, asking: Move) -> None:
    refused(server.once(asking))


def refused(answer: Answer) -> None:
    assert (answer.status, answer.document["rule"]) == (503, "authority-unavailable"), answer
