"""Connections to the ledger's database: lent, seen to be confirmed, tried again, parked on a loop.

A synchronous commit whose wait was cancelled is told apart from one that a standby has confirmed.
What plain code does with a connection is done on an event loop too, where it may park (ADR 0043):
the connection then waits as any socket there does, in no thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from eventsourcing import postgres
from eventsourcing.persistence import InterfaceError, OperationalError
from eventsourcing.utils import retry
from psycopg import Connection
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import Diagnostic
from psycopg.rows import DictRow, dict_row
from psycopg.waiting import wait_async
from psycopg_pool import PoolTimeout

from application.at_hand import NotAtHand, stepping_aside_for, waiting_for
from application.errors import OutcomeUnknown, PartitionAway, Unavailable
from interfaces.parking import may_park, parked
from interfaces.postgres.reach import Reach

P = ParamSpec("P")
T = TypeVar("T")

RECONNECT: Final = 1.0
"""For how many seconds a pool tries a lost connection anew by itself. It waits twice as long from
one attempt to the next; given up, a connection is made when somebody asks for it, at once."""

AT_ONCE: Final = 0.001
"""For how many seconds a loop is held up where a thread was quicker to take the last one."""

_LOST: Final = (InterfaceError, OperationalError)


def patiently(method: Callable[P, T]) -> Callable[P, T]:
    """Let something be tried again, ten times, after what the library calls a lost connection.

    It has to be such that it may be done twice. On a loop nobody waits for that: there it raises
    NotAtHand, and is tried again in a thread.
    """
    again = retry(_LOST, max_attempts=10, wait=0.2)(method)

    @wraps(method)
    def tried(*asked: P.args, **named: P.kwargs) -> T:
        if not may_park():
            found: T = again(*asked, **named)
            return found
        try:
            return method(*asked, **named)
        except _LOST as lost:
            raise NotAtHand("the database") from lost

    return tried


class ParkedConnection(Connection[DictRow]):
    """A connection that lets others go on while it waits, where that may be done."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Wait for the server, as the library has it."""
        if may_park():
            return parked(wait_async(gen, self.pgconn.socket, interval, timeout))
        return super().wait(gen, interval, timeout)


class _Pool(postgres.ConnectionPool[Connection[DictRow]]):
    """Connections for which no loop is held up until they are given back."""

    def getconn(self, timeout: float | None = None) -> Connection[DictRow]:
        """Return a connection; raises PoolTimeout, at once where somebody would be parked."""
        if not may_park():
            return super().getconn(timeout)
        if not self.get_stats()["pool_available"]:
            raise PoolTimeout("all connections are lent")
        return super().getconn(AT_ONCE)


class ConfirmingDatastore(postgres.PostgresDatastore):
    """A datastore that notices a commit which no standby has confirmed.

    When the wait for a synchronous standby is cancelled, PostgreSQL commits locally and answers
    with success and a warning. After a failover that commit may be gone, so it is not success.
    """

    reach: Reach | None = None
    """Whether its server answers, where others may while it does not."""

    def connect_to(self, conninfo: str) -> None:
        """Say where it is, by any conninfo that libpq takes, before a connection is asked for.

        The library knows five connection parameters, and names the classes itself.
        """
        self.pool.__class__ = _Pool
        self.pool.connection_class = ParkedConnection
        self.pool.kwargs = {**conninfo_to_dict(conninfo), "row_factory": dict_row}
        self.pool.reconnect_timeout = RECONNECT

    def register_type_adapters(self) -> None:
        """Ask for the types of the library's own functions, though we call none of them.

        It is the first question of all: a ledger is not begun on a database that is away, unless
        others are there.
        """
        if self.reach is None:
            super().register_type_adapters()

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Lend a connection; raises OutcomeUnknown if a commit on it went unconfirmed.

        Raises Unavailable when none can be had in time, and NotAtHand when none can be had at once
        where there is no time. The recorder tries again, ten times, after what the library calls
        an operational error: then a request would wait for minutes.
        """
        self._may_be_waited_for()
        unconfirmed: list[str] = []

        # psycopg swallows what a handler raises, so it can only take note here.
        def take_note(notice: Diagnostic) -> None:
            if "synchronous replication" in (notice.message_primary or ""):
                unconfirmed.append(notice.message_detail or notice.message_primary or "")

        try:
            with super().get_connection() as connection:
                connection.add_notice_handler(take_note)
                try:
                    yield connection
                finally:
                    connection.remove_notice_handler(take_note)
        except OperationalError as error:
            if self.reach is not None:
                self.reach.doubt()
            nothing_free = isinstance(error.__cause__, PoolTimeout)
            if nothing_free:
                raise self._nobody_answers() from error
            if may_park():
                raise
            # After a crash every connection that lay idle is dead, and there may be more of them
            # than the recorder tries again: have all of them looked at now.
            self.pool.check()
            raise
        if unconfirmed:
            raise OutcomeUnknown(unconfirmed[0])

    def _may_be_waited_for(self) -> None:
        if not may_park():
            waiting_for("the database")
            if self.reach is not None:
                self.reach.require()
            return
        stepping_aside_for("the database")
        if self.reach is not None and not self.reach.is_well:
            raise NotAtHand("the partition")  # somebody has to look first

    def _nobody_answers(self) -> Exception:
        if may_park():
            return NotAtHand("a connection")
        if self.reach is not None:
            return PartitionAway(self.reach.name)
        return Unavailable("the database does not answer")
