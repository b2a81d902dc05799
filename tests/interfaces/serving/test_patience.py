"""Connections that come faster than the loop turns are counted as they are."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, Final

import pytest
from uvicorn import Config
from uvicorn.server import ServerState

from interfaces.serving.patience import BUSY, PatientProtocol, patient

ROOM: Final = 10


class Held(asyncio.Transport):
    """A connection whose end is heard of later, as the loop has it."""

    def __init__(self, ours: socket.socket) -> None:
        super().__init__({"socket": ours, "peername": ("127.0.0.1", 1), "sockname": ("::", 2)})
        self.aborted = False

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted


Come = Callable[..., tuple[PatientProtocol, Held]]


async def app(_: Any, __: Any, ___: Any) -> None:
    raise AssertionError("nobody asks")


@pytest.fixture
def come() -> Iterator[Come]:
    """Let one more connection come, which has said something or nothing."""
    loop, state, config = asyncio.new_event_loop(), ServerState(), Config(app, interface="asgi3")
    config.load()
    with ExitStack() as stack:
        stack.callback(loop.close)

        def one_more(says: bytes = b"") -> tuple[PatientProtocol, Held]:
            theirs, ours = (stack.enter_context(end) for end in socket.socketpair())
            theirs.sendall(says)
            protocol, transport = patient(ROOM)(config, state, {}, loop), Held(ours)
            protocol.connection_made(transport)
            return protocol, transport

        yield one_more


def test_those_who_are_only_being_closed_do_not_count(come: Come) -> None:
    came = [come() for _ in range(ROOM + 2 * BUSY)]
    counted = came[-1][0].connections
    assert len(counted) < ROOM
    closed = [transport.aborted for _, transport in came]
    assert closed == sorted(closed, reverse=True), "the quietest are closed first"
    assert counted == {one for one, transport in came if not transport.aborted}


def test_nobody_is_closed_whose_request_waits_to_be_read(come: Come) -> None:
    asking = [come(b"GET / HTTP/1.1\r\n") for _ in range(3)]
    silent = [come() for _ in range(ROOM + BUSY)]
    assert [transport.aborted for _, transport in asking] == [False] * 3
    assert sum(transport.aborted for _, transport in silent) == 3 + BUSY + 1


def test_there_is_no_room_to_make_where_all_have_asked(come: Come) -> None:
    came = [come(b"G") for _ in range(ROOM + BUSY)]
    assert not any(transport.aborted for _, transport in came)
    assert len(came[0][0].connections) == ROOM + BUSY
