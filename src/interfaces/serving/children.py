"""The processes that the supervisor keeps running, forked from what it has loaded already.

A process of ours takes seconds to load and milliseconds to fork: what was killed is back at once,
and all of them share the memory of what was loaded. The supervisor has one thread and no open
connection when it forks.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from typing import Final

from setproctitle import setproctitle

from interfaces.collecting import collect_seldom

log = logging.getLogger(__name__)

SOON: Final = 1.0
"""Who ends within so many seconds of its start cannot start: a fork takes a twentieth of one."""

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
PATIENCE: Final = 10.0

_FORKING: Final = multiprocessing.get_context("fork")
_TOLD: Final = (signal.SIGTERM, signal.SIGINT)


def prepare(loads: Iterable[Callable[[], object]]) -> None:
    """Load what children are about to need, in a state that they can share for long."""
    gc.disable()  # a collection finds nothing in what is loaded, and looks at all of it each time
    try:
        for load in loads:
            load()
    finally:
        gc.enable()
    collect_seldom()


@dataclass
class Child:
    """A process to keep running: what it does, and the one that runs now.

    ``does`` is called in the process, with ``environment`` instead of ours; ``without`` are our
    descriptors that it must not hold. One that ended within ``soon`` seconds could not do it.
    """

    name: str
    does: Callable[[], None]
    environment: Mapping[str, str]
    without: tuple[int, ...] = ()
    soon: float = SOON
    process: BaseProcess | None = None
    starts: int = 0
    began: float = 0.0
    pause: float = 0.0
    again_at: float | None = None

    def keep_running(self) -> None:
        """Start the process, or start it again when it has ended.

        One that keeps ending soon after its start is given longer and longer pauses.
        """
        now = time.monotonic()
        if self.process is not None and self.process.is_alive():
            return
        if self.process is not None and self.again_at is None:
            ended_soon = now - self.began < self.soon
            self.pause = _longer(self.pause) if ended_soon else 0.0
            self.again_at = now + self.pause
            log.warning(
                "%s ended with %s; starting it again in %.0f s",
                self.name,
                self.process.exitcode,
                self.pause,
            )
        if self.again_at is None or now >= self.again_at:
            self._start(now)

    def rest(self) -> None:
        """Leave it at that once it has ended: what it was started for is done."""
        if self.process is None or not self.process.is_alive():
            self.process, self.pause, self.again_at = None, 0.0, None

    def end(self) -> None:
        """Tell the process to stop, and make it stop if it does not."""
        if self.process is None:
            return
        self.process.terminate()
        self.process.join(PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()

    def _start(self, now: float) -> None:
        process = _FORKING.Process(target=self._run, name=self.name)
        # Told to stop in its first moment, a child must not take it for its supervisor's concern.
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _TOLD)
        try:
            process.start()
        except OSError as error:  # no memory, no process, no descriptor is left just now
            self.pause = _longer(self.pause)
            self.again_at = now + self.pause
            log.error("cannot start %s: %s; trying again in %.0f s", self.name, error, self.pause)  # noqa: TRY400 - the trace says nothing
            return
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        self.process = process
        self.starts += 1
        self.began, self.again_at = now, None

    def _run(self) -> None:
        for one in _TOLD:
            signal.signal(one, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _TOLD)
        for descriptor in self.without:
            os.close(descriptor)
        setproctitle(f"parley: {self.name}")
        os.environ.clear()
        os.environ.update(self.environment)
        self.does()


def _longer(pause: float) -> float:
    """Return the pause after one that was not enough (seconds)."""
    return min(max(pause * 2, FIRST_PAUSE), LONGEST_PAUSE)
