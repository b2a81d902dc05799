"""The library's PostgreSQL recorder, with two things that this house needs.

Each command's key is inserted in its events' own transaction, and callers that come at the same
time share a commit. Named to the library as the ``PERSISTENCE_MODULE``.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, get_running_loop
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, LiteralString, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from eventsourcing import postgres
from eventsourcing.persistence import IntegrityError, Notification, StoredEvent
from eventsourcing.utils import Environment
from psycopg import Connection, Cursor
from psycopg.rows import DictRow, TupleRow, tuple_row

from application.ports import KeyRecord
from interfaces.parking import may_park, parked
from interfaces.postgres.arrays import Array, BigInts, ByteStrings, Texts
from interfaces.postgres.datastore import ConfirmingDatastore, patiently
from interfaces.postgres.group_commit import Append, GroupCommit, Verdict
from interfaces.postgres.key_ring import PostgresKeyRing
from interfaces.postgres.on_loop import OnLoop

CONNINFO: Final = "PARLEY_CONNINFO"
KEYS_CONNINFO: Final = "PARLEY_KEYS_CONNINFO"

_APPEND: Final[LiteralString] = (
    "SELECT of_append, notified, taken FROM public.ledger_append("
    "%b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b, %b)"
)
_EVENTS: Final[LiteralString] = (
    "SELECT originator_id, originator_version, topic, state FROM public.ledger_events"
    " WHERE originator_id = %b"
)

_MANY: Final[LiteralString] = (
    "SELECT asked.place, e.originator_id, e.originator_version, e.topic, e.state"
    " FROM unnest(%b, %b) WITH ORDINALITY AS asked (stream, beyond, place)"
    " CROSS JOIN LATERAL (SELECT originator_id, originator_version, topic, state"
    " FROM public.ledger_events WHERE originator_id = stream AND originator_version > beyond"
    " ORDER BY originator_version) e"
)

_NOTIFICATIONS: Final[LiteralString] = (
    "SELECT originator_id, originator_version, topic, state, notification_id"
    " FROM public.ledger_events WHERE notification_id > %b"
)

_ACTS: Final[LiteralString] = (
    "SELECT e.originator_id, e.originator_version, e.topic, e.state FROM public.ledger_keys k"
    " JOIN public.ledger_events e ON e.originator_id = k.stream"
    " AND e.originator_version BETWEEN k.first_version AND k.last_version"
    " WHERE k.principal = %b AND split_part(e.topic, '/', 1) = ANY(%b)"
)
_KEY: Final[LiteralString] = (
    "SELECT principal, key, fingerprint, stream, first_version, last_version"
    " FROM public.ledger_keys WHERE principal = %b AND key = %b"
)
_MOVED: Final[LiteralString] = (
    "SELECT notification_id, originator_id, originator_version FROM public.ledger_events"
    " WHERE notification_id >= %b ORDER BY notification_id LIMIT %b"
)

KEYS_POOL_SIZE: Final = 8
"""How many connections a process has at most to a database that is the keys' own."""


