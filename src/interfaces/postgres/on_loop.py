"""Appending and reading for callers on one event loop, many at a time.

What ``group_commit`` is for threads: those who come while others are written go into the next
commit together, each judged alone. Whole streams are read together in the same way.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from eventsourcing.persistence import StoredEvent

from interfaces.postgres.group_commit import LARGEST, Append, Write, first_of_each, judged
from interfaces.together import Asked, Together

Wanted = tuple[str, int]
"""A stream, and the version beyond which its events are wanted."""

Read = Callable[[Sequence[Wanted]], Sequence[Sequence[StoredEvent]]]
"""Returns the events of each of several streams, oldest first."""

Waiting = Asked[Append, Sequence[int]]


class OnLoop:
    """The ledger as those on one event loop share it."""

    def __init__(self, write: Write, read: Read) -> None:
        self._appends: Final = Together(partial(judged, write), self._next_batch)
        self._reads: Final = Together(read)
        self._written = 0
        """How many were written together the last time."""

    def append(self, append: Append) -> Future[Sequence[int]]:
        """Write an append, with those of others maybe; what is awaited are its notification ids.

        Awaited it raises IntegrityError when a version or key is taken, and what writing raises.
        """
        return self._appends.ask(append)

    def events(self, stream: str, beyond: int) -> Future[Sequence[StoredEvent]]:
        """Read a stream's events beyond a version; awaited it raises what reading raises."""
        return self._reads.ask((stream, beyond))

    def _next_batch(self, waiting: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Choose half of those who are here, as those who were just written most likely still are.

        While one half is written the other decides: neither the disk nor the loop has a rest.
        """
        half = -(-(len(waiting) + self._written) // 2)
        chosen, later = first_of_each(
            waiting, lambda asked: asked.question.claims(), min(half, LARGEST)
        )
        self._written = len(chosen)
        return chosen, later
