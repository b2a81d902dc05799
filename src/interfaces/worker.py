"""The worker: one process keeps views up to date, lets policies act, and sends what is told.

It works the daily sheet too: what falls due is recorded, and what will soon people are reminded of.

A session-level advisory lock sees to it that there is one. It wakes by NOTIFY and, because a
wake-up can be lost, looks by itself every second too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Final

from interfaces.composition import House
from interfaces.measurements.pulling import keep_pulling
from interfaces.notify.delivering import keep_delivering
from interfaces.postgres.alone import only_one

log = logging.getLogger(__name__)

LOCK: Final = int.from_bytes(b"parley-w")
CHANNEL: Final = "ledger_events"
INTERVAL: Final = 1.0


def work(house: House, conninfo: str, stop: Event) -> None:
    """Work until told to stop; raises what a view or a policy fails with, for all to see."""
    with only_one(conninfo, "worker", LOCK, stop) as connection:
        if connection is None:
            return
        log.info("the worker is at its desk")
        house.erasing.finish()
        house.follower.renew()
        connection.execute(f"LISTEN {CHANNEL}")
        with _beside(house, stop) as working:
            while not stop.is_set():
                now = house.clock.now()
                house.daily_sheet.tick(now)
                house.telling.reminding.remind_now_and_then(now)
                house.measuring.sweep_now_and_then(now)
                for one in working:
                    if one.done():
                        one.result()  # it ends by itself only when something is wrong
                for _ in connection.notifies(timeout=INTERVAL, stop_after=1):
                    pass


@contextmanager
def _beside(house: House, stop: Event) -> Iterator[list[Future[None]]]:
    """Deliver beside, and pull where there is something to: who is slow keeps nobody waiting."""
    with ThreadPoolExecutor(2, "beside") as beside:
        try:
            working = [beside.submit(keep_delivering, house.telling.delivering, stop)]
            if house.pulling.bindings:
                working.append(beside.submit(keep_pulling, house.pulling, house.clock, stop))
            yield working
        finally:
            stop.set()
