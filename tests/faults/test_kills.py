"""Kill -9 while commands run: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import pytest

from faults.installation import Installation, alive, until
from faults.pair import Pair
from faults.trying import Trial, often

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

Kill = Callable[[Installation], None]

COMMITTING: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND state = 'active'"
    " AND query LIKE '%ledger_append%' AND pid <> pg_backend_pid()"
)


def a_web_process(installation: Installation) -> None:
    victim = random.choice(until("a web process runs", installation.web))  # noqa: S311
    os.kill(victim, signal.SIGKILL)


def the_worker(installation: Installation) -> None:
    os.kill(installation.helper("worker"), signal.SIGKILL)


def the_signer(installation: Installation) -> None:
    os.kill(installation.helper("signer"), signal.SIGKILL)


def the_supervisor(installation: Installation) -> None:
    assert installation.supervisor is not None
    installation.supervisor.kill()
    installation.supervisor.wait()
    until("all its processes have left", lambda: not installation.left_behind())
    installation.start()


def postgresql(installation: Installation) -> None:
    victim = installation.postmaster()
    os.kill(victim, signal.SIGKILL)
    until("the killed server is gone", lambda: not alive(victim))
    until("a new one answers", installation.answers)


def everything(installation: Installation) -> None:
    installation.kill()
    installation.start()


@pytest.mark.parametrize(
    ("kill", "times"),
    [
        (a_web_process, 2),
        (the_worker, 2),
        (the_signer, 2),
        (the_supervisor, 1),
        (postgresql, 2),
        (everything, 1),
    ],
)
def test_killing_loses_nothing_and_doubles_nothing(
    kill: Kill, times: int, installation: Installation, pair: Pair
) -> None:
    fault = f"kill -9 of {kill.__name__.replace('_', ' ')}"
    trial = Trial(fault, installation, pair)
    with trial.load():
        # Killed faster than they start, nobody would ever answer.
        trial.until_acknowledged(lambda: kill(installation), often(times))
    trial.settle()


def test_web_processes_killed_in_mid_commit_leave_what_the_same_key_finds(
    installation: Installation, pair: Pair
) -> None:
    """Commits take a tenth of a second meanwhile, so that each kill is seen to come during one."""
    trial = Trial("kill -9 of the web processes, seen to be in mid-commit", installation, pair)
    with trial.load(), slow_commits(installation.dsn) as database:

        def kill_in_mid_commit() -> None:
            victims = until("web processes run", installation.web)
            until("a commit is under way", lambda: database.execute(COMMITTING).fetchone() != (0,))
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            until("others took their places", lambda: set(installation.web()) - set(victims))

        trial.until_acknowledged(kill_in_mid_commit, 2)
    trial.settle()
    assert trial.books.found_out_later(), "no command was ever in doubt"


@contextmanager
def slow_commits(dsn: str) -> Iterator[psycopg.Connection]:
    """Have PostgreSQL wait for 100 ms before it flushes a commit; lends a connection that looks."""
    with psycopg.connect(dsn, autocommit=True) as admin:
        try:
            admin.execute("ALTER SYSTEM SET commit_delay = 100000")
            admin.execute("ALTER SYSTEM SET commit_siblings = 0")
            admin.execute("SELECT pg_reload_conf()")
            yield admin
        finally:
            admin.execute("ALTER SYSTEM RESET commit_delay")
            admin.execute("ALTER SYSTEM RESET commit_siblings")
            admin.execute("SELECT pg_reload_conf()")
