"""Every operation says in its description what it answers to requests that end badly.

Each is sent what can be read in two ways, what claims to be endless, and a body that never comes;
the last is waited for only by those that read a body, and only they say so.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from starlette.middleware import Middleware
from starlette.types import Message, Receive

from interfaces.http.limits import LARGEST_BODY, BodyLimit
from isolation.ids import DOCUMENT
from isolation.things import Things, open_things

Headers = list[tuple[bytes, bytes]]
OPERATIONS: Final = {
    operation["operationId"]: (method.upper(), path, operation["responses"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
JSON: Final = (b"content-type", b"application/json")
HOST: Final = (b"host", b"parley.example")
MORE_THAN_EVER: Final = b"%d" % (LARGEST_BODY * 64)

every_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))


@pytest.fixture(scope="module")
def things(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """Lend one service that waits for no body."""
    with open_things(module_database, tmp_path_factory.mktemp("home")) as lent:
        app = lent.stage.world.app
        (limit,) = (one for one in app.user_middleware if one.cls is BodyLimit)
        # Put in the place of the one that is shared with every other service of these tests.
        app.user_middleware = [Middleware(BodyLimit, known=limit.kwargs["known"], grace=0.0)]
        yield lent


async def nothing() -> Message:
    """Wait for a body that never comes."""
    await asyncio.Event().wait()
    raise AssertionError("it came")


async def at_once() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


def answer(things: Things, name: str, headers: Headers, receive: Receive) -> tuple[int, str]:
    """Send a request; return the status of its answer, and its media type."""
    method, path, _ = OPERATIONS[name]
    path = re.sub(r"\{[a-z]+\}", "x", path)
    token = things.stage.world.token("provider-negotiator")
    known = [(b"authorization", f"Bearer {token}".encode()), (b"idempotency-key", b"1")]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [JSON, HOST, (b"if-match", b"*"), *known, *headers],
        "client": ("127.0.0.1", 1),
        "server": ("parley.example", 80),
    }
    told: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        told.append(message)

    things.stage.world.portal.call(things.stage.world.app, scope, receive, send)
    media = dict(told[0]["headers"]).get(b"content-type", b"").decode().partition(";")[0]
    return told[0]["status"], media


def described(name: str, status: int, media: str) -> bool:
    """Tell whether an operation says that it answers so."""
    said = OPERATIONS[name][2].get(str(status), {})
    return media in said.get("content", {})


@every_operation
def test_what_can_be_read_in_two_ways_is_refused_as_described(things: Things, name: str) -> None:
    both = [(b"content-length", b"2"), (b"transfer-encoding", b"chunked")]
    status, media = answer(things, name, both, at_once)
    assert status == 400
    assert described(name, status, media)


@every_operation
def test_what_is_for_two_hosts_is_refused_as_described(things: Things, name: str) -> None:
    status, media = answer(things, name, [(b"host", b"other.example")], at_once)
    assert status == 400
    assert described(name, status, media)


@every_operation
def test_what_claims_to_be_endless_is_refused_as_described(things: Things, name: str) -> None:
    status, media = answer(things, name, [(b"content-length", MORE_THAN_EVER)], at_once)
    assert status == 413
    assert described(name, status, media)


@every_operation
def test_who_sends_no_body_is_answered_as_described(things: Things, name: str) -> None:
    status, media = answer(things, name, [(b"content-length", b"2")], nothing)
    assert described(name, status, media)
    assert (status == 408) == ("408" in OPERATIONS[name][2])
