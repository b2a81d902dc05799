"""Deadlines: from a local day to the last day in time."""

from __future__ import annotations

from datetime import date

import pytest

from agreements import simple_terms
from domain.terms.deadline import AnySpan, BillingCycles, WorkingDays
from domain.terms.due import due_on
from domain.values.durations import Duration

TERMS = simple_terms(
    calendars=[
        {"id": "office", "zone": "UTC", "open": ["Mon-Fri 09:00-17:00"], "except": ["holidays"]},
        {"id": "holidays", "zone": "UTC", "dates": ["2026-05-01"]},
        {"id": "never", "zone": "UTC", "dates": ["2020-01-01"]},
    ]
)


@pytest.mark.parametrize(
    ("span", "event", "due"),
    [
        (Duration(days=30), date(2026, 1, 31), date(2026, 3, 2)),
        (Duration(months=1), date(2026, 1, 31), date(2026, 2, 28)),
        (WorkingDays(working_days=2, of="office"), date(2026, 6, 5), date(2026, 6, 9)),
        (WorkingDays(working_days=1, of="office"), date(2026, 4, 30), date(2026, 5, 4)),
        (WorkingDays(working_days=0, of="office"), date(2026, 4, 30), date(2026, 4, 30)),
        (WorkingDays(working_days=3, of="nowhere"), date(2026, 4, 30), date(2026, 5, 3)),
        (BillingCycles(billing_cycles=2), date(2026, 1, 5), date(2026, 3, 31)),
        (BillingCycles(billing_cycles=0), date(2026, 1, 5), date(2026, 1, 31)),
    ],
)
def test_the_last_day_in_time(span: AnySpan, event: date, due: date) -> None:
    assert due_on(span, event, TERMS) == due


def test_a_calendar_that_never_opens_keeps_nobody_waiting_for_ever() -> None:
    assert due_on(WorkingDays(working_days=1, of="never"), date(2026, 1, 1), TERMS).year == 2036
