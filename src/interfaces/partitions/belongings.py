"""What belongs to a relationship in one database: read there, added elsewhere, cleared away.

Everything is found by keys: the facts by their leaves, the rest by what the facts name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, LiteralString

from psycopg import Connection, Cursor
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb
from pydantic_core import from_json

from application.disclosing import LoggedFact

CHUNK: Final = 1000
"""How many facts are added in one commit; as long as it takes, nobody else may add any there."""

_FACTS: Final[LiteralString] = (
    "SELECT l.leaf_index, e.originator_id, e.originator_version, e.topic, e.state, l.leaf_hash"
    " FROM history_leaves l JOIN ledger_events e"
    " ON e.originator_id = l.stream AND e.originator_version = l.version"
    " WHERE l.log = %s AND l.leaf_index >= %s ORDER BY l.leaf_index LIMIT %s"
)
_ADD: Final[LiteralString] = (
    "INSERT INTO ledger_events (originator_id, originator_version, topic, state)"
    " VALUES (%s, %s, %s, %s)"
)
_BEYOND: Final[LiteralString] = (
    "SELECT setval('ledger_events_notification_id_seq',"
    " greatest(%s, (SELECT last_value FROM ledger_events_notification_id_seq)))"
)
_HEAD: Final[LiteralString] = "SELECT last_value FROM ledger_events_notification_id_seq"
_KEYS: Final[LiteralString] = (
    "SELECT k.principal, k.key, k.fingerprint, k.stream, k.first_version, k.last_version,"
    " k.recorded_at FROM unnest(%s::text[], %s::text[]) AS named (principal, key)"
    " JOIN ledger_keys k USING (principal, key) WHERE k.first_version IS NOT NULL"
)
_ADD_KEY: Final[LiteralString] = (
    "INSERT INTO ledger_keys AS known"
    " (principal, key, fingerprint, stream, first_version, last_version, recorded_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (principal, key) DO UPDATE SET"
    " fingerprint = excluded.fingerprint, stream = excluded.stream,"
    " first_version = excluded.first_version, last_version = excluded.last_version,"
    " recorded_at = excluded.recorded_at WHERE known.first_version IS NULL"
)
_BATCHES: Final[LiteralString] = (
    "SELECT contract, objective, source, batch, digest, shape, starts, ends, stream, sheets,"
    " filed_at, settled, id FROM measurement_batches WHERE contract = ANY(%s)"
    " AND (settled OR %s) ORDER BY id"
)
_FIGURES: Final[LiteralString] = (
    "SELECT month, data FROM measurement_figures WHERE batch = %s"
    " AND month = ANY(SELECT (sheet ->> 0)::date FROM jsonb_array_elements(%s) AS sheet)"
    " ORDER BY month"
)
_ADD_BATCH: Final[LiteralString] = (
    "INSERT INTO measurement_batches (contract, objective, source, batch, digest, shape, starts,"
    " ends, stream, sheets, filed_at, settled)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (contract, objective, source, batch, digest) DO NOTHING RETURNING id"
)
_OF_VIEWS: Final[LiteralString] = (
    "(relationship = %(of)s OR (relationship IS NULL AND strpos(key, %(of)s) > 0))"
)
_ROWS: Final[LiteralString] = (  # noqa: S608 - our own words
    "SELECT view, CASE view WHEN 'audit_trail' THEN '' ELSE key END, relationship, stream,"
    " audience, CASE view WHEN 'audit_trail' THEN '' ELSE sort END, due::text,"
    " (row - 'position')::text FROM view_rows WHERE "
) + _OF_VIEWS
"""The rows of views, but for where in the ledger a fact of the trail stands."""


class KeptFact(LoggedFact):
    """A fact at its place in the relationship's log, and the command it came of."""

    __slots__ = ()

    @property
    def command(self) -> tuple[str, str]:
        """By whom, and under which key, it was recorded."""
        body = from_json(self.state)
        return body["by"], body["key"]


