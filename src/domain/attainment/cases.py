"""Methods by cases: how long they took on a clock of service hours, and what was read of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, assert_never
from zoneinfo import ZoneInfo

import numpy as np

from domain.attainment.excused import Excused
from domain.attainment.records import Case
from domain.attainment.result import Measurement, Working
from domain.attainment.spans import Spans, instant, micros
from domain.attainment.summaries import Judged, at_percentile, mean, share_of
from domain.attainment.windows import window_spans
from domain.terms.agreement import AgreementTerms
from domain.terms.deadline import Limit, Quantity, WorkingDays
from domain.terms.due import LONGEST_CLOSURE, opens_on
from domain.terms.measurement import HandlingTime, Percentile, ShareWithin
from domain.terms.objective import Target
from domain.terms.part import magnitude
from domain.values.durations import MICROSECONDS_PER_DAY, Duration
from domain.values.periods import Days, Period, midnight

CLOSED_FOR: Final = 40
"""For how many times its own length a limit is looked for in service hours, in weeks at least."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs in service hours, up to the instant at which somebody looks at it."""

    terms: AgreementTerms
    as_of: int

    def elapsed(self, case: Case, hours: str) -> int:
        """Return how long a case has been open on this clock, in microseconds."""
        until = self.as_of if case.ended is None else case.ended
        if until <= case.began:
            return 0
        return self._running(case, hours, until).total

    def due(self, case: Case, hours: str, limit: int) -> int:
        """Return the instant at which a case has been open for a limit, in microseconds.

        A calendar that never opens for so long is never due: the end of what was looked through.
        """
        span = max(limit, MICROSECONDS_PER_DAY) * CLOSED_FOR + 7 * MICROSECONDS_PER_DAY
        running = self._running(case, hours, case.began + span).first(limit)
        return int(running.ends[-1]) if running else case.began

    def _running(self, case: Case, hours: str, until: int) -> Spans:
        over = Period(instant(case.began), instant(until))
        return window_spans(self.terms, hours, over) - case.stopped


def answered(case: Case, answered_by: str | None) -> Case:
    """Return the case with no end where only a person's answer would have been one."""
    if answered_by == "a person" and not case.by_person:
        return Case(case.id, case.began, None, True, case.severity, case.value, case.stopped)  # noqa: FBT003
    return case


def percentile(
    method: Percentile, cases: Sequence[Case], reasons: Sequence[Excused]
) -> Measurement:
    """Measure what the given percentage of cases stays at or under."""
    counted, working = without_excused(cases, reasons)
    figures = [case.value for case in counted]
    lines = (*working, Working("counted", len(figures), "cases"))
    rank = Fraction(method.percentile)
    return at_percentile(figures, rank, method, lines, linear=method.rule == "linear")


def handling_time(
    method: HandlingTime,
    cases: Sequence[Case],
    target: Target,
    clock: Clock,
    reasons: Sequence[Excused],
) -> Measurement:
    """Measure how long cases took; one that is open and not late yet is still pending."""
    counted, working = without_excused(cases, reasons)
    judged, pending = [], 0
    for one in counted:
        case = answered(one, method.answered_by)
        limit = _limit(method, case, target, clock.terms)
        if method.take == "share in time" and limit is None:
            continue  # its support level names no limit, so it is in no share of those in time
        took = clock.elapsed(case, _hours(method.hours, case, clock.terms))
        if case.ended is None and limit is not None and took <= limit:
            pending += 1
        elif case.ended is None:
            judged.append(Judged(None))
        else:
            judged.append(Judged(Fraction(took), limit is None or took <= limit))
    lines = (
        *working,
        Working("with no answer on record", sum(one.figure is None for one in judged), "cases"),
        Working("pending", pending, "cases"),
        Working("counted", len(judged), "cases"),
    )
    return _taken(method, judged, lines, pending)


def _taken(
    method: HandlingTime, judged: Sequence[Judged], lines: tuple[Working, ...], pending: int
) -> Measurement:
    figures = [one.figure for one in judged]
    match method.take:
        case "share in time":
            found = share_of(judged, method, lines)
        case "every case":
            found = at_percentile(figures, Fraction(100), method, lines)
        case "percentile":
            rank = Fraction(method.percentile or 100)
            found = at_percentile(figures, rank, method, lines)
        case "mean":
            found = mean(figures, method, lines)
        case _:
            assert_never(method.take)
    return _pending(found, pending)


