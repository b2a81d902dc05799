"""How large a request may be; a larger one is refused before it is read."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.http.problems import problem
from interfaces.measurements.formats import LARGEST as LARGEST_BATCH

LARGEST_BODY: Final = 1_048_576
LARGER: Final = {"/measurements": LARGEST_BATCH}
"""Where more is taken, by how the path ends."""


class _TooLargeError(Exception):
    """More came than was allowed."""


class BodyLimit:
    """Refuses request bodies beyond a mebibyte (a batch of figures: 32), whatever they claim."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, counting what it sends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, largest = 0, self._largest_for(scope)
        answered = False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > largest:
                raise _TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            if _claimed(scope) > largest:
                raise _TooLargeError  # noqa: TRY301 - one place says no
            await self._app(scope, counted, noted)
        except _TooLargeError:
            if answered:
                raise
            because = f"this takes a request body of at most {largest} bytes"
            answer = problem(413, "too-large", "The request is too large", because)
            await answer(scope, receive, send)

    def _largest_for(self, scope: Scope) -> int:
        for ending, largest in LARGER.items():
            if scope["path"].endswith(ending):
                return max(largest, self._largest)
        return self._largest


def _claimed(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
