"""A standby that answers in the primary's stead, while it answers the same.

A view is a pure function of a prefix of the ledger: at the same position and version it has the
same rows. So the primary is asked how far a view is, and a standby whose view is just as far, in
one snapshot with the rows, gives the answer that the primary would have given. One that is behind,
ahead (by what no other standby has confirmed yet) or away is passed over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Final, Generic, LiteralString

from psycopg import Connection, OperationalError
from psycopg.abc import RV, PQGen
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from application.projections.base import Projection, Query, R, View, Views
from interfaces.postgres.plans import planned_once
from interfaces.postgres.tracking import STANDS
from interfaces.postgres.views import Pool, asked_for, fetch, statement

log = logging.getLogger(__name__)

MOST_CONNECTIONS: Final = 8
AT_ONCE: Final = 0.05
"""How long a request waits for a free connection, in seconds; the primary would answer by then."""

PATIENCE: Final = 1.0
"""How long a request waits for an answer of the standby, in seconds."""

REST: Final = 5.0
"""For how long a standby that did not answer is left alone, in seconds."""

_WHICH: Final[LiteralString] = (
    "SELECT system_identifier, current_database() FROM pg_control_system()"
)


class ImpatientConnection(Connection[TupleRow]):
    """A connection that gives up on a server which was stopped in its tracks, and says nothing."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer, ``PATIENCE`` seconds at most; raises OperationalError."""
        return super().wait(gen, interval, PATIENCE if timeout is None else timeout)


@dataclass(frozen=True, slots=True)
class ReplicaStanding:
    """What became of the questions put to a replica by this process, and whether it is left alone.

    ``answered`` by it; ``elsewhere``: its view was not where the primary's is; ``unanswered``.
    """

    resting: bool
    answered: int
    elsewhere: int
    unanswered: int


class Replica:
    """A standby, and the primary by which it is measured."""

    def __init__(self, pool: Pool, primary: Pool, clock: Callable[[], float] = monotonic) -> None:
        self._pool = pool
        self._primary = primary
        self._clock = clock
        self._rests_until = clock()
        self._counts = {"answered": 0, "elsewhere": 0, "unanswered": 0}
        self._lock = Lock()

    def rows(
        self, projection: Projection[Any], select: LiteralString, parameters: Sequence[Any]
    ) -> list[str] | None:
        """Return the JSON of the rows that the primary would find, None to have it asked itself."""
        if self._clock() < self._rests_until:
            return None
        which = (projection.name, projection.version)
        stands = fetch(self._primary, STANDS, which)
        if not stands:
            return None
        try:
            position, rows = self._ask(f"SELECT ({STANDS}), ARRAY({select})", (*which, *parameters))
        except OperationalError as silent:
            self._leave_alone(silent)
            return None
        same = position == stands[0][0]
        self._count("answered" if same else "elsewhere")
        return rows if same else None

    def standing(self) -> ReplicaStanding:
        """Return how it stands."""
        with self._lock:
            return ReplicaStanding(self._clock() < self._rests_until, **self._counts)

    def _ask(
        self, select: LiteralString, parameters: Sequence[Any]
    ) -> tuple[int | None, list[str]]:
        with self._pool.connection() as connection:
            found = connection.execute(select, parameters, prepare=True, binary=True).fetchone()
        if found is None:
            raise AssertionError("a SELECT without FROM has one row")
        return found[0], found[1]

    def _leave_alone(self, silent: OperationalError) -> None:
        if not isinstance(silent, PoolTimeout):
            self._pool.drain()  # the other connections lead to the same server
        said = type(silent).__name__
        log.warning("the replica does not answer (%s); the primary is asked instead", said)
        self._rests_until = self._clock() + REST
        self._count("unanswered")

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1


class ReplicaView(Generic[R]):
    """One view as readers see it: listings from the replica, single rows from the primary.

    To be sent elsewhere costs a look at the primary, which is what a single row costs.
    """

    def __init__(self, primary: View[R], replica: Replica, projection: Projection[R]) -> None:
        self._primary = primary
        self._replica = replica
        self._projection = projection

    def get(self, key: str) -> R | None:
        """Return one row."""
        return self._primary.get(key)

    def find(self, query: Query) -> list[R]:
        """Return the rows that match a query, at most ``query.limit``."""
        select, parameters = statement(self._projection.name, query)
        rows = self._replica.rows(self._projection, select, parameters)
        if rows is None:
            return self._primary.find(query)
        return asked_for(self._projection, query, rows)


class ReplicaViews:
    """The views as readers see them, where there is a replica."""

    def __init__(self, primary: Views, replica: Replica) -> None:
        self._primary = primary
        self._replica = replica

    def view(self, projection: Projection[R]) -> View[R]:
        """Return a view for reading."""
        return ReplicaView(self._primary.view(projection), self._replica, projection)


@contextmanager
def replica_of(primary: Pool, conninfo: str | None) -> Iterator[Replica | None]:
    """Lend the replica at ``conninfo``, None where there is none; it need not answer, now or ever.

    What is no physical copy of the primary's own database is never asked anything.
    """
    if conninfo is None:
        yield None
        return

    def refuse_another(connection: Connection[TupleRow]) -> None:
        if connection.execute(_WHICH).fetchall() != fetch(primary, _WHICH, ()):
            raise OperationalError("PARLEY_REPLICA is no standby of the database: never asked")

    pool: Pool = ConnectionPool(
        planned_once(conninfo),
        connection_class=ImpatientConnection,
        kwargs={"autocommit": True},
        configure=refuse_another,
        min_size=1,
        max_size=MOST_CONNECTIONS,
        timeout=AT_ONCE,
        reconnect_timeout=REST,
        open=True,
        name="replica",
    )
    try:
        yield Replica(pool, primary)
    finally:
        pool.close()
