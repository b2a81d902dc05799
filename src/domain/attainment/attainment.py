"""Attainment: one pure function from what was agreed and recorded to what was reached, and missed.

It is asked for one objective of one version of the terms, over one period or the part of a period
for which that version governed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

import numpy as np

from domain.attainment.cases import Clock, due_at, handling_time, percentile, share_within
from domain.attainment.events import event_ratio, interval_rates
from domain.attainment.excused import Excuse, Excused, excused
from domain.attainment.records import (
    Case,
    Cases,
    Checks,
    Counts,
    Outages,
    Reading,
    Readings,
    Records,
    WrongRecords,
)
from domain.attainment.result import Measurement
from domain.attainment.spans import Spans, micros
from domain.attainment.time_up import Slices, elapsed_time
from domain.attainment.units import custom_unit
from domain.attainment.windows import window_spans
from domain.terms.agreement import AgreementTerms
from domain.terms.deadline import Quantity
from domain.terms.measurement import (
    CustomUnit,
    ElapsedTime,
    EventRatio,
    HandlingTime,
    IntervalRates,
    Percentile,
    ShareWithin,
    TimeSlices,
)
from domain.terms.objective import Objective, Target
from domain.values.periods import Period


@dataclass(frozen=True, slots=True)
class Reached:
    """What one target came to; ``met`` None is not judged."""

    target: Target
    measurement: Measurement
    met: bool | None


@dataclass(frozen=True, slots=True)
class Attainment:
    """What an objective came to over a period, target by target in the order of the terms."""

    objective: str
    period: Period
    reached: tuple[Reached, ...]

    @property
    def missed(self) -> bool:
        """Whether any target was missed."""
        return any(one.met is False for one in self.reached)

    @property
    def pending(self) -> int:
        """How many cases may still come in."""
        return sum(one.measurement.pending for one in self.reached)


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """What was recorded for an objective, and what is to be excused, when somebody looks.

    ``records`` may reach beyond the period: what went before tells which state it begins in.
    ``excuses`` are those of the whole term. ``as_of`` None looks at the end of the period; a case
    that is open and not late then is pending.
    """

    records: Records
    excuses: tuple[Excuse, ...] = ()
    as_of: datetime | None = None


Measure = Callable[[Target, Spans], Measurement]
"""Measures one target in its window."""


def attainment(
    terms: AgreementTerms, objective: Objective, period: Period, observed: Observed
) -> Attainment:
    """Work out what an objective came to.

    Raises WrongRecords when the method cannot be worked out from such records.
    """
    _refuse_other_records(objective, observed.records)
    reasons = excused(terms, objective, observed.excuses, period)
    clock = Clock(terms, micros(observed.as_of or period.ends))
    measure = _measurer(objective, observed.records, reasons, clock, Spans.over(period))
    among = [target.window for target in objective.targets]
    reached = []
    for target in objective.targets:
        found = measure(target, window_spans(terms, target.window, period, among))
        reached.append(Reached(target, found, found.meets(target)))
    return Attainment(objective.id, period, tuple(reached))


SHAPES: Final[dict[str, tuple[type, ...]]] = {
    "elapsed time": (Outages,),
    "time slices": (Checks, Outages),
    "event ratio": (Counts,),
    "mean of interval rates": (Counts,),
    "percentile": (Cases,),
    "response time": (Cases,),
    "resolution time": (Cases,),
    "share within a limit": (Cases,),
    "custom unit": (Readings,),
}
"""The shapes of records that each method can be worked out from."""


def _refuse_other_records(objective: Objective, records: Records) -> None:
    shapes = SHAPES[objective.measured.by]
    if not isinstance(records, shapes):
        wanted = " or ".join(shape.__name__.lower() for shape in shapes)
        raise WrongRecords(
            f"{objective.id} is measured by {objective.measured.by}: that takes {wanted}, "
            f"not {type(records).__name__.lower()}"
        )


def _measurer(
    objective: Objective,
    records: Records,
    reasons: tuple[Excused, ...],
    clock: Clock,
    whole: Spans,
) -> Measure:
    """Return what measures a target; what all windows have in common is done here, once."""
    match objective.measured, records:
        case ElapsedTime() as up, Outages():
            return lambda _, window: elapsed_time(up, records, window, reasons)
        case TimeSlices() as method, Checks() | Outages():
            checks = (
                checks_of(records, method.slice.elapsed)
                if isinstance(records, Outages)
                else records
            )
            slices = Slices(method, checks, reasons, whole)
            return lambda _, window: slices.measure(window)
        case EventRatio() as ratio, Counts():
            return lambda _, window: event_ratio(ratio, records, window, reasons)
        case IntervalRates() as rates, Counts():
            return lambda _, window: interval_rates(rates, records, window, reasons)
        case Percentile() as ranked, Cases():
            return lambda target, window: percentile(
                ranked, _began_in(records, target, window), reasons
            )
        case HandlingTime() as handled, Cases():
            return lambda target, window: handling_time(
                handled, _began_in(records, target, window), target, clock, reasons
            )
        case ShareWithin() as within, Cases():
            return lambda target, window: share_within(
                within, _belonging(within, records, target, window, clock), clock, reasons
            )
        case CustomUnit() as units, Readings():
            return lambda _, window: custom_unit(units, _read_in(records, window), reasons)
        case method, _:
            raise AssertionError(f"{method.by} from {type(records).__name__} was refused before")


def _read_in(records: Readings, window: Spans) -> list[Reading]:
    at = np.array([reading.at for reading in records.readings], dtype=np.int64)
    inside = window.covers(at).tolist()
    return [one for one, here in zip(records.readings, inside, strict=True) if here]


def _began_in(records: Cases, target: Target, window: Spans) -> list[Case]:
    return _lying_in(records, target, window, [case.began for case in records.cases])


def _belonging(
    method: ShareWithin, records: Cases, target: Target, window: Spans, clock: Clock
) -> list[Case]:
    """Return the cases that count in a period, by when they began, ended or were due.

    One that has not ended belongs to no period it ended in yet. A quantity is due when it begins.
    """
    match method.belongs_to:
        case "period it began in":
            return _began_in(records, target, window)
        case "period it ended in":
            at = [-1 if case.ended is None else case.ended for case in records.cases]
        case "period it was due in" if isinstance(method.limit, Quantity):
            return _began_in(records, target, window)
        case "period it was due in":
            at = [due_at(method.limit, method.hours, case, clock) for case in records.cases]
        case _:
            assert_never(method.belongs_to)
    return _lying_in(records, target, window, at)


def _lying_in(records: Cases, target: Target, window: Spans, at: list[int]) -> list[Case]:
    inside = window.covers(np.array(at, dtype=np.int64)).tolist()
    return [
        case
        for case, here in zip(records.cases, inside, strict=True)
        if here and target.severity in (None, case.severity)
    ]


def checks_of(outages: Outages, length: int) -> Checks:
    """Return outages as one check a slice: failed where any of the slice was down."""
    known = outages.recorded | outages.down
    if not known:
        empty = np.empty(0, dtype=np.int64)
        return Checks(empty, empty, empty)
    first, end = int(known.starts[0]) // length, -(-int(known.ends[-1]) // length)
    begin = np.arange(first, end, dtype=np.int64) * length
    made = known.before(begin + length) > known.before(begin)
    down = outages.down.before(begin + length) > outages.down.before(begin)
    return Checks(begin[made], made[made].astype(np.int64), down[made].astype(np.int64))
