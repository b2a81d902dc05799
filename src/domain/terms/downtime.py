"""How much downtime a target allows: an exact share of the time it is promised for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import MINUTES_PER_WEEK, ServiceHours
from domain.terms.figures import decimal, elapsed
from domain.terms.measurement import TIME_BASED
from domain.terms.objective import Objective, Target
from domain.terms.part import ALWAYS, OTHERWISE, Bound
from domain.values.durations import MICROSECONDS_PER_DAY, MICROSECONDS_PER_SECOND, Duration
from domain.values.periods import PeriodRule

ORDINARY_MONTH: Final = Fraction(30 * MICROSECONDS_PER_DAY)
_MINUTE: Final = 60 * MICROSECONDS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time that a target is promised for, and its name in words."""

    microseconds: Fraction
    name: str


def downtime(bound: Bound, microseconds: Fraction) -> Fraction:
    """Return the microseconds that may be down: ``(100 - bound) %`` of the time, exactly.

    99.999 % of 31 days allows 26,784,000 microseconds: exactly that much still meets it.
    """
    if isinstance(bound, Duration):
        raise ValueError("a length of time allows no share of downtime")
    return microseconds * (100 - Fraction(bound)) / 100


def stretch_of(terms: AgreementTerms, objective: Objective, target: Target) -> Stretch | None:
    """Return the stretch a target's downtime is quoted for, or None where downtime means nothing.

    A target for all time is quoted for one period: a month of 30 days, a quarter of 91, a year of
    365. One for a window is quoted for an ordinary week of that window, because months differ in
    how many working days they have.
    """
    if not isinstance(objective.measured, TIME_BASED) or not target.more_is_better:
        return None
    if not isinstance(target.bound, Decimal) or not 0 <= target.bound <= 100:  # noqa: PLR2004 - per cent
        return None
    if target.window == ALWAYS:
        return _of_period(objective.period)
    minutes = _weekly_minutes(terms, objective, target)
    if not minutes:
        return None
    hours = decimal(Fraction(minutes, 60))
    return Stretch(Fraction(minutes * _MINUTE), f"week of {hours} h")


def _of_period(rule: PeriodRule) -> Stretch:
    days, name = {
        "calendar week": (7, "week"),
        "calendar month": (30, "30-day month"),
        "calendar quarter": (91, "91-day quarter"),
        "calendar year": (365, "365-day year"),
    }.get(rule.kind, (rule.days, f"{rule.days} days"))
    return Stretch(Fraction(days * MICROSECONDS_PER_DAY), name)


def _weekly_minutes(terms: AgreementTerms, objective: Objective, target: Target) -> int:
    if target.window != OTHERWISE:
        return _minutes(terms, target.window)
    named = {t.window for t in objective.targets if t.severity == target.severity} - {OTHERWISE}
    return MINUTES_PER_WEEK - sum(_minutes(terms, name) for name in named)


def _minutes(terms: AgreementTerms, window: str) -> int:
    if window == ALWAYS:
        return MINUTES_PER_WEEK
    calendar = terms.calendar(window)
    return calendar.minutes_per_week() if isinstance(calendar, ServiceHours) else 0


def allowed_in_words(terms: AgreementTerms, objective: Objective, target: Target) -> str | None:
    """Say what a target allows: ``3 h 36 min 0 s of downtime per 30-day month``.

    A month is said for 31 days as well. None where downtime means nothing.
    """
    stretch = stretch_of(terms, objective, target)
    if stretch is None:
        return None
    text = f"{elapsed(downtime(target.bound, stretch.microseconds))} of downtime per {stretch.name}"
    if stretch.microseconds == ORDINARY_MONTH and target.window == ALWAYS:
        longest = downtime(target.bound, Fraction(31 * MICROSECONDS_PER_DAY))
        text += f", {elapsed(longest)} in one of 31 days"
    return text
