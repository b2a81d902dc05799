"""One process at a time: a session-level advisory lock, which ends with the connection."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from interfaces.stopping import Stop

log = logging.getLogger(__name__)

LOOK_AGAIN: Final = 1.0


@contextmanager
def only_one(
    conninfo: str, name: str, lock: int, stop: Stop
) -> Iterator[Connection[TupleRow] | None]:
    """Wait to be the only one of a name; lends the connection that holds the lock, None if stopped.

    The lock is gone with the connection, so what must not be done twice is done on it.
    """
    with psycopg.connect(conninfo, autocommit=True, application_name=f"parley {name}") as lent:
        waited = False
        while not _locked(lent, lock):
            if not waited:
                log.info("another %s is at work; this one stands by", name)
                waited = True
            if stop.wait(LOOK_AGAIN):
                yield None
                return
        yield lent


def _locked(connection: Connection[TupleRow], lock: int) -> bool:
    found = connection.execute("SELECT pg_try_advisory_lock(%s)", (lock,)).fetchone()
    return found is not None and bool(found[0])
