"""Windows in PromQL: a series that is 1 inside service hours and 0 outside, clock changes and all.

Prometheus knows UTC only, so the changes of the clock are looked up here and written into the rule
as instants. They hold as far as the time zone rules of today go, and as far as ``horizon``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.objective import Objective, Target
from domain.terms.part import ALWAYS, OTHERWISE
from domain.values.durations import add_months
from domain.values.periods import midnight

MONTHS_AHEAD: Final = 60
"""How far the clock changes of an agreement without an end, or with a far one, are written down."""

_EPOCH: Final = date(1970, 1, 1)
_DAY: Final = 86_400
_MONDAY: Final = 3 * _DAY
"""The first of January 1970 was a Thursday."""


def horizon(terms: AgreementTerms) -> date:
    """Return the last day for which clock changes are written down."""
    furthest = add_months(terms.starts, MONTHS_AHEAD)
    return furthest if terms.ends is None else min(terms.ends + timedelta(days=1), furthest)


Clock = Callable[[str], str]
"""Gives the second of the week in a zone, as a scalar expression: where it is recorded."""


def inside(terms: AgreementTerms, objective: Objective, target: Target, clock: Clock) -> str | None:
    """Return a scalar that is 1 inside a target's window and 0 outside; None where none is."""
    if target.window != OTHERWISE:
        return _inside(terms, target.window, clock)
    others = {one.window for one in objective.targets if one.severity == target.severity}
    said = [_inside(terms, name, clock) for name in sorted(others - {OTHERWISE})]
    expressions = [text for text in said if text is not None]
    if len(expressions) < len(said):
        return None
    return f"1 - ({_added(expressions)})" if expressions else "1"


def calendars_in(terms: AgreementTerms, objective: Objective, target: Target) -> set[str]:
    """Return the calendars that a target's window rests on."""
    names = {target.window}
    if target.window == OTHERWISE:
        names = {one.window for one in objective.targets}
    hours = [calendar for name in names if (calendar := terms.calendar(name)) is not None]
    return {calendar.id for calendar in hours} | {
        name
        for calendar in hours
        if isinstance(calendar, ServiceHours)
        for name in calendar.except_on
    }


def _inside(terms: AgreementTerms, window: str, clock: Clock) -> str | None:
    if window == ALWAYS:
        return "1"
    match terms.calendar(window):
        case ServiceHours(on_clock_change="wall clock") as hours:
            return _hours(terms, hours, clock)
        case Dates() as dates:
            return _on_days([dates])
        case _:
            return None


def _hours(terms: AgreementTerms, hours: ServiceHours, clock: Clock) -> str:
    second = clock(hours.zone)
    inside = _added(
        f"({second} >= bool {starts}) * ({second} < bool {ends})"
        for starts, ends in _stretches(hours)
    )
    closed = [found for name in hours.except_on if isinstance(found := terms.calendar(name), Dates)]
    return f"({inside}) * (1 - ({_on_days(closed)}))" if closed else inside


def _stretches(hours: ServiceHours) -> list[tuple[int, int]]:
    """Return the hours as seconds of a week that begins on Monday, joined where they meet."""
    joined: list[tuple[int, int]] = []
    for day, starts, ends in hours.stretches():
        _join(joined, day * _DAY + starts * 60, day * _DAY + ends * 60)
    return joined


def _on_days(calendars: Iterable[Dates]) -> str:
    """Return an expression for one of some dates: each is a stretch of instants in its zone."""
    days = {
        (midnight(day, calendar.zone), midnight(day + timedelta(days=1), calendar.zone))
        for calendar in calendars
        for day in calendar.days()
    }
    stretches: list[tuple[int, int]] = []
    for starts, ends in sorted((int(a.timestamp()), int(b.timestamp())) for a, b in days):
        _join(stretches, starts, ends)
    return _added(
        f"(time() >= bool {starts}) * (time() < bool {ends})" for starts, ends in stretches
    )


def _join(stretches: list[tuple[int, int]], starts: int, ends: int) -> None:
    """Add a stretch that begins no earlier than the others, joined to one that it meets."""
    if stretches and starts <= stretches[-1][1]:
        stretches[-1] = (stretches[-1][0], max(ends, stretches[-1][1]))
    else:
        stretches.append((starts, ends))


def week_second(terms: AgreementTerms, zone: str) -> str:
    """Return the second of the week, from Monday, on the wall clock of a zone, as a scalar."""
    return f"({local(terms, zone)} + {_MONDAY}) % {7 * _DAY}"


def local(terms: AgreementTerms, zone: str) -> str:
    """Return the clock on the wall as a scalar: seconds, as if the zone were UTC."""
    first, *changes = _offsets(zone, terms.starts - timedelta(days=2), horizon(terms))
    text = f"time() + {first[1]}" if first[1] >= 0 else f"time() - {-first[1]}"
    before = first[1]
    for at, offset in changes:
        step = offset - before
        text += f" {'+' if step > 0 else '-'} {abs(step)} * (time() >= bool {at})"
        before = offset
    return f"({text})"


@lru_cache(maxsize=64)
def _offsets(zone: str, since: date, until: date) -> tuple[tuple[int, int], ...]:
    """Return each offset from UTC in seconds, and the instant (seconds since 1970) it begins."""
    return tuple(_found_offsets(zone, since, until))


def _found_offsets(zone: str, since: date, until: date) -> Iterator[tuple[int, int]]:
    clock = ZoneInfo(zone)
    at = (since - _EPOCH).days * _DAY
    offset = _offset(clock, at)
    yield at, offset
    end = (until - _EPOCH).days * _DAY + 2 * _DAY
    while at < end:
        if (following := _offset(clock, at + _DAY)) != offset:
            offset = following
            yield _change(clock, at, at + _DAY), offset
        at += _DAY


def _change(clock: ZoneInfo, before: int, after: int) -> int:
    """Return the second at which the offset of ``after`` begins."""
    new = _offset(clock, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if _offset(clock, middle) == new else (middle, after)
    return after


def _offset(clock: ZoneInfo, at: int) -> int:
    moved = datetime.fromtimestamp(at, UTC).astimezone(clock).utcoffset()
    return 0 if moved is None else int(moved.total_seconds())


def _added(expressions: Iterable[str]) -> str:
    return " + ".join(expressions)
