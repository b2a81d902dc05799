"""How long a connection may keep us waiting: for a request, and for us to be rid of an answer.

The server behind ends connections that are quiet between two requests. Here are the ones it would
wait for without end: those that say nothing, that drip a request's head, that go on sending what
was refused, and that do not take their answer. Where there are too many connections, room is made
by closing one that asks for nothing: first those that never asked, then those that were answered,
of each the one that has been quiet for the longest. Who asked already, though it is not read yet,
is never closed for that.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import struct
import termios
from contextlib import suppress
from fcntl import ioctl
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS: Final = 10.0
"""For a request's head, from the connection or from its first byte."""

TAKING_SECONDS: Final = 30.0
"""For the other end to take some 48 KiB of an answer that waits."""

BUSY: Final = 24
"""How many connections beyond the most there may be for a moment; then requests are turned away."""
AT_ONCE: Final = struct.pack("ii", 1, 0)
"""Closes without waiting for the other end to take what was sent."""

INTEGER: Final = struct.Struct("i")

LARGEST_HEAD: Final = 32_768
BESIDE: Final = 512
"""Descriptors a process needs besides its connections: databases, files, programs it runs."""


class PatientProtocol(HttpToolsProtocol):
    """The server's own reading of HTTP/1.1, with an end to every wait.

    It uses what all of the server's readers of HTTP have in common, so that another may stand here.
    """

    head_seconds = HEAD_SECONDS
    taking_seconds = TAKING_SECONDS
    most_connections = 1000

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.idle_since = self.loop.time()
        self._head = 0
        self._giving_up: asyncio.TimerHandle | None = None
        self._stuck: asyncio.TimerHandle | None = None

    @property
    def idle(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def unread(self) -> int:
        """How many bytes the other end sent that were not read yet."""
        connected = self.transport.get_extra_info("socket")
        told = ioctl(connected.fileno(), termios.FIONREAD, bytes(INTEGER.size))
        (waiting,) = INTEGER.unpack(told)
        return int(waiting)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the server has it
        """Begin to wait for a request; make room if there are too many connections."""
        super().connection_made(transport)
        self._make_room()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        _cancel(self._giving_up)
        self._giving_up = None
        _cancel(self._stuck)
        self._stuck = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; who is not done with a request's head by the time it takes, is cut off."""
        self._make_room()  # what was unread when it came, and could not be closed, is read by now
        super().data_received(data)
        self._head = self._head + len(data) if self.idle else 0
        if self._head > LARGEST_HEAD:
            self.cut_off()
        else:
            self._watch()

    def on_response_complete(self) -> None:
        """Count the time without a request from here, and the time to take what still waits."""
        self.idle_since = self.loop.time()
        if self._stuck is None and self.transport.get_write_buffer_size():
            self._stuck = self.loop.call_later(self.taking_seconds, self._see_it_taken)
        super().on_response_complete()

    def pause_writing(self) -> None:
        """Give the other end a while to take what waits."""
        super().pause_writing()
        if self._stuck is None:
            self._stuck = self.loop.call_later(self.taking_seconds, self.cut_off)

    def resume_writing(self) -> None:
        """It was taken."""
        _cancel(self._stuck)
        self._stuck = None
        super().resume_writing()

    def _watch(self) -> None:
        if not self.idle:
            _cancel(self._giving_up)
            self._giving_up = None
        elif self._giving_up is None:
            self._giving_up = self.loop.call_later(self.head_seconds, self._give_up)

    def _give_up(self) -> None:
        self._giving_up = None
        if self.idle:
            self.transport.close()

    def _see_it_taken(self) -> None:
        self._stuck = None
        if self.transport.get_write_buffer_size():
            self.cut_off()

    def cut_off(self) -> None:
        """Drop the connection with all that waits to be sent, in the kernel too.

        It does not count from now on, though the loop hears of its end only in its next turn: many
        may come in one turn, and whoever asks meanwhile is not to be turned away for them.
        """
        self.connections.discard(self)
        connected = self.transport.get_extra_info("socket")
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    def _make_room(self) -> None:
        """Close of the others what asks for nothing, until there are few enough again."""
        if len(self.connections) < self.most_connections:
            return
        waiting = [
            one
            for one in self.connections
            if isinstance(one, PatientProtocol)
            and one is not self
            and one.idle
            and not one.transport.is_closing()
        ]
        waiting.sort(key=lambda one: (one.cycle is not None, one.idle_since))
        for one in waiting:
            if not one.unread:
                one.cut_off()
            if len(self.connections) < self.most_connections:
                return


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()


def patient(most: int) -> type[PatientProtocol]:
    """Return the protocol with room for so many connections."""
    return type("PatientProtocol", (PatientProtocol,), {"most_connections": most})


def allow_descriptors(connections: int) -> None:
    """Let this process have a descriptor for every connection, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = connections + BESIDE
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):  # then there is room for fewer
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
