"""Being told to stop, by a signal or from another thread."""

from __future__ import annotations

import os
from contextlib import suppress
from select import POLLIN, poll
from typing import Protocol


class Stop(Protocol):
    """What whoever works looks at now and then; an event of ``threading`` is one, for threads."""

    def set(self) -> None:
        """Tell everybody to stop."""
        ...

    def is_set(self) -> bool:
        """Tell whether somebody said so."""
        ...

    def wait(self, timeout: float, /) -> bool:
        """Wait for it, so many seconds at most; tell whether somebody said so."""
        ...


class StopAtOnce:
    """A stop that may be set at any moment, by a signal's handler too, as an event may not.

    A handler interrupts its own thread, which may be just about to wait and hold the event's lock:
    then it waits for that lock for ever. A pipe takes a byte whatever goes on.
    """

    def __init__(self) -> None:
        self._set = False
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)

    def set(self) -> None:
        """Tell everybody to stop."""
        self._set = True
        with suppress(BlockingIOError):  # full of what was said before
            os.write(self._writing, b"\0")

    def is_set(self) -> bool:
        """Tell whether somebody said so."""
        return self._set

    def wait(self, timeout: float, /) -> bool:
        """Wait for it, so many seconds at most; tell whether somebody said so."""
        heard = poll()
        heard.register(self._reading, POLLIN)  # nobody takes the byte out: it is for all to see
        heard.poll(timeout * 1000)
        return self._set
