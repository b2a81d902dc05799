"""When something falls due: spans of days, working days and billing cycles, from a local day."""

from __future__ import annotations

from datetime import date, timedelta

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.deadline import AnySpan, BillingCycles, WorkingDays
from domain.terms.tiling import on_day
from domain.values.durations import Duration, add_months

LONGEST_CLOSURE = 3660
"""A calendar that opens on no day for ten years opens on none."""


def due_on(span: AnySpan, event: date, terms: AgreementTerms) -> date:
    """Return the last local day on which something is still in time.

    ``event`` is the local day it runs from, which itself does not count: ``P30D`` after 31 January
    is 2 March, two working days after a Friday are Tuesday, and one billing cycle after 5 January
    ends on the last day of February. Billing cycles are calendar months. A calendar that is not
    defined, or never opens, counts every day.
    """
    match span:
        case Duration():
            return span.after(event)
        case WorkingDays():
            return _after_working_days(span, event, terms)
        case BillingCycles():
            first = event.replace(day=1)
            return add_months(first, span.billing_cycles + 1) - timedelta(days=1)


def opens_on(calendar: ServiceHours | Dates | None, day: date, terms: AgreementTerms) -> bool:
    """Tell whether a calendar is open for any part of a local day; no calendar is always open."""
    return calendar is None or bool(on_day(terms, calendar.id, day.weekday(), day))


def _after_working_days(span: WorkingDays, event: date, terms: AgreementTerms) -> date:
    calendar = terms.calendar(span.of)
    day, left, closed = event, span.working_days, 0
    while left:
        day += timedelta(days=1)
        if opens_on(calendar, day, terms):
            left, closed = left - 1, 0
        elif (closed := closed + 1) > LONGEST_CLOSURE:
            calendar = None
    return day
