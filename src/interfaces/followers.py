"""Who follows how much live, through whichever door they came: nobody keeps all of it busy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

MOST_STREAMS: Final = 30
"""How many one person may follow at once, of one process: a browser full of open pages."""


class TooManyStreams(Exception):  # noqa: N818 - it is an answer to the caller
    """Somebody follows as much as one person may already."""

    def __init__(self) -> None:
        super().__init__(f"{MOST_STREAMS} streams are open already: close one of them first")


class Followers:
    """Who follows how much, in this process."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def one_more(self, identity: str) -> Iterator[None]:
        """Count a stream of somebody's while it is open; raises TooManyStreams."""
        with self._lock:
            if self._open[identity] >= MOST_STREAMS:
                raise TooManyStreams
            self._open[identity] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[identity] -= 1
                if not self._open[identity]:
                    del self._open[identity]
