"""When a process ends: told to by a signal, or left alone by its supervisor."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from threading import Event, Thread
from types import FrameType

LOOK = 0.5


def stop_event() -> Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = Event()

    def stopped(_: int, __: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)
    return stop


def leave_with_parent(leave: Callable[[], None]) -> None:
    """Call ``leave`` once the parent process is gone, so that kill -9 leaves no orphans behind."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            Event().wait(LOOK)
        leave()

    Thread(target=watch, name="leave-with-parent", daemon=True).start()
