"""Whether another server answers, a circuit breaker: one caller finds out, all others are told.

A server that is away lets each caller wait for seconds before it is given up, and callers who wait
are threads that nobody else has. So whoever notices that something is wrong has the next one look
first, by a connection of its own; while it is known to be away the others are told so at once, and
now and then one of them looks again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic
from typing import Any, Final

from psycopg import Connection, OperationalError
from psycopg.rows import TupleRow
from psycopg_pool import PoolTimeout

from application.at_hand import waiting_for
from application.errors import PartitionAway
from interfaces.postgres.migrate import MigrationError
from interfaces.postgres.views import GuardedPool

log = logging.getLogger(__name__)

REST: Final = 2.0
"""For how long a server that did not answer is left alone, in seconds."""


class Reach:
    """Whether the server of a partition answers, as this process knows it.

    ``look`` goes there and returns when all is well; it raises OperationalError when nobody is
    there, and MigrationError when it is not what it is said to be. Nothing is known at first.
    """

    def __init__(
        self, name: str, look: Callable[[], object], clock: Callable[[], float] = monotonic
    ) -> None:
        self.name = name
        self._look = look
        self._clock = clock
        self._well = False
        self._away = False
        self._rests_until = 0.0
        self._looking = Lock()

    @property
    def is_well(self) -> bool:
        """Whether it answers, as far as is known."""
        return self._well

    @property
    def is_away(self) -> bool:
        """Whether it was away when somebody last looked."""
        return self._away

    def require(self) -> None:
        """Return when it answers, as far as is known; raises PartitionAway at once when not."""
        if self._well:
            return
        # Only who may hope that nothing is wrong waits for another one's look.
        if not self._looking.acquire(blocking=not self._away):
            raise PartitionAway(self.name)
        try:
            self._look_again()
        except MigrationError as another:
            self._leave_alone(another)
        finally:
            self._looking.release()

    def begin(self) -> None:
        """Look for the first time; raises MigrationError, and goes on where nobody is there."""
        try:
            with self._looking:
                self._look_again()
        except PartitionAway:
            return

    def doubt(self) -> None:
        """Have the next one look first: something went wrong that may be the server's doing."""
        self._well = False

    def _look_again(self) -> None:
        if self._well:
            return
        if self._away and self._clock() < self._rests_until:
            raise PartitionAway(self.name)
        try:
            self._look()
        except OperationalError as nobody:
            self._leave_alone(nobody)
        if self._away:
            log.info("the partition %s is back", self.name)
        self._well, self._away = True, False

    def _leave_alone(self, because: Exception) -> None:
        if not self._away:
            said = str(because).partition("\n")[0]
            log.warning("the partition %s is away: %s", self.name, said)
        self._away, self._rests_until = True, self._clock() + REST
        raise PartitionAway(self.name) from because


class ReachedPool(GuardedPool):
    """Connections to a server that may be away while others are not."""

    def __init__(self, conninfo: str, reach: Reach, **told: Any) -> None:
        self.reach = reach
        super().__init__(conninfo, **told)

    def getconn(self, timeout: float | None = None) -> Connection[TupleRow]:
        """Return a connection; raises NotAtHand, or PartitionAway."""
        waiting_for("the database")
        self.reach.require()
        try:
            return super().getconn(timeout)
        except PoolTimeout as none:
            self.reach.doubt()
            raise PartitionAway(self.reach.name) from none

    @contextmanager
    def connection(self, timeout: float | None = None) -> Iterator[Connection[TupleRow]]:
        """Lend a connection; what goes wrong with it is looked into by the next one.

        Those that lay idle may be as dead: they are looked at now.
        """
        try:
            with super().connection(timeout) as lent:
                yield lent
        except OperationalError:
            self.reach.doubt()
            self.check()
            raise
