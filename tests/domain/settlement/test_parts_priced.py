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


def test_a_bound_belongs_to_the_better_tier_in_whatever_order_tiers_are_written() -> None:
    region = example("aws-ec2-region").document()["objectives"][0]["remedy"]["tiers"]
    terms = with_remedy(example("aws-ec2-region"), tiers=region[::-1])
    for value, credit in (("99", 1200), ("95", 3600)):
        versions = signed(terms)
        assert settle(case_of(versions, MARCH, judged(versions, MARCH, value))).credit == credit
    waiting = example("outpatient-appointments").document()["objectives"][0]["remedy"]["tiers"]
    versions = signed(with_remedy(example("outpatient-appointments"), tiers=waiting[::-1]))
    assert settle(case_of(versions, MARCH, judged(versions, MARCH, "30"))).credit == 600


def test_restated_after_the_first_year_a_credit_leaves_later_12_months_within_their_cap() -> None:
    # June 2027 has taken 0.25 of 0.30 in the 12 months to its end, which hold March 2027 too
    terms = with_remedy(example("accord-two-tier"), caps=[{"per": "12 months", "amount": "0.30"}])
    versions, run = signed(terms), days("2027-03")
    june = [Credited("availability", days("2027-06"), Decimal("0.25"))]
    again = case_of(versions, run, judged(versions, run, "97"), credited=june)
    assert settle(again).credit == Decimal("0.05")


def test_a_cap_over_a_term_without_an_end_is_of_its_first_year_and_grows_after_that() -> None:
    terms = with_remedy(
        example("aws-ec2-instance"),
        caps=[{"per": "term", "percent": "1"}],
        tiers=[{"below": "99.5", "credit": "100"}],
    )
    versions = signed(terms)
    for month, months in (("2026-03", 12), ("2027-02", 14)):
        run = days(month)
        found = only(settle(case_of(versions, run, judged(versions, run, "99"))))
        assert found.credit.exact == Fraction(350 * months, 100)


def test_three_versions_in_one_period_share_a_cap_over_all_objectives() -> None:
    terms = simple_terms(fee="3100", credits={"caps": [{"per": "12 months", "amount": "150.00"}]})
    versions = [
        *signed(terms),
        Version(2, terms, datetime(2026, 3, 11, tzinfo=UTC)),
        Version(3, terms, datetime(2026, 3, 21, tzinfo=UTC)),
    ]
    found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, "99", "99", "99"))))
    # 10 % of ten, ten and eleven days of 100 each are 100, 100 and 110: the cap leaves 150
    assert found.credit.exact == 150


def test_a_credit_of_another_statement_takes_room_once_however_often_the_period_is_split() -> None:
    terms = simple_terms(fee="3100", credits={"caps": [{"per": "period", "amount": "155.00"}]})
    versions = [*signed(terms), Version(2, terms, datetime(2026, 3, 11, tzinfo=UTC))]
    other = [Credited("latency", MARCH, Decimal("60.00"))]
    one = judged(versions, MARCH, "99", "99")
    found = only(settle(case_of(versions, MARCH, one, credited=other)))
    # of 155 the first ten days have 50, all taken; of the 105 of the rest another 10 are
    assert found.credit.exact == 95
