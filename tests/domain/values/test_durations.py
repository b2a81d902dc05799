"""Durations: ISO 8601 in, exact parts kept, one spelling out."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.values.durations import Duration, Elapsed, Interval, IsoDuration, add_months
from properties import MODEST

DURATIONS = st.builds(
    Duration,
    months=st.integers(0, 200),
    days=st.integers(0, 9_999),
    microseconds=st.integers(0, 10**13),
)


@MODEST
@given(DURATIONS)
def test_what_is_written_is_read_back(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("P1M", (1, 0, 0)),
        ("P1Y", (12, 0, 0)),
        ("P1W", (0, 7, 0)),
        ("PT8H", (0, 0, 28_800_000_000)),
        ("PT0.000001S", (0, 0, 1)),
        ("PT26.784S", (0, 0, 26_784_000)),
        ("P1Y2M3DT4H5M6S", (14, 3, 14_706_000_000)),
    ],
)
def test_each_part_is_exact(text: str, parts: tuple[int, int, int]) -> None:
    duration = Duration.parse(text)
    assert (duration.months, duration.days, duration.microseconds) == parts


@pytest.mark.parametrize(
    ("text", "spelling"), [("P12M", "P1Y"), ("PT60S", "PT1M"), ("P4W", "P28D"), ("PT0S", "PT0S")]
)
def test_one_length_has_one_spelling(text: str, spelling: str) -> None:
    assert str(Duration.parse(text)) == spelling


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "-P1D", "P1.5D", "1D", "P1DT", "PT1H ", "p1d", "P1M1Y", "PT٣H"]
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is written like"):
        Duration.parse(text)


def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    assert Duration(months=1).after(date(2026, 1, 31)) == date(2026, 2, 28)
    assert Duration(months=1).after(date(2028, 1, 31)) == date(2028, 2, 29)
    assert Duration(months=1).before(date(2026, 3, 31)) == date(2026, 2, 28)


def test_thirty_days_after_the_last_of_january_is_the_second_of_march() -> None:
    assert Duration(days=30).after(date(2026, 1, 31)) == date(2026, 3, 2)


def test_a_part_of_a_day_counts_as_a_day() -> None:
    assert Duration.parse("PT1H").after(date(2026, 1, 1)) == date(2026, 1, 2)


def test_the_calendar_ends_where_it_ends() -> None:
    assert add_months(date(9999, 1, 1), 12) == date(9999, 12, 31)
    assert add_months(date(1, 1, 1), -1) == date.min
    assert Duration(days=99_999).after(date(9999, 1, 1)) == date(9999, 12, 31)
    assert Duration(days=99_999).before(date(2, 1, 1)) == date.min


def test_months_have_no_fixed_length() -> None:
    with pytest.raises(ValueError, match="no fixed length"):
        _ = Duration(months=1).elapsed


def test_a_field_refuses_what_its_kind_cannot_be() -> None:
    assert TypeAdapter(IsoDuration).validate_python("P1M") == Duration(months=1)
    with pytest.raises(ValidationError, match="no fixed length"):
        TypeAdapter(Elapsed).validate_python("P1M")
    with pytest.raises(ValidationError, match="longer than nothing"):
        TypeAdapter(Interval).validate_python("PT0S")
    with pytest.raises(ValidationError, match="written as text"):
        TypeAdapter(IsoDuration).validate_python(30)
