"""Use cases: hand figures in, report a period, look at what came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from application.access import Action
from application.agreed import Agreed, AgreedTerms
from application.closing import Closing, results_of
from application.desk import Desk, Request
from application.errors import NotFound
from application.figures import Figures
from application.ledger import Outcome, Step
from application.measurement_store import Filed, MeasurementStore
from domain.attainment.attainment import SHAPES
from domain.attainment.records import Cases, Records
from domain.attainment.spans import instant
from domain.decider import Refused
from domain.performance.counting import reporting_sides
from domain.performance.facts import MeasurementsReceived
from domain.performance.figures import Sheet, digest_of_sheets, shape_of, sheets_of
from domain.performance.measurements import MEASUREMENTS, ReceiveMeasurements
from domain.performance.periods import JudgedPeriod
from domain.performance.results import RESULTS, ReportPeriod
from domain.terms.objective import Objective
from domain.values.ids import relationship_of, within
from domain.values.sides import Side

ABANDONED: Final = timedelta(days=1)
"""Figures whose fact was not recorded by then never will be: their command has long ended."""
SWEPT: Final = 100
SWEEP_EVERY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Handed:
    """A batch of figures as it is handed in; it speaks for all time from ``starts`` to ``ends``."""

    source: str
    batch: str
    starts: datetime
    ends: datetime
    records: Records


class Measuring:
    """What service managers and monitors do; each move raises Refused by the rule it breaks."""

    def __init__(
        self, desk: Desk, agreed: AgreedTerms, store: MeasurementStore, closing: Closing
    ) -> None:
        self._desk = desk
        self._agreed = agreed
        self._store = store
        self._figures = Figures(desk.ledger, store)
        self._closing = closing
        self._swept: datetime | None = None

    def admit(self, request: Request, contract: str, objective: str) -> Objective:
        """Return an objective, as it was signed last, to whoever may hand in figures for it."""
        self._desk.side(request, Action.MEASURE, str(relationship_of(contract)))
        return promises(self._agreed.of(contract), objective)[-1]

    def receive(
        self, request: Request, contract: str, objective: str, handed: Handed
    ) -> tuple[Outcome, MeasurementsReceived]:
        """Take a batch of figures in, once; its figures are kept before its fact is recorded.

        Raises Refused: other-shape, and those of the measurements.
        """
        side = self._desk.side(request, Action.MEASURE, str(relationship_of(contract)))
        return self.receive_for(request, contract, objective, handed, side)

    def receive_for(
        self, request: Request, contract: str, objective: str, handed: Handed, side: Side
    ) -> tuple[Outcome, MeasurementsReceived]:
        """Take in figures on a side's behalf, whoever asks; as ``receive``."""
        agreed = self._agreed.of(contract)
        data = sheets_of(handed.records, handed.starts, handed.ends)
        shape = shape_of(handed.records)
        fact = MeasurementsReceived(
            side,
            handed.source,
            handed.batch,
            shape,
            digest_of_sheets(shape, handed.starts, handed.ends, data),
            sum(sheet.rows for sheet in data),
            handed.starts,
            handed.ends,
        )
        _refuse_other_shape(promises(agreed, objective), handed.records)

        def plan() -> Sequence[Step]:
            stream = self._stream(request, contract, objective, fact)
            command = ReceiveMeasurements(fact, request.at)
            known = self._desk.ledger.load(MEASUREMENTS, stream).state
            if MEASUREMENTS.decide(command, known):
                # The figures first: should this end here, they have no fact, and count for nothing.
                self._store.file(_filed(contract, objective, fact, stream, tuple(data)), data)
            return (Step(MEASUREMENTS, stream, command),)

        return self._desk.carry_out(request, MEASUREMENTS, plan), fact

    def report(
        self, request: Request, contract: str, objective: str, period: date, note: str
    ) -> Outcome:
        """Say that one's figures of a period are complete; it is closed with what there is.

        Raises Refused: unknown-period, not-yours-to-report, and those of the results.
        """
        side = self._desk.side(request, Action.MEASURE, str(relationship_of(contract)))
        agreed = self._agreed.of(contract)
        promises(agreed, objective)
        # Whatever the agreed rule says of reports that are late comes first.
        self._closing.close(contract, objective, request.at)

        def plan() -> Sequence[Step]:
            judged = self._judged(agreed, objective, period, request.at)
            _refuse_others_report(judged, objective, side)
            command = ReportPeriod(period, judged.period.ends, side, note, request.at)
            return (Step(RESULTS, results_of(contract, objective), command, request.expected),)

        outcome = self._desk.carry_out(request, RESULTS, plan)
        self._closing.close(contract, objective, request.at)
        return outcome

    def received(
        self, contract: str, objective: str, starts: datetime, ends: datetime
    ) -> list[MeasurementsReceived]:
        """Return the batches that speak for any of a stretch of time, in the order they came in."""
        promises(self._agreed.of(contract), objective)
        pairs = self._figures.received(contract, objective, starts, ends)
        return [fact for _, fact in pairs]

    def sweep_now_and_then(self, now: datetime) -> int:
        """Sweep, unless that was done within the last hour."""
        if self._swept is not None and self._swept <= now < self._swept + SWEEP_EVERY:
            return 0
        self._swept = now
        return self.sweep()

    def sweep(self, age: timedelta = ABANDONED) -> int:
        """Drop figures of some age that never got their fact; return how many batches."""
        found = self._store.unsettled(age, SWEPT)
        kept = [one.id for one in found if self._figures.fact_of(one) is not None]
        gone = [one.id for one in found if one.id not in kept]
        if kept:
            self._store.settle(kept)
        return self._store.discard(gone, age) if gone else 0

    def settle(self, stream: str, fact: MeasurementsReceived) -> None:
        """Take note that a batch has its fact, so that it is not looked at by the sweeper."""
        contract, place, _ = stream.rsplit("/", 2)
        objective = place.removeprefix("objective-")
        named = self._store.named(contract, objective, fact.source, fact.batch)
        self._store.settle([one.id for one in named if one.digest == fact.digest])

    def touched(self, stream: str, fact: MeasurementsReceived) -> datetime:
        """Return from when on a batch can change what periods came to.

        What becomes of a case is told later, and may count where it began.
        """
        if fact.shape != "cases":
            return fact.starts
        contract, place, _ = stream.rsplit("/", 2)
        objective = place.removeprefix("objective-")
        named = self._store.named(contract, objective, fact.source, fact.batch)
        filed = [one for one in named if one.digest == fact.digest]
        began = [
            case.began
            for records in self._figures.records(filed)
            if isinstance(records, Cases)
            for case in records.cases
        ]
        return min([fact.starts, *map(instant, began)])

    def _stream(
        self, request: Request, contract: str, objective: str, fact: MeasurementsReceived
    ) -> str:
        """Return where a batch goes: where its name has a fact, or to the month it comes in."""
        for known in self._store.named(contract, objective, fact.source, fact.batch):
            if self._figures.fact_of(known) is not None:
                return known.stream
        place = within(contract, f"objective-{objective}")
        return within(place, f"measurements-{request.at:%Y%m}")

    def _judged(self, agreed: Agreed, objective: str, period: date, now: datetime) -> JudgedPeriod:
        over = self._closing.over(agreed, objective, now)
        for judged in over:
            if judged.key == period:
                return judged
        latest = f"the latest that is over began on {over[-1].key}" if over else "none is over yet"
        raise Refused("unknown-period", f"no period began on {period}; {latest}", place="period")


