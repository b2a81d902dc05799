"""A process of ours begins when the database answers: begun before, it would only end again.

Each end of that kind would be followed by a longer pause, and the database be back for half a
minute before anybody was there to use it.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from typing import Final

import psycopg

from interfaces.serving.lifetime import left_alone

log = logging.getLogger(__name__)

LOOK: Final = 0.2
SAY_AGAIN: Final = 30.0


def once_it_answers(conninfo: str, does: Callable[[], None]) -> Callable[[], None]:
    """Return what waits for a database, says so now and then, and goes on when it is there.

    It returns at once when the supervisor is gone.
    """

    def begin() -> None:
        said = -math.inf
        while (silence := _silence(conninfo)) is not None:
            if time.monotonic() - said > SAY_AGAIN:
                log.warning("waiting for the database: %s", silence)
                said = time.monotonic()
            if left_alone(LOOK):
                return
        does()

    return begin


def _silence(conninfo: str) -> str | None:
    """Return why the database cannot be talked to, None when it can."""
    try:
        psycopg.connect(conninfo).close()
    except psycopg.OperationalError as error:
        return str(error).partition("\n")[0]
    return None
