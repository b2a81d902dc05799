"""Time that does not count against the provider: which of it, for which reason, within its quota.

A case of an exclusion is excused when it was granted or needs no grant, was announced long enough
ahead, and lies within the hours it is confined to. Of what is left, the quota's first microseconds
are excused, in order of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.attainment.spans import NOTHING, Spans, instant
from domain.attainment.windows import window_spans
from domain.terms.agreement import AgreementTerms
from domain.terms.clause import Exclusion
from domain.terms.due import due_on
from domain.terms.objective import Objective
from domain.values.durations import Duration
from domain.values.periods import Days, Period, PeriodRule


@dataclass(frozen=True, slots=True)
class Excuse:
    """One case of an exclusion: when, since when announced, and whether the other side granted it.

    ``starts`` and ``ends`` are microseconds since 1970, as is ``announced``; None: not announced.
    """

    exclusion: str
    starts: int
    ends: int
    announced: int | None = None
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Excused:
    """Time excused for one reason; ``up`` tells that it counts as time up instead of not at all."""

    exclusion: str
    spans: Spans
    up: bool


def excused(
    terms: AgreementTerms, objective: Objective, excuses: Sequence[Excuse], period: Period
) -> tuple[Excused, ...]:
    """Return what is excused within a period, by reason in the order of the terms.

    Time excused for one reason is not excused for another once more. ``excuses`` are those of the
    whole term: a quota is used up by what lies before the period too.
    """
    found: list[Excused] = []
    taken = NOTHING
    for exclusion in terms.exclusions:
        if exclusion.applies_to and objective.id not in exclusion.applies_to:
            continue
        mine = [excuse for excuse in excuses if excuse.exclusion == exclusion.id]
        spans = _within_quota(terms, exclusion, _admissible(terms, exclusion, mine), period)
        spans -= taken
        taken |= spans
        if spans:
            found.append(Excused(exclusion.id, spans, exclusion.counts_as == "up"))
    return tuple(found)


def _admissible(terms: AgreementTerms, exclusion: Exclusion, excuses: Sequence[Excuse]) -> Spans:
    spans = Spans.of(
        (excuse.starts, excuse.ends)
        for excuse in excuses
        if (excuse.granted or exclusion.granted == "automatically")
        and in_time(terms, exclusion, excuse)
    )
    if exclusion.during is None or not spans:
        return spans
    over = Period(instant(spans.starts[0]), instant(spans.ends[-1]))
    return spans & window_spans(terms, exclusion.during, over)


def in_time(terms: AgreementTerms, exclusion: Exclusion, excuse: Excuse) -> bool:
    """Tell whether a case was announced as long ahead as agreed.

    A length of hours is elapsed time. Days and working days are local days of the terms' zone: what
    was announced on a Monday can begin five working days later, on the next Monday, at any time.
    """
    if exclusion.notice is None:
        return True
    if excuse.announced is None:
        return False
    announced, starts = instant(excuse.announced), instant(excuse.starts)
    if isinstance(exclusion.notice, Duration) and _elapsed(exclusion.notice):
        return excuse.starts - excuse.announced >= exclusion.notice.elapsed
    earliest = due_on(exclusion.notice, _local_day(announced, terms.zone), terms)
    return _local_day(starts, terms.zone) >= earliest


def _elapsed(notice: Duration) -> bool:
    return not notice.months and bool(notice.microseconds)


def _within_quota(
    terms: AgreementTerms, exclusion: Exclusion, spans: Spans, period: Period
) -> Spans:
    whole = Spans.over(period)
    if exclusion.at_most is None:
        return spans & whole
    quota = exclusion.at_most.elapsed
    if exclusion.per is None:
        return spans.first(quota) & whole
    found = NOTHING
    for days in _quota_periods(exclusion.per, period, terms.zone):
        found |= (spans & Spans.over(days.instants(terms.zone))).first(quota)
    return found & whole


def _quota_periods(rule: PeriodRule, period: Period, zone: str) -> list[Days]:
    """Return the periods a quota is for; a rolling one is looked at as it ends with the period."""
    first = _local_day(period.starts, zone)
    last = _local_day(period.ends - timedelta(microseconds=1), zone)
    if rule.kind == "rolling":
        return [rule.around(last)]
    return list(rule.over(Days(first, last + timedelta(days=1))))


def _local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()
