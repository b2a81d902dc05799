"""What a back-test takes for granted, in words: a past does not say everything terms ask for."""

from __future__ import annotations

from collections.abc import Iterator

from domain.attainment.records import Cases
from domain.backtest.past import Past
from domain.settlement.charges import Charged
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates
from domain.terms.objective import Objective
from domain.values.periods import Days


def assumed(
    terms: AgreementTerms, past: Past, days: Days, charged: Charged, terms_fit: int
) -> tuple[str, ...]:
    """Return what was assumed, in the order in which it matters."""
    return tuple(_assumed(terms, past, days, charged, terms_fit))


def _assumed(
    terms: AgreementTerms, past: Past, days: Days, charged: Charged, terms_fit: int
) -> Iterator[str]:
    yield f"the terms are held against the past as if their term had begun on {past.days.first}" + (
        f", and had been renewed {_times(terms_fit - 1)}" if terms_fit > 1 else ""
    )
    unseen = [one.id for one in terms.objectives if one.id not in past.told]
    if unseen:
        yield f"not replayed, since nothing is on record of it: {', '.join(unseen)}"
    yield "only whole periods count; what is left of the past at its ends does not"
    if terms.exclusions and not past.excuses:
        yield "no time was excused: the record names no case of an agreed exclusion"
    yield from _of_calendars(terms, days)
    if terms.reporting is not None:
        yield "every report came in time"
    if any(_claimed(one) for one in terms.objectives):
        yield "every credit was claimed in time"
    if any(_notified(one) for one in terms.objectives):
        yield "the client gave notice of every miss in time"
    if charged.estimated:
        yield "charges are the estimates of the terms"
    if any(isinstance(told.records, Cases) for told in past.told.values()):
        yield f"cases are looked at as of the end of {past.days.last}"


def _of_calendars(terms: AgreementTerms, days: Days) -> Iterator[str]:
    for calendar in terms.calendars:
        if isinstance(calendar, Dates) and not any(
            days.first <= day < days.end for day in calendar.dates
        ):
            yield f"no day of {calendar.id} lies in this past: dates stay where they are"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _claimed(objective: Objective) -> bool:
    remedy = objective.remedy
    return remedy is not None and remedy.claim is not None and remedy.claim.required


def _notified(objective: Objective) -> bool:
    rule = objective.chronic_failure
    return rule is not None and rule.notified_within is not None
