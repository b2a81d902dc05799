"""Those of one process who want to add to the same stream do so one after the other.

Only one of them would win a race, and the others would decide in vain; unqueued, the unlucky among
fifty would lose time and again. Between processes it stays a race.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from application.at_hand import waiting_for

PATIENCE: Final = 2.0
"""For how many seconds somebody queues; then the database must be slow, and they try their luck."""


@dataclass(slots=True)
class _Queue:
    """A stream's queue, for as long as somebody is in it."""

    turn: Lock = field(default_factory=Lock)
    people: int = 0


class Queues:
    """The queues of one process, one for each stream that somebody is adding to."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queues: dict[str, _Queue] = {}

    def __len__(self) -> int:
        return len(self._queues)

    @contextmanager
    def turn(self, stream: str) -> Iterator[bool]:
        """Take one's turn at a stream, and tell whether it was waited for; raises NotAtHand."""
        with self._lock:
            queue = self._queues.setdefault(stream, _Queue())
            queue.people += 1
        has_turn = False
        try:
            waited = not queue.turn.acquire(blocking=False)
            if waited:
                waiting_for(stream)
            has_turn = not waited or queue.turn.acquire(timeout=PATIENCE)
            yield waited
        finally:
            if has_turn:
                queue.turn.release()
            with self._lock:
                queue.people -= 1
                if not queue.people:
                    del self._queues[stream]