class KeyedPostgresRecorder(postgres.PostgresApplicationRecorder):
    """Records events together with the key of the command that led to them.

    The library's own insert sends its statements down a pipeline. There a conflict that is noticed
    early surfaces as an aborted pipeline, which looks like a lost connection, and a fact larger
    than the socket takes at once is never sent whole. Ours is one call of one function, which
    locks, judges, inserts and notifies, for all callers that come at the same time.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.commits = GroupCommit(self.write)
        self._loops: WeakKeyDictionary[AbstractEventLoop, OnLoop] = WeakKeyDictionary()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_key: KeyRecord | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Store events in order, with their key, and return their notification ids.

        Raises the library's IntegrityError when a version or the key is taken, OperationalError
        when the connection was lost time and again.
        """
        if not stored_events:
            return []
        append = Append(stored_events, command_key)
        return parked(self._here.append(append)) if may_park() else self.commits.append(append)

    @patiently
    def write(self, appends: Sequence[Append]) -> list[Verdict]:
        """Write appends that want nothing in common, in one commit; see ``group_commit.Write``."""
        # After a lost acknowledgement this runs again and finds every version taken: the ledger
        # then looks the command's key up, and so answers what was answered the first time.
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            rows = cursor.execute(_APPEND, _columns(appends), prepare=True).fetchall()
        positions: list[list[int]] = [[] for _ in appends]
        refused: dict[int, IntegrityError] = {}
        for number, position, taken in rows:
            if taken is None:
                positions[number].append(position)
            else:
                refused[number] = IntegrityError(f"{taken} is taken")
        return [refused.get(number, found) for number, found in enumerate(positions)]

    @property
    def _here(self) -> OnLoop:
        """What the callers on this loop have in common."""
        loop = get_running_loop()
        if loop not in self._loops:
            self._loops[loop] = OnLoop(self.write, self.select_many)
        return self._loops[loop]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a stream's events by version; the library's, without its detours."""
        whole = lte is None and limit is None and not desc
        found: Sequence[StoredEvent] = (
            parked(self._here.events(str(originator_id), gt or 0))
            if whole and may_park()
            else self._select(originator_id, gt=gt, lte=lte, desc=desc, limit=limit)
        )
        return found

    @patiently
    def select_many(self, streams: Sequence[tuple[str, int]]) -> list[list[StoredEvent]]:
        """Return the events of several streams, each from beyond a version on."""
        asked = (Texts([one for one, _ in streams]), BigInts([version for _, version in streams]))
        found: list[list[StoredEvent]] = [[] for _ in streams]
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            for place, *row in cursor.execute(_MANY, asked, prepare=True):
                found[place - 1].append(StoredEvent(*row))
        return found

    @patiently
    def _select(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None,
        lte: int | None,
        desc: bool,
        limit: int | None,
    ) -> Sequence[StoredEvent]:
        statement: LiteralString = _EVENTS
        asked: list[Any] = [originator_id]
        if gt is not None:
            statement += " AND originator_version > %b"
            asked.append(gt)
        if lte is not None:
            statement += " AND originator_version <= %b"
            asked.append(lte)
        statement += " ORDER BY originator_version" + (" DESC" if desc else "")
        if limit is not None:
            statement += " LIMIT %b"
            asked.append(limit)
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            cursor.execute(statement, asked, prepare=True)
            return [StoredEvent(*row) for row in cursor.fetchall()]

    @patiently
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events in notification order; the library's, without its detours."""
        statement: LiteralString = _NOTIFICATIONS
        asked: list[Any] = [(start or 0) - 1 if inclusive_of_start else start or 0]
        if stop is not None:
            statement += " AND notification_id <= %b"
            asked.append(stop)
        if topics:
            statement += " AND topic = ANY(%b)"
            asked.append(Texts([*topics]))
        statement += " ORDER BY notification_id LIMIT %b"
        asked.append(limit)
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            cursor.execute(statement, asked, prepare=True)
            return [Notification(*row) for row in cursor.fetchall()]

    @patiently
    def moved(self, position: int, limit: int) -> Sequence[tuple[int, str, int]]:
        """Return position, stream and version of the events from a position on, in order."""
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            return cursor.execute(_MOVED, (position, limit), prepare=True).fetchall()

    def find_key(self, principal: str, key: str) -> KeyRecord | None:
        """Return what a key stands for, once that is as durable as any commit is.

        The first answer may have been lost because its commit was never confirmed. A small
        commit of our own waits for the standbys, and with it everything before it in the log.
        """
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            row = cursor.execute(_KEY, (principal, key), prepare=True).fetchone()
            if row is not None:
                cursor.execute("SELECT pg_logical_emit_message(true, 'parley', 'barrier')")
        return None if row is None else KeyRecord(*row)

    @patiently
    def select_acts(self, principal: str, names: Collection[str]) -> Sequence[StoredEvent]:
        """Return the events of these catalogue names that a principal's own commands led to."""
        with self.datastore.get_connection() as connection, _plainly(connection) as cursor:
            cursor.execute(_ACTS, [principal, Texts([*names])], prepare=True)
            return [StoredEvent(*row) for row in cursor.fetchall()]


