"""Calendars: named service hours and lists of dates, in a zone.

An instant is inside service hours exactly when the clock on the wall in that zone shows a time
inside them, on a date that is not excepted. So on the night the clock goes forward a 02:00-04:00
window lasts one hour, and three hours when it goes back; ``on_clock_change: nominal length`` agrees
otherwise. Dates are listed, never computed: a holiday table that changes cannot change an
agreement.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Discriminator, Field, StringConstraints, Tag

from domain.terms.part import Id, Line, Part
from domain.values.periods import Day, Zone

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MINUTES_PER_DAY: Final = 24 * 60
MINUTES_PER_WEEK: Final = 7 * MINUTES_PER_DAY
_WEEKDAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
OPEN_PATTERN: Final = (
    rf"^{_WEEKDAY}(-{_WEEKDAY})? "
    r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
)
_OPEN = re.compile(rf"({_WEEKDAY})(?:-({_WEEKDAY}))? (\d\d):(\d\d)-(\d\d):(\d\d)")

DayMinutes = tuple[int, int, int]
"""A weekday (0 is Monday), the first minute of that day and the minute after the last."""


def read_open(text: str) -> tuple[DayMinutes, ...]:
    """Return the stretches of a week that ``Mon-Fri 08:00-18:00`` names, none across midnight.

    ``Fri 22:00-02:00`` ends on Saturday; ``Sat-Mon`` runs over the end of the week.
    Raises ValueError on anything else, and on hours that end when they begin.
    """
    match = _OPEN.fullmatch(text)
    if match is None:
        raise ValueError(f"hours are written like Mon-Fri 08:00-18:00; {text[:60]!r} is not")
    first = WEEKDAYS.index(match[1])
    last = WEEKDAYS.index(match[3]) if match[3] else first
    starts = int(match[5]) * 60 + int(match[6])
    ends = int(match[7]) * 60 + int(match[8])
    if starts == ends:
        raise ValueError(f"{text!r} ends when it begins; a whole day is written 00:00-24:00")
    stretches: list[DayMinutes] = []
    for step in range((last - first) % 7 + 1):
        day = (first + step) % 7
        if starts < ends:
            stretches.append((day, starts, ends))
        else:
            stretches.append((day, starts, MINUTES_PER_DAY))
            if ends:
                stretches.append(((day + 1) % 7, 0, ends))
    return tuple(stretches)


def _reads(text: str) -> str:
    read_open(text)
    return text


Open = Annotated[
    str,
    StringConstraints(strict=True, pattern=OPEN_PATTERN),
    AfterValidator(_reads),
    Field(examples=["Mon-Fri 08:00-18:00"]),
]
"""Hours of a week: ``Mon-Fri 08:00-18:00``."""


class ServiceHours(Part):
    """Named hours of the week, on the wall clock of a zone."""

    id: Id
    """The name that windows, clocks and maintenance refer to."""
    zone: Zone
    """The IANA zone whose wall clock is meant."""
    open: Annotated[tuple[Open, ...], Field(min_length=1, max_length=50)]
    """The hours of each weekday, the end excluded."""
    except_on: Annotated[tuple[Id, ...], Field(alias="except", max_length=50)] = ()
    """Lists of dates on which these hours do not apply at all."""
    on_clock_change: Literal["wall clock", "nominal length"] = "wall clock"
    """How hours count on the night the clock changes: as the clock shows, or for their usual
    length from their start."""

    def stretches(self) -> tuple[DayMinutes, ...]:
        """Return the hours as stretches of single weekdays, in order."""
        return tuple(sorted(part for text in self.open for part in read_open(text)))

    def minutes_per_week(self) -> int:
        """Return how many minutes of a week without exceptions and clock changes they cover."""
        covered = {
            day * MINUTES_PER_DAY + minute
            for day, starts, ends in self.stretches()
            for minute in range(starts, ends)
        }
        return len(covered)


class Dates(Part):
    """Named whole local days, such as the public holidays of the term, resolved once and listed."""

    id: Id
    """The name that service hours and windows refer to."""
    zone: Zone
    """The IANA zone whose days are meant."""
    dates: Annotated[tuple[Day, ...], Field(min_length=1, max_length=2000)]
    """Each date."""
    source: Line | None = None
    """Where the dates were taken from, for the reader."""

    def days(self) -> frozenset[date]:
        """Return the dates as a set."""
        return frozenset(self.dates)


def _kind(value: object) -> str:
    if isinstance(value, ServiceHours | Dates):
        return type(value).__name__
    return "Dates" if isinstance(value, dict) and "dates" in value else "ServiceHours"


Calendar = Annotated[
    Annotated[ServiceHours, Tag("ServiceHours")] | Annotated[Dates, Tag("Dates")],
    Discriminator(_kind),
]
"""Service hours or a list of dates."""
