"""Lengths of time as people agree them: ISO 8601 in, exact months, days and microseconds kept.

A month is no fixed number of days and a local day no fixed number of hours, so the three parts
are never mixed: ``P1M`` after 31 January is the last day of February, ``P1D`` is the next local
day, and ``PT24H`` is 24 elapsed hours. ``P12M`` and ``P1Y`` are one length, written ``P1Y``.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Final

from pydantic import AfterValidator, PlainSerializer, PlainValidator, WithJsonSchema

DURATION_PATTERN: Final = (
    r"^P(?=[0-9T])([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,5}D)?"
    r"(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,7}M)?([0-9]{1,9}(\.[0-9]{1,6})?S)?)?$"
)
_SHAPE = re.compile(
    r"P(?=[0-9T])(?:(?P<years>[0-9]{1,4})Y)?(?:(?P<months>[0-9]{1,4})M)?(?:(?P<weeks>[0-9]{1,4})W)?"
    r"(?:(?P<days>[0-9]{1,5})D)?"
    r"(?:T(?=[0-9])(?:(?P<hours>[0-9]{1,6})H)?(?:(?P<minutes>[0-9]{1,7})M)?"
    r"(?:(?P<seconds>[0-9]{1,9})(?:\.(?P<fraction>[0-9]{1,6}))?S)?)?"
)

MICROSECONDS_PER_SECOND: Final = 1_000_000
MICROSECONDS_PER_DAY: Final = 86_400 * MICROSECONDS_PER_SECOND
_LATEST: Final = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: calendar months, local days, and elapsed microseconds, none negative."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @classmethod
    @lru_cache(maxsize=1024)  # the same few stand in every agreement, and each is read often
    def parse(cls, text: str) -> Duration:
        """Read an ISO 8601 duration such as ``P1M``, ``P30D``, ``PT8H`` or ``PT0.5S``.

        Raises ValueError on anything else: signs, fractions of anything but seconds, an empty one.
        """
        match = _SHAPE.fullmatch(text)
        if match is None:
            raise ValueError(
                f"a duration is written like P30D, P1M, PT8H or PT1M30S; {text[:40]!r} is not one"
            )
        part = {name: int(digits or 0) for name, digits in match.groupdict().items()}
        fraction = int((match["fraction"] or "").ljust(6, "0"))
        seconds = (part["hours"] * 60 + part["minutes"]) * 60 + part["seconds"]
        return cls(
            months=part["years"] * 12 + part["months"],
            days=part["weeks"] * 7 + part["days"],
            microseconds=seconds * MICROSECONDS_PER_SECOND + fraction,
        )

    @property
    def elapsed(self) -> int:
        """The length in microseconds, a day taken as 24 hours.

        Raises ValueError when the duration has months, which have no fixed length.
        """
        if self.months:
            raise ValueError(f"{self} has no fixed length")
        return self.days * MICROSECONDS_PER_DAY + self.microseconds

    @property
    def fixed(self) -> bool:
        """Whether the length is the same whenever it begins (no months in it)."""
        return not self.months

    def after(self, day: date) -> date:
        """Return the day this much later; a part of a day counts as a day, months first.

        A month after 31 January is the last day of February. Past the year 9999 it stays there.
        """
        return self._moved(day, 1)

    def before(self, day: date) -> date:
        """Return the day this much earlier, by the same rules."""
        return self._moved(day, -1)

    def _moved(self, day: date, sign: int) -> date:
        day = add_months(day, sign * self.months)
        whole, rest = divmod(self.microseconds, MICROSECONDS_PER_DAY)
        try:
            return day + timedelta(days=sign * (self.days + whole + bool(rest)))
        except OverflowError:
            return _LATEST if sign > 0 else date.min

    def __str__(self) -> str:
        """Write the one spelling of this length: ``P1Y``, ``P18M``, ``P30D``, ``PT1H30M``."""
        years, months = divmod(self.months, 12)
        text = f"{years}Y" if years and not months else f"{self.months}M" if self.months else ""
        text += f"{self.days}D" if self.days else ""
        seconds, fraction = divmod(self.microseconds, MICROSECONDS_PER_SECOND)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        time = f"{hours}H" if hours else ""
        time += f"{minutes}M" if minutes else ""
        if seconds or fraction:
            decimals = f".{fraction:06d}".rstrip("0") if fraction else ""
            time += f"{seconds}{decimals}S"
        if not (text or time):
            return "PT0S"
        return f"P{text}T{time}" if time else f"P{text}"


def add_months(day: date, months: int) -> date:
    """Move a day by whole months, keeping to the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > _LATEST.year:
        return _LATEST
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _read(value: object) -> Duration:
    if isinstance(value, Duration):
        return value
    if not isinstance(value, str):
        raise ValueError(
            f"a duration is written as text, like P30D or PT8H, not as a {type(value).__name__}"
        )
    return Duration.parse(value)


def _of_fixed_length(value: Duration) -> Duration:
    if not value.fixed:
        raise ValueError(f"{value} has no fixed length: write days or hours, like P30D or PT8H")
    return value


def _longer_than_nothing(value: Duration) -> Duration:
    if value == Duration():
        raise ValueError("the length must be longer than nothing, like PT1M")
    return value


IsoDuration = Annotated[
    Duration,
    PlainValidator(_read),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DURATION_PATTERN, "examples": ["P30D"]}),
]
"""An ISO 8601 duration, calendar months allowed."""

Elapsed = Annotated[IsoDuration, AfterValidator(_of_fixed_length)]
"""An ISO 8601 duration of one fixed length (no months)."""

Length = Annotated[IsoDuration, AfterValidator(_longer_than_nothing)]
"""A duration longer than nothing, calendar months allowed."""

Interval = Annotated[Elapsed, AfterValidator(_longer_than_nothing)]
"""A fixed length longer than nothing."""