def _plainly(connection: Connection[DictRow]) -> Cursor[TupleRow]:
    """Return a cursor that takes bytes and numbers as they are, without writing them as text."""
    return connection.cursor(binary=True, row_factory=tuple_row)


def _columns(appends: Sequence[Append]) -> tuple[Array[Any], ...]:
    """Return the columns of the events of all appends, and then those of their keys."""
    events = [(n, event) for n, append in enumerate(appends) for event in append.events]
    keys = [(n, append.key) for n, append in enumerate(appends) if append.key is not None]
    return (
        BigInts([number for number, _ in events]),
        Texts([str(event.originator_id) for _, event in events]),
        BigInts([event.originator_version for _, event in events]),
        Texts([event.topic for _, event in events]),
        ByteStrings([event.state for _, event in events]),
        BigInts([number for number, _ in keys]),
        Texts([key.principal for _, key in keys]),
        Texts([key.key for _, key in keys]),
        Texts([key.fingerprint for _, key in keys]),
        Texts([key.stream for _, key in keys]),
        BigInts([key.first_version for _, key in keys]),
        BigInts([key.last_version for _, key in keys]),
    )


class Factory(postgres.PostgresFactory):
    """Builds the recorder over our datastore, connected by any conninfo that libpq takes."""

    application_recorder_class = KeyedPostgresRecorder

    def __init__(self, env: Environment | Mapping[str, str] | None) -> None:
        super().__init__(env)
        # The library's factory names its datastore class itself; its pool is not open yet.
        self.datastore.__class__ = ConfirmingDatastore
        datastore = cast("ConfirmingDatastore", self.datastore)
        datastore.connect_to(self.env.get(CONNINFO) or "")
        self._keys = datastore
        if elsewhere := self.env.get(KEYS_CONNINFO):
            self._keys = ConfirmingDatastore(
                "", "", 0, "", "", max_overflow=KEYS_POOL_SIZE - 1, pool_open_timeout=None
            )
            self._keys.connect_to(elsewhere)

    def key_ring(self) -> PostgresKeyRing:
        """Return the key ring: in the database of its own, if there is one, or the ledger's."""
        return PostgresKeyRing(self._keys)

    def close(self) -> None:
        """Close the connections to both databases."""
        super().close()
        self._keys.close()


def ledger_env(
    conninfo: str,
    *,
    subject_keys: str | None = None,
    pool_size: int = 4,
    overflow: int = 16,
) -> dict[str, str]:
    """Return the library's settings for a ledger at ``conninfo``, every one of them explicit.

    ``subject_keys`` is the database of the key ring, if it has one of its own. The library merges
    ``os.environ`` underneath, so what is not said here could be said there.
    """
    return {
        "PERSISTENCE_MODULE": __name__,
        CONNINFO: conninfo,
        KEYS_CONNINFO: subject_keys or "",
        "POSTGRES_DBNAME": "",
        "POSTGRES_HOST": "",
        "POSTGRES_PORT": "0",
        "POSTGRES_USER": "",
        "POSTGRES_PASSWORD": "",
        "POSTGRES_SCHEMA": "public",
        "POSTGRES_POOL_SIZE": str(pool_size),
        "POSTGRES_MAX_OVERFLOW": str(overflow),
        "POSTGRES_MAX_WAITING": "0",
        "POSTGRES_CONNECT_TIMEOUT": "5",
        "POSTGRES_CONN_MAX_AGE": "3600",
        "POSTGRES_PRE_PING": "n",
        "POSTGRES_LOCK_TIMEOUT": "10",  # in ledger_append too
        "POSTGRES_IDLE_IN_TRANSACTION_SESSION_TIMEOUT": "10",
        "CREATE_TABLE": "n",
    }
