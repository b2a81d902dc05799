"""The worker: one process brings views up to date, lets policies act, and works the daily sheet.

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
        with _pulling(house, stop) as pulling:
            while not stop.is_set():
                now = house.clock.now()
                house.daily_sheet.tick(now)
                house.measuring.sweep_now_and_then(now)
                if pulling is not None and pulling.done():
                    pulling.result()  # it ends by itself only when something is wrong
                for _ in connection.notifies(timeout=INTERVAL, stop_after=1):
                    pass


@contextmanager
def _pulling(house: House, stop: Event) -> Iterator[Future[None] | None]:
    """Pull beside, where there is something to: a slow server keeps nobody else waiting."""
    if not house.pulling.bindings:
        yield None
        return
    with ThreadPoolExecutor(1, "pulling") as beside:
        try:
            yield beside.submit(keep_pulling, house.pulling, house.clock, stop)
        finally:
            stop.set()
