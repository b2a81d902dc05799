"""What is to be sent, in PostgreSQL: claimed by one at a time, until sent or given up.

A claim is a lease. Whoever is killed between sending and saying so leaves a delivery that is sent
once more when the lease is over: at least once, under the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, LiteralString

from application.notices.store import Delivery, Notice, State
from interfaces.postgres.notices import NEW, NOTICE, SEND, notice_of
from interfaces.postgres.views import Pool, fetch

LONGEST_ERROR: Final = 300
_DELIVERY: Final[LiteralString] = (
    "d.number, d.channel, d.target, d.state, d.attempts, d.next_at, d.error, d.done_at, "
) + NOTICE
_CLAIM: Final[LiteralString] = (  # noqa: S608 - our own words
    "WITH mine AS (SELECT number FROM notice_deliveries WHERE state = 'waiting'"
    " AND next_at <= %(now)s AND (claimed_until IS NULL OR claimed_until <= %(now)s)"
    " ORDER BY next_at, number LIMIT %(limit)s FOR UPDATE SKIP LOCKED)"
    " UPDATE notice_deliveries d SET claimed_until = %(until)s, attempts = d.attempts + 1"
    " FROM mine, notices n WHERE d.number = mine.number AND n.id = d.notice RETURNING "
) + _DELIVERY
_DONE: Final[LiteralString] = (
    "UPDATE notice_deliveries SET state = %s, error = %s, done_at = %s, claimed_until = NULL"
    " WHERE number = %s AND state = 'waiting'"
)
_AGAIN: Final[LiteralString] = (
    "UPDATE notice_deliveries SET next_at = %s, error = %s, claimed_until = NULL"
    " WHERE number = %s AND state = 'waiting'"
)
_SEND_AGAIN: Final[LiteralString] = (
    "UPDATE notice_deliveries SET state = 'waiting', attempts = 0, next_at = %s, done_at = NULL"
    " WHERE channel = 'webhook' AND target = %s AND state = 'dead'"
)


class PostgresDeliveries:
    """Keeps what is on its way."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def claim(self, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Return what is to be sent now, and keep everybody else from it for a while."""
        told = {"now": now, "until": now + lease, "limit": limit}
        with self._pool.connection() as connection:
            rows = connection.execute(_CLAIM, told).fetchall()
        return sorted((_delivery(row) for row in rows), key=lambda one: one.number)

    def sent(self, delivery: Delivery, now: datetime) -> None:
        """Take note that it was taken."""
        self._run(_DONE, ("sent", None, now, delivery.number))

    def failed(
        self, delivery: Delivery, because: str, next_at: datetime | None, now: datetime
    ) -> None:
        """Take note that it was not, and when to try again; None: it is given up."""
        error = because[:LONGEST_ERROR]
        if next_at is None:
            self._run(_DONE, ("dead", error, now, delivery.number))
        else:
            self._run(_AGAIN, (next_at, error, delivery.number))

    def dropped(self, delivery: Delivery, because: str, now: datetime) -> None:
        """Take note that there is nobody to send it to any more."""
        self._run(_DONE, ("dropped", because[:LONGEST_ERROR], now, delivery.number))

    def put(self, notice: Notice, webhook: str) -> None:
        """Put a notice on its way to one webhook, and to nobody else."""
        one = notice
        columns = (one.id, one.kind, one.party, one.relationship, one.stream, one.version, one.at)
        with self._pool.connection() as connection:
            connection.execute(NEW, (*columns, one.due, one.what))
            connection.execute(SEND, (one.id, "webhook", webhook, one.at))

    def deliveries(
        self, webhook: str, *, state: State | None = None, before: int | None = None, limit: int
    ) -> list[Delivery]:
        """Return what was, or is to be, sent to a webhook, the latest first."""
        select: LiteralString = (
            f"SELECT {_DELIVERY}"  # noqa: S608 - our own words
            " FROM notice_deliveries d JOIN notices n ON n.id = d.notice"
            " WHERE d.target = %s AND d.channel = 'webhook'"
        )
        parameters: list[Any] = [webhook]
        if state is not None:
            select += " AND d.state = %s"
            parameters.append(state)
        if before is not None:
            select += " AND d.number < %s"
            parameters.append(before)
        select += " ORDER BY d.number DESC LIMIT %s"
        return [_delivery(row) for row in fetch(self._pool, select, [*parameters, limit])]

    def send_again(self, webhook: str, number: int | None, now: datetime) -> int:
        """Put back what was given up for a webhook, all or one; return how many."""
        if number is None:
            return self._run(_SEND_AGAIN, (now, webhook))
        return self._run(_SEND_AGAIN + " AND number = %s", (now, webhook, number))

    def taken_since(self, webhook: str, since: datetime) -> bool:
        """Tell whether a webhook took anything since an instant."""
        select: LiteralString = (
            "SELECT EXISTS (SELECT FROM notice_deliveries WHERE target = %s"
            " AND channel = 'webhook' AND state = 'sent' AND done_at >= %s)"
        )
        return bool(fetch(self._pool, select, (webhook, since))[0][0])

    def waiting(self) -> Mapping[str, int]:
        """Return how many deliveries there are by state, but for those that were sent."""
        select: LiteralString = (
            "SELECT state, count(*) FROM notice_deliveries WHERE state <> 'sent' GROUP BY state"
        )
        return dict(fetch(self._pool, select, ()))

    def sweep(self, before: datetime) -> int:
        """Drop deliveries that were done, or given up, before an instant; return how many."""
        return self._run(
            "DELETE FROM notice_deliveries WHERE state <> 'waiting' AND done_at < %s", (before,)
        )

    def _run(self, statement: LiteralString, parameters: tuple[Any, ...]) -> int:
        with self._pool.connection() as connection:
            return connection.execute(statement, parameters).rowcount


def _delivery(row: Sequence[Any]) -> Delivery:
    number, channel, target, state, attempts, next_at, error, done_at, *notice = row
    return Delivery(
        number, channel, target, notice_of(notice), state, attempts, next_at, error, done_at
    )
