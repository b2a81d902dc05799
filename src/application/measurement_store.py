"""Where figures are kept, beside the ledger: a port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.performance.facts import Shape
from domain.performance.figures import Sheet
from domain.values.canonical import Digest


@dataclass(frozen=True, slots=True)
class Filed:
    """A batch as its figures are filed; ``stream`` is where its fact is, or was to be, recorded.

    One name may be filed twice with other figures; which of the two counts, the fact says.
    """

    contract: str
    objective: str
    source: str
    batch: str
    shape: Shape
    digest: Digest
    starts: datetime
    ends: datetime
    stream: str
    sheets: tuple[Sheet, ...]
    id: int = 0


class MeasurementStore(Protocol):
    """Keeps figures by month. What no fact speaks of counts for nothing."""

    def file(self, filed: Filed, data: Mapping[Sheet, bytes]) -> None:
        """Keep a batch's figures, durably; what is there already under its digest stays.

        The stream it is filed under is the latest one, while the batch is not settled.
        """
        ...

    def named(self, contract: str, objective: str, source: str, batch: str) -> list[Filed]:
        """Return what is filed under a name, whatever its digest."""
        ...

    def overlapping(
        self, contract: str, objective: str, starts: datetime, ends: datetime
    ) -> list[Filed]:
        """Return the batches that speak for any of a stretch of time."""
        ...

    def last_before(self, contract: str, objective: str, at: datetime) -> datetime | None:
        """Return when the last batch ends that ends by an instant, None when there is none."""
        ...

    def read(self, ids: Sequence[int], first: date, last: date) -> Mapping[tuple[int, date], bytes]:
        """Return the figures of batches by month, from one month to another, both included."""
        ...

    def settle(self, ids: Sequence[int]) -> None:
        """Take note that these batches have their fact."""
        ...

    def unsettled(self, age: timedelta, limit: int) -> list[Filed]:
        """Return batches of some age of which it is not known that they have a fact."""
        ...

    def discard(self, ids: Sequence[int], age: timedelta) -> int:
        """Drop batches of some age that are not settled; return how many."""
        ...
