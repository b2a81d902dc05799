"""What was charged for a stretch of time, and what is not charged at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from agreements import simple_terms
from attainments import HOUR, MINUTE, at, checks, example, month, outages
from domain.attainment.attainment import Observed
from domain.attainment.excused import Excuse
from domain.settlement.charges import Billed, Charges, period_share
from domain.settlement.governing import Version
from domain.settlement.settlement import settle
from domain.settlement.uncharged import uncharged
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Days, Period, PeriodRule
from settlements import case_of, days, judged, objective_of, signed, with_remedy

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
MARCH = days("2026-03")


@pytest.mark.parametrize(
    ("every", "amount"),
    [
        ("month", Fraction(3650)),  # all of March
        ("quarter", Fraction(3650) * 31 / 90),
        ("year", Fraction(3650) * 31 / 365),
        ("term", Fraction(3650) * 31 / 365),  # the term is the year
    ],
)
def test_a_charge_lies_on_the_days_of_its_stretch(every: str, amount: Fraction) -> None:
    terms = simple_terms(charges=[{"id": "monthly-fee", "amount": "3650", "every": every}])
    charges = Charges(tuple(signed(terms)))
    assert charges.over("monthly-fee", MARCH.instants("UTC")).amount == amount
    assert charges.over("all-charges", MARCH.instants("UTC")).amount == amount
    assert charges.over("another", MARCH.instants("UTC")).amount == 0


def test_a_charge_for_a_term_without_an_end_lies_on_its_first_year() -> None:
    document = simple_terms(
        charges=[{"id": "monthly-fee", "amount": "3650", "every": "term"}]
    ).document()
    document["term"].pop("ends")
    charges = Charges(tuple(signed(AgreementTerms.model_validate(document))))
    second_year = days("2027-01", months=12).instants("UTC")
    assert charges.over("monthly-fee", days("2026-01", months=12).instants("UTC")).amount == 3650
    assert charges.over("monthly-fee", second_year).amount == 0


def test_of_a_day_of_23_hours_an_hour_is_a_23rd() -> None:
    terms = simple_terms(
        zone="Europe/Berlin", charges=[{"id": "monthly-fee", "amount": "31", "every": "month"}]
    )
    begins = datetime(2026, 3, 28, 23, tzinfo=UTC)  # midnight before the clock goes forward
    charges = Charges(tuple(signed(terms)))
    hour = Period(begins, begins + timedelta(hours=1))
    assert charges.over("monthly-fee", hour).amount == Fraction(1, 23)
    day = Period(begins, begins + timedelta(hours=23))
    assert charges.over("monthly-fee", day).amount == 1


def test_what_was_billed_takes_the_place_of_the_terms_for_its_days() -> None:
    terms = simple_terms(
        charges=[{"id": "monthly-fee", "amount": "310", "every": "month", "estimate": True}]
    )
    half = Billed("monthly-fee", Days(date(2026, 3, 1), date(2026, 3, 16)), Decimal(100))
    charges = Charges(tuple(signed(terms)), (half,))
    found = charges.over("monthly-fee", MARCH.instants("UTC"))
    assert (found.amount, found.estimated) == (100 + Fraction(310) * 16 / 31, True)
    first = Period(MARCH.instants("UTC").starts, datetime(2026, 3, 4, tzinfo=UTC))
    assert charges.over("monthly-fee", first).amount == Fraction(100) * 3 / 15
    assert not charges.over("monthly-fee", first).estimated


def test_two_bills_for_the_same_days_add_up() -> None:
    bills = (
        Billed("monthly-fee", MARCH, Decimal(100)),
        Billed("monthly-fee", MARCH, Decimal(20)),
        Billed("another", MARCH, Decimal(7)),
    )
    charges = Charges(tuple(signed(simple_terms())), bills)
    assert charges.over("monthly-fee", MARCH.instants("UTC")).amount == 120


def test_each_version_charges_for_its_own_time_and_nothing_after_the_end() -> None:
    versions = (*signed(simple_terms(fee="310")), Version(2, simple_terms(fee="620"), NOON))
    charges = Charges(versions, (), datetime(2026, 3, 31, tzinfo=UTC))
    # 14.5 days at 10 a day, and 15.5 at 20 up to the end
    assert charges.over("monthly-fee", MARCH.instants("UTC")).amount == 145 + 310
    april = days("2026-04").instants("UTC")
    assert charges.over("monthly-fee", april).amount == 0


def test_a_stretch_is_so_many_whole_periods() -> None:
    period = Days(date(2026, 2, 15), date(2026, 4, 1)).instants("UTC")
    assert period_share(period, PeriodRule.parse("calendar month"), "UTC") == Fraction(3, 2)
    assert period_share(period, PeriodRule.parse("rolling 30 days"), "UTC") == Fraction(3, 2)


def test_a_fixed_credit_is_in_proportion_to_the_days_of_a_period_that_is_cut() -> None:
    terms = with_remedy(simple_terms(), tiers=[{"below": "99.5", "amount": "310.00"}], caps=[])
    run = Days(date(2026, 3, 12), date(2026, 4, 1))
    versions = signed(terms)
    found = settle(case_of(versions, run, judged(versions, run, "99")))
    assert found.credit == 200  # 20 of 31 days


# Time that is not charged


def test_an_hour_is_free_by_its_slices_too_but_not_for_excused_time() -> None:
    terms = with_remedy(
        example("aws-ec2-region"), no_charge={"each": "PT1H", "down_more_than": "PT6M"}
    )
    begin = at("2026-03-10T10:00")
    failed = checks(*((begin + n * MINUTE, 1, 1) for n in range(7)))
    hour = Period(datetime(2026, 3, 10, 10, tzinfo=UTC), datetime(2026, 3, 10, 11, tzinfo=UTC))
    span, objective = month("2026-03"), objective_of(terms)
    assert uncharged(terms, objective, span, Observed(failed)) == (hour,)
    excuse = Excuse("customer-acts", begin, begin + HOUR, granted=True)
    assert uncharged(terms, objective, span, Observed(failed, (excuse,))) == ()
    six = checks(*((begin + n * MINUTE, 1, 1) for n in range(6)))
    assert uncharged(terms, objective, span, Observed(six)) == ()


def test_an_hour_that_the_period_cuts_is_judged_by_what_lies_in_it() -> None:
    terms = example("aws-ec2-instance")
    begins = datetime(2026, 3, 10, 10, 30, tzinfo=UTC)
    part = Period(begins, begins + timedelta(hours=5))
    down = outages(month("2026-03"), (at("2026-03-10T10:20"), 15 * MINUTE))
    found = uncharged(terms, objective_of(terms), part, Observed(down))
    assert found == ()  # 5 of the 15 minutes are in it
    without = with_remedy(simple_terms())
    assert uncharged(without, objective_of(without), part, Observed(down)) == ()
