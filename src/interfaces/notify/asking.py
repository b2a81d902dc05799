"""Asks a receiver over HTTPS: its name resolved once, every address looked at, one connected to.

The connection goes to the very address that was looked at; the name is only used for TLS and the
Host header. So a name that resolves to something else a moment later changes nothing. Redirects
are not followed, no proxy is asked, and everything together has one deadline.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpcore
import httpx

from interfaces.notify.addresses import Address, is_public, is_public_or_loopback, parsed

DEADLINE: Final = 10.0
MOST_BYTES: Final = 65_536
PORTS: Final = frozenset({443, 8443})

Resolve = Callable[[str, int], list[str]]
"""Return the addresses of a name; raises OSError."""


class NotAsked(Exception):  # noqa: N818 - it is an answer: nothing was sent
    """The address is not one that may be asked."""


class NoAnswer(Exception):  # noqa: N818 - it is an answer: it may have arrived
    """No answer that could be read, in time."""


def resolve(host: str, port: int) -> list[str]:
    """Return every address of a name, as the system knows it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def left_until(ends: float, late: type[Exception], timeout: float | None) -> float:
    """Return for how long something may take that may not go on after a deadline."""
    left = ends - time.monotonic()
    if left <= 0:
        raise late("it took too long")
    return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose every operation has what is left until the deadline, and no more."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream = stream
        self._ends = ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(httpcore.ReadTimeout, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(httpcore.WriteTimeout, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._left(httpcore.ConnectTimeout, timeout)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, late: type[Exception], timeout: float | None) -> float:
        return left_until(self._ends, late, timeout)


class _Pinned(httpcore.NetworkBackend):
    """Connects to an address that was looked at, and to no name."""

    def __init__(self, allowed: Callable[[Address], bool], resolve: Resolve, ends: float) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._ends = ends
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._looked_at(host, port)
        failure: Exception = httpcore.ConnectError("it has no address")
        for address in addresses:
            left = left_until(self._ends, httpcore.ConnectTimeout, timeout)
            try:
                stream = self._network.connect_tcp(
                    address, port, left, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _Stream(stream, self._ends)
        raise failure

    def _looked_at(self, host: str, port: int) -> list[str]:
        """Return the addresses of a name if every one of them may be asked."""
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise NoAnswer("its name is not known") from error
        for address in addresses:
            if not self._allowed(parsed(address)):
                raise NotAsked("its name leads to an address that is not public")
        return addresses


@dataclass(frozen=True, slots=True)
class Receivers:
    """Everybody who receives webhooks, asked one at a time and without any memory."""

    context: ssl.SSLContext
    loopback: bool = False
    resolve: Resolve = resolve
    deadline: float = DEADLINE

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a body and return the status; raises NotAsked, NoAnswer.

        The answer's body is read up to a limit and means nothing.
        """
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname is None:
            raise NotAsked("it is no https address")
        if (parts.port or 443) not in PORTS and not self.loopback:
            raise NotAsked(f"its port is not one of {', '.join(map(str, sorted(PORTS)))}")
        allowed = is_public_or_loopback if self.loopback else is_public
        ends = time.monotonic() + self.deadline
        backend = _Pinned(allowed, self.resolve, ends)
        given = {"Host": parts.netloc, "Connection": "close", **headers}
        with httpcore.ConnectionPool(self.context, network_backend=backend) as pool:
            try:
                return _status(pool, url, given, body)
            except (
                httpcore.NetworkError,
                httpcore.TimeoutException,
                httpcore.ProtocolError,
            ) as error:
                raise NoAnswer(_words(error)) from error


def _status(
    pool: httpcore.ConnectionPool, url: str, headers: Mapping[str, str], body: bytes
) -> int:
    listed = [(name.encode(), value.encode()) for name, value in headers.items()]
    with pool.stream("POST", url, headers=listed, content=body) as answer:
        read = 0
        try:
            for chunk in answer.iter_stream():
                read += len(chunk)
                if read > MOST_BYTES:
                    break
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
            pass  # the status is the answer; what comes after it means nothing
        return answer.status


def _words(error: Exception) -> str:
    """Say what went wrong without showing anything that only we can see."""
    names = {
        httpcore.ConnectTimeout: "it could not be reached in time",
        httpcore.ReadTimeout: "it did not answer in time",
        httpcore.WriteTimeout: "it did not take it in time",
        httpcore.ConnectError: "it could not be reached, or its certificate is not believed",
    }
    return names.get(type(error), "the connection broke")


def receivers(roots: Path | None, *, loopback: bool) -> Receivers:
    """Return the receivers, believed by the usual authorities or by those in a file."""
    context = (
        httpx.create_ssl_context()
        if roots is None
        else ssl.create_default_context(cafile=str(roots))
    )
    return Receivers(context, loopback)
