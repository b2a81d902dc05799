"""The signer's process: one at a time, woken by NOTIFY and by itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection
from psycopg.rows import TupleRow

from domain.history.checkpoint import SERVICE_LOG
from interfaces.clock import SystemClock
from interfaces.partitions.opening import check_names
from interfaces.postgres.alone import only_one
from interfaces.settings import Settings
from interfaces.signer.books import SignersBooks
from interfaces.signer.errors import SignerRefuses
from interfaces.signer.keyfile import KEY, make_key, private_directory, read_key
from interfaces.signer.memory import Memory
from interfaces.signer.partitioned import PartitionedBooks
from interfaces.signer.signer import Report, Seal, Signer
from interfaces.stopping import Stop

log = logging.getLogger(__name__)

LOCK: Final = int.from_bytes(b"parley-s")
CHANNEL: Final = "ledger_events"
INTERVAL: Final = 5.0
"""How often it looks by itself, because a wake-up can be lost."""
PAUSE: Final = 0.5
"""Between rounds: who writes much gets fewer checkpoints over more leaves each."""


def sign(
    conninfo: str, settings: Settings, stop: Stop, *, once: bool = False, adopt: bool = False
) -> Report:
    """Sign until told to stop, or once; return what the last round came to.

    Raises SignerRefuses when memory, key and what is published do not belong together.
    """
    report = Report()
    with _opened(conninfo, settings, stop, adopt=adopt) as opened:
        if opened is None:
            return report
        signer, connection = opened
        connection.execute(f"LISTEN {CHANNEL}")
        derived = None
        while not stop.is_set():
            now = time.monotonic()
            if derived is None or now - derived > settings.signer_rederive_hours * 3600:
                signer.rederive()
                derived = now
            report = signer.tick()
            if once and not report.behind:
                break
            if report.waiting:
                log.warning("not signing yet: %s", report.waiting)
            if stop.wait(PAUSE) or report.behind:
                continue
            for _ in connection.notifies(timeout=INTERVAL, stop_after=1):
                pass
    return report


@contextmanager
def _opened(
    conninfo: str, settings: Settings, stop: Stop, *, adopt: bool
) -> Iterator[tuple[Signer, Connection[TupleRow]] | None]:
    with ExitStack() as stack:
        home = private_directory(settings.signer_directory)
        connection = stack.enter_context(only_one(conninfo, "signer", LOCK, stop))
        if connection is None:
            yield None
            return
        memory = Memory(home)
        stack.callback(memory.close)
        books = _books(stack, conninfo, settings, connection)
        key = read_key(home / KEY) or _first_key(settings, books, memory, adopt=adopt)
        signer = Signer(books, memory, Seal(settings.origin, key), SystemClock())
        signer.start(adopt=adopt)
        log.info("the signer is at its desk")
        yield signer, connection


def _books(
    stack: ExitStack, conninfo: str, settings: Settings, connection: Connection[TupleRow]
) -> SignersBooks:
    """Return the books of all partitions, or of the one database there is."""
    others = settings.partition_conninfos
    if not others:
        return SignersBooks(connection)
    check_names(conninfo, others)
    opened = {
        name: stack.enter_context(
            psycopg.connect(one, autocommit=True, application_name="parley signer")
        )
        for name, one in others.items()
    }
    for one in opened.values():
        one.execute(f"LISTEN {CHANNEL}")
    return PartitionedBooks(connection, opened)


def _first_key(
    settings: Settings, books: SignersBooks, memory: Memory, *, adopt: bool
) -> Ed25519PrivateKey:
    """Make a key where there never was one; a lost one is not silently another."""
    path = settings.signer_directory / KEY
    if memory.standing(SERVICE_LOG) is not None or (books.latest() and not adopt):
        raise SignerRefuses(
            f"there is no key in {path}, and checkpoints were signed with one: bring it back, or, "
            "if it is lost for good, empty this directory and run `parley signer --adopt` once: "
            "every witness then has to be told of the new key"
        )
    log.info("making the key that checkpoints are signed with, in %s", path)
    return make_key(path)
