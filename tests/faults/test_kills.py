"""Kill -9 at random while commands run: nothing acknowledged is lost, nothing is done twice."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Final

import pytest

from faults.installation import PATIENCE, Installation, alive, until
from faults.pair import Pair
from faults.workload import Workload

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

LONG: Final = float(os.environ.get("FAULTS_SECONDS", "0"))
"""How many seconds each fault is tried at least (``make faults``); 0 is the quick version."""

ENOUGH: Final = 1000 if LONG else 80
"""How many commands have to be acknowledged under each fault."""

LONGEST_PAUSE: Final = 5.0 if LONG else 1.5
LATEST: Final = LONG + (10 if LONG else 2) * PATIENCE

Kill = Callable[[Installation], None]


def a_web_process(installation: Installation) -> None:
    victim = random.choice(until("a web process runs", installation.web))  # noqa: S311
    os.kill(victim, signal.SIGKILL)


def the_worker(installation: Installation) -> None:
    victim = until("a worker runs", installation.at_work)
    os.kill(victim, signal.SIGKILL)


def the_signer(installation: Installation) -> None:
    victim = until("a signer runs", lambda: installation.at_work("signer"))
    os.kill(victim, signal.SIGKILL)


def the_database(installation: Installation) -> None:
    victim = installation.postmaster()
    os.kill(victim, signal.SIGKILL)
    until("the killed server is gone", lambda: not alive(victim))
    until("a new one answers", installation.answers)


def everything(installation: Installation) -> None:
    installation.kill()
    installation.start()


@pytest.mark.parametrize(
    ("kill", "times"),
    [(a_web_process, 2), (the_worker, 2), (the_signer, 2), (the_database, 2), (everything, 1)],
)
def test_killing_loses_nothing_and_doubles_nothing(
    kill: Kill,
    times: int,
    installation: Installation,
    pair: Pair,
    capsys: pytest.CaptureFixture[str],
) -> None:
    workload = Workload(installation, pair)
    began, kills, books = time.monotonic(), 0, workload.books
    with workload:
        while len(books.acknowledged) < ENOUGH or kills < times or time.monotonic() < began + LONG:
            time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 - at random is the point
            if kills < times or LONG:
                kill(installation)
                kills += 1
                # Killed faster than they start, nobody would ever answer.
                until("somebody answers", installation.answers)
            assert not books.troubles, (books.troubles, installation.said())
            assert time.monotonic() < began + LATEST, "too little was acknowledged"
    assert books.troubles == []
    for move, answer in books.acknowledged:
        if move.key in books.unknown:
            assert workload.again(move) == answer
    until("a worker runs again", installation.at_work)
    assert installation.wrong(books.for_the_checker()) == []
    if LONG:
        with capsys.disabled():
            sys.stdout.write(
                f"\n{kill.__name__}, {kills} times in {time.monotonic() - began:.0f} s: "
                f"{len(books.acknowledged)} acknowledged, {books.refused} refused, "
                f"{len(books.unknown)} unknown at first\n"
            )
