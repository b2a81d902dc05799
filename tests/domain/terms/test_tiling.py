"""Windows tile time: checked against every minute of a week and of each listed day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_terms
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import read_open
from domain.terms.tiling import tiling
from properties import MODEST

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
HOURS = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(DAYS),
    st.sampled_from(["00:00", "08:00", "18:00", "22:30"]),
    st.sampled_from(["06:00", "08:00", "18:00", "24:00"]),
).filter(lambda hours: hours[2] != hours[3])
OPEN = HOURS.map(lambda hours: f"{hours[0]}-{hours[1]} {hours[2]}-{hours[3]}")
LISTED = ["2026-05-01", "2026-05-02"]  # a Friday and a Saturday


def with_calendars(*calendars: dict[str, Any]) -> AgreementTerms:
    return simple_terms(calendars=[{"zone": "Europe/Paris", **part} for part in calendars])


def covering(terms: AgreementTerms, windows: list[str], day: date, minute: int) -> set[str]:
    """Say which windows cover a minute, in the slowest and plainest way."""
    return {name for name in windows if _covers(terms, name, day, minute)}


def _covers(terms: AgreementTerms, name: str, day: date, minute: int) -> bool:
    named = terms.calendar(name)
    calendar = named.model_dump(mode="json", by_alias=True) if named is not None else {}
    if "dates" in calendar:
        return day.isoformat() in calendar["dates"]
    for listed in calendar.get("except", ()):
        dates = terms.calendar(listed)
        if dates is not None and day.isoformat() in dates.model_dump(mode="json")["dates"]:
            return False
    for text in calendar.get("open", ()):
        days, times = text.split()
        first, last = days.split("-")
        start, end = (int(time[:2]) * 60 + int(time[3:]) for time in times.split("-"))
        weekday = DAYS.index(first)
        while True:
            if start < end:
                if day.weekday() == weekday and start <= minute < end:
                    return True
            elif (day.weekday() == weekday and minute >= start) or (
                day.weekday() == (weekday + 1) % 7 and minute < end
            ):
                return True
            if DAYS[weekday] == last:
                break
            weekday = (weekday + 1) % 7
    return False


@MODEST
@given(
    st.lists(OPEN, min_size=1, max_size=2),
    st.lists(OPEN, min_size=1, max_size=2),
    st.sampled_from([[], ["listed"]]),
    st.sampled_from([[], ["listed"]]),
)
def test_gaps_and_overlaps_are_found_exactly_where_minutes_have_them(
    one: list[str], other: list[str], excepted: list[str], dated: list[str]
) -> None:
    terms = with_calendars(
        {"id": "one", "open": one, "except": excepted},
        {"id": "other", "open": other},
        {"id": "listed", "dates": LISTED},
    )
    windows = ["one", "other", *dated]
    uncovered, twice = set(), set()
    for offset in range(14):  # a week without listed dates, and one with them
        day = date(2026, 4, 20) + timedelta(days=offset)
        for minute in range(0, 1440, 30):
            covers = covering(terms, windows, day, minute)
            uncovered |= {(day, minute)} if not covers else set()
            twice |= {(day, minute)} if len(covers) > 1 else set()
    found = tiling(terms, windows)
    assert bool(found.gaps) == bool(uncovered)
    assert bool(found.overlaps) == bool(twice)
    assert not tiling(terms, [*windows, "otherwise"]).gaps


def test_a_weekend_without_a_window_is_named() -> None:
    terms = with_calendars({"id": "weekdays", "open": ["Mon-Fri 00:00-24:00"]})
    assert tiling(terms, ["weekdays"]).gaps == ("Saturday 00:00 to Monday 00:00",)


def test_a_gap_over_sunday_midnight_is_one_gap() -> None:
    terms = with_calendars({"id": "most", "open": ["Mon 08:00-24:00", "Tue-Sun 00:00-24:00"]})
    assert tiling(terms, ["most"]).gaps == ("Monday 00:00 to Monday 08:00",)
    terms = with_calendars(
        {"id": "most", "open": ["Mon 08:00-24:00", "Tue-Sat 00:00-24:00", "Sun 00:00-20:00"]}
    )
    assert tiling(terms, ["most"]).gaps == ("Sunday 20:00 to Monday 08:00",)


def test_a_holiday_that_no_window_covers_is_named() -> None:
    terms = with_calendars(
        {"id": "always-but", "open": ["Mon-Sun 00:00-24:00"], "except": ["holidays"]},
        {"id": "holidays", "dates": ["2026-05-01"]},
    )
    assert tiling(terms, ["always-but"]).gaps == ("2026-05-01",)
    assert tiling(terms, ["always-but", "holidays"]).gaps == ()


def test_an_overlap_names_both_windows_and_when() -> None:
    terms = with_calendars(
        {"id": "days", "open": ["Mon-Fri 08:00-18:00"]},
        {"id": "evenings", "open": ["Fri 17:00-24:00"]},
    )
    (overlap,) = tiling(terms, ["days", "evenings", "otherwise"]).overlaps
    assert (overlap.first, overlap.second) == ("days", "evenings")
    assert overlap.when == "Friday 17:00 to Friday 18:00"


def test_hours_of_one_window_may_overlap_themselves() -> None:
    terms = with_calendars({"id": "all", "open": ["Mon-Sun 00:00-24:00", "Mon 08:00-09:00"]})
    found = tiling(terms, ["all"])
    assert (found.gaps, found.overlaps) == ((), ())


@pytest.mark.parametrize(
    ("text", "stretches"),
    [
        ("Sat 09:00-12:00", ((5, 540, 720),)),
        ("Sun-Mon 22:00-02:00", ((6, 1320, 1440), (0, 0, 120), (0, 1320, 1440), (1, 0, 120))),
        ("Sun 22:00-24:00", ((6, 1320, 1440),)),
        ("Sun 22:00-00:00", ((6, 1320, 1440),)),
    ],
)
def test_hours_over_midnight_belong_to_two_days(
    text: str, stretches: tuple[tuple[int, int, int], ...]
) -> None:
    assert read_open(text) == stretches
