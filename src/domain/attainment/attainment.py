"""Attainment: one pure function from what was agreed and recorded to what was reached, and missed.

It is asked for one objective of one version of the terms, over one period or the part of a period
for which that version governed.
"""

from __future__ import annotations

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
    Readings,
    Records,
    WrongRecords,
)
from domain.attainment.result import Measurement
from domain.attainment.spans import Spans, micros
from domain.attainment.time_up import elapsed_time, time_slices
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


@dataclass(frozen=True, slots=True, eq=False)
class _Setting:
    """What a target is measured in: its window, what is excused, the clock of its cases."""

    window: Spans
    reasons: tuple[Excused, ...]
    clock: Clock


def attainment(
    terms: AgreementTerms, objective: Objective, period: Period, observed: Observed
) -> Attainment:
    """Work out what an objective came to.

    Raises WrongRecords when the method cannot be worked out from such records.
    """
    _refuse_other_records(objective, observed.records)
    reasons = excused(terms, objective, observed.excuses, period)
    clock = Clock(terms, micros(observed.as_of or period.ends))
    among = [target.window for target in objective.targets]
    reached = []
    for target in objective.targets:
        setting = _Setting(window_spans(terms, target.window, period, among), reasons, clock)
        found = _measured(objective, target, observed.records, setting)
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


def _measured(
    objective: Objective, target: Target, records: Records, setting: _Setting
) -> Measurement:
    window, reasons, clock = setting.window, setting.reasons, setting.clock
    match objective.measured, records:
        case ElapsedTime() as method, Outages():
            return elapsed_time(method, records, window, reasons)
        case TimeSlices() as method, Checks():
            return time_slices(method, records, window, reasons)
        case TimeSlices() as method, Outages():
            checks = checks_of(records, method.slice.elapsed)
            return time_slices(method, checks, window, reasons)
        case EventRatio() as method, Counts():
            return event_ratio(method, records, window, reasons)
        case IntervalRates() as method, Counts():
            return interval_rates(method, records, window, reasons)
        case Percentile() as method, Cases():
            return percentile(method, _began_in(records, target, window), reasons)
        case HandlingTime() as method, Cases():
            return handling_time(method, _began_in(records, target, window), target, clock, reasons)
        case ShareWithin() as method, Cases():
            cases = _belonging(method, records, target, window, clock)
            return share_within(method, cases, clock, reasons)
        case CustomUnit() as method, Readings():
            at = np.array([reading.at for reading in records.readings], dtype=np.int64)
            inside = window.covers(at).tolist()
            readings = [one for one, here in zip(records.readings, inside, strict=True) if here]
            return custom_unit(method, readings, reasons)
        case method, _:
            raise AssertionError(f"{method.by} from {type(records).__name__} was refused before")


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
