"""A client with one connection of its own, as plain as can be: what it reads is what was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any, Final
from uuid import uuid4

V1: Final = "/v1"
Json = dict[str, Any]


class Lost(OSError):  # noqa: N818 - an answer that never came is no error of ours
    """The connection broke before the whole answer was there: nobody knows what happened."""


@dataclass(frozen=True)
class Answer:
    """What a server answered, byte by byte."""

    status: int
    etag: str | None
    location: str | None
    body: bytes

    @property
    def yes(self) -> bool:
        return 200 <= self.status < 300

    @property
    def document(self) -> Json:
        document: Json = json.loads(self.body)
        return document

    @property
    def version(self) -> int:
        """The version that the answer shows."""
        assert self.etag is not None, self
        return int(self.etag.strip('"'))


@dataclass(frozen=True)
class Move:
    """A request that changes something, with its key; sent again it is the same request."""

    subject: str
    path: str
    body: Json | None = None
    if_match: str | None = "*"
    method: str = "POST"
    key: str = field(default_factory=lambda: uuid4().hex)

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Idempotency-Key": self.key}
        return headers if self.if_match is None else {**headers, "If-Match": self.if_match}


class Connection:
    """One connection to a server on this machine; opened anew when it was lost."""

    def __init__(self, port: int, token: str | None = None, timeout: float = 30.0) -> None:
        self._http = HTTPConnection("127.0.0.1", port, timeout=timeout)
        self._authorization: dict[str, str] = {}
        if token is not None:
            self.authorise(token)

    def authorise(self, token: str) -> None:
        """Speak for somebody from now on."""
        self._authorization = {"Authorization": f"Bearer {token}"}

    @property
    def local_port(self) -> int:
        """The port on this end."""
        port: int = self._http.sock.getsockname()[1]
        return port

    def send(
        self, method: str, path: str, body: Json | None = None, headers: Json | None = None
    ) -> Answer:
        """Send a request and read its answer; raises Lost when that was cut short."""
        content = None if body is None else json.dumps(body).encode()
        told = {**self._authorization, **(headers or {})}
        if content is not None:
            told["Content-Type"] = "application/json"
        try:
            self._http.request(method, path, content, told)
            response = self._http.getresponse()
            return Answer(
                response.status,
                response.getheader("ETag"),
                response.getheader("Location"),
                response.read(),
            )
        except (OSError, HTTPException) as broken:
            self._http.close()
            raise Lost(repr(broken)) from broken

    def get(self, path: str) -> Answer:
        """Read something below ``/v1``."""
        return self.send("GET", V1 + path)

    def move(self, move: Move) -> Answer:
        """Change something below ``/v1``."""
        return self.send(move.method, V1 + move.path, move.body, move.headers)

    def close(self) -> None:
        """Hang up."""
        self._http.close()
