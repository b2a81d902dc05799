"""Results as they are put on record: exact, and never rounded over a target."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_terms
from domain.attainment.attainment import Attainment, Reached
from domain.attainment.result import Measurement, Working, nothing
from domain.performance.outcomes import (
    attained,
    by_rule,
    part_result,
    read_value,
    shown,
    value_text,
)
from domain.settlement.governing import Governed, Version
from domain.values.periods import Period

JANUARY = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC))
FIVE_NINES = simple_terms(availability="99.999")
PART = Governed(Version(1, FIVE_NINES, JANUARY.starts), JANUARY)
OBJECTIVE = FIVE_NINES.objectives[0]
MONTH = 31 * 86_400_000_000


def reached(measurement: Measurement) -> Reached:
    target = OBJECTIVE.targets[0]
    return Reached(target, measurement, measurement.meets(target))


def down(microseconds: int) -> Reached:
    """Return what a month came to that was down for so long."""
    return reached(Measurement(Fraction(100 * (MONTH - microseconds), MONTH)))


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [
        (26_784_000, "99.999 %"),
        (26_784_001, "99.99899999996 %"),
        (0, "100 %"),
        (26_783_999, "99.999 %"),
        (13_392_000_000, "99.5 %"),
    ],
)
def test_a_miss_by_a_microsecond_does_not_read_as_its_target(microseconds: int, words: str) -> None:
    assert shown(down(microseconds), OBJECTIVE) == words


@given(st.integers(min_value=0, max_value=MONTH))
def test_what_is_shown_lies_on_the_side_of_the_target_where_the_value_does(down_for: int) -> None:
    one = down(down_for)
    figure = Fraction(shown(one, OBJECTIVE).removesuffix(" %").removeprefix("about "))
    assert (figure >= Fraction("99.999")) == one.met


@given(st.fractions(min_value=0, max_value=100, max_denominator=10**60), st.booleans())
def test_a_value_reads_back_exactly_or_on_its_own_side(
    value: Fraction,
    more_is_better: bool,  # noqa: FBT001 - drawn
) -> None:
    text = value_text(value, more_is_better=more_is_better)
    again = read_value(text)
    if text.startswith("about"):
        assert (again <= value) if more_is_better else (again >= value)
        assert abs(again - value) < Fraction(1, 10**30)
    else:
        assert again == value


def test_a_long_fraction_says_that_it_is_cut() -> None:
    third = Fraction(10**50, 3 * 10**49 + 1)
    assert value_text(third, more_is_better=True) == "about 3.333333333333333333333333333333"
    assert value_text(third, more_is_better=False) == "about 3.333333333333333333333333333334"


@pytest.mark.parametrize(
    "measurement",
    [
        Measurement(Fraction(1999, 20), (Working("down", 5, "slices"),)),
        Measurement(None, worst=True),
        nothing("counts as met"),
        nothing("not judged"),
    ],
    ids=["measured", "worst", "nothing, met", "nothing, not judged"],
)
def test_a_result_on_record_stands_for_the_attainment_it_was_made_of(
    measurement: Measurement,
) -> None:
    found = Attainment(OBJECTIVE.id, JANUARY, (reached(measurement),))
    assert attained(PART, OBJECTIVE.id, part_result(PART, found)) == found


def test_a_period_that_was_not_reported_counts_by_the_rule() -> None:
    missed, met = (by_rule(PART, OBJECTIVE.id, met=verdict) for verdict in (False, True))
    assert [one.targets[0].shown for one in (missed, met)] == [
        "not reported: counts as missed",
        "not reported: counts as met",
    ]
    assert attained(PART, OBJECTIVE.id, missed).missed
    assert not attained(PART, OBJECTIVE.id, met).missed
