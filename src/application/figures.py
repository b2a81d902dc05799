"""Figures by the facts that speak of them: what was received of a stretch of time, and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from application.ledger import Ledger
from application.measurement_store import Filed, MeasurementStore
from domain.attainment.attainment import SHAPES, checks_of
from domain.attainment.records import Cases, Checks, Counts, Outages, Readings, Records
from domain.attainment.spans import Spans, micros
from domain.performance.facts import MeasurementsReceived, Shape
from domain.performance.figures import (
    SpoiltFiguresError,
    digest_of_sheets,
    month_of,
    no_records,
    read_sheets,
)
from domain.performance.measurements import MEASUREMENTS
from domain.performance.merging import Batch, merged
from domain.performance.periods import JudgedPeriod
from domain.settlement.governing import Governed
from domain.terms.measurement import Measured, TimeSlices
from domain.values.periods import Period
from domain.values.sides import Side

ONE_DAY: Final = timedelta(days=1)
STATE_BEFORE: Final = ONE_DAY
"""How much is read of what went before, so that it is known in which state a stretch begins."""
CASES_BEFORE: Final = timedelta(days=366)
"""A case is named by every batch that changes it; one that was not for a year is at rest."""


@dataclass(frozen=True, slots=True)
class Read:
    """Figures of a stretch of time: batches in the order they came in, and their facts."""

    batches: tuple[Batch, ...]
    facts: tuple[MeasurementsReceived, ...]


class Figures:
    """Reads figures, and knows which have their fact."""

    def __init__(self, ledger: Ledger, store: MeasurementStore) -> None:
        self._ledger = ledger
        self._store = store

    def fact_of(self, filed: Filed) -> MeasurementsReceived | None:
        """Return the fact of what is filed, None when there is none: then it does not count."""
        state = self._ledger.load(MEASUREMENTS, filed.stream).state
        known: MeasurementsReceived | None = state.batches.get((filed.source, filed.batch))
        return known if known is not None and known.digest == filed.digest else None

    def received(
        self, contract: str, objective: str, starts: datetime, ends: datetime
    ) -> list[tuple[Filed, MeasurementsReceived]]:
        """Return the batches that speak for any of a stretch, in the order they came in."""
        found = self._store.overlapping(contract, objective, starts, ends)
        order: dict[str, dict[tuple[str, str], int]] = {}
        pairs = []
        for filed in found:
            fact = self.fact_of(filed)
            if fact is not None:
                pairs.append((filed, fact))
        for stream in sorted({filed.stream for filed, _ in pairs}):
            state = self._ledger.load(MEASUREMENTS, stream).state
            order[stream] = {name: place for place, name in enumerate(state.batches)}
        pairs.sort(key=lambda pair: (pair[0].stream, _place(order, pair[0])))
        return pairs

    def spoken_for(
        self, contract: str, objective: str, period: Period, by: Collection[Side]
    ) -> Spans:
        """Return the time of a period for which a side's batch speaks."""
        pairs = self.received(contract, objective, period.starts, period.ends)
        told = [(micros(fact.starts), micros(fact.ends)) for _, fact in pairs if fact.by in by]
        return Spans.of(told) & Spans.over(period)

    def read(
        self,
        contract: str,
        judged: JudgedPeriod,
        objective: str,
        by: Collection[Side],
        now: datetime,
    ) -> Read:
        """Read what some sides said of a judged period, and of what went before it.

        Cases are read up to ``now``: what became of one is said later. Raises SpoiltFiguresError
        when what is kept is not what was received.
        """
        period = judged.period
        since, until = period.starts - STATE_BEFORE, period.ends
        before = self._store.last_before(contract, objective, period.starts)
        if before is not None:
            since = min(since, before - STATE_BEFORE)
        if _by_cases(judged, objective):
            since, until = min(since, period.starts - CASES_BEFORE), max(until, now)
        pairs = self.received(contract, objective, since, until)
        return self._read([one for one in pairs if one[1].by in by], since, until)

    def records(self, filed: Sequence[Filed]) -> list[Records]:
        """Return all that is kept of some batches; raises SpoiltFiguresError."""
        found = []
        for one in filed:
            months = [sheet.month for sheet in one.sheets]
            kept = self._store.read([one.id], min(months), max(months)) if months else {}
            pairs = [(sheet, kept.get((one.id, sheet.month), b"")) for sheet in one.sheets]
            found.append(read_sheets(one.shape, pairs))
        return found

    def _read(
        self,
        pairs: Sequence[tuple[Filed, MeasurementsReceived]],
        since: datetime,
        until: datetime,
    ) -> Read:
        first, last = month_of(since), month_of(until)
        # Cases stand in the month their batch starts in, which may lie before.
        first = min([first, *(month_of(one.starts) for one, _ in pairs if one.shape == "cases")])
        data = self._store.read([filed.id for filed, _ in pairs], first, last)
        return Read(
            tuple(_batch(filed, fact, data, first, last) for filed, fact in pairs),
            tuple(fact for _, fact in pairs),
        )


def _batch(
    filed: Filed,
    fact: MeasurementsReceived,
    data: Mapping[tuple[int, date], bytes],
    first: date,
    last: date,
) -> Batch:
    digest = digest_of_sheets(fact.shape, fact.starts, fact.ends, filed.sheets)
    wanted = [sheet for sheet in filed.sheets if first <= sheet.month <= last]
    gone = [sheet for sheet in wanted if (filed.id, sheet.month) not in data]
    if digest != fact.digest or gone:
        raise SpoiltFiguresError(f"figures of {fact.batch} of {fact.source} are not as received")
    records = read_sheets(fact.shape, [(one, data[filed.id, one.month]) for one in wanted])
    return Batch(fact.source, micros(fact.starts), micros(fact.ends), records)


def _by_cases(judged: JudgedPeriod, objective: str) -> bool:
    promised = (part.version.terms.objective(objective) for part in judged.parts)
    return any(one is not None and Cases in SHAPES[one.measured.by] for one in promised)


def _place(order: dict[str, dict[tuple[str, str], int]], filed: Filed) -> int:
    return order[filed.stream][filed.source, filed.batch]


def records_for(read: Read, part: Governed, objective: str) -> Records:
    """Return what counts of figures for a part of a period, in a shape its method can take.

    Slices take checks and outages: where both came in, outages count as a check each slice.
    """
    promised = part.version.terms.objective(objective)
    if promised is None:
        raise KeyError(f"version {part.version.number} has no objective {objective}")
    kinds = SHAPES[promised.measured.by]
    batches = [one for one in read.batches if isinstance(one.records, kinds)]
    if len({type(one.records) for one in batches}) > 1:
        batches = [_as_checks(one, promised.measured) for one in batches]
    found = merged(batches)
    return no_records(_SHAPES[kinds[0]]) if found is None else found


def _as_checks(batch: Batch, method: Measured) -> Batch:
    if isinstance(batch.records, Outages) and isinstance(method, TimeSlices):
        checks = checks_of(batch.records, method.slice.elapsed)
        return Batch(batch.source, batch.starts, batch.ends, checks)
    return batch


_SHAPES: Final[dict[type, Shape]] = {
    Outages: "outages",
    Checks: "checks",
    Counts: "counts",
    Cases: "cases",
    Readings: "readings",
}
