"""One request to the application itself, answered whole, or heard for a moment if it is live."""

from __future__ import annotations

from io import BytesIO
from math import inf
from typing import Any, Final, NamedTuple
from zipfile import ZipFile

import anyio
import httpx

EVENT_STREAM: Final = "text/event-stream"
ZIP: Final = "application/zip"
LONGEST: Final = 10.0
"""For how many seconds a live stream is listened to at most."""


class Heard(NamedTuple):
    """What an answer came to; of a live stream, what was heard of it in a moment."""

    status: int
    headers: httpx.Headers
    text: str


async def hear(app: Any, request: httpx.Request, until: str) -> Heard:
    """Ask the application; leave a live stream, which never ends, when ``until`` was heard."""
    status, headers, heard = 0, httpx.Headers(), bytearray()
    left = anyio.Event()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": request.content, "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = httpx.Headers(message["headers"])
            if headers.get("content-type", "").startswith(EVENT_STREAM):
                leaving.deadline = anyio.current_time() + LONGEST
        else:
            heard.extend(message.get("body", b""))
            if leaving.deadline < inf and until.encode() in heard:
                leaving.cancel()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("parley.example", 80),
        "client": ("127.0.0.1", 1),
    }
    with anyio.CancelScope() as leaving:
        await app(scope, receive, send)
    packed = headers.get("content-type", "") == ZIP
    return Heard(status, headers, unpacked(bytes(heard)) if packed else as_text(bytes(heard)))


def unpacked(packed: bytes) -> str:
    """Return everything that stands in a zip, and in zips within it, as text to be searched."""
    found: list[str] = []
    with ZipFile(BytesIO(packed)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            found += [name, unpacked(content) if name.endswith(".zip") else as_text(content)]
    return "\n".join(found)


def as_text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
