"""The logs in PostgreSQL, fact by fact beside their leaves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, LiteralString

from application.disclosing import LoggedFact
from application.errors import HistoryBroken
from interfaces.postgres.views import Pool, fetch

COUNTED: Final = 5_000
"""How many facts are counted at once."""

_THERE: Final[LiteralString] = (
    " FROM history_leaves l JOIN ledger_events e"
    " ON e.originator_id = l.stream AND e.originator_version = l.version"
    " WHERE l.log = %s AND l.leaf_index >= %s AND l.leaf_index < %s"
)
_FACTS: Final[LiteralString] = (
    "SELECT l.leaf_index, l.stream, l.version, e.topic, e.state, l.leaf_hash"
    f"{_THERE} ORDER BY l.leaf_index"
)
_COUNT: Final[LiteralString] = f"SELECT count(*){_THERE}"


class PostgresLogbooks:
    """Facts by their place in a log."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def facts(self, log: str, start: int, stop: int) -> Sequence[LoggedFact]:
        """Return the facts of a log from one index to before another; raises HistoryBroken."""
        facts = [LoggedFact(*row) for row in fetch(self._pool, _FACTS, (log, start, stop))]
        for index, fact in zip_longest(range(start, stop), facts):
            if fact is None or fact.index != index:
                raise HistoryBroken(log, index)
        return facts

    def check(self, log: str, size: int) -> None:
        """Raise HistoryBroken unless every leaf before an index is there, and its fact.

        It counts them, and reads facts only to say which is gone.
        """
        for start in range(0, size, COUNTED):
            stop = min(start + COUNTED, size)
            if fetch(self._pool, _COUNT, (log, start, stop)) != [(stop - start,)]:
                self.facts(log, start, stop)
