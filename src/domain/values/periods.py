"""Periods: half-open stretches of time, and the calendar periods an objective is judged by.

A calendar period is a matter of local days in an IANA zone; as instants it begins at the first
moment of its first local day and ends where the next one begins, so it may hold a 23- or 25-hour
day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, PlainSerializer, PlainValidator, WithJsonSchema

from domain.values.durations import add_months

_MONTHS: Final = {"calendar month": 1, "calendar quarter": 3, "calendar year": 12}
_ROLLING = re.compile(r"rolling ([1-9][0-9]{0,2}) days")
PERIOD_PATTERN: Final = r"^(calendar (week|month|quarter|year)|rolling [1-9][0-9]{0,2} days)$"
DAY_PATTERN: Final = r"^(19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}$"
ZONE_PATTERN: Final = r"^[A-Z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+){0,2}$"


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch of instants: ``starts`` is in it, ``ends`` is not. Both aware UTC."""

    starts: datetime
    ends: datetime

    @property
    def microseconds(self) -> int:
        """The elapsed length, exactly."""
        return (self.ends - self.starts) // timedelta(microseconds=1)

    def __contains__(self, instant: datetime) -> bool:
        return self.starts <= instant < self.ends

    def overlap(self, other: Period) -> Period | None:
        """Return what two periods share, or None."""
        starts, ends = max(self.starts, other.starts), min(self.ends, other.ends)
        return Period(starts, ends) if starts < ends else None


@dataclass(frozen=True, slots=True)
class Days:
    """A half-open run of local days: ``first`` is in it, ``end`` is the day after the last."""

    first: date
    end: date

    @property
    def last(self) -> date:
        """The last day in it."""
        return self.end - timedelta(days=1)

    @property
    def count(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    def within(self, other: Days) -> Days | None:
        """Return the days both have, or None."""
        first, end = max(self.first, other.first), min(self.end, other.end)
        return Days(first, end) if first < end else None

    def instants(self, zone: str) -> Period:
        """Return the same days as instants, in an IANA zone."""
        return Period(midnight(self.first, zone), midnight(self.end, zone))


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """How often an objective is judged: a calendar period, or every day over the last N days."""

    kind: str
    days: int = 0

    @classmethod
    def parse(cls, text: str) -> PeriodRule:
        """Read ``calendar week|month|quarter|year`` or ``rolling 30 days``.

        Raises ValueError on anything else.
        """
        if text in _MONTHS or text == "calendar week":
            return cls(text)
        if match := _ROLLING.fullmatch(text):
            return cls("rolling", int(match[1]))
        raise ValueError(
            "a period is calendar week, calendar month, calendar quarter, calendar year, "
            f"or like rolling 30 days; {text[:40]!r} is not one"
        )

    @property
    def months(self) -> int:
        """How many calendar months it spans; 0 for weeks and rolling days."""
        return _MONTHS.get(self.kind, 0)

    def around(self, day: date) -> Days:
        """Return the period a day belongs to; for rolling days, the one that ends with that day."""
        if self.kind == "rolling":
            return Days(day - timedelta(days=self.days - 1), day + timedelta(days=1))
        if self.kind == "calendar week":
            monday = day - timedelta(days=day.weekday())
            return Days(monday, monday + timedelta(days=7))
        first = date(day.year, (day.month - 1) // self.months * self.months + 1, 1)
        return Days(first, add_months(first, self.months))

    def over(self, days: Days) -> Iterator[Days]:
        """Yield every whole or partial period of a run of days, in order, uncut.

        Rolling periods end one day after another, so there is one for each day.
        """
        day = days.first
        while day < days.end:
            period = self.around(day)
            yield period
            day = period.end

    def __str__(self) -> str:
        return f"rolling {self.days} days" if self.kind == "rolling" else self.kind


def midnight(day: date, zone: str) -> datetime:
    """Return the instant (UTC) at which a local day begins.

    Where the clock skips midnight, that is the moment it skips; where midnight comes twice, the
    first time.
    """
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _read_rule(value: object) -> PeriodRule:
    if isinstance(value, PeriodRule):
        return value
    return PeriodRule.parse(value if isinstance(value, str) else repr(value))


def _zone(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(ZONE_PATTERN, value):
        try:
            return ZoneInfo(value).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    raise ValueError(
        f"a zone is an IANA name, like Europe/Paris or UTC; {str(value)[:60]!r} is not"
    )


def _day(value: object) -> date:
    if isinstance(value, str) and re.fullmatch(DAY_PATTERN, value):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return _day(value.isoformat())
    raise ValueError(f"a date is written like 2026-01-31; {str(value)[:40]!r} is not one")


PeriodText = Annotated[
    PeriodRule,
    PlainValidator(_read_rule),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PERIOD_PATTERN, "examples": ["calendar month"]}),
]
"""The period an objective is judged by, in words."""

Zone = Annotated[
    str,
    BeforeValidator(_zone),
    WithJsonSchema({"type": "string", "pattern": ZONE_PATTERN, "examples": ["Europe/Paris"]}),
]
"""An IANA time zone."""

Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": DAY_PATTERN, "examples": ["2026-01-01"]}
    ),
]
"""A calendar date of the years 1900 to 2999; a number is never one."""
