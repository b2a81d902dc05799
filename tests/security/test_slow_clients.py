"""Who says nothing, drips, or does not take an answer is cut off; others notice none of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import pytest

from faults.installation import Installation, held, until
from faults.pair import Pair
from interfaces.serving.patience import BUSY
from security.conftest import ROOM
from security.honest import at_work
from security.raw import GET, SMALL, Raw, many, request

pytestmark = pytest.mark.postgres
HEAD = b"GET /health/live HTTP/1.1\r\nHost: parley\r\nX-Filler: "


@contextmanager
def dripping(*attackers: Raw) -> Iterator[None]:
    """Let attackers send a byte at a time for as long as this lasts."""
    stop = Event()

    def drip() -> None:
        while not stop.wait(0.2):
            for one in attackers:
                one.say(b"a")

    thread = Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_every_way_of_being_slow_ends_and_others_work_on(
    besieged: Installation, inhabitants: Pair
) -> None:
    port = besieged.port
    with ExitStack() as stack, at_work(besieged, inhabitants):
        silent, head, body, refused, after, greedy = (
            stack.enter_context(Raw(port, taking=SMALL)) for _ in range(6)
        )
        head.say(HEAD)
        body.say(
            request("POST", "/v1/parties", b"{", claimed=50_000, Content_Type="application/json")
        )
        refused.say(request("POST", "/v1/parties", b"{", claimed=50_000_000))
        assert refused.status() == 413
        after.say(GET + HEAD)
        assert after.status() == 200
        for _ in range(200):  # several hundred kilobytes of answers, of which it takes none
            greedy.say(request("GET", "/v1/openapi.json"))
        slow: dict[str, Callable[[], bool]] = {
            "who says nothing": silent.over,
            "who drips a head": head.over,
            "who drips a body": body.over,
            "who goes on after a refusal": refused.over,
            "who drips a second head": after.over,
            "who takes no answer": greedy.over_unread,
        }
        with dripping(head, body, refused, after):
            for who, over in slow.items():
                until(f"{who} is cut off", over)


def test_a_body_that_drips_is_told_that_it_came_too_slowly(besieged: Installation) -> None:
    with Raw(besieged.port) as slow:
        slow.say(
            request("POST", "/v1/parties", b"{", claimed=50_000, Content_Type="application/json")
        )
        assert slow.status() == 408


def test_more_silent_connections_than_there_is_room_for_keep_nobody_out(
    besieged: Installation, inhabitants: Pair
) -> None:
    with at_work(besieged, inhabitants) as honest, many(besieged.port, 3 * ROOM) as silent:
        until("people were answered beside them", honest.enough)
        until("the first of them were closed to make room", silent[0].over)


def test_who_was_answered_once_is_not_closed_for_those_who_never_asked(
    besieged: Installation,
) -> None:
    with Raw(besieged.port) as kept:
        assert kept.say(GET)
        assert kept.status() == 200
        with many(besieged.port, 2 * ROOM) as silent:
            until("the first of them were closed to make room", silent[0].over)
            assert kept.say(GET)
            assert kept.status() == 200


def test_who_asked_is_answered_though_too_many_came_before_it_was_read(
    besieged: Installation,
) -> None:
    with ExitStack() as stack:
        with held(besieged.web()[0]):
            asking = stack.enter_context(Raw(besieged.port))
            assert asking.say(GET)
            silent = stack.enter_context(many(besieged.port, ROOM + 10))
        assert asking.status() == 200
        until("the first of them were closed to make room", silent[0].over)


def test_so_many_that_came_at_once_with_a_byte_each_are_closed_when_somebody_asks(
    besieged: Installation,
) -> None:
    with ExitStack() as stack:
        with held(besieged.web()[0]):
            for one in stack.enter_context(many(besieged.port, ROOM + BUSY + 10)):
                assert one.say(b"G")
        for _ in range(3):
            asking = stack.enter_context(Raw(besieged.port))
            assert asking.say(GET)
            assert asking.status() == 200


def test_a_connection_kept_open_between_requests_is_not_cut_off_for_that(
    besieged: Installation,
) -> None:
    with Raw(besieged.port) as kept:
        for _ in range(3):
            assert kept.say(GET)
            assert kept.status() == 200
            time.sleep(0.1)
            assert not kept.over()
