"""Bonuses, caps and currencies of the parts of a period."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from agreements import simple_terms
from attainments import example
from domain.settlement.caps import Credited
from domain.settlement.governing import Version
from domain.settlement.settlement import CannotSettle, settle
from domain.settlement.statement import Step
from settlements import case_of, changed, days, judged, only, signed, with_remedy

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
MARCH = days("2026-03")


def test_a_better_result_earns_the_largest_bonus_it_reaches() -> None:
    terms = with_remedy(
        simple_terms(),
        bonus=[{"at_least": "99.9", "percent": "1"}, {"at_least": "99.99", "percent": "2"}],
    )
    versions = signed(terms)
    for value, bonus in (("99.89", 0), ("99.9", 120), ("99.99", 240), ("99", 0)):
        found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, value))))
        assert found.bonus.amount == bonus
    waiting = with_remedy(
        example("outpatient-appointments"), bonus=[{"at_most": "10", "percent": "1"}]
    )
    versions = signed(waiting)
    for value, bonus in (("10", 300), ("10.5", 0)):
        found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, value))))
        assert found.bonus.amount == bonus


def test_each_part_is_under_the_caps_of_its_own_version() -> None:
    generous = with_remedy(simple_terms(fee="3100"), tiers=[{"below": "99.5", "credit": "50"}])
    strict = with_remedy(generous, caps=[{"per": "period", "percent": "1"}])
    versions = [*signed(generous), Version(2, strict, datetime(2026, 3, 11, tzinfo=UTC))]
    found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, "99", "99"))))
    # ten days of 100 at 10 %, by the first version's cap, and 21 at 1 %
    assert found.credit.exact == 100 + 21
    assert [(one.version, one.amount) for one in found.lines if one.step is Step.CAP] == [
        (1, Fraction(-400)),
        (2, Fraction(-1029)),
    ]


def test_a_credit_stated_on_another_objective_takes_room_under_the_same_period() -> None:
    terms = simple_terms(credits={"caps": [{"per": "period", "amount": "1000.00"}]})
    versions = signed(terms)
    other = [Credited("latency", MARCH, Decimal("400.00"))]
    case = case_of(versions, MARCH, judged(versions, MARCH, "99"), credited=other)
    assert settle(case).credit == 600


def test_parts_in_two_currencies_are_not_added_up() -> None:
    terms = simple_terms()
    versions = [*signed(terms), Version(2, changed(terms, currency="USD"), NOON)]
    with pytest.raises(CannotSettle, match="EUR, USD"):
        settle(case_of(versions, MARCH, judged(versions, MARCH, "99", "99")))
    with pytest.raises(CannotSettle, match="no result"):
        settle(case_of(versions, MARCH))
