"""Figures of performance in words: exact, or cut where it says so, and never over a bound."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Final
from zoneinfo import ZoneInfo

from domain.attainment.spans import Spans, instant, micros
from domain.performance.facts import MeasurementsReceived
from domain.terms.figures import decimal, elapsed
from domain.terms.objective import Objective, Target
from domain.terms.words.remedies import bound_in_words
from domain.terms.words.spans import sentence, window
from domain.values.durations import MICROSECONDS_PER_SECOND
from domain.values.money import minor_units
from domain.values.periods import Period
from domain.values.sides import Side
from interfaces.web.figures import FIXED

PLACES: Final = 2
MOST_PLACES: Final = 12
ONE_MOMENT: Final = timedelta(microseconds=1)


def near(value: Fraction, bound: Fraction) -> str:
    """Write a figure to two places, more where it would otherwise seem to touch a bound."""
    places = PLACES
    while (rounded := round(value, places)) == bound and value != bound and places < MOST_PLACES:
        places += 1
    whole, rest = divmod(abs(rounded) * 10**places, 10**places)
    digits = f"{int(rest):0{places}d}".rstrip("0")
    text = f"{'-' if rounded < 0 else ''}{int(whole):,}{f'.{digits}' if digits else ''}"
    return text if rounded == value else f"about {text}"


def share(value: Fraction) -> str:
    """Write a share in percent; it never reads as all of it when it is not."""
    return f"{near(value * 100, Fraction(100))}{FIXED}%"


def seconds(microseconds: Fraction) -> str:
    """Write a length of time in seconds: ``12,960 s``, with all the places there are."""
    return f"{near_exactly(microseconds / MICROSECONDS_PER_SECOND)}{FIXED}s"


def near_exactly(value: Fraction) -> str:
    """Write a figure with its thousands apart, to the microsecond."""
    whole, rest = divmod(value, 1)
    digits = f"{int(rest * 10**6):06d}".rstrip("0")
    cut = "about " if rest * 10**6 % 1 else ""
    return f"{cut}{int(whole):,}{f'.{digits}' if digits else ''}"


def sum_of_money(value: Fraction, currency: str) -> str:
    """Write an exact amount of money with its thousands apart: ``12,000.00 EUR``."""
    about, _, text = decimal(abs(value)).rpartition(" ")
    whole, _, rest = text.partition(".")
    sign = "-" if value < 0 else ""
    places = rest.ljust(minor_units(currency), "0")
    figure = f"{sign}{int(whole):,}{f'.{places}' if places else ''}"
    return f"{about} {figure}".strip() + f"{FIXED}{currency}"


def amount(number: int, unit: str) -> str:
    """Write a line of the working: a length of time, or a count of its unit."""
    if unit == "µs":
        return elapsed(Fraction(number))
    noun = unit if number != 1 else unit.removesuffix("s")
    return f"{number:,}{FIXED}{noun}"


def where(target: str, severity: str | None) -> str:
    """Name a target by its window and severity: ``All the time``, ``Business hours, high``."""
    return sentence(window(target, severity)) or "All the time"


def promise(target: Target, objective: Objective) -> str:
    """Write what is promised: ``at least 99.5 %``."""
    word = "at least" if target.more_is_better else "at most"
    return f"{word} {bound_in_words(target.bound, objective)}"


def period_name(period: Period, zone: str) -> str:
    """Name a period: ``January 2026`` if it is one, else its first and last local day."""
    first = period.starts.astimezone(ZoneInfo(zone)).date()
    last = (period.ends - ONE_MOMENT).astimezone(ZoneInfo(zone)).date()
    same_month = (first.year, first.month) == (last.year, last.month)
    if same_month and first.day == 1 and last.day == monthrange(last.year, last.month)[1]:
        return f"{first:%B} {first.year}"
    return f"{first.day} {first:%b} {first.year} to {last.day} {last:%b} {last.year}"


def short_name(period: Period, zone: str) -> str:
    """Name a period as a chart does: ``Jan``, or ``5 Jan`` for what is no month."""
    first = period.starts.astimezone(ZoneInfo(zone)).date()
    whole = period_name(period, zone).startswith(f"{first:%B} ")
    return f"{first:%b}" if whole else f"{first.day} {first:%b}"


def gaps(
    facts: Iterable[MeasurementsReceived], sides: Iterable[Side], period: Period
) -> list[tuple[datetime, datetime]]:
    """Return the stretches of a period for which no figures that count speak."""
    counted = frozenset(sides)
    told = Spans.of(
        (micros(fact.starts), micros(fact.ends)) for fact in facts if fact.by in counted
    )
    return [(instant(start), instant(end)) for start, end in Spans.over(period) - told]
