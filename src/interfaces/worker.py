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
from typing import Final

import psycopg
from eventsourcing.persistence import InterfaceError, OperationalError

from application.errors import Moving, PartitionAway, Unavailable
from interfaces.composition import House
from interfaces.measurements.pulling import keep_pulling
from interfaces.notify.delivering import keep_delivering
from interfaces.partitions.routes import HOME
from interfaces.postgres.alone import only_one
from interfaces.stopping import Stop

log = logging.getLogger(__name__)

LOCK: Final = int.from_bytes(b"parley-w")
CHANNEL: Final = "ledger_events"
INTERVAL: Final = 1.0

_LOST: Final = (psycopg.OperationalError, InterfaceError, OperationalError, Unavailable)


Desk = tuple[House, str]
"""A house, and the database whose facts it follows."""


def work(desks: Sequence[Desk], stop: Stop) -> None:
    """Work until told to stop; raises what a view or a policy fails with, for all to see.

    Each partition has a desk of its own, where it is followed; home's sends, reminds and pulls for
    all. When one of them is left, all are; one whose database is away is waited for.
    """
    if len(desks) == 1:
        _work_at(*desks[0], stop)
        return
    with ThreadPoolExecutor(len(desks), "desk") as room:
        working = [room.submit(_work_at, *desk, stop) for desk in desks]
        for one in working:
            one.add_done_callback(lambda _: stop.set())
    for one in working:
        one.result()


def _work_at(house: House, conninfo: str, stop: Stop) -> None:
    """Work at a desk; one besides home's is begun anew when its database was lost."""
    while not stop.is_set():
        try:
            _at_desk(house, conninfo, stop)
        except _LOST as lost:
            if _at_home(house):
                raise
            log.warning("the %s waits: %s", _name(house), str(lost).partition("\n")[0])
            stop.wait(INTERVAL)
        else:
            return


def _at_home(house: House) -> bool:
    return house.partition in {None, HOME}


def _name(house: House) -> str:
    return "worker" if _at_home(house) else f"worker of {house.partition}"


def _at_desk(house: House, conninfo: str, stop: Stop) -> None:
    at_home = _at_home(house)
    name = _name(house)
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
        house.measuring.sweep_now_and_then(now)
        if at_home:
            house.telling.reminding.remind_now_and_then(now)  # of what lives anywhere
    except Moving as moving:
        log.info("%s: going on in a moment", moving)
    except PartitionAway as away:
        if not at_home:
            raise
        log.debug("%s: people are reminded when it does", away)


@contextmanager
def _beside(house: House, stop: Stop, *, at_home: bool) -> Iterator[list[Future[None]]]:
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
