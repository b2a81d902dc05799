"""Exact figures in words: lengths of time, percentages, results. Nothing is rounded unsaid."""

from __future__ import annotations

from fractions import Fraction

from domain.terms.part import Bound
from domain.values.durations import MICROSECONDS_PER_SECOND, Duration

_MOST_PLACES = 12


def decimal(value: Fraction) -> str:
    """Write a fraction as a decimal; one that never ends is cut after 12 places and says so."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 1)
    digits = ""
    while rest and len(digits) < _MOST_PLACES:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    about = "about " if rest else ""
    return f"{about}{sign}{whole}{f'.{digits}' if digits else ''}"


def elapsed(microseconds: Fraction) -> str:
    """Write a length of time: ``3 h 36 min 0 s``, ``26.784 s``, ``2 d 0 h 0 min 0 s``."""
    seconds = microseconds / MICROSECONDS_PER_SECOND
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min")]
    while parts and not parts[0][0]:
        parts.pop(0)
    return " ".join([*(f"{figure} {unit}" for figure, unit in parts), f"{decimal(seconds)} s"])


def percent(value: Fraction) -> str:
    """Write a percentage: ``99.5 %``."""
    return f"{decimal(value)} %"


def length(duration: Duration) -> str:
    """Write a duration the way people say it: ``30 days``, ``1 year``, ``1 h 30 min``."""
    years, months = divmod(duration.months, 12)
    parts = [
        _counted(years if not months else 0, "year"),
        _counted(duration.months if months else 0, "month"),
        _counted(duration.days, "day"),
    ]
    if duration.microseconds:
        parts.append(_clock(Fraction(duration.microseconds, MICROSECONDS_PER_SECOND)))
    return " ".join(part for part in parts if part) or "no time"


def _clock(seconds: Fraction) -> str:
    """Write hours, minutes and seconds, leaving out what is nothing: ``24 h``, ``1 h 30 min``."""
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (decimal(seconds) if seconds else 0, "s")]
    return " ".join(f"{figure} {unit}" for figure, unit in parts if figure)


def result(magnitude: Fraction, like: Bound) -> str:
    """Write an exact figure in the kind of the bound it is compared with."""
    if isinstance(like, Duration):
        return elapsed(magnitude)
    return decimal(magnitude)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""


def ordinal(number: int) -> str:
    """Write ``1st``, ``2nd``, ``3rd``, ``11th``."""
    teens = range(11, 14)
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in teens else ending}"
