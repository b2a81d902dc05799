"""Those of one process who want to add to the same stream do so one after the other.

Only one of them would win a race, and the others would decide in vain; unqueued, the unlucky among
fifty would lose time and again. Between processes it stays a race.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from application.at_hand import Signal, signal_for

PATIENCE: Final = 2.0
"""For how many seconds somebody queues; then the database must be slow, and they try their luck."""


class Queues:
    """The queues of one process, one for each stream that somebody is adding to."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queues: dict[str, deque[Signal]] = {}
        """Who waits at each stream that somebody has the turn at."""

    def __len__(self) -> int:
        return len(self._queues)

    @contextmanager
    def turn(self, stream: str) -> Iterator[bool]:
        """Take one's turn at a stream, and tell whether it was waited for; raises NotAtHand."""
        mine = self._queue_up(stream)
        has_turn = mine is None or self._has_waited(stream, mine)
        try:
            yield mine is not None
        finally:
            if has_turn:
                self._hand_over(stream)

    def _queue_up(self, stream: str) -> Signal | None:
        """Return what to wait for, nothing if it is one's turn at once."""
        with self._lock:
            if stream not in self._queues:
                self._queues[stream] = deque()
                return None
            mine = signal_for(stream)
            self._queues[stream].append(mine)
            return mine

    def _has_waited(self, stream: str, mine: Signal) -> bool:
        """Wait, and tell whether it is one's turn; who is interrupted passes it on."""
        try:
            mine.wait(PATIENCE)
        except BaseException:
            if self._was_told(stream, mine):
                self._hand_over(stream)
            raise
        return self._was_told(stream, mine)

    def _was_told(self, stream: str, mine: Signal) -> bool:
        """Stop waiting, and tell whether it is one's turn: it may be, though one gave up."""
        with self._lock:
            queue = self._queues[stream]  # of somebody who has the turn, or who was told just now
            if mine in queue:
                queue.remove(mine)
                return False
            return True

    def _hand_over(self, stream: str) -> None:
        with self._lock:
            queue = self._queues[stream]
            following = queue.popleft() if queue else None
            if following is None:
                del self._queues[stream]
        if following is not None:
            following.tell()
