"""How much of a request is taken, from whom, and how slowly; what is beyond is refused unread.

A stranger gets 64 KiB held and no more: whoever sends more is asked for their credentials first.
What all bodies together take of the memory of a process is bounded, and a body has to keep coming.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from application.errors import AuthorityUnavailable, Unavailable
from interfaces.http.problem_documents import problem
from interfaces.measurements.formats import LARGEST as LARGEST_BATCH

LARGEST_BODY: Final = 1_048_576
LARGER: Final = {"/measurements": LARGEST_BATCH}
"""Where more is taken, by how the path ends."""

ANYBODYS: Final = 65_536
"""How many bytes are taken from somebody who has not shown who they are."""

LARGEST_TOGETHER: Final = 134_217_728
"""How many bytes of bodies larger than anybody's one process holds at a time."""

GRACE: Final = 10.0
SLOWEST: Final = 16_384.0
"""A body has so many seconds, and one more for so many bytes that came."""

Known = Callable[[Scope], bool]
"""Tells, in a thread, whether a request shows credentials that hold."""


@dataclass(slots=True)
class _Body:
    """One body while it comes in: what is known of it, and why no more of it is taken."""

    scope: Scope
    largest: int
    read: int = 0
    held: int = 0
    vouched: bool = False
    whole: bool = False
    refusal: Response | None = None

    def refuse(self, status: int, rule: str, title: str, because: str) -> HTTPException:
        """Note the answer; returns what ends the reading."""
        headers = {"Retry-After": "1"} if status == 503 else None  # noqa: PLR2004 - as HTTP has it
        if status == 401:  # noqa: PLR2004 - as HTTP has it
            headers = {"WWW-Authenticate": 'Bearer realm="parley"'}
        self.refusal = (
            problem(status, rule, title, because, headers)
            if self.scope["path"].startswith("/v1")
            else PlainTextResponse(f"{title}: {because}.\n", status, headers=headers)
        )
        return HTTPException(status, title)


class BodyLimit:
    """Refuses bodies that are too large, too slow, or a stranger's, whatever they claim.

    ``known`` None: everybody counts as known.
    """

    def __init__(
        self,
        app: ASGIApp,
        known: Known | None = None,
        *,
        largest: int = LARGEST_BODY,
        together: int = LARGEST_TOGETHER,
        grace: float = GRACE,
    ) -> None:
        self._app = app
        self._known = known
        self._largest = largest
        self._free = together
        self._grace = grace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what it sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(scope, self._largest_for(scope), vouched=self._known is None)
        began = asyncio.get_running_loop().time()
        answered = False

        async def counted() -> Message:
            message = await self._next(receive, body, began)
            body.read += len(message.get("body", b""))
            body.whole = body.whole or not message.get("more_body", False)
            await self._admit(body, body.read)
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            if body.refusal is None or answered:
                answered = True
                await send(message)

        try:
            if (found := _ambiguity(scope)) is not None:
                _ambiguous(body, *found)
            elif _claimed(scope) > body.largest:
                _too_large(body)
            else:
                await self._app(scope, counted, noted)
        finally:
            self._free += body.held
        if body.refusal is not None and not answered:
            await body.refusal(scope, receive, send)

    async def _next(self, receive: Receive, body: _Body, began: float) -> Message:
        if body.whole:
            return await receive()  # waits for the caller to leave, however long that takes
        try:
            async with asyncio.timeout_at(began + self._grace + body.read / SLOWEST):
                return await receive()
        except TimeoutError:
            because = f"a body has {self._grace:.0f} s, and one more for each {SLOWEST:.0f} bytes"
            raise body.refuse(408, "too-slow", "The request came too slowly", because) from None

    async def _admit(self, body: _Body, read: int) -> None:
        """Let what was read of a body in, or refuse it."""
        if read > body.largest:
            raise _too_large(body)
        if read <= ANYBODYS:
            return
        if not body.vouched:
            try:
                body.vouched = await to_thread.run_sync(self._vouch, body.scope)
            except (Unavailable, AuthorityUnavailable) as error:
                raise body.refuse(503, "unavailable", "Not now", f"{error}") from error
            if not body.vouched:
                because = f"only {ANYBODYS} bytes are taken from whoever is not signed in"
                raise body.refuse(401, "token-invalid", "Sign in", because)
        more = read - body.held
        if more > self._free:
            because = "too much is being sent at once: send it again in a moment"
            raise body.refuse(503, "busy", "Too much at once", because)
        self._free -= more
        body.held += more

    def _vouch(self, scope: Scope) -> bool:
        return self._known is None or self._known(scope)

    def _largest_for(self, scope: Scope) -> int:
        for ending, largest in LARGER.items():
            if scope["path"].endswith(ending):
                return max(largest, self._largest)
        return self._largest


def bearer_token(scope: Scope) -> str:
    """Return the token that a request shows; nothing if it shows none."""
    scheme, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _too_large(body: _Body) -> HTTPException:
    because = f"this takes a request body of at most {body.largest} bytes"
    return body.refuse(413, "too-large", "The request is too large", because)


def _ambiguous(body: _Body, rule: str, because: str) -> None:
    body.refuse(400, rule, "The request can be read in two ways", because)
    if body.refusal is not None:
        body.refusal.headers["Connection"] = "close"  # what follows may be anything


def _ambiguity(scope: Scope) -> tuple[str, str] | None:
    """Return what servers along the way could disagree on: a rule, and why it does not hold.

    Where the request ends (RFC 9112, section 6.3), and for which host it is (section 3.2).
    """
    names = [name for name, _ in scope["headers"]]
    if b"content-length" in names and b"transfer-encoding" in names:
        because = "it has a Content-Length and comes in chunks: send one or the other"
        return "two-lengths", because
    hosts = names.count(b"host")
    if hosts > 1 or (hosts == 0 and scope["http_version"] == "1.1"):
        return "one-host", f"it names {hosts} hosts: send one header Host"
    return None


def _claimed(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
