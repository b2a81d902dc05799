"""When a window is: named hours and dates as spans of instants, over changes of the clock.

Between two changes of a zone's offset the wall clock runs evenly, so within each such stretch the
hours of a day are a shift of whole microseconds, and a stretch is worked out for all its days at
once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from domain.attainment.spans import EPOCH, NOTHING, Micros, Spans, instant, micros
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.part import ALWAYS, OTHERWISE
from domain.values.durations import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND
from domain.values.periods import Period, midnight

MINUTE: Final = 60 * MICROSECONDS_PER_SECOND
_DAY: Final = timedelta(days=1)
_THURSDAY: Final = 3
"""The weekday of 1 January 1970, Monday being 0."""

Even = tuple[int, int, int]
"""A stretch in which the wall clock runs evenly: its start, its end, and how far it is ahead of
UTC, in microseconds."""


def window_spans(
    terms: AgreementTerms, window: str, period: Period, among: Iterable[str] = ()
) -> Spans:
    """Return when a window is within a period.

    ``among`` are the windows of the same objective: ``otherwise`` is all time that none of them
    covers. A window that is not defined is never.
    """
    whole = Spans.over(period)
    if window == ALWAYS:
        return whole
    if window == OTHERWISE:
        for name in set(among) - {OTHERWISE}:
            whole -= window_spans(terms, name, period)
        return whole
    match terms.calendar(window):
        case ServiceHours(on_clock_change="nominal length") as hours:
            return _nominal(terms, hours, period) & whole
        case ServiceHours() as hours:
            return _by_the_wall_clock(terms, hours, period)
        case Dates() as dates:
            return _whole_days(dates.days(), dates.zone) & whole
        case None:
            return NOTHING


def _by_the_wall_clock(terms: AgreementTerms, hours: ServiceHours, period: Period) -> Spans:
    excepted = _excepted(terms, hours)
    starts, ends = [], []
    for begin, end, ahead in even_stretches(hours.zone, period):
        first = (begin + ahead) // MICROSECONDS_PER_DAY
        days = np.arange(first, (end + ahead) // MICROSECONDS_PER_DAY + 1, dtype=np.int64)
        days = days[~np.isin(days, excepted)]
        weekdays = (days + _THURSDAY) % 7
        for weekday, opens, closes in hours.stretches():
            local = days[weekdays == weekday] * MICROSECONDS_PER_DAY - ahead
            starts.append(np.clip(local + opens * MINUTE, begin, end))
            ends.append(np.clip(local + closes * MINUTE, begin, end))
    return Spans.joined(np.concatenate(starts), np.concatenate(ends)) if starts else NOTHING


def _nominal(terms: AgreementTerms, hours: ServiceHours, period: Period) -> Spans:
    """Return hours that begin by the wall clock and last their usual length whatever it does.

    An hour that the clock skips begins at the moment it skips; one that comes twice, the first
    time.
    """
    zone = ZoneInfo(hours.zone)
    excepted = {int(day) for day in _excepted(terms, hours)}
    day = period.starts.astimezone(zone).date() - _DAY
    last = period.ends.astimezone(zone).date()
    pairs = []
    while day <= last:
        if _number(day) not in excepted:
            for weekday, opens, closes in hours.stretches():
                if weekday == day.weekday():
                    begin = micros(_shown(day, opens, zone))
                    pairs.append((begin, begin + (closes - opens) * MINUTE))
        day += _DAY
    return Spans.of(pairs)


def _shown(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return the first instant at which the wall clock shows a minute of a day, or is past it."""
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    at = wall.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return at
    # The clock skips it: the offset from before the change leads to an instant after the change.
    return instant(_change(zone.key, micros(at - _DAY), micros(at)))


def _whole_days(days: Iterable[date], zone: str) -> Spans:
    return Spans.of(
        (micros(midnight(day, zone)), micros(midnight(day + _DAY, zone))) for day in days
    )


def _excepted(terms: AgreementTerms, hours: ServiceHours) -> Micros:
    days = set()
    for name in hours.except_on:
        calendar = terms.calendar(name)
        if isinstance(calendar, Dates):
            days |= {_number(day) for day in calendar.days()}
    return np.array(sorted(days), dtype=np.int64)


def _number(day: date) -> int:
    return (day - EPOCH.date()).days


def even_stretches(zone: str, period: Period) -> Iterator[Even]:
    """Yield the stretches of a period between two changes of a zone's offset, in order.

    At most one change a day is looked for.
    """
    begin, end = micros(period.starts), micros(period.ends)
    edges, at = [begin], begin
    while at < end:
        limit = min((at // MICROSECONDS_PER_DAY + 1) * MICROSECONDS_PER_DAY, end)
        if _ahead(zone, limit) != _ahead(zone, at):
            edges.append(_change(zone, at, limit))
        at = limit
    for first, last in pairwise([*(edge for edge in edges if edge < end), end]):
        yield first, last, _ahead(zone, first)


def _change(zone: str, before: int, after: int) -> int:
    """Return the first instant with the later offset, between two with different ones."""
    earlier = _ahead(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _ahead(zone, middle) == earlier:
            before = middle
        else:
            after = middle
    return after


@lru_cache(maxsize=1 << 14)
def _ahead(zone: str, at: int) -> int:
    """Return how far the wall clock is ahead of UTC at an instant, in microseconds."""
    shown = instant(at).astimezone(ZoneInfo(zone)).utcoffset()
    if shown is None:
        raise AssertionError("a zone always has an offset")
    return shown // timedelta(microseconds=1)
