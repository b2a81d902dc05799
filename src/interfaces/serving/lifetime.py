"""When a process ends: told to by a signal, or left alone by its supervisor."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType
from typing import Final

LIFELINE: Final = "SUPERVISOR_LIFELINE"
"""The variable that names the reading end of the supervisor's pipe, a file descriptor."""


def stop_event() -> Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = Event()

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
    told = os.environ.get(LIFELINE)
    if told is None:
        return
    descriptor = int(told)

    def watch() -> None:
        os.read(descriptor, 1)  # nothing is ever written: this returns when the other end closes
        leave()

    Thread(target=watch, name="leave-with-supervisor", daemon=True).start()