class Belongings:
    """What belongs to a relationship, over one connection to one database."""

    def __init__(self, connection: Connection[TupleRow], relationship: str) -> None:
        self.connection = connection
        self.relationship = relationship

    def size(self) -> int:
        """Return how many facts there are."""
        found = self.connection.execute(
            "SELECT size FROM history_logs WHERE log = %s", (self.relationship,)
        ).fetchone()
        return 0 if found is None else int(found[0])

    def facts(self, after: int = 0) -> Iterator[KeptFact]:
        """Yield the facts from a place in the log on."""
        while True:
            asked = (self.relationship, after, CHUNK)
            rows = self.connection.execute(_FACTS, asked).fetchall()
            yield from (KeptFact(*row) for row in rows)
            if len(rows) < CHUNK:
                return
            after = rows[-1][0] + 1

    def head(self) -> int:
        """Return the last position that was given to a fact in this database."""
        return int(self._one(_HEAD))

    def last_position(self) -> int:
        """Return the position of the relationship's latest fact here."""
        return int(
            self._one(
                "SELECT coalesce(max(e.notification_id), 0) FROM history_leaves l"
                " JOIN ledger_events e ON e.originator_id = l.stream"
                " AND e.originator_version = l.version WHERE l.log = %s",
                self.relationship,
            )
        )

    def add_facts(self, facts: Iterable[KeptFact], beyond: int) -> None:
        """Add facts in the order of the log, which makes the same leaves of them.

        Their positions come after ``beyond``, so that who follows them by an old one misses none.
        """
        chunk: list[KeptFact] = []
        for fact in facts:
            chunk.append(fact)
            if len(chunk) == CHUNK:
                self._add(chunk, beyond)
                chunk = []
        if chunk:
            self._add(chunk, beyond)

    def _add(self, chunk: Sequence[KeptFact], beyond: int) -> None:
        with self.as_mover() as cursor:
            cursor.execute("LOCK TABLE ledger_events IN EXCLUSIVE MODE")
            cursor.execute(_BEYOND, (beyond,))
            cursor.executemany(_ADD, [(f.stream, f.version, f.topic, f.state) for f in chunk])
            cursor.execute("NOTIFY ledger_events")

    @contextmanager
    def as_mover(self) -> Iterator[Cursor[TupleRow]]:
        """Lend a transaction that the fences let through."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('parley.moving', %s, true)", (self.relationship,))
            yield cursor

    def keys(self, commands: Iterable[tuple[str, str]]) -> list[TupleRow]:
        """Return the keys of some commands, with what they stand for."""
        named = sorted(set(commands))
        columns = [by for by, _ in named], [key for _, key in named]
        return sorted(self.connection.execute(_KEYS, columns).fetchall())

    def add_keys(self, keys: Sequence[TupleRow]) -> None:
        """Add keys; a claim becomes what it was a claim for."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.executemany(_ADD_KEY, keys)

    def files(self, streams: Sequence[str]) -> Iterator[TupleRow]:
        """Yield the files of documents: document, digest, when it was kept, and the bytes."""
        select: LiteralString = (
            "SELECT document, digest, kept_at, pdf FROM document_revisions WHERE document = %s"
            " ORDER BY digest"
        )
        for stream in streams:
            yield from self.connection.execute(select, (stream,))

    def add_files(self, files: Iterable[TupleRow]) -> None:
        """Add files; those that are there stay."""
        with self.as_mover() as cursor:
            for file in files:
                cursor.execute(
                    "INSERT INTO document_revisions (document, digest, kept_at, pdf)"
                    " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    file,
                )

    def rounds(self, streams: Sequence[str]) -> list[TupleRow]:
        """Return the signing rounds that are open."""
        return self.connection.execute(
            "SELECT document, side, round, person, revision, chain, pdf, attributes, digest,"
            " hole_start, hole_end, expires_at FROM document_rounds WHERE document = ANY(%s)"
            " ORDER BY document, side",
            (list(streams),),
        ).fetchall()

    def replace_rounds(self, streams: Sequence[str], rounds: Sequence[TupleRow]) -> None:
        """Put the open rounds in the place of those that are there."""
        with self.as_mover() as cursor:
            cursor.execute("DELETE FROM document_rounds WHERE document = ANY(%s)", (list(streams),))
            cursor.executemany(
                "INSERT INTO document_rounds VALUES"
                " (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                rounds,
            )

    def batches(
        self, streams: Sequence[str], *, unsettled: bool = True
    ) -> Iterator[tuple[TupleRow, list[TupleRow]]]:
        """Yield the batches of figures, without their number, and the figures by month.

        Those that are settled never change any more; the others perhaps.
        """
        for *batch, sheets, filed_at, settled, number in self.connection.execute(
            _BATCHES, (list(streams), unsettled)
        ).fetchall():
            figures = self.connection.execute(_FIGURES, (number, Jsonb(sheets))).fetchall()
            yield (*batch, sheets, filed_at, settled), figures

    def add_batches(self, batches: Iterable[tuple[TupleRow, list[TupleRow]]]) -> None:
        """Add batches, each under a number of its own here; those that are there stay."""
        for (*batch, sheets, filed_at, settled), figures in batches:
            with self.as_mover() as cursor:
                row = (*batch, Jsonb(sheets), filed_at, settled)
                number = cursor.execute(_ADD_BATCH, row).fetchone()
                for month, data in figures if number is not None else ():
                    cursor.execute("SELECT measurement_month(%s)", (month,))
                    cursor.execute(
                        "INSERT INTO measurement_figures (month, batch, data) VALUES (%s, %s, %s)",
                        (month, number[0] if number else None, data),
                    )

    def rows(self) -> list[TupleRow]:
        """Return the rows of views, but for where in the ledger a fact of the trail stands."""
        found = self.connection.execute(_ROWS, {"of": self.relationship}).fetchall()
        return sorted(found, key=str)

    def clear_rows(self) -> None:
        """Clear the rows of views away."""
        self.connection.execute(
            f"DELETE FROM view_rows WHERE {_OF_VIEWS}",  # noqa: S608 - our own words
            {"of": self.relationship},
        )

    def streams(self) -> list[str]:
        """Return the names of the streams."""
        found = self.connection.execute(
            "SELECT DISTINCT stream FROM history_leaves WHERE log = %s ORDER BY stream",
            (self.relationship,),
        )
        return [stream for (stream,) in found]

    def clear(self, *, keys: bool) -> None:
        """Clear everything away, in one transaction; with its keys, or not.

        Takes the rights of the owner of the tables: nobody else may remove a fact.
        """
        with self.connection.transaction():
            streams = self.streams()
            if keys:
                named = sorted({fact.command for fact in self.facts()})
                self.connection.execute(
                    "DELETE FROM ledger_keys k USING unnest(%s::text[], %s::text[])"
                    " AS named (principal, key)"
                    " WHERE k.principal = named.principal AND k.key = named.key",
                    ([by for by, _ in named], [key for _, key in named]),
                )
            self.connection.execute(
                "WITH gone AS (DELETE FROM measurement_batches WHERE contract = ANY(%s)"
                " RETURNING id) DELETE FROM measurement_figures WHERE batch IN (TABLE gone)",
                (streams,),
            )
            for table in ("document_rounds", "document_revisions"):
                self.connection.execute(
                    f"DELETE FROM {table} WHERE document = ANY(%s)",  # noqa: S608 - our own words
                    (streams,),
                )
            self.connection.execute(
                "DELETE FROM ledger_events WHERE originator_id = ANY(%s)", (streams,)
            )
            self.connection.execute(
                "DELETE FROM history_leaves WHERE log = %s", (self.relationship,)
            )
            self.connection.execute("DELETE FROM history_logs WHERE log = %s", (self.relationship,))
            self.clear_rows()

    def _one(self, query: LiteralString, *asked: Any) -> Any:
        found = self.connection.execute(query, asked).fetchone()
        if found is None:
            raise AssertionError("an aggregate has one row")
        return found[0]
