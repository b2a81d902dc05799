"""Golden cases: windows, caps, trades that are not IT, amendments, late data, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from attainments import DAY, HOUR, MINUTE, SECOND, at, example, month, outages
from domain.attainment.records import Case as OneCase
from domain.attainment.records import Cases, Reading, Readings
from domain.settlement.caps import Credited
from domain.settlement.charges import Billed
from domain.settlement.deadlines import Report
from domain.settlement.settlement import CannotSettle, settle
from domain.settlement.statement import Step
from settlements import (
    case_of,
    days,
    judged,
    measured,
    money,
    objective_of,
    only,
    settled,
    signed,
    stands,
    with_remedy,
)

MARCH = days("2026-03")
NONE: list[Credited] = []


# Business hours: two windows that add up, capped at 20 % of a month and 15 % of 12


@pytest.mark.parametrize(
    ("by_day", "otherwise", "credit"),
    [
        ("99.5", "97", "0.00"),  # both exactly on their targets
        ("99.4", "97", "1200.00"),  # 10 % of 12,000
        ("99", "97", "1200.00"),  # on the bound of the tiers: still 10 %
        ("99.4", "96.9", "1800.00"),  # 10 % by day and 5 % otherwise add up
        ("98.9", "97", "2400.00"),  # 20 %
        ("98.9", "96.9", "2400.00"),  # 25 % under a cap of 20 %
    ],
)
def test_business_hours_credit_each_window_and_stop_at_20_percent(
    by_day: str, otherwise: str, credit: str
) -> None:
    found = settled(example("business-hours-availability"), MARCH, by_day, otherwise)
    assert found.credit.amount == money(credit)


def test_of_several_windows_only_the_largest_counts_where_that_is_agreed() -> None:
    terms = with_remedy(example("business-hours-availability"), several_windows="largest only")
    found = settled(terms, MARCH, "99.4", "96.9")
    assert found.credit.amount == money("1200.00")  # 10 % by day; the 5 % otherwise do not count
    assert [line.step for line in found.lines[-3:]] == [Step.CREDIT, Step.CREDIT, Step.LARGEST_ONLY]
    assert found.lines[-1].amount == -600


def test_caps_that_stack_leave_nothing_from_the_tenth_bad_month_on() -> None:
    # 20 % of 12,000 are 2,400 a month; 15 % of 144,000 are 21,600, which is nine of them
    versions, credited = signed(example("business-hours-availability")), NONE
    for number in range(1, 13):
        run = days(f"2026-{number:02d}")
        one = judged(versions, run, "90", "90")
        credited = [*credited, *stands(settle(case_of(versions, run, one, credited=credited)))]
    assert [one.amount for one in credited] == [2400] * 9 + [0] * 3


def test_a_cap_over_12_months_bites_in_month_7() -> None:
    # 28 % of 1,000 a month; 15 % of 12,000 are 1,800: six months take 1,680, the seventh gets 120
    terms = with_remedy(
        example("business-hours-availability"),
        tiers=[{"window": "business-hours", "below": "99.5", "credit": "28"}],
        caps=[{"per": "12 months", "percent": "15"}],
    )
    versions, credited = signed(terms), NONE
    for number in range(1, 9):
        run = days(f"2026-{number:02d}")
        bill = [Billed("monthly-fee", days(f"2026-{n:02d}"), money("1000")) for n in range(1, 13)]
        one = judged(versions, run, "99.4", "98")
        found = settle(case_of(versions, run, one, credited=credited, billed=bill))
        credited = [*credited, *stands(found)]
    assert [one.amount for one in credited] == [280] * 6 + [120, 0]


def test_after_12_months_the_oldest_credit_leaves_room_again() -> None:
    terms = with_remedy(
        example("accord-two-tier"),
        tiers=[{"below": "99.8", "credit": "20"}],
        caps=[{"per": "12 months", "percent": "10"}],
    )
    # 2.00 a month, 10 % of 120.00 are 12.00: six months, then nothing until January leaves
    versions, credited = signed(terms), NONE
    for number in range(14):
        run = days(f"{2026 + number // 12}-{number % 12 + 1:02d}")
        found = settle(case_of(versions, run, judged(versions, run, "97"), credited=credited))
        credited = [*credited, *stands(found)]
    assert [one.amount for one in credited] == [2] * 6 + [0] * 6 + [2, 2]


def test_business_hours_are_claimed_within_30_days_of_the_end_of_the_month_in_paris() -> None:
    found = settled(example("business-hours-availability"), MARCH, "99", "97")
    # 31 March + 30 days is 30 April, to its last second in Paris (two hours ahead of UTC)
    assert found.claim_until == datetime(2026, 4, 30, 22, tzinfo=UTC)


# Five nines: 26.784 s of 31 days


def test_26_784_s_down_cost_nothing_and_one_microsecond_more_costs_10_percent() -> None:
    # January: in Berlin, March has 743 hours, and allows 0.036 s less
    terms, january = example("ecommerce-five-nines"), days("2026-01")
    versions = signed(terms)
    for length, credit in ((26_784_000, "0.00"), (26_784_001, "4000.00")):
        down = outages(month("2026-01", terms.zone), (at("2026-01-10"), length))
        found = settle(case_of(versions, january, measured(versions, january, down)))
        assert found.credit == money(credit)
        assert only(found).automatic


# Not IT: claims, vehicles, patients


def test_claims_decided_in_time_are_priced_per_quarter() -> None:
    terms, run = example("claims-handling"), days("2026-01", months=3)
    assert settled(terms, run, "95").credit.amount == 0
    assert settled(terms, run, "94.9").credit.amount == money("2700.00")  # 3 % of 90,000
    assert settled(terms, run, "90").credit.amount == money("2700.00")  # on the bound: 3 %
    assert settled(terms, run, "89.9").credit.amount == money("7200.00")  # 8 %


def test_replacement_vehicles_cost_fixed_amounts_and_the_fleet_a_percentage() -> None:
    versions = signed(example("fleet-vehicles"))
    began = at("2026-03-02T10:00")
    breakdowns = [
        OneCase(str(n), began + n * DAY // 2, began + n * DAY // 2 + HOUR) for n in range(49)
    ]
    breakdowns.append(OneCase("late", began, began + 5 * HOUR))
    cases = Cases(tuple(breakdowns))
    ready = Readings(
        tuple(
            Reading(at(f"2026-03-{day:02d}T06:00"), Fraction(96), Fraction(100))
            for day in range(1, 32)
        )
    )
    found = settle(
        case_of(
            versions,
            MARCH,
            measured(versions, MARCH, cases, objective="replacement"),
            measured(versions, MARCH, ready, objective="fleet-availability"),
        )
    )
    # 49 of 50 in time are exactly 98 %: met. 96 % of vehicle-days: 4 % of 24,000
    assert found.objective("replacement").credit.amount == 0
    assert found.objective("fleet-availability").credit.amount == money("960.00")
    worse = judged(versions, MARCH, "97.9", objective="replacement")
    assert settle(case_of(versions, MARCH, worse)).credit == money("500.00")
    worst = judged(versions, MARCH, "94.9", objective="replacement")
    assert settle(case_of(versions, MARCH, worst)).credit == money("1500.00")


@pytest.mark.parametrize(
    ("minutes", "credit"),
    [
        ("20", "0.00"),  # less is better, and exactly on the target meets it
        ("20.5", "600.00"),  # 2 % of 30,000
        ("30", "600.00"),  # on the bound: the better tier's 2 %
        ("30.001", "1500.00"),  # 5 %
        (None, "1500.00"),  # worse than any value: the lowest tier
    ],
)
def test_patients_who_wait_longer_cost_more(minutes: str | None, credit: str) -> None:
    found = settled(example("outpatient-appointments"), MARCH, minutes)
    assert found.credit.amount == money(credit)


def test_without_a_report_the_outpatient_period_stays_open_and_a_late_one_settles_it() -> None:
    terms = example("outpatient-appointments")
    with pytest.raises(CannotSettle, match="waiting-time"):
        settled(terms, MARCH, "25", report=Report.MISSING)
    assert settled(terms, MARCH, "25", report=Report.LATE).credit.amount == money("600.00")


# An amendment at noon on the 15th


def test_an_amendment_at_noon_on_the_15th_splits_measurement_and_price() -> None:
    before, after = example("aws-ec2-region"), example("aws-ec2-region-amended")
    versions = signed(before, (after, "2026-03-15T12:00"))
    one = measured(
        versions,
        MARCH,
        outages(
            month("2026-03"),
            (at("2026-03-10"), 3 * MINUTE),
            (at("2026-03-15T11:59"), 2 * MINUTE),
        ),
    )
    first, second = one.parts
    # 14.5 days are 20,880 minutes, of which 3 + 1 are down: 99.9808…, under 99.99: 10 %
    assert first.attainment.reached[0].measurement.value == 100 - Fraction(400, 20_880)
    # 16.5 days are 23,760 minutes, of which one is down: 99.9957…, which meets 99.995
    assert second.attainment.reached[0].measurement.value == 100 - Fraction(100, 23_760)
    assert second.attainment.reached[0].met
    found = only(settle(case_of(versions, MARCH, one)))
    assert found.credit.exact == Fraction(12000) * Fraction(29, 62) / 10
    assert found.credit.amount == money("561.29")
    assert {line.version for line in found.lines} == {1, 2}


def test_an_amendment_that_waits_leaves_the_whole_month_to_the_version_before() -> None:
    waiting = with_remedy(example("aws-ec2-region-amended"))
    document = waiting.document() | {"amended_in_mid_period": "waits for the next period"}
    versions = signed(
        example("aws-ec2-region"), (type(waiting).model_validate(document), "2026-03-15T12:00")
    )
    found = only(settle(case_of(versions, MARCH, judged(versions, MARCH, "99.5"))))
    assert (found.version, found.credit.amount) == (1, money("1200.00"))
    april = days("2026-04")
    found = only(settle(case_of(versions, april, judged(versions, april, "99.5"))))
    assert (found.version, found.credit.amount) == (2, money("2400.00"))  # its new tier: 20 %


# Late data


def test_late_data_change_the_credit_from_10_to_30_percent() -> None:
    versions = signed(example("aws-ec2-region"))
    span, hour = month("2026-03"), 60 * MINUTE
    known = outages(span, (at("2026-03-10"), 7 * hour))  # 420 of 44,640 minutes: 99.059…
    late = outages(span, (at("2026-03-10"), 7 * hour), (at("2026-03-20"), hour))  # 98.924…
    before = settle(case_of(versions, MARCH, measured(versions, MARCH, known)))
    after = settle(case_of(versions, MARCH, measured(versions, MARCH, late)))
    assert (before.credit, after.credit) == (money("1200.00"), money("3600.00"))


def test_a_period_settled_again_is_not_held_against_its_own_earlier_credit() -> None:
    versions = signed(
        with_remedy(example("aws-ec2-region"), caps=[{"per": "12 months", "amount": "3000.00"}])
    )
    first = settle(case_of(versions, MARCH, judged(versions, MARCH, "99.5")))
    again = case_of(versions, MARCH, judged(versions, MARCH, "96"), credited=stands(first))
    assert settle(again).credit == money("3000.00")


def test_march_restated_leaves_what_june_has_been_credited_under_the_same_cap() -> None:
    versions = signed(
        with_remedy(example("aws-ec2-region"), caps=[{"per": "12 months", "amount": "3000.00"}])
    )
    june = [Credited("availability", days("2026-06"), money("1200.00"))]
    again = case_of(versions, MARCH, judged(versions, MARCH, "96"), credited=june)
    assert settle(again).credit == money("1800.00")


def test_one_second_down_in_each_part_costs_nothing_where_both_targets_allow_it() -> None:
    terms = example("ecommerce-five-nines")
    versions = signed(terms, (terms, "2026-03-15T11:00"))
    down = outages(
        month("2026-03", terms.zone), (at("2026-03-10"), SECOND), (at("2026-03-20"), SECOND)
    )
    found = settle(case_of(versions, MARCH, measured(versions, MARCH, down)))
    assert found.credit == 0
    assert objective_of(terms).id == only(found).objective
