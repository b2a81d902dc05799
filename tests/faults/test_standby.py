"""The wait for a synchronous standby is cancelled: that is no acknowledgement to anybody.

A primary and a standby that streams from it. PostgreSQL itself answers such a commit with success
and a warning, and a failover then takes it back.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from faults.installation import Installation, until
from faults.servers import Primary
from faults.trying import ENOUGH, Trial, often

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture
def replicated() -> Iterator[tuple[Installation, Primary]]:
    """Lend an installation on a primary with a synchronous standby."""
    with tempfile.TemporaryDirectory(prefix="parley-standby-") as name:
        home = Path(name)
        home.chmod(0o711)
        with Primary(home) as primary:
            (home / "parley").mkdir()
            server = Installation(home / "parley", web_processes=1, database=primary.dsn)
            try:
                yield server.start(), primary
            finally:
                server.discard()


def test_what_no_standby_confirmed_is_acknowledged_to_nobody(
    replicated: tuple[Installation, Primary],
) -> None:
    server, primary = replicated
    with server.pair() as pair:
        trial = Trial("wait for a synchronous standby cancelled", server, pair)

        def cancel_waits() -> None:
            books = trial.books
            # Who is in doubt since the last time only asks again, and there are few at the tables.
            until("all of them know", lambda: len(books.unknown) == len(books.resolved))
            unknown = len(books.unknown)
            with primary.without_standby(), cancelling(primary.dsn):
                until("somebody is in doubt", lambda: len(books.unknown) > unknown)
                silent = len(books.acknowledged)
                until("more of them are", lambda: len(books.unknown) > unknown + 1)
                assert len(books.acknowledged) == silent, "told yes without a standby"

        with trial.load():
            trial.until_acknowledged(cancel_waits, often(2))
        assert server.logged("outcome unknown"), "the service never said that it did not know"
        trial.settle()


def test_a_failover_to_the_standby_takes_nothing_back_that_was_acknowledged(
    replicated: tuple[Installation, Primary],
) -> None:
    server, primary = replicated
    with server.pair() as pair:
        trial = Trial("the primary lost with unconfirmed commits, standby promoted", server, pair)
        with trial.load():
            trial.until_acknowledged()
            unknown = len(trial.books.unknown)
            with primary.without_standby(), cancelling(primary.dsn):
                until("somebody is in doubt", lambda: len(trial.books.unknown) > unknown)
                server.kill()
            server.database = primary.fail_over()
            server.start()
            trial.until_acknowledged(enough=ENOUGH // 4)
        trial.settle()


class cancelling:  # noqa: N801 - reads as what it does
    """Cancel every wait for a standby, as an impatient operator or a timeout does."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._enough = Event()
        self._thread = Thread(target=self._cancel, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        self._thread.join()

    def _cancel(self) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as admin:
            while not self._enough.wait(0.1):
                admin.execute(f"SELECT pg_cancel_backend(pid) {WAITING}".encode())
