"""Which periods an objective is judged over, while versions of the terms come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from domain.settlement.deadlines import report_due
from domain.settlement.governing import Governed, Version, governed, judged_periods, parts_of
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.values.durations import add_months
from domain.values.periods import Days, Period, midnight

_EVER: Final = datetime(9000, 1, 1, tzinfo=UTC)
_ONE_DAY: Final = timedelta(days=1)
_LOOK_AHEAD: Final = 36
"""In how many months a period is over that begins now: a year that is joined to the next one."""


@dataclass(frozen=True, slots=True)
class JudgedPeriod:
    """A run of local days that an objective is judged over, and its parts by governing version.

    ``key`` names it for good: its first local day; of a rolling period the first day it would have
    had if it were whole, since several cut ones begin on the same day.
    """

    key: date
    days: Days
    zone: str
    parts: tuple[Governed, ...]

    @property
    def period(self) -> Period:
        """When it is."""
        return self.days.instants(self.zone)

    @property
    def last(self) -> AgreementTerms:
        """The terms that govern its end, and with it reports and deadlines."""
        return self.parts[-1].version.terms

    @property
    def report_until(self) -> datetime | None:
        """The first instant at which its report is late; None: no report was agreed."""
        due = report_due(self.last, self.days)
        return None if due is None else midnight(due + _ONE_DAY, self.last.zone)


def judged_over(
    versions: Sequence[Version], objective: str, ends: datetime | None, until: datetime
) -> tuple[JudgedPeriod, ...]:
    """Return the periods of an objective that are over by an instant, in order.

    ``ends`` is when the contract ends, as far as is known. Where a later version judges over other
    periods, the earlier ones end there, as if the agreement did.
    """
    found: list[JudgedPeriod] = []
    for stretch, promised in _stretches(versions, objective, ends):
        zone = stretch.version.terms.zone
        begins = local_day(stretch.period.starts, zone)
        end = None if stretch.period.ends == _EVER else local_day(stretch.period.ends, zone)
        for days in judged_periods(promised, begins, end, local_day(until, zone)):
            parts = parts_of(versions, objective, days, zone)
            if parts:
                found.append(JudgedPeriod(key_of(promised, days), days, zone, parts))
    return tuple(found)


def running_period(
    versions: Sequence[Version], objective: str, ends: datetime | None, now: datetime
) -> JudgedPeriod | None:
    """Return the period that an instant lies in, of a rolling kind the one that ends that day."""
    for stretch, promised in _stretches(versions, objective, ends):
        if now not in stretch.period:
            continue
        zone = stretch.version.terms.zone
        begins, today = local_day(stretch.period.starts, zone), local_day(now, zone)
        whole = promised.period.around(today)
        days = Days(max(whole.first, begins), whole.end)
        if stretch.period.ends != _EVER:
            days = Days(days.first, min(days.end, local_day(stretch.period.ends, zone)))
        parts = parts_of(versions, objective, days, zone)
        return JudgedPeriod(key_of(promised, days), days, zone, parts) if parts else None
    return None


def next_judged(
    objective: Objective, begins: date, ends: date | None, after: date | None
) -> Days | None:
    """Return the period that follows the one before ``after``, or the first one of all.

    ``ends`` is the day after the last in force. None when there is no further one.
    """
    since = begins if after is None else after
    if after is not None and objective.period.kind == "rolling":
        days = objective.period.around(after)
        return (
            None if ends is not None and after >= ends else Days(max(days.first, begins), days.end)
        )
    found = judged_periods(objective, since, ends, add_months(since, _LOOK_AHEAD))
    return found[0] if found else None


def key_of(objective: Objective, days: Days) -> date:
    """Return the day that names a judged period."""
    rule = objective.period
    return days.end - timedelta(days=rule.days) if rule.kind == "rolling" else days.first


def _stretches(
    versions: Sequence[Version], objective: str, ends: datetime | None
) -> list[tuple[Governed, Objective]]:
    """Return the stretches in which the objective is judged over the same kind of period."""
    if not versions:
        return []
    starts = min(version.since for version in versions)
    until = _EVER if ends is None else ends
    if starts >= until:
        return []
    found: list[tuple[Governed, Objective]] = []
    for part in governed(versions, Period(starts, until)):
        promised = part.version.terms.objective(objective)
        if promised is None:
            continue
        if found and _alike(found[-1], part, promised):
            earlier = found[-1][0]
            joined = Governed(part.version, Period(earlier.period.starts, part.period.ends))
            found[-1] = (joined, promised)
        else:
            found.append((part, promised))
    return found


def _alike(earlier: tuple[Governed, Objective], part: Governed, promised: Objective) -> bool:
    before, was = earlier
    return (
        before.period.ends == part.period.starts
        and (was.period, was.partial_periods) == (promised.period, promised.partial_periods)
        and before.version.terms.zone == part.version.terms.zone
    )


def local_day(at: datetime, zone: str) -> date:
    """Return the day that an instant lies on in a zone."""
    return at.astimezone(ZoneInfo(zone)).date()
