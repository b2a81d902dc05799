"""The worker: one process brings views up to date, lets policies act, and works the daily sheet.

A session-level advisory lock sees to it that there is one. It wakes by NOTIFY and, because a
wake-up can be lost, looks by itself every second too.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from interfaces.composition import House

log = logging.getLogger(__name__)

LOCK: Final = int.from_bytes(b"parley-w")
CHANNEL: Final = "ledger_events"
INTERVAL: Final = 1.0


def work(house: House, conninfo: str, stop: Event) -> None:
    """Work until told to stop; raises what a view or a policy fails with, for all to see."""
    with only_worker(conninfo, stop) as connection:
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


@contextmanager
def only_worker(conninfo: str, stop: Event) -> Iterator[Connection[TupleRow] | None]:
    """Wait to be the only worker; lends the connection that holds the lock, None if stopped."""
    with psycopg.connect(conninfo, autocommit=True, application_name="parley worker") as connection:
        waited = False
        while not _locked(connection):
            if not waited:
                log.info("another worker is at work; this one stands by")
                waited = True
            if stop.wait(INTERVAL):
                yield None
                return
        yield connection


def _locked(connection: Connection[TupleRow]) -> bool:
    found = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
    return found is not None and bool(found[0])
