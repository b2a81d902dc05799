"""Figures in memory, for tests of the application layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from application.measurement_store import Filed
from domain.performance.figures import Sheet


@dataclass
class _Kept:
    filed: Filed
    data: dict[date, bytes]
    filed_at: datetime
    settled: bool = False


class MemoryMeasurements:
    """Figures in this process only."""

    def __init__(self) -> None:
        self._kept: dict[int, _Kept] = {}
        self._numbers = count(1)

    def file(self, filed: Filed, data: Mapping[Sheet, bytes]) -> None:
        """Keep a batch's figures."""
        for kept in self._kept.values():
            same = replace(kept.filed, stream=filed.stream, id=filed.id) == filed
            if same:
                if not kept.settled:
                    kept.filed = replace(kept.filed, stream=filed.stream)
                    kept.filed_at = datetime.now(UTC)
                return
        number = next(self._numbers)
        by_month = {sheet.month: raw for sheet, raw in data.items()}
        self._kept[number] = _Kept(replace(filed, id=number), by_month, datetime.now(UTC))

    def named(self, contract: str, objective: str, source: str, batch: str) -> list[Filed]:
        """Return what is filed under a name."""
        name = (source, batch)
        return [one for one in self._of(contract, objective) if (one.source, one.batch) == name]

    def overlapping(
        self, contract: str, objective: str, starts: datetime, ends: datetime
    ) -> list[Filed]:
        """Return the batches that speak for any of a stretch of time."""
        mine = self._of(contract, objective)
        return [one for one in mine if one.ends > starts and one.starts < ends]

    def last_before(self, contract: str, objective: str, at: datetime) -> datetime | None:
        """Return when the last batch ends that ends by an instant."""
        ends = [one.ends for one in self._of(contract, objective) if one.ends <= at]
        return max(ends, default=None)

    def read(self, ids: Sequence[int], first: date, last: date) -> Mapping[tuple[int, date], bytes]:
        """Return the figures of batches by month."""
        return {
            (number, month): raw
            for number in ids
            for month, raw in self._kept[number].data.items()
            if first <= month <= last
        }

    def settle(self, ids: Sequence[int]) -> None:
        """Take note that these batches have their fact."""
        for number in ids:
            self._kept[number].settled = True

    def unsettled(self, age: timedelta, limit: int) -> list[Filed]:
        """Return batches of which it is not known that they have a fact."""
        before = datetime.now(UTC) - age
        open_ = [one for one in self._kept.values() if not one.settled and one.filed_at < before]
        return [one.filed for one in open_][:limit]

    def discard(self, ids: Sequence[int], age: timedelta) -> int:
        """Drop batches that are not settled."""
        gone = [one.id for one in self.unsettled(age, len(self._kept)) if one.id in ids]
        for number in gone:
            del self._kept[number]
        return len(gone)

    def _of(self, contract: str, objective: str) -> list[Filed]:
        return [
            kept.filed
            for kept in self._kept.values()
            if (kept.filed.contract, kept.filed.objective) == (contract, objective)
        ]
