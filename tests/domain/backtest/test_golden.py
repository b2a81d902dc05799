"""Back-tests worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from attainments import HOUR, MINUTE, at, checks, example, outages
from domain.attainment.attainment import Observed, attainment
from domain.attainment.excused import Excuse
from domain.attainment.records import WrongRecords
from domain.backtest.best import Kind
from domain.backtest.outcome import Backtest
from domain.backtest.past import Past, Told, terms_over, whole_periods
from domain.backtest.replay import NothingToReplay, backtest
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Days

HALF_A_YEAR = Days(date(2026, 1, 1), date(2026, 7, 1))
BUSINESS_HOURS = example("business-hours-availability")
TWO_HOURS_OF_A_TUESDAY = (at("2026-02-10T09:00"), 2 * HOUR)
A_NIGHT = (at("2026-03-11T22:00"), 10 * HOUR)


def replayed(
    terms: AgreementTerms, days: Days, *downs: tuple[int, int], k: int | None = None
) -> Backtest:
    records = outages(days.instants(terms.zone), *downs)
    return backtest(terms, Past({"availability": Told(records, days)}), k)


def test_business_hours_are_missed_by_two_hours_of_a_tuesday_and_kept_by_a_night() -> None:
    # February: 20 working days of 10 h are 12,000 minutes; 120 down leave 11,880, or 99 %.
    # 99 is on the bound of the tiers and belongs to the better one: 10 % of 12,000.00.
    # The night of 11 March, 22:00 UTC is 23:00 in Paris: 9 h of it are out of business hours, the
    # hour from 08:00 to 09:00 is in them. 22 working days are 13,200 minutes: 60 of them down
    # leave 13,140, or 99.5454... %.
    found = replayed(BUSINESS_HOURS, HALF_A_YEAR, TWO_HOURS_OF_A_TUESDAY, A_NIGHT)
    (availability,) = found.objectives
    february, march = availability.periods[1], availability.periods[2]
    assert (found.periods, found.misses, february.missed) == (6, 1, True)
    assert february.reached[0].measurement.value == 99
    assert february.settled.credit.amount == Decimal("1200.00")
    assert march.reached[0].measurement.value == Fraction(1095, 11)
    # out of business hours, March has 743 h less 220 h, with the hour the clock skipped
    assert march.reached[1].measurement.value == 100 - Fraction(9 * 100, 743 - 220)
    assert march.missed is False


def test_credits_are_told_as_a_share_of_all_charges() -> None:
    # 1,200.00 of six months of 12,000.00: one sixtieth, or 5/3 percent
    found = replayed(BUSINESS_HOURS, HALF_A_YEAR, TWO_HOURS_OF_A_TUESDAY)
    assert found.credit == Decimal("1200.00")
    assert found.charged.amount == Fraction(72_000)
    assert found.share == Fraction(5, 3)


def test_the_best_target_in_all_months_is_the_worst_month_and_in_five_of_six_the_second_worst() -> (
    None
):
    downs = (TWO_HOURS_OF_A_TUESDAY, A_NIGHT)
    in_all = replayed(BUSINESS_HOURS, HALF_A_YEAR, *downs).objectives[0].bests[0]
    in_five = replayed(BUSINESS_HOURS, HALF_A_YEAR, *downs, k=5).objectives[0].bests[0]
    in_seven = replayed(BUSINESS_HOURS, HALF_A_YEAR, *downs, k=7).objectives[0].bests[0]
    assert (in_all.k, in_all.of, in_all.value) == (6, 6, Fraction(99))
    assert (in_five.k, in_five.value) == (5, Fraction(1095, 11))
    assert (in_seven.kind, in_seven.value) == (Kind.TOO_FEW, None)


def test_announced_maintenance_in_the_record_is_excused() -> None:
    days = HALF_A_YEAR
    begin, length = TWO_HOURS_OF_A_TUESDAY
    excuse = Excuse("maintenance", begin, begin + length, announced=at("2026-01-28T09:00"))
    records = outages(days.instants("Europe/Paris"), TWO_HOURS_OF_A_TUESDAY)
    found = backtest(BUSINESS_HOURS, Past({"availability": Told(records, days)}, (excuse,)))
    assert found.misses == found.credit == 0
    assert not [line for line in found.assumed if "excused" in line]


def test_three_missed_months_of_six_open_the_right_to_terminate() -> None:
    downs = [(at(f"2026-{day}T09:00"), 4 * HOUR) for day in ("01-13", "03-10", "04-14")]
    found = replayed(BUSINESS_HOURS, HALF_A_YEAR, *downs)
    right = found.objectives[0].right
    assert right is not None
    assert (right.right, right.missed[-1].last) == ("terminate", date(2026, 4, 30))
    assert replayed(BUSINESS_HOURS, HALF_A_YEAR, *downs[:2]).objectives[0].right is None


def test_what_a_month_of_31_days_may_be_down_at_five_nines_and_a_microsecond_more() -> None:
    terms = example("ecommerce-five-nines")
    allowed = 26_784_000  # 0.001 % of 744 h, in microseconds
    downs = ((at("2026-01-10T09:00"), allowed), (at("2026-05-10T09:00"), allowed + 1))
    found = replayed(terms, Days(date(2026, 1, 1), date(2026, 6, 1)), *downs)
    assert [one.missed for one in found.objectives[0].periods] == [False, False, False, False, True]
    assert found.credit == Decimal("4000.00")  # 10 % of 40,000.00
    best = found.objectives[0].bests[0]
    assert best.value == 100 - Fraction(allowed + 1, 744 * HOUR) * 100


def test_dependencies_are_composed_in_series_and_in_parallel() -> None:
    # two sites of 99.95 % in parallel are down together 0.0005^2 of the time; times 99.9995 %
    terms = example("ecommerce-five-nines")
    composed = replayed(terms, HALF_A_YEAR).objectives[0].composed
    assert composed is not None
    sites = 1 - Fraction(5, 10_000) ** 2
    assert composed.allows == Fraction("0.999995") * sites * 100
    assert composed.kept
    document = terms.document()
    document["dependencies"][0]["promises"] = "99.99"
    weaker = AgreementTerms.model_validate(document)
    composed = replayed(weaker, HALF_A_YEAR).objectives[0].composed
    assert composed is not None
    assert not composed.kept


def test_the_two_tiers_of_the_sample_cost_two_and_three_percent_under_both_caps() -> None:
    # 1 % of January's 744 h down is 99 %: 2 % of 10. 3 % of March's: 97 %: 3 % of 10.
    terms = example("accord-two-tier")
    downs = (
        (at("2026-01-05T00:00"), 744 * HOUR // 100),
        (at("2026-03-05T00:00"), 744 * HOUR * 3 // 100),
    )
    found = replayed(terms, Days(date(2026, 1, 1), date(2026, 4, 1)), *downs)
    credits_ = [one.settled.credit.amount for one in found.objectives[0].periods]
    assert credits_ == [Decimal("0.20"), 0, Decimal("0.30")]


def test_the_cap_of_twelve_months_is_filled_by_the_credits_before() -> None:
    # 15 % of 12 months' charges: 21,600.00. Each month down for a day costs 2,400.00, so that the
    # tenth finds nothing left.
    days = Days(date(2026, 1, 1), date(2027, 1, 1))
    downs = [(at(f"2026-{month:02d}-05T00:00"), 72 * HOUR) for month in range(1, 13)]
    found = replayed(BUSINESS_HOURS, days, *downs)
    credits_ = [one.settled.credit.amount for one in found.objectives[0].periods]
    assert credits_ == [Decimal("2400.00")] * 9 + [0] * 3


def test_the_terms_own_dates_do_not_matter() -> None:
    # the same months, two years and a half earlier than the term: it is moved, and renewed once
    days = Days(date(2023, 7, 1), date(2025, 1, 1))
    found = replayed(BUSINESS_HOURS, days, (at("2024-11-12T09:00"), 4 * HOUR))
    assert (found.periods, found.misses) == (18, 1)
    assert found.charged.amount == 18 * 12_000
    begun = [one.version.terms.starts for one in terms_over(BUSINESS_HOURS, days)]
    assert begun == [date(2023, 7, 1), date(2024, 7, 1)]
    assert "renewed once" in found.assumed[0]
    assert any("holidays-fr-2026" in line for line in found.assumed)
    assert found.terms == BUSINESS_HOURS.digest


def test_only_whole_periods_count() -> None:
    (objective,) = BUSINESS_HOURS.objectives
    found = whole_periods(objective, Days(date(2026, 1, 15), date(2026, 4, 2)))
    assert [(one.first, one.end) for one in found] == [
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), date(2026, 4, 1)),
    ]
    document = BUSINESS_HOURS.document()
    document["objectives"][0]["period"] = "rolling 30 days"
    (rolling,) = AgreementTerms.model_validate(document).objectives
    found = whole_periods(rolling, Days(date(2026, 1, 1), date(2026, 2, 2)))
    assert [(one.first, one.count) for one in found] == [
        (date(2026, 1, 1), 30),
        (date(2026, 1, 2), 30),
        (date(2026, 1, 3), 30),
    ]


def test_a_past_that_says_too_little_is_named() -> None:
    with pytest.raises(NothingToReplay, match="no whole calendar month of availability"):
        replayed(BUSINESS_HOURS, Days(date(2026, 1, 2), date(2026, 2, 20)))
    with pytest.raises(NothingToReplay, match="nothing is on record"):
        backtest(BUSINESS_HOURS, Past({}))
    told = Told(outages(HALF_A_YEAR.instants("UTC")), HALF_A_YEAR)
    with pytest.raises(NothingToReplay, match="no objective latency"):
        backtest(BUSINESS_HOURS, Past({"latency": told}))
    five_nines = example("ecommerce-five-nines")
    with pytest.raises(WrongRecords):
        backtest(five_nines, Past({"availability": replace(told, records=checks((0, 1, 0)))}))


def test_time_without_a_record_counts_by_the_agreed_rule() -> None:
    terms = example("accord-two-tier")
    days = Days(date(2026, 1, 1), date(2026, 2, 1))
    whole = days.instants("UTC")
    nothing = replace(outages(whole), recorded=outages(whole, (at("2026-01-01"), MINUTE)).down)
    found = backtest(terms, Past({"availability": Told(nothing, days)}))
    value = found.objectives[0].periods[0].reached[0].measurement.value
    assert value == Fraction(MINUTE * 100, 744 * HOUR)


@pytest.mark.parametrize(
    ("years", "period", "slice_", "says"),
    [
        (11, "calendar month", "PT1M", "3660 days"),
        (3, "rolling 30 days", "PT1M", "800 periods"),
        (1, "calendar month", "PT1S", "6000000 slices"),
    ],
)
def test_what_is_worked_out_at_once_has_bounds(
    years: int, period: str, slice_: str, says: str
) -> None:
    document = BUSINESS_HOURS.document()
    document["objectives"][0]["period"] = period
    document["objectives"][0]["measured"]["slice"] = slice_
    terms = AgreementTerms.model_validate(document)
    with pytest.raises(NothingToReplay, match=says):
        replayed(terms, Days(date(2015, 1, 1), date(2015 + years, 1, 1)))


def test_days_chosen_of_a_longer_record_come_to_what_they_do_alone() -> None:
    # hours as slices, in a zone half an hour off: the last slice of the past reaches over its end
    document = BUSINESS_HOURS.document() | {"zone": "Asia/Kolkata"}
    document["objectives"][0]["measured"]["slice"] = "PT1H"
    terms = AgreementTerms.model_validate(document)
    year = Days(date(2026, 1, 1), date(2027, 1, 1)).instants(terms.zone)
    february = Days(date(2026, 2, 1), date(2026, 3, 1))
    records = outages(year, (at("2026-02-28T18:45"), MINUTE))
    found = backtest(terms, Past({"availability": Told(records, february)}))
    (objective,) = terms.objectives
    alone = attainment(terms, objective, february.instants(terms.zone), Observed(records))
    assert found.objectives[0].periods[0].reached == alone.reached
    assert alone.reached[1].measurement.value != 100  # the slice from 18:00 is February's
