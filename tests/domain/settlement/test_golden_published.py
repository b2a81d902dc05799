"""Golden cases: published agreements, settled, with the arithmetic in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from attainments import HOUR, MINUTE, at, counts, example, month, outages
from domain.settlement.caps import Credited
from domain.settlement.charges import Billed
from domain.settlement.deadlines import Happened, Report
from domain.settlement.governing import judged_periods
from domain.settlement.settlement import settle
from domain.settlement.statement import Step
from domain.values.periods import Days
from settlements import (
    case_of,
    days,
    judged,
    measured,
    money,
    only,
    settled,
    signed,
    stands,
    with_remedy,
)

MARCH = days("2026-03")
NONE: list[Credited] = []


# The published sample with two tiers: target 99.8, 2 % from 98 to under 99.8, 3 % under 98


@pytest.mark.parametrize(
    ("availability", "credit"),
    [
        ("100", "0.00"),  # the target is met: nothing
        ("99.8", "0.00"),  # exactly on the target meets it
        ("99.7", "0.20"),  # 2 % of 10
        ("98", "0.20"),  # exactly on the bound belongs to the better tier: 2 % of 10
        ("97.999999", "0.30"),  # 3 % of 10
        ("97", "0.30"),  # 3 % of 10
        ("0", "0.30"),  # 3 % of 10: no result costs more
    ],
)
def test_two_tiers_of_2_and_3_percent_on_a_charge_of_10(availability: str, credit: str) -> None:
    found = settled(example("accord-two-tier"), MARCH, availability)
    assert found.credit.amount == money(credit)
    assert found.automatic


def test_a_missing_report_costs_3_percent_like_the_worst_month_however_good_it_was() -> None:
    found = settled(example("accord-two-tier"), MARCH, "100", report=Report.MISSING)
    assert (found.credit.amount, found.missed) == (money("0.30"), True)
    assert found.lines[1].place == "reporting/missing_report"
    late = settled(example("accord-two-tier"), MARCH, "100", report=Report.LATE)
    assert late.credit.amount == money("0.30")


def test_both_caps_of_10_percent_hold_in_the_two_tier_sample() -> None:
    # Tiers of 20 and 30 instead of 2 and 3: 3.00 of a charge of 10.00, and the cap leaves 1.00.
    terms = with_remedy(
        example("accord-two-tier"),
        tiers=[
            {"at_least": "98.0", "below": "99.8", "credit": "20"},
            {"at_least": "0", "below": "98.0", "credit": "30"},
        ],
    )
    assert settled(terms, MARCH, "97").credit.amount == money("1.00")
    # 10 % of 12 months at 10.00 are 12.00: twelve capped months use them up to the cent.
    versions, credited = signed(terms), NONE
    for number in range(1, 13):
        run = days(f"2026-{number:02d}")
        found = settle(case_of(versions, run, judged(versions, run, "97"), credited=credited))
        credited = [*credited, *stands(found)]
        assert found.credit == money("1.00")
    assert sum(one.amount for one in credited) == 12


# Compute in a region: target 99.99; 10 % from 99, 30 % from 95, 100 % under that


@pytest.mark.parametrize(
    ("availability", "credit"),
    [
        ("99.99", "0.00"),  # on the target: met
        ("99.989999", "1200.00"),  # 10 % of 12,000
        ("99", "1200.00"),  # on the bound: the better tier's 10 %
        ("98.999999", "3600.00"),  # 30 %
        ("95", "3600.00"),  # on the bound: 30 %
        ("94.999999", "12000.00"),  # all of it
        ("0", "12000.00"),
    ],
)
def test_a_region_exactly_on_each_tier_bound_and_just_under_it(
    availability: str, credit: str
) -> None:
    assert settled(example("aws-ec2-region"), MARCH, availability).credit.amount == money(credit)


@pytest.mark.parametrize(
    ("billed", "credit"),
    [
        ("10.00", "0.00"),  # 10 % of 10.00 is 1.00, which is not above 1.00
        ("10.10", "1.01"),  # 10 % of 10.10 is 1.01
        ("9.90", "0.00"),
    ],
)
def test_a_region_pays_only_a_credit_strictly_above_one_dollar(billed: str, credit: str) -> None:
    versions = signed(example("aws-ec2-region"))
    bill = Billed("ec2", MARCH, money(billed))
    found = settle(case_of(versions, MARCH, judged(versions, MARCH, "99.5"), billed=[bill]))
    assert found.credit == money(credit)


def test_from_this_amount_on_pays_a_credit_of_exactly_the_minimum() -> None:
    least = {"amount": "1.00", "paid": "from this amount on"}
    versions = signed(with_remedy(example("aws-ec2-region"), minimum=least))
    bill = Billed("ec2", MARCH, money("10.00"))
    found = settle(case_of(versions, MARCH, judged(versions, MARCH, "99.5"), billed=[bill]))
    assert found.credit == money("1.00")


def test_a_region_is_credited_on_what_was_billed_and_not_on_the_estimate() -> None:
    versions = signed(example("aws-ec2-region"))
    bill = Billed("ec2", MARCH, money("9471.37"))
    found = settle(case_of(versions, MARCH, judged(versions, MARCH, "98"), billed=[bill]))
    # 30 % of 9,471.37 is 2,841.411
    assert only(found).credit.exact == Fraction("2841.411")
    assert found.credit == money("2841.41")
    assert "estimate" not in only(found).lines[0].says


def test_a_claim_for_a_region_can_be_made_to_the_end_of_the_second_billing_cycle() -> None:
    versions = signed(example("aws-ec2-region"))
    one = judged(versions, MARCH, "98", happened=Happened(incident=date(2026, 3, 5)))
    found = only(settle(case_of(versions, MARCH, one)))
    # the incident is in March; the second cycle after it is May: any instant before 1 June
    assert found.claim_until == datetime(2026, 6, 1, tzinfo=UTC)


# A single instance: target 99.5, and an hour with more than 6 minutes down is not charged


def test_six_minutes_down_in_an_hour_are_charged_and_one_microsecond_more_is_an_hour_free() -> None:
    versions = signed(example("aws-ec2-instance"))
    for length, free in ((6 * MINUTE, 0), (6 * MINUTE + 1, 1)):
        down = outages(month("2026-03"), (at("2026-03-10T10:20"), length))
        found = only(settle(case_of(versions, MARCH, measured(versions, MARCH, down))))
        # the month stays over 99.5 %, so there is no credit; 350.00 are for 744 hours
        assert found.credit.exact == 0
        assert found.not_charged.exact == Fraction(350 * free, 744)
        assert found.not_charged.amount == (money("0.47") if free else 0)


def test_the_hour_rule_counts_hours_from_midnight_utc_and_needs_no_claim() -> None:
    # 10 minutes over a full hour: 5 before and 5 after, so neither hour is free
    down = outages(month("2026-03"), (at("2026-03-10T10:55"), 10 * MINUTE))
    versions = signed(example("aws-ec2-instance"))
    found = only(settle(case_of(versions, MARCH, measured(versions, MARCH, down))))
    assert found.not_charged.exact == 0


def test_hours_that_are_not_charged_are_off_the_charge_a_credit_is_a_percentage_of() -> None:
    # 8 hours of 744 are 1.08 %: availability 98.92, tier 30 %, and 8 hours are free
    down = outages(month("2026-03"), (at("2026-03-10T10:00"), 8 * HOUR))
    versions = signed(example("aws-ec2-instance"))
    found = only(settle(case_of(versions, MARCH, measured(versions, MARCH, down))))
    assert found.not_charged.exact == Fraction(350 * 8, 744)
    assert found.credit.exact == Fraction(30, 100) * Fraction(350 * 736, 744)
    # 30 % of 346.2365… is 103.8709…, and 8 of 744 parts of 350.00 are 3.7634…
    assert (found.credit.amount, found.not_charged.amount) == (money("103.87"), money("3.76"))


# Object storage: tiers of 10, 25 and 100 % on a mean of error rates


def test_object_storage_of_which_nine_days_failed_at_a_tenth_is_in_the_second_tier() -> None:
    begin = at("2026-03-01")
    rows = [(begin + n * 5 * MINUTE, 1000, 1000, 0) for n in range(31 * 288)]
    for n in range(9 * 288):
        rows[n] = (rows[n][0], 1000, 900, 0)
    versions = signed(example("aws-s3-standard"))
    found = only(settle(case_of(versions, MARCH, measured(versions, MARCH, counts(*rows)))))
    # 9/31 of the month at 90 %: 100 less 9/31 of 10 are 97.09…, which is 25 % of 900.00
    assert found.credit.amount == money("225.00")
    # the same result misses the infrequent-access target by another tier: 95 to under 98 is 25 %
    rare = settled(example("aws-s3-infrequent-access"), MARCH, "97.09")
    assert rare.credit.amount == money("225.00")
    assert settled(example("aws-s3-infrequent-access"), MARCH, "98.5").credit.amount == 90
    assert settled(example("aws-s3-infrequent-access"), MARCH, "94.9").credit.amount == 900


# Common Paper: 5 % or 8 % of the subscription for the month, capped at 8 % of the year's fees


def test_a_subscription_caps_all_credits_of_its_period_at_8_percent_of_its_fees() -> None:
    versions, credited = signed(example("common-paper-sla-2")), NONE
    for number in (3, 4, 5):
        run = days(f"2026-{number:02d}")
        one = judged(versions, run, "98", objective="uptime")
        credited = [*credited, *stands(settle(case_of(versions, run, one, credited=credited)))]
    # 8 % of 31, 30 and 31 of the 365 days that 60,000.00 are for
    assert [one.amount for one in credited] == [money("407.67"), money("394.52"), money("407.67")]
    run = days("2026-06")
    big = [*credited, Credited("uptime", days("2026-05"), money("3400.00"))]
    uptime = judged(versions, run, "98", objective="uptime")
    support = judged(versions, run, "90", objective="support-response")
    found = settle(case_of(versions, run, uptime, support, credited=big))
    # The subscription from 10 February 2026 to 9 February 2027 is 365 days of 60,000 a year, so
    # the cap is 4,800.00. 1,209.86 + 3,400.00 are taken, and 190.14 are left for both: of
    # 8 % + 2 % of a month, the uptime gets four fifths.
    assert found.objective("uptime").credit.exact == Fraction("190.14") * 4 / 5
    assert found.objective("support-response").credit.exact == Fraction("190.14") / 5
    assert found.credit == money("190.14")
    last = found.objective("uptime").lines[-1]
    assert (last.step, last.place) == (Step.CAP, "credits/caps/term")


def test_a_subscription_begun_on_10_february_pays_for_19_days_of_february() -> None:
    terms, whole = example("common-paper-sla-2"), days("2026-02")
    run = Days(date(2026, 2, 10), whole.end)
    assert judged_periods(terms.objectives[0], terms.starts, None, whole.end) == (run,)
    versions = signed(terms)
    one = judged(versions, run, "98", objective="uptime")
    found = only(settle(case_of(versions, run, one)))
    assert found.credit.exact == Fraction(8, 100) * Fraction(60_000 * 19, 365)
    assert found.credit.amount == money("249.86")
