"""What was charged for a stretch of time: as billed where that is known, else by the terms.

A charge belongs to the local days of its calendar month, quarter or year, each day carrying the
same share of it; of a day that is cut, the elapsed part. A charge for the term is paid once: it
lies on the days of the initial term, or of its first year where it has no end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from zoneinfo import ZoneInfo

from domain.settlement.governing import Version, governed
from domain.terms.agreement import AgreementTerms
from domain.terms.commercial import Charge
from domain.terms.part import ALL_CHARGES
from domain.terms.value import OPEN_ENDED_MONTHS
from domain.values.durations import add_months
from domain.values.periods import Days, Period, PeriodRule, midnight

_MICROSECOND = timedelta(microseconds=1)
_ONE_DAY = timedelta(days=1)

Stretch = tuple[Fraction, Fraction]
"""From one place to another on a line of local days, where each day is 1 long."""


@dataclass(frozen=True, slots=True)
class Billed:
    """What was billed for one charge over a run of local days, before any credit.

    Several bills for the same days add up.
    """

    charge: str
    days: Days
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Charged:
    """An exact amount; ``estimated`` tells that it rests on an estimate nobody has billed yet."""

    amount: Fraction
    estimated: bool = False

    def __add__(self, other: Charged) -> Charged:
        return Charged(self.amount + other.amount, self.estimated or other.estimated)


NO_CHARGE = Charged(Fraction(0))


@dataclass(frozen=True, slots=True)
class Charges:
    """The charges of a contract: by which version when, what was billed, and until when.

    ``ends`` is the instant from which nothing is charged any more; None: the last version goes on.
    """

    versions: tuple[Version, ...]
    billed: tuple[Billed, ...] = ()
    ends: datetime | None = None

    @property
    def begins(self) -> datetime:
        """The first instant that is charged."""
        return min(version.since for version in self.versions)

    def over(self, of: str, period: Period) -> Charged:
        """Return what one charge, or ``all-charges``, comes to, each version by its own terms."""
        if self.ends is not None:
            period = Period(period.starts, min(period.ends, self.ends))
        if period.starts >= period.ends:
            return NO_CHARGE
        parts = governed(self.versions, period)
        return sum((self.by(part.version.terms, of, part.period) for part in parts), NO_CHARGE)

    def by(self, terms: AgreementTerms, of: str, period: Period) -> Charged:
        """Return what one charge, or ``all-charges``, comes to by one version of the terms."""
        charges = terms.charges if of == ALL_CHARGES else (terms.charge(of),)
        stretch = (place_of(period.starts, terms.zone), place_of(period.ends, terms.zone))
        parts = (self._of(charge, terms, stretch) for charge in charges if charge is not None)
        return sum(parts, NO_CHARGE)

    def _of(self, charge: Charge, terms: AgreementTerms, stretch: Stretch) -> Charged:
        amount, left = Fraction(0), [stretch]
        for bill in self.billed:
            if bill.charge == charge.id:
                run = _places(bill.days)
                amount += Fraction(bill.amount) * _shared(stretch, run) / bill.days.count
                left = [rest for part in left for rest in _without(part, run)]
        by_terms = sum((_by_terms(charge, terms, part) for part in left), Fraction(0))
        return Charged(amount + by_terms, charge.estimate and bool(left))


def period_share(period: Period, rule: PeriodRule, zone: str) -> Fraction:
    """Return how many whole periods of a rule a stretch makes up: 1/2 for half of one.

    A rolling stretch is as long as its days are many.
    """
    stretch = (place_of(period.starts, zone), place_of(period.ends, zone))
    if rule.kind == "rolling":
        return (stretch[1] - stretch[0]) / rule.days
    shares = (_shared(stretch, _places(run)) / run.count for run in rule.over(_days(stretch)))
    return sum(shares, Fraction(0))


def place_of(instant: datetime, zone: str) -> Fraction:
    """Return where an instant stands on the line of local days: noon is half a day on.

    On a day of 23 or 25 hours it is by the hours that day has.
    """
    day = instant.astimezone(ZoneInfo(zone)).date()
    begins = midnight(day, zone)
    if begins == instant:
        return Fraction(day.toordinal())
    whole = (midnight(day + _ONE_DAY, zone) - begins) // _MICROSECOND
    return day.toordinal() + Fraction((instant - begins) // _MICROSECOND, whole)


def _by_terms(charge: Charge, terms: AgreementTerms, stretch: Stretch) -> Fraction:
    times, part = 0, Fraction(0)
    for run in _due(charge, terms, stretch):
        places = _places(run)
        if stretch[0] <= places[0] and places[1] <= stretch[1]:
            times += 1
        else:
            part += _shared(stretch, places) / run.count
    return Fraction(charge.amount) * (times + part)


def _due(charge: Charge, terms: AgreementTerms, stretch: Stretch) -> Iterator[Days]:
    """Yield the runs of days that a charge is for, those that a stretch touches at least."""
    if charge.every != "term":
        return PeriodRule.parse(f"calendar {charge.every}").over(_days(stretch))
    ends = terms.ends
    end = add_months(terms.starts, OPEN_ENDED_MONTHS) if ends is None else ends + _ONE_DAY
    return iter([Days(terms.starts, end)])


def _days(stretch: Stretch) -> Days:
    """Return the local days that a stretch touches."""
    return Days(date.fromordinal(floor(stretch[0])), date.fromordinal(ceil(stretch[1])))


def _places(days: Days) -> Stretch:
    return Fraction(days.first.toordinal()), Fraction(days.end.toordinal())


def _shared(one: Stretch, other: Stretch) -> Fraction:
    return max(min(one[1], other[1]) - max(one[0], other[0]), Fraction(0))


def _without(part: Stretch, run: Stretch) -> Iterable[Stretch]:
    before = (part[0], min(part[1], run[0]))
    after = (max(part[0], run[1]), part[1])
    return [rest for rest in (before, after) if rest[0] < rest[1]]
