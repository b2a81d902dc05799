"""Connections that do what no client does: say nothing, drip, never take their answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final, Self

SMALL: Final = 4096
PATIENCE: Final = 45.0
"""Longer than the server keeps a connection on which nothing is asked (30 s)."""

GET: Final = b"GET /health/live HTTP/1.1\r\nHost: parley\r\n\r\n"


class Raw:
    """A connection of bytes to a server on this machine."""

    def __init__(self, port: int, *, taking: int | None = None) -> None:
        self._socket = socket.socket()
        if taking is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, taking)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def say(self, words: bytes) -> bool:
        """Send bytes; tells whether the other end still took them."""
        try:
            self._socket.sendall(words)
        except OSError:
            return False
        return True

    def heard(self, size: int = 65_536) -> bytes:
        """Return some bytes of the answer; none when the connection is over."""
        with suppress(ConnectionResetError):
            return self._socket.recv(size)
        return b""

    def status(self) -> int | None:
        """Return the status of the answer, or None if the connection ended without one."""
        head = b""
        while b"\r\n" not in head:
            more = self.heard()
            if not more:
                return None
            head += more
        return int(head.split()[1])

    def over(self) -> bool:
        """Tell whether the other end has closed, without waiting; what it said is passed over."""
        self._socket.settimeout(0.01)
        try:
            return self._socket.recv(65_536) == b""
        except TimeoutError:
            return False
        except OSError:
            return True
        finally:
            self._socket.settimeout(PATIENCE)

    def over_unread(self) -> bool:
        """Tell whether the other end has given up, without taking a byte of what it sent."""
        with suppress(OSError):
            return self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != ESTABLISHED
        return True


ESTABLISHED: Final = 1
"""As Linux numbers the states of a connection."""


@contextmanager
def many(port: int, how_many: int) -> Iterator[list[Raw]]:
    """Lend so many connections that say nothing."""
    opened: list[Raw] = []
    try:
        opened.extend(Raw(port) for _ in range(how_many))
        yield opened
    finally:
        for one in opened:
            one.__exit__()


def request(
    method: str, path: str, body: bytes = b"", *, claimed: int | None = None, **headers: str
) -> bytes:
    """Return a request as bytes; ``claimed`` is the length it says its body has."""
    length = len(body) if claimed is None else claimed
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    told = {"Host": "parley", "Content-Length": str(length), **named}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in told.items())
    return head.encode("latin-1") + b"\r\n" + body
