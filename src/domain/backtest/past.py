"""A past to hold terms against, and the terms moved over it.

The terms' own dates do not matter: their term is laid from the first day of the past on, as long as
agreed, and renewed as often as it takes. What is for the term (a charge, a cap) is for each of
these. Everything that names a day of its own, such as a list of holidays, stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from domain.attainment.excused import Excuse
from domain.attainment.records import Records
from domain.performance.figures import digest_of_sheets, shape_of, sheets_of
from domain.performance.periods import local_day
from domain.settlement.caps import TermDays
from domain.settlement.governing import Version, judged_periods
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.values.canonical import Digest, digest_of
from domain.values.durations import add_months
from domain.values.periods import Days, midnight

_ONE_DAY: Final = timedelta(days=1)
SCHEMA: Final = "parley/past/1"
_MOST_MONTHS: Final = 1200


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What is on record of an objective, and the days (in the zone of the terms) it speaks for."""

    records: Records
    days: Days


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """What is on record of each objective, by id, and the time to be excused.

    An objective that nothing is on record of is not replayed.
    """

    told: Mapping[str, Told]
    excuses: tuple[Excuse, ...] = ()

    @property
    def days(self) -> Days:
        """All days that anything is on record of; raises ValueError when nothing is."""
        runs = [told.days for told in self.told.values()]
        return Days(min(run.first for run in runs), max(run.end for run in runs))


def digest_of_past(past: Past, zone: str) -> Digest:
    """Return what a past is known by: the same figures and excuses give the same digest."""
    told = {}
    for name, one in past.told.items():
        period, shape = one.days.instants(zone), shape_of(one.records)
        sheets = sheets_of(one.records, period.starts, period.ends)
        told[name] = digest_of_sheets(shape, period.starts, period.ends, sheets)
    excuses = [
        [one.exclusion, one.starts, one.ends, one.announced, one.granted] for one in past.excuses
    ]
    return digest_of({"schema": SCHEMA, "told": told, "excuses": excuses})


@dataclass(frozen=True, slots=True)
class Replayed:
    """The terms over one term of the past."""

    version: Version
    term: TermDays


def terms_over(terms: AgreementTerms, days: Days) -> tuple[Replayed, ...]:
    """Return the terms moved over a past: once for each time their term fits in, or has begun."""
    found: list[Replayed] = []
    begins: date | None = days.first
    while begins is not None and begins < days.end:
        end = _end(terms, days.first, len(found) + 1)
        last = None if end is None else end - _ONE_DAY
        term = terms.term.model_copy(update={"starts": begins, "ends": last})
        moved = terms.model_copy(update={"term": term})
        version = Version(len(found) + 1, moved, midnight(begins, terms.zone))
        found.append(Replayed(version, TermDays(begins, end)))
        begins = end
    return tuple(found)


def _end(terms: AgreementTerms, first: date, times: int) -> date | None:
    """Return the day after so many terms; a term of whole months stays one of whole months."""
    if terms.ends is None:
        return None
    end = terms.ends + _ONE_DAY
    months = (end.year - terms.starts.year) * 12 + end.month - terms.starts.month
    if 0 < months <= _MOST_MONTHS and add_months(terms.starts, months) == end:
        return add_months(first, months * times)
    return first + (end - terms.starts) * times


def term_at(replayed: tuple[Replayed, ...], days: Days) -> Replayed:
    """Return the terms of the term in which a period ends."""
    return next(one for one in reversed(replayed) if one.term.begins <= days.last)


def whole_periods(objective: Objective, days: Days) -> tuple[Days, ...]:
    """Return the periods of an objective that lie in a run of days, whole.

    A part of a period says nothing about the period: it is left out, however the terms have the
    first and last period count.
    """
    rule = objective.period
    begins = days.first
    if rule.kind != "rolling":
        around = rule.around(begins)
        begins = begins if around.first == begins else around.end
    over = judged_periods(objective, begins, None, days.end)
    return tuple(one for one in over if rule.kind != "rolling" or one.count == rule.days)


def whole_days(starts: datetime, ends: datetime, zone: str) -> Days:
    """Return the local days that lie in a stretch of time whole."""
    first = local_day(starts, zone)
    if midnight(first, zone) < starts:
        first += _ONE_DAY
    return Days(first, max(first, local_day(ends, zone)))
