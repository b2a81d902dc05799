"""Allowed downtime and composed dependencies, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_document
from domain.terms.agreement import AgreementTerms
from domain.terms.composition import some_of
from domain.terms.downtime import allowed_in_words, downtime
from domain.terms.figures import decimal, elapsed, length, ordinal
from domain.values.durations import MICROSECONDS_PER_DAY, Duration
from properties import MODEST

SHARES = st.lists(st.fractions(0, 1, max_denominator=20), max_size=5)


def test_five_nines_of_31_days_are_26_784_seconds() -> None:
    allowed = downtime(Decimal("99.999"), Fraction(31 * MICROSECONDS_PER_DAY))
    assert allowed == 26_784_000
    assert elapsed(allowed) == "26.784 s"


@pytest.mark.parametrize(
    ("target", "period", "words"),
    [
        (
            "99.5",
            "calendar month",
            "3 h 36 min 0 s of downtime per 30-day month, 3 h 43 min 12 s in one of 31 days",
        ),
        (
            "99.999",
            "calendar month",
            "25.92 s of downtime per 30-day month, 26.784 s in one of 31 days",
        ),
        ("99.9", "rolling 7 days", "10 min 4.8 s of downtime per 7 days"),
        ("90", "calendar year", "36 d 12 h 0 min 0 s of downtime per 365-day year"),
        ("100", "calendar week", "0 s of downtime per week"),
    ],
)
def test_a_target_in_words(target: str, period: str, words: str) -> None:
    document = simple_document(availability=target)
    document["objectives"][0]["period"] = period
    terms = AgreementTerms.model_validate(document)
    objective = terms.objectives[0]
    assert allowed_in_words(terms, objective, objective.targets[0]) == words


@MODEST
@given(SHARES, st.integers(0, 5))
def test_some_of_many_agrees_with_trying_every_outcome(shares: list[Fraction], needed: int) -> None:
    total = Fraction(0)
    for outcome in product([True, False], repeat=len(shares)):
        if sum(outcome) >= needed:
            chance = Fraction(1)
            for works, share in zip(outcome, shares, strict=True):
                chance *= share if works else 1 - share
            total += chance
    assert some_of(needed, shares) == total


def test_figures_are_written_exactly_or_say_about() -> None:
    assert decimal(Fraction(1, 8)) == "0.125"
    assert decimal(Fraction(-1, 3)) == "about -0.333333333333"
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 112)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "112th")
    ]
    assert length(Duration.parse("P1Y")) == "1 year"
    assert length(Duration.parse("P18M")) == "18 months"
    assert length(Duration.parse("PT24H")) == "24 h"
    assert length(Duration.parse("P1DT1H30.5S")) == "1 day 1 h 30.5 s"
    assert length(Duration()) == "no time"
