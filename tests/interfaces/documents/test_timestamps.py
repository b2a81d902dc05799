"""A timestamping authority that lies, hangs or drips gives no timestamp."""

from __future__ import annotations

import asyncio
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from threading import Event
from typing import Any

import pytest
from asn1crypto import tsp

from answering import answering
from application.document_inputs import DocumentInputs
from documents import Bench
from interfaces.documents.holes import Notary
from interfaces.documents.rendering import render
from interfaces.documents.sealing import sealed as seal
from interfaces.documents.stamping_server import reply, running
from interfaces.documents.timestamps import REPLY, NotStamped, Stamper

DIGEST = sha256(b"something signed").digest()


def send(handler: BaseHTTPRequestHandler, body: bytes, kind: str = REPLY) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def stamped(url: str, patience: float = 5.0) -> Any:
    return asyncio.run(Stamper(url, patience).async_timestamp(DIGEST, "sha256"))


def not_stamped(url: str, words: str, patience: float = 5.0) -> None:
    with pytest.raises(NotStamped, match=words):
        stamped(url, patience)


def asked_otherwise(bench: Bench, query: bytes, **changes: Any) -> bytes:
    """Return the true answer to a question that was not asked."""
    request = tsp.TimeStampReq.load(query)
    asked = {
        "version": 1,
        "message_imprint": request["message_imprint"],
        "nonce": request["nonce"],
        "cert_req": True,
        **changes,
    }
    return reply(bench.authority, tsp.TimeStampReq(asked).dump())


def test_the_local_authority_stamps_what_it_is_asked(bench: Bench) -> None:
    with running(bench.authority) as url:
        token = stamped(url)
    said = tsp.ContentInfo.load(token.dump())["content"]["encap_content_info"]["content"].parsed
    assert said["message_imprint"]["hashed_message"].native == DIGEST


def test_another_digest_is_refused(bench: Bench) -> None:
    def lie(query: bytes, handler: BaseHTTPRequestHandler) -> None:
        other = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\x01" * 32}
        send(handler, asked_otherwise(bench, query, message_imprint=other))

    with answering(lie) as url:
        not_stamped(url, "another question")


def test_another_nonce_is_refused(bench: Bench) -> None:
    def replay(query: bytes, handler: BaseHTTPRequestHandler) -> None:
        send(handler, asked_otherwise(bench, query, nonce=42))

    with answering(replay) as url:
        not_stamped(url, "another question")


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (b"not asn.1", REPLY, "bad"),
        (b"", REPLY, "bad"),
        (b"<html>", "text/html", "said 200"),
        (b"\x30" + b"\x00" * 100_000, REPLY, "too long"),
        (bytes.fromhex("30053003020102"), REPLY, "bad|refused"),
    ],
    ids=["noise", "nothing", "a page", "too much", "a refusal"],
)
def test_an_answer_that_is_none_is_refused(body: bytes, kind: str, words: str) -> None:
    with answering(lambda _, handler: send(handler, body, kind)) as url:
        not_stamped(url, words)


def test_one_that_hangs_is_not_waited_for() -> None:
    given_up, over = Event(), Event()
    saw_it: list[bool] = []

    def hang(*_: object) -> None:
        saw_it.append(given_up.wait(60))
        over.set()

    with answering(hang) as url:
        not_stamped(url, "no answer", patience=0.3)
        given_up.set()
        assert over.wait(60)
    assert saw_it == [True]


def test_one_that_drips_is_not_waited_for() -> None:
    def drip(_: bytes, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", REPLY)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _byte in range(20):
            handler.wfile.write(b"\x30")
            handler.wfile.flush()
            time.sleep(0.1)

    with answering(drip) as url:
        not_stamped(url, "too slow|no answer", patience=0.5)


def test_nothing_is_sealed_without_a_timestamp(bench: Bench, inputs: DocumentInputs) -> None:
    nobody = Notary(Stamper("http://127.0.0.1:9/", 0.5), bench.trust)
    with pytest.raises(NotStamped, match="no answer"):
        seal(render(inputs), bench.seal, nobody)
