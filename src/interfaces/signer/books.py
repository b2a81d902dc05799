"""The database as the signer sees it: leaf hashes to read, checkpoints to publish."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg import Connection, IsolationLevel

from domain.history.checkpoint import SERVICE_LOG
from domain.history.merkle import Hash
from interfaces.signer.errors import SignerRefuses
from interfaces.signer.memory import Published, Round

CHUNK: Final = 5000

_LEAVES: Final[dict[bool, LiteralString]] = {
    False: "SELECT leaf_index, leaf_hash FROM history_leaves"
    " WHERE log = %(log)s AND leaf_index >= %(start)s ORDER BY leaf_index LIMIT %(most)s",
    True: "SELECT service_index, service_leaf FROM history_checkpoints"
    " WHERE service_index >= %(start)s ORDER BY service_index LIMIT %(most)s",
}
_EVERY_LEAF: Final[LiteralString] = (
    "SELECT log, leaf_index, leaf_hash FROM history_leaves"
    " UNION ALL SELECT 'service', service_index, service_leaf FROM history_checkpoints"
    " WHERE service_index IS NOT NULL ORDER BY 1, 2"
)
_TOUCHED: Final[LiteralString] = (
    "SELECT DISTINCT split_part(originator_id, '/', 1) FROM ledger_events"
    " WHERE notification_id > %s ORDER BY 1"
)
_CHECKPOINT: Final[LiteralString] = (
    "INSERT INTO history_checkpoints"
    " (log, size, root, note, signed_at, service_index, service_leaf)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)
_NODE: Final[LiteralString] = (
    "INSERT INTO history_nodes (log, level, at, hash) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT DO NOTHING"
)
_ALARM: Final[LiteralString] = (
    "INSERT INTO history_alarms (log, because, since) VALUES (%s, %s, %s)"
    " ON CONFLICT (log) DO UPDATE SET because = excluded.because"
)


class SignersBooks:
    """Reads in one snapshot at a time, publishes in one transaction; autocommit otherwise."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read everything within as it stands at one instant."""
        self.connection.isolation_level = IsolationLevel.REPEATABLE_READ
        self.connection.read_only = True
        try:
            with self.connection.transaction():
                yield
        finally:
            if not self.connection.closed:
                self.connection.isolation_level = None
                self.connection.read_only = None

    def parts(self) -> tuple[SignersBooks, ...]:
        """Return the databases whose leaves are signed, all of which have to keep them."""
        return (self,)

    def heads(self) -> tuple[int, ...]:
        """Return the position of the latest fact, in each part."""
        return (self.head(),)

    def head(self) -> int:
        """Return the position of the latest fact in this database."""
        return int(self._one("SELECT coalesce(max(notification_id), 0) FROM ledger_events"))

    def written(self) -> str:
        """Return a position in the write-ahead log beyond all that the snapshot shows."""
        return str(self._one("SELECT pg_current_wal_insert_lsn()::text"))

    def sizes(self) -> dict[str, int]:
        """Return how many leaves each log is said to have."""
        return dict(self.connection.execute("SELECT log, size FROM history_logs").fetchall())

    def touched(self, positions: tuple[int, ...]) -> list[str]:
        """Return the logs of the facts after a position, in each part."""
        return [log for (log,) in self.connection.execute(_TOUCHED, positions)]

    def leaves(self, log: str, start: int, most: int) -> list[tuple[int, Hash]]:
        """Return a log's leaves with their indexes, from one on."""
        asked = {"log": log, "start": start, "most": most}
        return self.connection.execute(_LEAVES[log == SERVICE_LOG], asked).fetchall()

    def every_leaf(self) -> Iterator[tuple[str, int, Hash]]:
        """Yield every leaf of every log, the service-wide one included, by log and index."""
        with self.connection.cursor(name="every_leaf") as cursor:
            cursor.itersize = CHUNK
            yield from cursor.execute(_EVERY_LEAF)

    def latest(self) -> dict[str, tuple[int, str]]:
        """Return the latest published checkpoint of each log: its size and its note."""
        rows = self.connection.execute(
            "SELECT DISTINCT ON (log) log, size, note FROM history_checkpoints"
            " ORDER BY log, size DESC"
        )
        return {log: (size, note) for log, size, note in rows}

    def introduce(self, public: bytes, at: datetime) -> None:
        """Publish the key that checkpoints are signed with."""
        self.connection.execute(
            "INSERT INTO history_signers (public, since) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (public, at),
        )

    def publish(self, signed: Round) -> None:
        """Publish a round, whole; what was published already stays.

        Raises SignerRefuses when the database no longer holds what the round is about, or holds
        other checkpoints in its place.
        """
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for one in signed.checkpoints:
                self._refuse_unless_held(one)
            self._refuse_unless_next(signed)
            cursor.executemany(
                _CHECKPOINT, [_row(one, signed.signed_at) for one in signed.checkpoints]
            )
            cursor.executemany(_NODE, [(n.log, n.level, n.at, n.hash) for n in signed.nodes])
            for one in signed.checkpoints:
                found = cursor.execute(
                    "SELECT note FROM history_checkpoints WHERE log = %s AND size = %s",
                    (one.log, one.checkpoint.size),
                ).fetchone()
                if found != (one.note,):
                    raise SignerRefuses(
                        f"another checkpoint of {one.log} at size {one.checkpoint.size} "
                        "was published than the one that was signed"
                    )

    def alarm(self, refused: Mapping[str, str], at: datetime) -> None:
        """Make known what is refused now, and nothing else."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute("DELETE FROM history_alarms WHERE log <> ALL (%s)", (list(refused),))
            cursor.executemany(_ALARM, [(log, said, at) for log, said in refused.items()])

    def _refuse_unless_held(self, one: Published) -> None:
        if one.log == SERVICE_LOG:
            return
        size = one.checkpoint.size
        if self.leaves(one.log, size - 1, 1)[:1] != [(size - 1, one.last)]:
            raise SignerRefuses(
                f"{one.log} was signed with {size} leaves; the database no longer holds the last "
                "of them: it was set back"
            )

    def _refuse_unless_next(self, signed: Round) -> None:
        indexes = [one.service_index for one in signed.checkpoints if one.service_index is not None]
        there = int(
            self._one("SELECT coalesce(max(service_index), -1) + 1 FROM history_checkpoints")
        )
        if there not in {min(indexes), max(indexes) + 1}:
            raise SignerRefuses(
                f"the service-wide log has {there} leaves; {min(indexes)} were signed before this"
            )

    def _one(self, query: LiteralString) -> Any:
        found = self.connection.execute(query).fetchone()
        if found is None:
            raise AssertionError("an aggregate has one row")
        return found[0]


def _row(one: Published, signed_at: datetime) -> tuple[Any, ...]:
    leaf = None if one.service_index is None else one.checkpoint.leaf()
    size, root = one.checkpoint.size, one.checkpoint.root
    return (one.log, size, root, one.note, signed_at, one.service_index, leaf)