def share_within(
    method: ShareWithin, cases: Sequence[Case], clock: Clock, reasons: Sequence[Excused]
) -> Measurement:
    """Measure the share of cases within a limit; on the limit is within it."""
    counted, working = without_excused(cases, reasons)
    judged, pending = [], 0
    for one in counted:
        within = _is_within(method, answered(one, method.answered_by), clock)
        if within is PENDING:
            pending += 1
        else:
            judged.append(within)
    lines = (
        *working,
        Working("with no end on record", sum(one.figure is None for one in judged), "cases"),
        Working("pending", pending, "cases"),
        Working("within the limit", sum(one.within is True for one in judged), "cases"),
        Working("counted", len(judged), "cases"),
    )
    return _pending(share_of(judged, method, lines), pending)


PENDING: Final = Judged(None, None)
"""A case that is open and may still be in time; told from one without an end by identity."""


def _is_within(method: ShareWithin, case: Case, clock: Clock) -> Judged:
    if isinstance(method.limit, Quantity):
        if case.value is None:
            return Judged(None)
        return Judged(case.value, case.value <= Fraction(method.limit.quantity))
    due = due_at(method.limit, method.hours, case, clock)
    if case.ended is None:
        return PENDING if clock.as_of <= due else Judged(None)
    return Judged(Fraction(case.ended - case.began), case.ended <= due)


def due_at(limit: Limit, hours: str, case: Case, clock: Clock) -> int:
    """Return the last instant at which a case is still in time.

    A limit in working days ends with the last of them, in the zone of the terms; a day on which the
    clock stood still from its first instant to its last is none of them.
    """
    match limit:
        case Duration():
            return clock.due(case, hours, limit.elapsed)
        case WorkingDays():
            last = _last_working_day(limit, case, clock.terms)
            return micros(midnight(last + timedelta(days=1), clock.terms.zone)) - 1
        case Quantity():
            raise AssertionError("a quantity is not a time")
        case _:
            assert_never(limit)


def _last_working_day(limit: WorkingDays, case: Case, terms: AgreementTerms) -> date:
    day = instant(case.began).astimezone(ZoneInfo(terms.zone)).date()
    calendar, left, closed = terms.calendar(limit.of), limit.working_days, 0
    while left:
        day += timedelta(days=1)
        whole = Spans.over(Days(day, day + timedelta(days=1)).instants(terms.zone))
        if opens_on(calendar, day, terms) and whole - case.stopped:
            left, closed = left - 1, 0
        elif (closed := closed + 1) > LONGEST_CLOSURE:
            calendar = None
    return day


def without_excused(
    cases: Iterable[Case], reasons: Sequence[Excused]
) -> tuple[list[Case], list[Working]]:
    """Leave out the cases that began in excused time, whatever it counts as: a case is no time."""
    left = list(cases)
    working = [Working("in the window", len(left), "cases")]
    for reason in reasons:
        began = np.array([case.began for case in left], dtype=np.int64)
        excused = reason.spans.covers(began)
        working.append(Working(f"left out: {reason.exclusion}", int(excused.sum()), "cases"))
        left = [case for case, out in zip(left, excused.tolist(), strict=True) if not out]
    return left, working


def _limit(method: HandlingTime, case: Case, target: Target, terms: AgreementTerms) -> int | None:
    """Return the limit of a case: its support level's where a share is taken, else the target."""
    if method.take != "share in time":
        return int(magnitude(target.bound))
    level = None if case.severity is None else terms.support_level(case.severity)
    if level is None:
        return None
    limit = level.respond if method.by == "response time" else level.resolve
    return None if limit is None else limit.elapsed


def _hours(hours: str, case: Case, terms: AgreementTerms) -> str:
    level = None if case.severity is None else terms.support_level(case.severity)
    return hours if level is None else level.hours


def _pending(found: Measurement, pending: int) -> Measurement:
    return Measurement(found.value, found.working, found.empty, found.worst, pending)
