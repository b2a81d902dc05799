"""What lies beside the ledger, over several partitions: leaves, files, figures.

Facts, leaves, files and figures are where their relationship is. What is published (checkpoints,
subtrees, cosignatures) is at home for every log: the service-wide log is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from application.disclosing import LoggedFact
from application.document_ports import Round
from application.history import Leaf
from application.measurement_store import Filed, MeasurementStore
from domain.history.merkle import Hash
from domain.performance.figures import Sheet
from domain.values.canonical import Digest
from interfaces.partitions.fence import unless_moving
from interfaces.partitions.routes import HOME, Routes
from interfaces.postgres.cabinet import PostgresCabinet
from interfaces.postgres.checkpoints import PostgresShelf
from interfaces.postgres.logbooks import PostgresLogbooks
from interfaces.postgres.views import Pool


class RoutedShelf(PostgresShelf):
    """The published history: leaves from where they are, the rest from home."""

    def __init__(self, routes: Routes, pools: Mapping[str, Pool]) -> None:
        super().__init__(pools[HOME])
        self._routes = routes
        self._shelves = {name: PostgresShelf(pool) for name, pool in pools.items()}

    def leaf(self, stream: str, version: int) -> Leaf | None:
        """Return where a fact's leaf stands, None for a fact that was not recorded."""
        return self._shelves[self._routes.of(stream)].leaf(stream, version)

    def leaves(self, log: str, spans: Sequence[tuple[int, int]]) -> dict[int, Hash]:
        """Return the leaves of some spans, from and before, by index."""
        return self._shelves[self._routes.of(log)].leaves(log, spans)


class RoutedLogbooks:
    """Facts by their place in a log."""

    def __init__(self, routes: Routes, pools: Mapping[str, Pool]) -> None:
        self._routes = routes
        self._books = {name: PostgresLogbooks(pool) for name, pool in pools.items()}

    def facts(self, log: str, start: int, stop: int) -> Sequence[LoggedFact]:
        """Return the facts of a log from one index to before another; raises HistoryBroken."""
        return self._books[self._routes.of(log)].facts(log, start, stop)

    def check(self, log: str, size: int) -> None:
        """Raise HistoryBroken unless every leaf before an index is there, and its fact."""
        self._books[self._routes.of(log)].check(log, size)


class RoutedCabinet:
    """Keeps what the facts of documents only name."""

    def __init__(self, routes: Routes, pools: Mapping[str, Pool]) -> None:
        self._routes = routes
        self._cabinets = {name: PostgresCabinet(pool) for name, pool in pools.items()}

    def keep(self, document: str, digest: Digest, pdf: bytes) -> None:
        """Keep a revision; keeping it again is the same."""
        unless_moving(document, self._of(document).keep, document, digest, pdf)

    def revision(self, document: str, digest: Digest) -> bytes | None:
        """Return a revision of a document, or None."""
        return self._of(document).revision(document, digest)

    def open(self, opened: Round) -> None:
        """Keep a round; it takes the place of the side's earlier one on the same document."""
        unless_moving(opened.document, self._of(opened.document).open, opened)

    def round(self, document: str, name: str) -> Round | None:
        """Return an open round of a document, or None."""
        return self._of(document).round(document, name)

    def close(self, name: str) -> None:
        """Forget a round, wherever it is: its name does not say."""
        for cabinet in self._cabinets.values():
            cabinet.close(name)

    def _of(self, document: str) -> PostgresCabinet:
        return self._cabinets[self._routes.of(document)]


class RoutedMeasurements:
    """Figures where their contract is; each database numbers its batches by itself.

    So a batch's id, which no fact and no answer holds, is told apart by its remainder. What is
    swept is what lies in one partition.
    """

    def __init__(self, routes: Routes, stores: Mapping[str, MeasurementStore], place: str) -> None:
        self._routes = routes
        self._stores = stores
        self._names = tuple(stores)
        self._place = place

    def file(self, filed: Filed, data: Mapping[Sheet, bytes]) -> None:
        """Keep a batch's figures, durably."""
        unless_moving(filed.contract, self._at(filed.contract)[1].file, filed, data)

    def named(self, contract: str, objective: str, source: str, batch: str) -> list[Filed]:
        """Return what is filed under a name."""
        name, store = self._at(contract)
        return self._told(name, store.named(contract, objective, source, batch))

    def overlapping(
        self, contract: str, objective: str, starts: datetime, ends: datetime
    ) -> list[Filed]:
        """Return the batches that speak for any of a stretch of time."""
        name, store = self._at(contract)
        return self._told(name, store.overlapping(contract, objective, starts, ends))

    def last_before(self, contract: str, objective: str, at: datetime) -> datetime | None:
        """Return when the last batch ends that ends by an instant."""
        return self._at(contract)[1].last_before(contract, objective, at)

    def read(self, ids: Sequence[int], first: date, last: date) -> Mapping[tuple[int, date], bytes]:
        """Return the figures of batches by month."""
        found: dict[tuple[int, date], bytes] = {}
        for name, own in self._sorted(ids).items():
            for (batch, month), data in self._stores[name].read(own, first, last).items():
                found[self._global(name, batch), month] = data
        return found

    def settle(self, ids: Sequence[int]) -> None:
        """Take note that these batches have their fact."""
        for name, own in self._sorted(ids).items():
            self._stores[name].settle(own)

    def unsettled(self, age: timedelta, limit: int) -> list[Filed]:
        """Return batches here of which it is not known that they have a fact."""
        return self._told(self._place, self._stores[self._place].unsettled(age, limit))

    def discard(self, ids: Sequence[int], age: timedelta) -> int:
        """Drop batches that are not settled."""
        return sum(self._stores[name].discard(own, age) for name, own in self._sorted(ids).items())

    def _at(self, contract: str) -> tuple[str, MeasurementStore]:
        name = self._routes.of(contract)
        return name, self._stores[name]

    def _global(self, name: str, own: int) -> int:
        return own * len(self._names) + self._names.index(name)

    def _told(self, name: str, found: Sequence[Filed]) -> list[Filed]:
        return [replace(one, id=self._global(name, one.id)) for one in found]

    def _sorted(self, ids: Sequence[int]) -> dict[str, list[int]]:
        parted: dict[str, list[int]] = {}
        for one in ids:
            own, which = divmod(one, len(self._names))
            parted.setdefault(self._names[which], []).append(own)
        return parted
