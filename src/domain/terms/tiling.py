"""Whether the windows of an objective cover all time exactly once, and where they do not.

Time is a week of wall-clock minutes, and each listed date on its own: a date on which some window
does not apply is a different day from its weekday. Windows that share a zone and count by the wall
clock tile every real week when they tile this one, whatever the clock does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import MINUTES_PER_DAY, MINUTES_PER_WEEK, Dates, ServiceHours
from domain.terms.part import ALWAYS, OTHERWISE

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two windows that both cover a stretch of time."""

    first: str
    second: str
    when: str


@dataclass(frozen=True, slots=True)
class Tiling:
    """What is wrong with a set of windows; both empty when they tile."""

    gaps: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


def tiling(terms: AgreementTerms, windows: Sequence[str]) -> Tiling:
    """Say where windows leave a gap or overlap; ``otherwise`` covers what no other one does.

    A window that is not defined covers nothing here; the references are another rule's.
    """
    named = [name for name in windows if name != OTHERWISE]
    week: dict[str, list[Stretch]] = {name: [] for name in named}
    for weekday in range(7):
        for name in named:
            week[name] += [
                (weekday * MINUTES_PER_DAY + starts, weekday * MINUTES_PER_DAY + ends)
                for starts, ends in on_day(terms, name, weekday, None)
            ]
    filled = OTHERWISE in windows
    gaps = [] if filled else [_in_week(gap) for gap in _week_gaps(week.values())]
    overlaps = [
        Overlap(first, second, _in_week(stretch)) for first, second, stretch in _overlaps(week)
    ]
    for day in sorted(_listed(terms, named)):
        here = {name: on_day(terms, name, day.weekday(), day) for name in named}
        usual = {name: on_day(terms, name, day.weekday(), None) for name in named}
        if here == usual:
            continue
        if not filled:
            gaps += [_on_date(day, gap) for gap in _gaps(here.values(), MINUTES_PER_DAY)]
        overlaps += [
            Overlap(first, second, _on_date(day, stretch))
            for first, second, stretch in _overlaps(here)
        ]
    return Tiling(tuple(gaps), tuple(overlaps))


def on_day(terms: AgreementTerms, window: str, weekday: int, day: date | None) -> list[Stretch]:
    """Return the minutes of a local day that a window covers; ``day`` None is an ordinary one."""
    if window == ALWAYS:
        return [(0, MINUTES_PER_DAY)]
    calendar = terms.calendar(window)
    match calendar:
        case ServiceHours():
            if day is not None and any(day in listed for listed in _exceptions(terms, calendar)):
                return []
            return [(starts, ends) for at, starts, ends in calendar.stretches() if at == weekday]
        case Dates():
            return [(0, MINUTES_PER_DAY)] if day in calendar.days() else []
        case None:
            return []


def _exceptions(terms: AgreementTerms, hours: ServiceHours) -> Iterator[frozenset[date]]:
    for name in hours.except_on:
        calendar = terms.calendar(name)
        if isinstance(calendar, Dates):
            yield calendar.days()


def _listed(terms: AgreementTerms, windows: Iterable[str]) -> set[date]:
    days: set[date] = set()
    for name in windows:
        calendar = terms.calendar(name)
        if isinstance(calendar, Dates):
            days |= calendar.days()
        elif isinstance(calendar, ServiceHours):
            days = days.union(*_exceptions(terms, calendar))
    return days


def _gaps(covers: Iterable[Sequence[Stretch]], length: int) -> list[Stretch]:
    gaps: list[Stretch] = []
    reached = 0
    for starts, ends in sorted(stretch for cover in covers for stretch in cover):
        if starts > reached:
            gaps.append((reached, starts))
        reached = max(reached, ends)
    return [*gaps, (reached, length)] if reached < length else gaps


def _week_gaps(covers: Iterable[Sequence[Stretch]]) -> list[Stretch]:
    """Return the gaps of a week, one that runs over Sunday midnight as a single gap."""
    gaps = _gaps(covers, MINUTES_PER_WEEK)
    if len(gaps) > 1 and gaps[0][0] == 0 and gaps[-1][1] == MINUTES_PER_WEEK:
        return [*gaps[1:-1], (gaps[-1][0], MINUTES_PER_WEEK + gaps[0][1])]
    return gaps


def _overlaps(covers: Mapping[str, Sequence[Stretch]]) -> Iterator[tuple[str, str, Stretch]]:
    """Yield the stretches where a stretch begins before one of another window has ended."""
    ordered = sorted(
        (starts, ends, name) for name, cover in covers.items() for starts, ends in _merged(cover)
    )
    reached, holder = 0, ""
    for starts, ends, name in ordered:
        if starts < reached:
            yield holder, name, (starts, min(ends, reached))
        if ends > reached:
            reached, holder = ends, name


def _merged(cover: Sequence[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for starts, ends in sorted(cover):
        if merged and starts <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((starts, ends))
    return merged


def _in_week(stretch: Stretch) -> str:
    if stretch == (0, MINUTES_PER_WEEK):
        return "the whole week"
    return f"{_moment(stretch[0])} to {_moment(stretch[1])}"


def _moment(minute: int) -> str:
    day, rest = divmod(minute % MINUTES_PER_WEEK, MINUTES_PER_DAY)
    return f"{DAY_NAMES[day]} {rest // 60:02d}:{rest % 60:02d}"


def _on_date(day: date, stretch: Stretch) -> str:
    if stretch == (0, MINUTES_PER_DAY):
        return day.isoformat()
    starts, ends = stretch
    return f"{day} {starts // 60:02d}:{starts % 60:02d} to {ends // 60:02d}:{ends % 60:02d}"
