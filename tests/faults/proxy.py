"""A proxy that cuts a connection behind the other side's back, once it is told to.

It passes bytes both ways until what the server says satisfies a condition; that piece is kept from
the client and both ends are closed. So the server did its work, and nobody was told.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final, Self

CHUNK: Final = 65_536
APPENDED: Final = b"of_append\0"
"""Stands in the answer to an append, over its first column."""
READY: Final = b"Z\0\0\0\5I"
"""Said after each statement, once its transaction is over."""

Cut = Callable[[bytes, bytes], bool]
"""Told what the server has said so far since the last cut-off point, and the newest piece of it."""


def begun_to_answer(_: bytes, newest: bytes) -> bool:
    """Cut as soon as an HTTP server begins to answer."""
    return bool(newest)


def committed_what_was_written(said: bytes, newest: bytes) -> bool:
    """Cut when PostgreSQL has committed an append."""
    return APPENDED in said and READY in newest


@dataclass
class CuttingProxy:
    """Listens on ``front`` and passes on to ``back``; both are addresses of their family."""

    listening: socket.socket
    connect: Callable[[], socket.socket]
    cut: Cut
    swallowed: bytes = b""
    """The answer that never reached the client, as far as the server got with it."""
    times: int = 0
    """How often something was cut."""
    _armed: Event = field(default_factory=Event)
    _closed: Event = field(default_factory=Event)
    _open: set[socket.socket] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _refuses: Event = field(default_factory=Event)
    _stay_away: bool = False

    def __enter__(self) -> Self:
        Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self.listening.close()
        self.sever()

    @property
    def port(self) -> int:
        """The port it listens on, if it is one."""
        port: int = self.listening.getsockname()[1]
        return port

    def arm(self, *, stay_away: bool = False) -> None:
        """Cut at the next chance; ``stay_away``: and let nobody through until ``mend``."""
        self._stay_away = stay_away
        self._armed.set()

    def mend(self) -> None:
        """Let everybody through again."""
        self._refuses.clear()

    def sever(self) -> None:
        """Close every connection that runs through here."""
        with self._lock:
            for one in list(self._open):
                hang_up(one)
            self._open.clear()

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                client, _ = self.listening.accept()
            except OSError:
                return  # closed
            if self._refuses.is_set():
                hang_up(client)
                continue
            server = self.connect()
            with self._lock:
                self._open |= {client, server}
            Thread(target=self._ask, args=(client, server), daemon=True).start()
            Thread(target=self._answer, args=(client, server), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while piece := client.recv(CHUNK):
                server.sendall(piece)
        except OSError:
            pass  # either end hung up
        finally:
            hang_up(server)

    def _answer(self, client: socket.socket, server: socket.socket) -> None:
        said = b""
        try:
            while piece := server.recv(CHUNK):
                said = (said + piece)[-CHUNK:]
                if self._armed.is_set() and self.cut(said, piece):
                    self._armed.clear()
                    self._swallow(server, piece)
                    return
                if READY in piece:
                    said = b""
                client.sendall(piece)
        except OSError:
            pass  # either end hung up
        finally:
            hang_up(client)

    def _swallow(self, server: socket.socket, piece: bytes) -> None:
        self.swallowed = piece
        self.times += 1
        if self._stay_away:
            self._refuses.set()
            self.sever()
            return
        server.settimeout(0.5)
        try:
            while more := server.recv(CHUNK):
                self.swallowed += more
        except OSError:
            pass  # it has said all it had to say
        hang_up(server)


def http_proxy(port: int) -> CuttingProxy:
    """Return a proxy before an HTTP server on this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    return CuttingProxy(
        listening, lambda: socket.create_connection(("127.0.0.1", port)), begun_to_answer
    )


def postgres_proxy(front: str, back: str) -> CuttingProxy:
    """Return a proxy before a PostgreSQL server's Unix socket."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(front)
    listening.listen(64)

    def connect() -> socket.socket:
        server = socket.socket(socket.AF_UNIX)
        server.connect(back)
        return server

    return CuttingProxy(listening, connect, committed_what_was_written)


def hang_up(one: socket.socket) -> None:
    """Close a connection, whoever has closed it already."""
    with suppress(OSError):  # it has been hung up already
        one.shutdown(socket.SHUT_RDWR)
    one.close()
