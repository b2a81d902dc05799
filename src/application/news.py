"""What happened in the ledger since a process last looked, in whatever stream.

A state that is remembered stands as it did if nothing was recorded in its stream since. To ask that
of the database for each stream, in each request, is most of what reading costs. So the ledger is
asked what was recorded after the last position known: mostly nothing, and one answer serves every
stream and all who asked before the question was sent.

Positions come in the order of commits (ADR 0007), so who knows of one knows of all before it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final, Protocol

from application.at_hand import HERE, waiting_for

Moved = tuple[int, str, int]
"""An event's position, its stream, and its version there."""

Sight = tuple[int, int]
"""Up to where a process saw: how often the database was set back by then, and a position."""

UNSEEN: Final[Sight] = (-1, 0)

Ask = Callable[[int, int], Sequence[Moved]]
"""Returns the events from a position on, that one included, in order, at most so many."""

MOST: Final = 10_000
"""How many events are looked at one by one; beyond, everything remembered counts as old."""

STREAMS: Final = 65_536
"""Of how many streams it is known where their latest event is."""


class News:
    """Where each stream's latest event is, as far back as this process has watched.

    ``of`` is the partition whose ledger is watched.
    """

    def __init__(self, ask: Ask, head: Callable[[], int], of: str = HERE) -> None:
        self.of = of
        self._ask = ask
        self._head = head
        self._latest: OrderedDict[str, int] = OrderedDict()
        self._floor = 0
        """Of what lies between this position and the last, every stream's latest is known."""
        self._last: Moved = (0, "", 0)
        self._set_back = 0
        self._looking = Lock()

    @property
    def sight(self) -> Sight:
        """Up to where this process has seen."""
        return self._set_back, self._last[0]

    def catch_up(self) -> None:
        """See everything that was committed before this call; raises what asking raises.

        Raises NotAtHand while somebody else looks, for those who have no time to wait for them.
        """
        if not self._looking.acquire(blocking=False):
            waiting_for("somebody else's look")
            self._looking.acquire()
        try:
            self._read()
        finally:
            self._looking.release()

    def touched_since(self, stream: str, sight: Sight) -> bool:
        """Tell whether anything may have been recorded in a stream beyond a sight of it."""
        set_back, position = sight
        return set_back != self._set_back or self._latest.get(stream, self._floor) > position

    def _read(self) -> None:
        known = self._last
        found = self._ask(known[0], MOST + 1)
        if known[0] and (not found or found[0] != known):
            self._set_back += 1  # to before what was known; nothing that was seen holds any more
        if not known[0] or found[:1] != [known] or len(found) > MOST:
            self._begin_anew()
            return
        for moved in found[1:]:
            position, stream, _ = self._last = moved
            self._latest[stream] = position
            self._latest.move_to_end(stream)
            if len(self._latest) > STREAMS:
                # In this order: others ask meanwhile, and may hear of too much, not too little.
                self._floor = next(iter(self._latest.values()))
                self._latest.popitem(last=False)

    def _begin_anew(self) -> None:
        found = self._ask(self._head(), 1)
        self._last = found[0] if found else (0, "", 0)
        self._floor = self._last[0]
        self._latest.clear()


class Watch(Protocol):
    """The news of every partition of a ledger."""

    @property
    def partitions(self) -> tuple[str, ...]:
        """Which partitions there are, the first one first."""
        ...

    def partition_of(self, stream: str) -> str:
        """Return which of them a stream is in; raises NotAtHand, or LookupError."""
        ...

    def catch_up(self, partition: str) -> None:
        """See everything that was recorded in a partition before this call."""
        ...


class WatchedHere:
    """The news of a ledger of one partition."""

    def __init__(self, news: News) -> None:
        self.partitions = (news.of,)
        self._news = news

    def partition_of(self, _stream: str) -> str:
        """Return the one partition there is."""
        return self._news.of

    def catch_up(self, _partition: str) -> None:
        """See everything that was recorded before this call."""
        self._news.catch_up()
