"""Periods: half-open, in a zone, as long as the clock makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.values.periods import Day, Days, Period, PeriodRule, Zone, midnight
from properties import MODEST

HOUR = 3_600_000_000
RULES = st.sampled_from(["calendar week", "calendar month", "calendar quarter", "calendar year"])


def day_of(year: int, month: int, day: int) -> Days:
    first = date(year, month, day)
    return Days(first, first + timedelta(days=1))


def test_a_day_may_last_23_or_25_hours() -> None:
    assert day_of(2026, 3, 29).instants("Europe/Paris").microseconds == 23 * HOUR
    assert day_of(2026, 10, 25).instants("Europe/Paris").microseconds == 25 * HOUR
    assert day_of(2026, 3, 28).instants("Europe/Paris").microseconds == 24 * HOUR


def test_a_day_without_midnight_begins_when_the_clock_skips_it() -> None:
    # Cairo, 24 April 2026: at midnight the clock went on to 01:00
    assert midnight(date(2026, 4, 24), "Africa/Cairo") == datetime(2026, 4, 23, 22, tzinfo=UTC)


@MODEST
@given(RULES, st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.integers(1, 500))
def test_calendar_periods_follow_each_other_without_a_gap(
    rule: str, first: date, length: int
) -> None:
    days = Days(first, first + timedelta(days=length))
    periods = list(PeriodRule.parse(rule).over(days))
    assert periods[0].first <= first < periods[0].end
    assert periods[-1].first < days.end <= periods[-1].end
    assert all(a.end == b.first for a, b in pairwise(periods))


def test_rolling_periods_end_day_after_day() -> None:
    rule = PeriodRule.parse("rolling 30 days")
    periods = list(rule.over(Days(date(2026, 3, 1), date(2026, 3, 4))))
    assert [period.last for period in periods] == [date(2026, 3, d) for d in (1, 2, 3)]
    assert {period.count for period in periods} == {30}


def test_a_quarter_begins_in_its_first_month() -> None:
    quarter = PeriodRule.parse("calendar quarter").around(date(2026, 5, 31))
    assert (quarter.first, quarter.last) == (date(2026, 4, 1), date(2026, 6, 30))


def test_the_end_of_a_period_is_not_in_it() -> None:
    period = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
    assert period.starts in period
    assert period.ends not in period
    assert period.overlap(Period(period.ends, period.ends + timedelta(days=1))) is None


@pytest.mark.parametrize("text", ["month", "rolling 0 days", "calendar fortnight", ""])
def test_other_words_are_no_period(text: str) -> None:
    with pytest.raises(ValueError, match="a period is"):
        PeriodRule.parse(text)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "", "europe/paris", 3])
def test_a_zone_exists(zone: object) -> None:
    with pytest.raises(ValidationError, match="IANA"):
        TypeAdapter(Zone).validate_python(zone)


@pytest.mark.parametrize(
    "value",
    [20260101, 1.5, "2026-1-1", "2026-02-30", datetime(2026, 1, 1, tzinfo=UTC), "0001-01-01"],
)
def test_a_date_is_a_date(value: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)
