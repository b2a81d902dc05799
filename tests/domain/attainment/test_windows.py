"""When a window is: on ordinary days, on the nights the clock changes, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements import simple_terms
from domain.attainment.spans import Spans, micros
from domain.attainment.windows import MINUTE, even_stretches, window_spans
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import ServiceHours
from domain.values.periods import Period

PARIS = "Europe/Paris"
HOUR = 60 * MINUTE
FORWARD = Period(datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC))
BACK = Period(datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC))


def terms_with(*hours: str, zone: str = PARIS, **more: object) -> AgreementTerms:
    calendars = [
        {"id": "hours", "zone": zone, "open": list(hours), **more},
        {"id": "holidays", "zone": zone, "dates": ["2026-04-06", "2026-03-29", "2026-11-11"]},
    ]
    return simple_terms(calendars=calendars)


def length(terms: AgreementTerms, window: str, period: Period) -> int:
    return window_spans(terms, window, period).total


def test_a_window_in_the_night_lasts_one_hour_when_the_clock_goes_forward() -> None:
    assert length(terms_with("Sun 02:00-04:00"), "hours", FORWARD) == HOUR


def test_a_window_in_the_night_lasts_three_hours_when_the_clock_goes_back() -> None:
    assert length(terms_with("Sun 02:00-04:00"), "hours", BACK) == 3 * HOUR


@pytest.mark.parametrize("night", [FORWARD, BACK])
def test_by_nominal_length_it_lasts_its_two_hours_on_either_night(night: Period) -> None:
    terms = terms_with("Sun 02:00-04:00", on_clock_change="nominal length")
    assert length(terms, "hours", night) == 2 * HOUR


def test_by_nominal_length_an_hour_that_is_skipped_begins_when_the_clock_skips_it() -> None:
    terms = terms_with("Sun 02:30-04:00", on_clock_change="nominal length")
    (only,) = window_spans(terms, "hours", FORWARD)
    skip = micros(datetime(2026, 3, 29, 1, tzinfo=UTC))
    assert only == (skip, skip + 90 * MINUTE)


def test_a_window_that_begins_within_the_hour_that_comes_twice_comes_twice_itself() -> None:
    spans = list(window_spans(terms_with("Sun 02:30-02:45"), "hours", BACK))
    first = micros(datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    assert spans == [
        (first, first + 15 * MINUTE),
        (first + HOUR, first + HOUR + 15 * MINUTE),
    ]


def test_otherwise_is_what_no_other_window_covers() -> None:
    terms = terms_with("Mon-Fri 08:00-18:00")
    october = Period(datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))
    named = length(terms, "hours", october)
    rest = window_spans(terms, "otherwise", october, ["hours", "otherwise"])
    assert named == 22 * 10 * HOUR
    assert named + rest.total == (31 * 24 + 1) * HOUR


def test_excepted_dates_are_no_service_hours_and_a_list_of_dates_is_a_window() -> None:
    terms = terms_with("Mon-Fri 08:00-18:00", **{"except": ["holidays"]})
    april = Period(datetime(2026, 3, 31, 22, tzinfo=UTC), datetime(2026, 4, 30, 22, tzinfo=UTC))
    assert length(terms, "hours", april) == 21 * 10 * HOUR  # 22 weekdays, Easter Monday not
    assert length(terms, "holidays", april) == 24 * HOUR
    assert (
        length(terms, "holidays", FORWARD) == 13 * HOUR
    )  # from local midnight to the period's end


def test_hours_across_midnight_belong_to_the_night_they_begin_in() -> None:
    spans = list(window_spans(terms_with("Fri 22:00-02:00", zone="UTC"), "hours", week_of_may()))
    friday = micros(datetime(2026, 5, 8, 22, tzinfo=UTC))
    assert spans == [(friday, friday + 4 * HOUR)]


def test_a_window_that_is_not_defined_is_never() -> None:
    assert not window_spans(simple_terms(), "nights", FORWARD)


def week_of_may() -> Period:
    return Period(datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 5, 11, tzinfo=UTC))


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(
        [PARIS, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"]
    ),
    begin=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 20)),  # noqa: DTZ001 - made aware below
    days=st.integers(1, 9),
    opens=st.integers(0, 95),
    lasts=st.integers(1, 95),
)
def test_an_instant_is_in_service_hours_exactly_when_the_wall_clock_shows_it(
    zone: str, begin: datetime, days: int, opens: int, lasts: int
) -> None:
    start = begin.replace(tzinfo=UTC, second=0, microsecond=0)
    period = Period(start, start + timedelta(days=days))
    closes = opens + lasts
    written = f"Mon-Sat {_clock(opens)}-{_clock(closes % 96)}"
    if closes % 96 == 0:
        written = written.replace("-00:00", "-24:00")
    if opens == closes % 96:
        return
    terms = terms_with(written, zone=zone)
    hours = terms.calendar("hours")
    assert isinstance(hours, ServiceHours)
    spans = window_spans(terms, "hours", period)
    assert spans == Spans.of(_minute_by_minute(hours, period))


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


def _minute_by_minute(hours: ServiceHours, period: Period) -> list[tuple[int, int]]:
    """Ask the wall clock at every minute: slow, and obvious."""
    zone, found, at = ZoneInfo(hours.zone), [], period.starts
    while at < period.ends:
        shown = at.astimezone(zone)
        minute = shown.hour * 60 + shown.minute
        if any(
            weekday == shown.weekday() and opens <= minute < closes
            for weekday, opens, closes in hours.stretches()
        ):
            found.append((micros(at), micros(at) + MINUTE))
        at += timedelta(minutes=1)
    return found


def test_a_zone_runs_evenly_between_two_changes_of_the_clock() -> None:
    year = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert [(first, ahead // HOUR) for first, _, ahead in even_stretches(PARIS, year)] == [
        (micros(year.starts), 1),
        (micros(datetime(2026, 3, 29, 1, tzinfo=UTC)), 2),
        (micros(datetime(2026, 10, 25, 1, tzinfo=UTC)), 1),
    ]