def promises(agreed: Agreed, objective: str) -> list[Objective]:
    """Return an objective as each version has it; raises NotFound where none does."""
    found = [version.terms.objective(objective) for version in agreed.versions]
    known = [one for one in found if one is not None]
    if not known:
        raise NotFound("such objective")
    return known


def _refuse_other_shape(promised: Sequence[Objective], records: Records) -> None:
    kinds = {kind for one in promised for kind in SHAPES[one.measured.by]}
    if not isinstance(records, tuple(kinds)):
        wanted = " or ".join(sorted(kind.__name__.lower() for kind in kinds))
        by = " and ".join(sorted({one.measured.by for one in promised}))
        raise Refused(
            "other-shape",
            f"measured by {by}: that takes {wanted}, not {shape_of(records)}",
            place="shape",
        )


def _refuse_others_report(judged: JudgedPeriod, objective: str, side: Side) -> None:
    promised = judged.last.objective(objective)
    if promised is not None and side not in reporting_sides(judged.last, promised):
        raise Refused(
            "not-yours-to-report", f"the terms have the {side.other} report this objective"
        )


def _filed(
    contract: str,
    objective: str,
    fact: MeasurementsReceived,
    stream: str,
    sheets: tuple[Sheet, ...],
) -> Filed:
    return Filed(
        contract,
        objective,
        fact.source,
        fact.batch,
        fact.shape,
        fact.digest,
        fact.starts,
        fact.ends,
        stream,
        sheets,
    )
