"""Figures in PostgreSQL: one row a batch, one row a batch and month, partitioned by month."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, LiteralString

from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from application.measurement_store import Filed
from domain.performance.figures import Sheet
from interfaces.postgres.views import Pool, fetch

_COLUMNS: Final[LiteralString] = (
    "SELECT id, contract, objective, source, batch, shape, digest, starts, ends, stream, sheets"
    " FROM measurement_batches WHERE "
)
_FILE: Final[LiteralString] = (
    "INSERT INTO measurement_batches AS known"
    " (contract, objective, source, batch, shape, digest, starts, ends, stream, sheets)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (contract, objective, source, batch, digest)"
    " DO UPDATE SET stream = excluded.stream, filed_at = now() WHERE NOT known.settled"
    " RETURNING id"
)
_KEEP: Final[LiteralString] = (
    "INSERT INTO measurement_figures (month, batch, data) VALUES (%s, %s, %s)"
    " ON CONFLICT (month, batch) DO NOTHING"
)
_READ: Final[LiteralString] = (
    "SELECT batch, month, data FROM measurement_figures"
    " WHERE month BETWEEN %s AND %s AND batch = ANY(%s)"
)
LEVEL: Final = 1
"""Figures of probes are mostly the same number again: the quickest level packs them well."""


class PostgresMeasurements:
    """Figures in the tables ``measurement_batches`` and ``measurement_figures``."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._months: set[date] = set()

    def file(self, filed: Filed, data: Mapping[Sheet, bytes]) -> None:
        """Keep a batch's figures, in one transaction."""
        self._make_room({sheet.month for sheet in data})
        row = (
            filed.contract,
            filed.objective,
            filed.source,
            filed.batch,
            filed.shape,
            filed.digest,
            filed.starts,
            filed.ends,
            filed.stream,
            Jsonb([[one.month.isoformat(), one.rows, one.digest] for one in filed.sheets]),
        )
        with self._pool.connection() as connection, connection.cursor() as cursor:
            found = cursor.execute(_FILE, row).fetchone()
            if found is None:
                return  # it has its fact: what is kept of it stays as it is
            cursor.executemany(
                _KEEP,
                [(sheet.month, found[0], zlib.compress(raw, LEVEL)) for sheet, raw in data.items()],
            )

    def named(self, contract: str, objective: str, source: str, batch: str) -> list[Filed]:
        """Return what is filed under a name."""
        where: LiteralString = "contract = %s AND objective = %s AND source = %s AND batch = %s"
        return self._filed(where + " ORDER BY id", (contract, objective, source, batch))

    def overlapping(
        self, contract: str, objective: str, starts: datetime, ends: datetime
    ) -> list[Filed]:
        """Return the batches that speak for any of a stretch of time."""
        where: LiteralString = "contract = %s AND objective = %s AND ends > %s AND starts < %s"
        return self._filed(where + " ORDER BY id", (contract, objective, starts, ends))

    def last_before(self, contract: str, objective: str, at: datetime) -> datetime | None:
        """Return when the last batch ends that ends by an instant."""
        select: LiteralString = (
            "SELECT max(ends) FROM measurement_batches"
            " WHERE contract = %s AND objective = %s AND ends <= %s"
        )
        found: datetime | None = fetch(self._pool, select, (contract, objective, at))[0][0]
        return found

    def read(self, ids: Sequence[int], first: date, last: date) -> Mapping[tuple[int, date], bytes]:
        """Return the figures of batches by month."""
        rows = fetch(self._pool, _READ, (first, last, list(ids))) if ids else []
        return {(batch, month): _unpacked(data) for batch, month, data in rows}

    def settle(self, ids: Sequence[int]) -> None:
        """Take note that these batches have their fact."""
        with self._pool.connection() as connection:
            connection.execute(
                "UPDATE measurement_batches SET settled = true WHERE id = ANY(%s) AND NOT settled",
                (list(ids),),
            )

    def unsettled(self, age: timedelta, limit: int) -> list[Filed]:
        """Return batches of which it is not known that they have a fact."""
        where: LiteralString = "NOT settled AND filed_at < now() - %s ORDER BY filed_at LIMIT %s"
        return self._filed(where, (age, limit))

    def discard(self, ids: Sequence[int], age: timedelta) -> int:
        """Drop batches that are not settled."""
        gone: LiteralString = (
            "WITH gone AS (DELETE FROM measurement_batches WHERE id = ANY(%s) AND NOT settled"
            " AND filed_at < now() - %s RETURNING id), swept AS (DELETE FROM measurement_figures"
            " WHERE batch IN (SELECT id FROM gone)) SELECT count(*) FROM gone"
        )
        with self._pool.connection() as connection:
            found = connection.execute(gone, (list(ids), age)).fetchone()
        return 0 if found is None else int(found[0])

    def _filed(self, where: LiteralString, parameters: tuple[Any, ...]) -> list[Filed]:
        return [_read_row(row) for row in fetch(self._pool, _COLUMNS + where, parameters)]

    def _make_room(self, months: set[date]) -> None:
        """Make the partitions that are not there yet; one process at a time makes one."""
        missing = sorted(months - self._months)
        if not missing:
            return
        with self._pool.connection() as connection:
            for month in missing:
                connection.execute("SELECT public.measurement_month(%s)", (month,))
        self._months |= months


def _unpacked(data: bytes) -> bytes:
    """Return what was packed; what was never packed by us as it is, which its digest tells."""
    try:
        return zlib.decompress(data)
    except zlib.error:
        return data


def _read_row(row: TupleRow) -> Filed:
    identity, contract, objective, source, batch, shape, digest, starts, ends, stream, sheets = row
    return Filed(
        contract,
        objective,
        source,
        batch,
        shape,
        digest,
        starts,
        ends,
        stream,
        tuple(Sheet(date.fromisoformat(month), rows, mark) for month, rows, mark in sheets),
        identity,
    )
