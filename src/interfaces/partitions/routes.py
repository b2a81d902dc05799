"""Where a relationship lives: recorded at home, known to each process for a moment at a time.

No route means home. So nothing has to be written for what was there before there were partitions,
and a partition more changes nothing about where relationships are.

What a process knows it may use for ``LEASE`` seconds, and then asks what has moved since. Who moves
a relationship waits for longer than that before it may be written at its new place: so nobody is
shown the old place after something was recorded at the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Final, LiteralString

from application.at_hand import waiting_for
from domain.values.ids import relationship_of
from interfaces.postgres.views import Pool, fetch

HOME: Final = "home"
LEASE: Final = 2.0
MOST: Final = 200_000
"""How many relationships' places a process remembers."""

_MOVED: Final[LiteralString] = (
    "SELECT relationship, partition, epoch FROM partition_routes WHERE epoch > %s ORDER BY epoch"
)
_ROUTE: Final[LiteralString] = "SELECT partition FROM partition_routes WHERE relationship = %s"
_EPOCH: Final[LiteralString] = "SELECT coalesce(max(epoch), 0) FROM partition_routes"


class UnknownPartition(LookupError):  # noqa: N818 - it says what is so
    """A relationship lives in a partition that this process was not told of."""

    def __init__(self, relationship: str, partition: str) -> None:
        super().__init__(
            f"{relationship} lives in the partition {partition!r}, which PARLEY_PARTITIONS of this "
            "process does not name"
        )


class Routes:
    """Tells where a stream is: a query each ``LEASE`` seconds, and one for what it has not met."""

    def __init__(
        self, home: Pool, names: Sequence[str], clock: Callable[[], float] = monotonic
    ) -> None:
        self._home = home
        self._clock = clock
        self._known: dict[str, str] = {}
        self._lock, self._asking = Lock(), Lock()
        self._asked: float | None = None
        self._epoch = 0
        self.names = (HOME, *names)

    def of(self, stream: str) -> str:
        """Return the partition of a stream: its relationship's, or home.

        Raises UnknownPartition.
        """
        relationship = relationship_of(stream)
        if relationship is None:
            return HOME
        self._heed()
        found = self._known.get(relationship)
        if found is None:
            found = self._ask(relationship)
        if found not in self.names:
            raise UnknownPartition(relationship, found)
        return found

    def place(self, relationship: str) -> str:
        """Return where a new relationship is to live: by the digest of its id, evenly."""
        number = int.from_bytes(sha256(relationship.encode()).digest()[:8])
        return self.names[number % len(self.names)]

    def note(self, relationship: str, partition: str) -> None:
        """Remember where a relationship lives, as home has just said."""
        with self._lock:
            self._known[relationship] = partition

    def forget(self, stream: str) -> None:
        """Ask anew where a stream is, the next time."""
        with self._lock:
            self._known.pop(str(relationship_of(stream)), None)

    def renew(self) -> None:
        """Take note of what moved, in time: before anybody has to wait for it."""
        if self._asked is None or self._clock() - self._asked >= LEASE / 2:
            with self._asking:
                self._heed_now(LEASE / 2)

    def _ask(self, relationship: str) -> str:
        with self._lock:
            epoch = self._epoch
        rows = fetch(self._home, _ROUTE, (relationship,))
        found = str(rows[0][0]) if rows else HOME
        with self._lock:
            if len(self._known) >= MOST:
                self._known.clear()
            if epoch == self._epoch:  # else it may be what was so before the last look
                self._known[relationship] = found
        return found

    def _heed(self) -> None:
        """Take note of what moved, if what is known was asked for too long ago."""
        if self._asked is not None and self._clock() - self._asked < LEASE:
            return
        waiting_for("what has moved")
        with self._asking:  # one asks for all who wait
            self._heed_now(LEASE)

    def _heed_now(self, lease: float) -> None:
        now = self._clock()
        if self._asked is not None and now - self._asked < lease:
            return
        if self._asked is None:
            epoch = int(fetch(self._home, _EPOCH, ())[0][0])
            with self._lock:
                self._epoch, self._asked = max(epoch, self._epoch), now
            return
        moved = fetch(self._home, _MOVED, (self._epoch,))
        with self._lock:
            for relationship, partition, epoch in moved:
                if epoch > self._epoch:
                    self._known[relationship] = partition
                    self._epoch = epoch
            self._asked = max(self._asked, now)
