"""What people were told, in PostgreSQL: filed once, read or not, wanted by mail or not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString

from psycopg import Cursor
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from application.notices.store import Filing, Notice, Told
from interfaces.postgres.views import Pool, fetch

NOTICE: Final[LiteralString] = (
    "n.id, n.kind, n.party, n.relationship, n.stream, n.version, n.at, n.due, n.what"
)
NEW: Final[LiteralString] = (
    "INSERT INTO notices (id, kind, party, relationship, stream, version, at, due, what)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING RETURNING id"
)
SEND: Final[LiteralString] = (
    "INSERT INTO notice_deliveries (notice, channel, target, next_at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (notice, channel, target) DO NOTHING"
)
_READER: Final[LiteralString] = (
    "INSERT INTO notice_readers (notice, person, party) VALUES (%s, %s, %s)"
)
_READ: Final[LiteralString] = (
    "UPDATE notice_readers SET read_at = %s WHERE person = %s AND party = %s AND read_at IS NULL"
)


class PostgresNotices:
    """Keeps what people were told."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def file(self, filings: Sequence[Filing]) -> int:
        """Keep them all, in one transaction; what is known already stays as it is."""
        with self._pool.connection() as connection, connection.cursor() as cursor:
            return sum(_file(cursor, filing) for filing in filings)

    def told(
        self,
        person: str,
        party: str,
        *,
        unread: bool = False,
        before: int | None = None,
        limit: int = 50,
    ) -> list[Told]:
        """Return what somebody was told on behalf of a party, the latest first."""
        select: LiteralString = (
            f"SELECT r.number, r.read_at, {NOTICE}"  # noqa: S608 - our own words
            " FROM notice_readers r JOIN notices n ON n.id = r.notice"
            " WHERE r.person = %s AND r.party = %s"
        )
        parameters: list[Any] = [person, party]
        if unread:
            select += " AND r.read_at IS NULL"
        if before is not None:
            select += " AND r.number < %s"
            parameters.append(before)
        select += " ORDER BY r.number DESC LIMIT %s"
        rows = fetch(self._pool, select, [*parameters, limit])
        return [Told(row[0], notice_of(row[2:]), row[1]) for row in rows]

    def unread(self, person: str, party: str) -> int:
        """Return how much of it is not read."""
        select: LiteralString = (
            "SELECT count(*) FROM notice_readers"
            " WHERE person = %s AND party = %s AND read_at IS NULL"
        )
        return int(fetch(self._pool, select, (person, party))[0][0])

    def read(self, person: str, party: str, notices: Collection[str] | None, at: datetime) -> int:
        """Take note that somebody has read these, or all; return how many were not."""
        with self._pool.connection() as connection:
            if notices is None:
                return connection.execute(_READ, (at, person, party)).rowcount
            some = (at, person, party, list(notices))
            return connection.execute(_READ + " AND notice = ANY(%s)", some).rowcount

    def wishes(self, people: Collection[str]) -> Mapping[str, Mapping[str, bool]]:
        """Return by person which kinds they want by mail, or not, where they have said so."""
        select: LiteralString = "SELECT person, mail FROM notice_wishes WHERE person = ANY(%s)"
        return dict(fetch(self._pool, select, (list(people),)))

    def wish(self, person: str, kinds: Mapping[str, bool]) -> None:
        """Keep which kinds somebody wants by mail, in the place of what they said before."""
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO notice_wishes (person, mail) VALUES (%s, %s)"
                " ON CONFLICT (person) DO UPDATE SET mail = EXCLUDED.mail",
                (person, Jsonb(dict(kinds))),
            )

    def forget(self, person: str) -> None:
        """Drop everything that is kept of a person."""
        tables: tuple[tuple[LiteralString, LiteralString], ...] = (
            ("notice_readers", "person"),
            ("notice_wishes", "person"),
            ("calendar_feeds", "person"),
            ("notice_deliveries", "target"),
        )
        with self._pool.connection() as connection:
            for table, column in tables:
                connection.execute(f"DELETE FROM {table} WHERE {column} = %s", (person,))  # noqa: S608 - our own words


def notice_of(row: Sequence[Any]) -> Notice:
    """Read a notice from the columns of ``NOTICE``."""
    return Notice(*row)


def _file(cursor: Cursor[TupleRow], filing: Filing) -> int:
    one = filing.notice
    columns = (one.id, one.kind, one.party, one.relationship, one.stream, one.version, one.at)
    if cursor.execute(NEW, (*columns, one.due, one.what)).fetchone() is None:
        return 0
    readers = [(one.id, person, one.party) for person in sorted(filing.people)]
    if readers:
        cursor.executemany(_READER, readers)
    mails = [(one.id, "mail", person, one.at) for person in sorted(filing.mails)]
    hooks = [(one.id, "webhook", name, one.at) for name in sorted(filing.webhooks)]
    if mails or hooks:
        cursor.executemany(SEND, [*mails, *hooks])
    return 1
