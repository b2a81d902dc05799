"""Outcomes made ready for a page: exact, in the parts that each version governs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from domain.performance.facts import Line, PartResult, Result, TargetResult
from domain.settlement.governing import Version
from domain.values.canonical import digest_of
from domain.values.periods import Period
from interfaces.web.figures import FIXED
from interfaces.web.performance.outcomes import charts_of, period_shown
from interfaces.web.performance.words import amount, near, period_name, share, sum_of_money
from measured import measured_terms

HOUR = 3_600_000_000
JANUARY, SPLIT, FEBRUARY = (
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 1, 16, tzinfo=UTC),
    datetime(2026, 2, 1, tzinfo=UTC),
)


def half(version: int, starts: datetime, ends: datetime, bound: str, down: int) -> PartResult:
    """Return what one half of January came to, with so many hours down."""
    counted = Period(starts, ends).microseconds
    value = Fraction(100 * (counted - down * HOUR), counted)
    lines = (
        Line("in the window", counted, "µs"),
        Line("down", down * HOUR, "µs"),
        Line("counted", counted, "µs"),
    )
    target = TargetResult(
        "always",
        None,
        f"at least {bound}",
        str(value),
        "shown",
        value >= Fraction(bound),
        0,
        lines,
    )
    return PartResult(version, digest_of({}), starts, ends, (target,))


@pytest.fixture
def versions() -> tuple[Version, ...]:
    """Return 99.5 %, and 99 % from the middle of January on."""
    easier = measured_terms(availability="99")
    return (Version(1, measured_terms(), JANUARY), Version(2, easier, SPLIT))


@pytest.fixture
def split() -> Result:
    """Return a January of two parts: three hours down in each."""
    parts = (half(1, JANUARY, SPLIT, "99.5", 3), half(2, SPLIT, FEBRUARY, "99", 3))
    return Result(date(2026, 1, 1), JANUARY, FEBRUARY, "reported", digest_of([]), parts)


def test_an_amended_period_is_shown_part_by_part_each_with_its_own_budget(
    split: Result, versions: tuple[Version, ...]
) -> None:
    shown = period_shown("availability", split, versions, "/here", None)
    before, after = shown.parts
    assert (before.version, after.version) == (1, 2)
    (first,), (second,) = before.targets, after.targets
    # 15 d at 99.5 % allow 1 h 48 min, 16 d at 99 % allow 3 h 50 min 24 s.
    assert (first.said, first.bound) == ("missed", "at least 99.5 %")
    assert first.budget is not None
    assert (first.budget.allowed, first.budget.overdrawn) == ("1 h 48 min 0 s", True)
    assert (second.said, second.bound) == ("met", "at least 99 %")
    assert second.budget is not None
    assert (second.budget.left, second.budget.left_seconds) == ("50 min 24 s", f"3,024{FIXED}s")


def test_an_amended_period_is_drawn_with_both_targets(
    split: Result, versions: tuple[Version, ...]
) -> None:
    (chart,) = charts_of("availability", [split], versions)
    assert [mark.outcome for mark in chart.marks] == ["missed", "met"]
    assert chart.rules[0].y < chart.rules[1].y
    assert "missed, against at least 99.5 %; " in chart.says


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Fraction(1), f"100{FIXED}%"),
        (Fraction(1, 2), f"50{FIXED}%"),
        (Fraction(1, 3), f"about 33.33{FIXED}%"),
        (Fraction(999_999, 1_000_000), f"99.9999{FIXED}%"),
        (Fraction(1_000_001, 1_000_000), f"100.0001{FIXED}%"),
    ],
)
def test_a_share_never_reads_as_all_of_it_when_it_is_not(value: Fraction, said: str) -> None:
    assert share(value) == said
    assert near(Fraction(2, 3), Fraction(1)) == "about 0.67"


def test_figures_are_written_with_their_unit_and_their_thousands_apart() -> None:
    assert amount(1, "cases") == f"1{FIXED}case"
    assert amount(1234, "events") == f"1,234{FIXED}events"
    assert amount(90_000_000, "µs") == "1 min 30 s"
    assert sum_of_money(Fraction(12000), "EUR") == f"12,000.00{FIXED}EUR"
    assert sum_of_money(Fraction(-1, 3), "EUR") == f"about -0.333333333333{FIXED}EUR"


def test_a_period_is_named_by_its_month_in_its_zone_or_by_its_days() -> None:
    assert period_name(Period(JANUARY, FEBRUARY), "UTC") == "January 2026"
    assert period_name(Period(JANUARY, SPLIT), "UTC") == "1 Jan 2026 to 15 Jan 2026"
    assert period_name(Period(JANUARY, FEBRUARY), "Asia/Tokyo") == "1 Jan 2026 to 1 Feb 2026"
