"""When a process ends: told to by a signal, or left alone by its supervisor."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from select import select
from threading import Thread
from types import FrameType
from typing import Final

from interfaces.stopping import Stop, StopAtOnce

LIFELINE: Final = "SUPERVISOR_LIFELINE"
"""The variable that names the reading end of the supervisor's pipe, a file descriptor."""


def stop_when_told() -> Stop:
    """Return what SIGTERM and SIGINT set."""
    stop = StopAtOnce()

    def stopped(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    return stop


def leave_with_supervisor(leave: Callable[[], None]) -> None:
    """Call ``leave`` once the supervisor is gone, so that kill -9 leaves no orphans behind.

    The supervisor holds the other end of a pipe open and the kernel closes it with its process, so
    it does not matter when that happens. Nothing is done where no supervisor started us.
    """
    descriptor = _lifeline()
    if descriptor is None:
        return

    def watch() -> None:
        os.read(descriptor, 1)  # nothing is ever written: this returns when the other end closes
        leave()

    Thread(target=watch, name="leave-with-supervisor", daemon=True).start()


def left_alone(seconds: float) -> bool:
    """Wait for a while, and return at once, with True, when the supervisor is gone."""
    descriptor = _lifeline()
    closed, _, _ = select([] if descriptor is None else [descriptor], [], [], seconds)
    return bool(closed)


def _lifeline() -> int | None:
    told = os.environ.get(LIFELINE)
    return None if told is None else int(told)
