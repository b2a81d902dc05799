"""The worker: one process brings views up to date, lets policies act, and works the daily sheet.

A session-level advisory lock sees to it that there is one. It wakes by NOTIFY and, because a
wake-up can be lost, looks by itself every second too.
"""

from __future__ import annotations

import logging
from threading import Event
from typing import Final

from interfaces.composition import House
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
        while not stop.is_set():
            house.daily_sheet.tick(house.clock.now())
            for _ in connection.notifies(timeout=INTERVAL, stop_after=1):
                pass
