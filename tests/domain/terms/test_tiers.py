"""Tier lint, against a plain count of tiers at every result of a grid."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements import simple_document
from domain.terms.agreement import AgreementTerms
from domain.terms.lint import Severity, lint
from properties import MODEST

GRID = [Decimal(n) / 2 for n in range(201)]  # 0, 0.5, ... 100
BOUNDS = st.integers(0, 10).map(lambda n: f"{n * 10}")
TIERS = st.lists(
    st.fixed_dictionaries(
        {"below": BOUNDS, "credit": st.sampled_from(["5", "10", "20"])},
        optional={"at_least": BOUNDS},
    ),
    min_size=1,
    max_size=4,
)


def with_tiers(
    tiers: list[dict[str, Any]], target: str = "50", bound: str = "at_least", **method: Any
) -> AgreementTerms:
    document = simple_document()
    document["charges"][0]["amount"] = "100.00"
    objective = document["objectives"][0]
    objective["targets"] = [{bound: target}]
    objective["remedy"] = {"of": "monthly-fee", "tiers": tiers}
    objective.update(method)
    return AgreementTerms.model_validate(document)


def errors(terms: AgreementTerms) -> set[str]:
    return {finding.rule for finding in lint(terms) if finding.severity is Severity.ERROR}


@MODEST
@given(TIERS)
def test_tiers_are_sound_exactly_when_each_miss_has_one_and_each_hit_none(
    tiers: list[dict[str, Any]],
) -> None:
    def holding(result: Decimal) -> list[dict[str, Any]]:
        return [
            tier
            for tier in tiers
            if Decimal(tier.get("at_least", "0")) <= result < Decimal(tier["below"])
        ]

    target = Decimal(50)
    found = errors(with_tiers(tiers))
    empty = any(Decimal(tier.get("at_least", "0")) >= Decimal(tier["below"]) for tier in tiers)
    twice = any(len(holding(result)) > 1 for result in GRID)
    uncovered = any(not holding(result) for result in GRID if result < target)
    paid_hit = any(holding(result) for result in GRID if result >= target)
    assert ("tier-upside-down" in found) == empty
    if empty:
        return
    assert ("tiers-overlap" in found) == twice
    assert ("tier-gap" in found) == uncovered
    assert ("tier-above-target" in found) == paid_hit
    if not (twice or uncovered or paid_hit):
        paid = [Decimal(holding(result)[0]["credit"]) for result in GRID if result < target]
        inverted = any(worse < better for worse, better in pairwise(paid))
        assert ("better-service-larger-credit" in found) == inverted


def test_sound_tiers_where_less_is_better_are_fine() -> None:
    waiting = {
        "indicator": "waiting time",
        "measured": {"by": "percentile", "percentile": "90", "of": "waits", "unit": "minutes"},
    }
    tiers = [
        {"above": "20", "at_most": "30", "credit": "2"},
        {"above": "30", "credit": "5"},
    ]
    assert errors(with_tiers(tiers, "20", "at_most", **waiting)) == set()
    tiers[0]["at_most"] = "28"
    terms = with_tiers(tiers, "20", "at_most", **waiting)
    assert errors(terms) == {"tier-gap"}
    assert any("over 28 up to 30" in finding.because for finding in lint(terms))


def test_tiers_of_durations_are_compared_as_time() -> None:
    answering = {
        "indicator": "resolution time",
        "measured": {"by": "resolution time", "of": "cases", "take": "every case"},
    }
    tiers = [
        {"above": "PT1H", "at_most": "PT90M", "credit": "2"},
        {"above": "PT1H30M", "credit": "5"},
    ]
    assert errors(with_tiers(tiers, "PT1H", "at_most", **answering)) == set()


@pytest.mark.parametrize(
    ("tiers", "rule", "places"),
    [
        (
            [{"below": "40", "credit": "20"}, {"at_least": "45", "below": "50", "credit": "10"}],
            "tier-gap",
            ["from-0", "from-45"],
        ),
        (
            [{"below": "42", "credit": "20"}, {"at_least": "40", "below": "50", "credit": "10"}],
            "tiers-overlap",
            ["from-0", "from-40"],
        ),
        (
            [{"below": "40", "credit": "5"}, {"at_least": "40", "below": "50", "credit": "10"}],
            "better-service-larger-credit",
            ["from-0", "from-40"],
        ),
    ],
)
def test_only_the_two_tiers_to_blame_are_named(
    tiers: list[dict[str, Any]], rule: str, places: list[str]
) -> None:
    finding = next(finding for finding in lint(with_tiers(tiers)) if finding.rule == rule)
    assert [place.rsplit("/", 1)[-1] for place in finding.places] == places
