"""Told to stop at whatever moment, a process stops; nobody is told twice in vain."""

from __future__ import annotations

import subprocess
import sys
from threading import Thread
from time import monotonic

import pytest

from interfaces.stopping import StopAtOnce

BESIEGED = """
import signal
from threading import Thread, main_thread
from time import monotonic
from interfaces.serving.lifetime import stop_when_told

stop, over = stop_when_told(), monotonic() + 1

def tell():
    while monotonic() < over:
        signal.pthread_kill(main_thread().ident, signal.SIGTERM)

Thread(target=tell).start()
while monotonic() < over:
    stop.wait(0.0001)
print(stop.is_set())
"""


def test_a_signal_may_come_at_any_moment_of_waiting_for_it() -> None:
    # Thousands of signals in a second: an event of the threading module holds its lock at some.
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", BESIEGED], capture_output=True, text=True, timeout=30, check=True
    )
    assert told.stdout == "True\n"


def test_who_waits_waits_as_long_as_it_was_not_told() -> None:
    stop, begun = StopAtOnce(), monotonic()
    assert not stop.wait(0.05)
    assert monotonic() - begun >= 0.05
    assert not stop.is_set()


@pytest.mark.parametrize("times", [1, 100_000])
def test_who_was_told_does_not_wait_and_neither_does_anybody_else(times: int) -> None:
    stop, heard = StopAtOnce(), list[bool]()
    waiting = [Thread(target=lambda: heard.append(stop.wait(60.0))) for _ in range(3)]
    for one in waiting:
        one.start()
    for _ in range(times):
        stop.set()
    for one in waiting:
        one.join(30)
    assert heard == [True] * 3
    assert stop.wait(60.0)
    assert stop.is_set()
