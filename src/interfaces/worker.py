"""The worker: one process keeps views up to date, lets policies act, and sends what is told.

It works the daily sheet too: what falls due is recorded, and what will soon people are reminded of.

A session-level advisory lock sees to it that there is one. It wakes by NOTIFY and, because a
wake-up can be lost, looks by itself every second too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Final

from application.errors import Moving
from interfaces.composition import House
from interfaces.measurements.pulling import keep_pulling
from interfaces.notify.delivering import keep_delivering
from interfaces.partitions.routes import HOME
from interfaces.postgres.alone import only_one

log = logging.getLogger(__name__)

LOCK: Final = int.from_bytes(b"parley-w")
CHANNEL: Final = "ledger_events"
INTERVAL: Final = 1.0


Desk = tuple[House, str]
"""A house, and the database whose facts it follows."""


def work(desks: Sequence[Desk], stop: Event) -> None:
    """Work until told to stop; raises what a view or a policy fails with, for all to see.

    Each partition has a desk of its own, where it is followed; home's sends, reminds and pulls for
    all. When one of them is left, all are.
    """
    if len(desks) == 1:
        _at_desk(*desks[0], stop)
        return
    with ThreadPoolExecutor(len(desks), "desk") as room:
        working = [room.submit(_at_desk, *desk, stop) for desk in desks]
        for one in working:
            one.add_done_callback(lambda _: stop.set())
    for one in working:
        one.result()


def _at_desk(house: House, conninfo: str, stop: Event) -> None:
    at_home = house.partition in {None, HOME}
    name = "worker" if at_home else f"worker of {house.partition}"
    with only_one(conninfo, name, LOCK, stop) as connection:
        if connection is None:
            return
        log.info("the %s is at its desk", name)
        if at_home:
            house.erasing.finish()
        house.follower.renew()
        connection.execute(f"LISTEN {CHANNEL}")
        with _beside(house, stop, at_home=at_home) as working:
            while not stop.is_set():
                _round(house, at_home=at_home)
                for one in working:
                    if one.done():
                        one.result()  # it ends by itself only when something is wrong
                for _ in connection.notifies(timeout=INTERVAL, stop_after=1):
                    pass


def _round(house: House, *, at_home: bool) -> None:
    now = house.clock.now()
    try:
        house.daily_sheet.tick(now)
        if at_home:
            house.telling.reminding.remind_now_and_then(now)
        house.measuring.sweep_now_and_then(now)
    except Moving as moving:
        log.info("%s: going on in a moment", moving)


@contextmanager
def _beside(house: House, stop: Event, *, at_home: bool) -> Iterator[list[Future[None]]]:
    """Deliver beside, and pull where there is something to: who is slow keeps nobody waiting.

    Home does it for all.
    """
    if not at_home:
        yield []
        return
    with ThreadPoolExecutor(2, "beside") as beside:
        try:
            working = [beside.submit(keep_delivering, house.telling.delivering, stop)]
            if house.pulling.bindings:
                working.append(beside.submit(keep_pulling, house.pulling, house.clock, stop))
            yield working
        finally:
            stop.set()
