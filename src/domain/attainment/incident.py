"""The incident behind a miss: the last local day on which something counted against a target.

A period is missed by all of its incidents together, so what runs from *the incident* runs from the
last of them. It counts as far as it lies in the period: an outage that goes on afterwards is an
incident of its own in the next one. Excused time is none, time without a record is by the agreed
rule, and of a case it is the day by which the case belongs to the period.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.attainment.attainment import Observed, Reached, attainment
from domain.terms.agreement import AgreementTerms
from domain.terms.measurement import HandlingTime
from domain.terms.objective import Objective
from domain.values.periods import Period, midnight

_ONE_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)

SHARES: Final = frozenset(
    {
        "elapsed time",
        "time slices",
        "event ratio",
        "mean of interval rates",
        "share within a limit",
    }
)
"""Methods whose result is 100 % where nothing at all went wrong."""


def last_incident(
    terms: AgreementTerms,
    objective: Objective,
    period: Period,
    observed: Observed,
    missed: Sequence[bool],
) -> date | None:
    """Return the local day of the last incident; None where there is none on record.

    ``missed`` tells of each target, in the order of the terms, whether it was missed; the others
    had no incident. A share has one on every day it lost something; a duration or a number has one
    on a day that misses the target by itself. Raises WrongRecords as the attainment does.
    """
    if period.starts >= period.ends or not any(missed):
        return None
    search = _Search(terms, objective, period, observed, tuple(missed))
    return search.of_share() if _is_share(objective) else search.of_figure()


def _is_share(objective: Objective) -> bool:
    method = objective.measured
    taken = isinstance(method, HandlingTime) and method.take == "share in time"
    return taken or method.by in SHARES


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    terms: AgreementTerms
    objective: Objective
    period: Period
    observed: Observed
    missed: tuple[bool, ...]

    def of_share(self) -> date | None:
        """Halve the days: where all from one on lost nothing, none of them did."""
        first, last = self._days()
        if not self._has(first, last, _lost):
            return None
        latest = last
        while first < latest:
            middle = first + timedelta(days=((latest - first).days + 1) // 2)
            if self._has(middle, last, _lost):
                first = middle
            else:
                latest = middle - _ONE_DAY
        return first

    def of_figure(self) -> date | None:
        """Ask each day by itself, the last one first."""
        first, day = self._days()
        while day >= first:
            if self._has(day, day, _missed):
                return day
            day -= _ONE_DAY
        return None

    def _days(self) -> tuple[date, date]:
        zone = ZoneInfo(self.terms.zone)
        last = self.period.ends - _MICROSECOND
        return self.period.starts.astimezone(zone).date(), last.astimezone(zone).date()

    def _has(self, first: date, last: date, is_incident: Callable[[Reached], bool]) -> bool:
        zone = self.terms.zone
        days = Period(midnight(first, zone), midnight(last + _ONE_DAY, zone))
        stretch = days.overlap(self.period)
        if stretch is None:
            return False
        found = attainment(self.terms, self.objective, stretch, self.observed)
        pairs = zip(found.reached, self.missed, strict=True)
        return any(missed and is_incident(one) for one, missed in pairs)


def _lost(one: Reached) -> bool:
    measurement = one.measurement
    return measurement.worst or (measurement.value is not None and measurement.value < 100)  # noqa: PLR2004 - percent


def _missed(one: Reached) -> bool:
    something = one.measurement.worst or one.measurement.value is not None
    return something and one.met is False
