"""A web process lets go, in time, of the details of whoever was erased through another process."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Final

from eventsourcing.persistence import PersistenceError

from application.erasing import Forgetting
from application.errors import OutcomeUnknown, Unavailable
from application.ledger import Ledger

log = logging.getLogger(__name__)

INTERVAL: Final = 5.0


@contextmanager
def forgetting(ledger: Ledger, interval: float = INTERVAL) -> Iterator[None]:
    """Look every few seconds, in a thread, whether there is something to forget."""
    heeding, stop = Forgetting(ledger), Event()
    thread = Thread(target=_heed, args=(heeding, stop, interval), name="forgetting", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _heed(heeding: Forgetting, stop: Event, interval: float) -> None:
    while not stop.wait(interval):
        try:
            heeding.heed()
        except (PersistenceError, OutcomeUnknown, Unavailable) as error:
            # The next look begins where this one did.
            log.warning("the database does not answer: %s", type(error).__name__)
