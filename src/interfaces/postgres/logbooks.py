"""The logs in PostgreSQL, fact by fact beside their leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, LiteralString

from application.disclosing import LoggedFact
from interfaces.postgres.views import Pool, fetch

_FACTS: Final[LiteralString] = (
    "SELECT l.leaf_index, l.stream, l.version, e.topic, e.state, l.leaf_hash"
    " FROM history_leaves l JOIN ledger_events e"
    " ON e.originator_id = l.stream AND e.originator_version = l.version"
    " WHERE l.log = %s AND l.leaf_index >= %s AND l.leaf_index < %s ORDER BY l.leaf_index"
)


class PostgresLogbooks:
    """Facts by their place in a log."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def facts(self, log: str, start: int, stop: int) -> Sequence[LoggedFact]:
        """Return the facts of a log from one index to before another.

        Raises LookupError when one of them is gone.
        """
        facts = [LoggedFact(*row) for row in fetch(self._pool, _FACTS, (log, start, stop))]
        if len(facts) != stop - start:
            raise LookupError(f"{log} lacks facts between leaf {start} and {stop}")
        return facts
