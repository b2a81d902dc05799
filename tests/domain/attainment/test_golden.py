"""Golden cases: real agreements, with figures worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from attainments import DAY, HOUR, MINUTE, SECOND, at, checks, counts, example, month, outages
from domain.attainment.attainment import Attainment, Observed, Reached, attainment
from domain.attainment.excused import Excuse
from domain.attainment.records import Case, Cases, Reading, Readings, Records, WrongRecords
from domain.attainment.spans import Spans
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Period

MARCH = month("2026-03")


def reach(
    terms: AgreementTerms,
    period: Period,
    records: Records,
    *excuses: Excuse,
    objective: str | None = None,
) -> Attainment:
    chosen = terms.objectives[0] if objective is None else terms.objective(objective)
    assert chosen is not None
    return attainment(terms, chosen, period, Observed(records, excuses))


def only(found: Attainment) -> Reached:
    (one,) = found.reached
    return one


def test_26_784_s_down_meets_99_999_percent_of_31_days_and_one_microsecond_more_does_not() -> None:
    terms = example("ecommerce-five-nines")
    allowed = 26_784_000
    met = only(reach(terms, MARCH, outages(MARCH, (at("2026-03-10"), allowed))))
    assert (met.measurement.value, met.met) == (Fraction(99_999, 1000), True)
    missed = only(reach(terms, MARCH, outages(MARCH, (at("2026-03-10"), allowed + 1))))
    assert missed.met is False
    assert missed.measurement.value == 100 * (1 - Fraction(allowed + 1, 31 * DAY))


def test_an_hour_without_a_record_counts_as_down_where_that_is_agreed() -> None:
    gap = Spans.over(MARCH) - Spans.of([(at("2026-03-05"), at("2026-03-05T01:00"))])
    found = only(reach(example("ecommerce-five-nines"), MARCH, outages(MARCH, recorded=gap)))
    assert found.measurement.value == 100 * (1 - Fraction(1, 31 * 24))
    amounts = {line.says: line.amount for line in found.measurement.working}
    assert (amounts["without a record"], amounts["down"]) == (HOUR, HOUR)


def test_business_hours_lose_ninety_minutes_of_220_hours_in_october() -> None:
    terms, october = example("business-hours-availability"), month("2026-10", "Europe/Paris")
    # Monday 26 October, 09:00 to 10:30 in Paris, the day after the clock went back
    found = reach(terms, october, outages(october, (at("2026-10-26T08:00"), 90 * MINUTE)))
    by_day, rest = found.reached
    assert by_day.measurement.value == 100 * (1 - Fraction(90, 22 * 10 * 60))
    assert (by_day.met, rest.measurement.value, rest.met) == (False, 100, True)
    assert rest.measurement.working[0].amount == (31 * 24 + 1 - 220) * 60


def test_business_hours_lose_nothing_by_an_outage_on_the_sunday_the_clock_goes_forward() -> None:
    terms, march = example("business-hours-availability"), month("2026-03", "Europe/Paris")
    found = reach(terms, march, outages(march, (at("2026-03-29T08:00"), 90 * MINUTE)))
    by_day, rest = found.reached
    assert (by_day.measurement.value, by_day.met) == (100, True)
    assert rest.measurement.value == 100 * (1 - Fraction(90, (31 * 24 - 1 - 220) * 60))


def test_maintenance_announced_five_working_days_ahead_is_left_out_up_to_eight_hours() -> None:
    terms, may = example("business-hours-availability"), month("2026-05", "Europe/Paris")
    begin = at("2026-05-20T08:00")  # a Wednesday, 10:00 in Paris
    down = outages(may, (begin, 4 * HOUR))
    in_time = Excuse("maintenance", begin, begin + 4 * HOUR, announced=at("2026-05-12T16:00"))
    by_day, _ = reach(terms, may, down, in_time).reached
    assert (by_day.measurement.value, by_day.met) == (100, True)
    # 14 May is a holiday, so from the 13th on it is the 20th that is the fourth working day
    late = Excuse("maintenance", begin, begin + 4 * HOUR, announced=at("2026-05-13T16:00"))
    by_day, _ = reach(terms, may, down, late).reached
    assert by_day.met is False


def test_maintenance_over_its_quota_counts_from_the_ninth_hour_on() -> None:
    terms, may = example("business-hours-availability"), month("2026-05", "Europe/Paris")
    begin = at("2026-05-20T06:00")  # 08:00 in Paris: all ten business hours of the day
    excuse = Excuse("maintenance", begin, begin + 10 * HOUR, announced=at("2026-05-04"))
    by_day, _ = reach(terms, may, outages(may, (begin, 10 * HOUR)), excuse).reached
    # 21 weekdays, of which 1, 8, 14 and 25 May are holidays: 17 days of 10 hours, 8 h left out
    assert by_day.measurement.value == 100 * (1 - Fraction(2, 17 * 10 - 8))


def test_object_storage_is_100_percent_minus_the_mean_of_the_rates_of_five_minutes() -> None:
    terms = example("aws-s3-standard")
    begin = at("2026-03-01")
    rows = [(begin + n * 5 * MINUTE, 1000, 1000, 0) for n in range(31 * 288)]
    rows[7] = (rows[7][0], 3, 2, 0)  # one of three requests failed
    rows[8] = (rows[8][0], 7, 0, 0)  # all of seven failed
    found = only(reach(terms, MARCH, counts(*rows)))
    assert found.measurement.value == 100 - 100 * (Fraction(1, 3) + 1) / (31 * 288)


def test_claims_are_decided_in_time_on_the_tenth_working_day_and_late_on_the_eleventh() -> None:
    terms, quarter = example("claims-handling"), month("2026-01", months=3)
    zone_noon = "T12:00"
    began = at("2026-01-12" + zone_noon)  # a Monday: the tenth working day is Monday, 26 January
    in_time = Case("a", began, at("2026-01-26" + zone_noon))
    late = Case("b", began, at("2026-01-27" + zone_noon))
    stopped = Spans.of([(at("2026-01-19"), at("2026-01-22"))])
    waited = Case("c", began, at("2026-01-28" + zone_noon), stopped=stopped)
    machine = Case("d", began, at("2026-01-20"), by_person=False)
    found = only(reach(terms, quarter, Cases((in_time, late, waited, machine))))
    assert found.measurement.value == 50


def test_a_replacement_after_exactly_four_hours_is_in_time() -> None:
    terms, began = example("fleet-vehicles"), at("2026-03-02T23:00")
    cases = Cases(
        (
            Case("a", began, began + 4 * HOUR),
            Case("b", began, began + 4 * HOUR + 1),
            Case("open", at("2026-03-31T23:00")),
        )
    )
    found = only(reach(terms, MARCH, cases, objective="replacement"))
    assert (found.measurement.value, found.measurement.pending) == (50, 1)


def test_fleet_availability_is_vehicle_days_ready_of_vehicle_days_leased() -> None:
    readings = Readings(
        tuple(Reading(at(f"2026-03-{day:02d}T06:00"), Fraction(97), Fraction(100))
              for day in range(1, 32))
    )  # fmt: skip
    found = only(reach(example("fleet-vehicles"), MARCH, readings, objective="fleet-availability"))
    assert (found.measurement.value, found.met) == (97, True)


@pytest.mark.parametrize(("ninth", "met"), [("20", True), ("20.5", False)])
def test_nine_of_ten_patients_are_seen_within_twenty_minutes(ninth: str, *, met: bool) -> None:
    waits = [Fraction(n) for n in range(1, 9)] + [Fraction(ninth), Fraction(90)]
    cases = Cases(tuple(Case(str(n), at("2026-03-02"), value=wait) for n, wait in enumerate(waits)))
    found = only(reach(example("outpatient-appointments"), MARCH, cases))
    assert (found.measurement.value, found.met) == (Fraction(ninth), met)


def test_a_patient_with_no_time_on_record_waited_longer_than_any_other() -> None:
    cases = Cases((Case("a", at("2026-03-02"), value=Fraction(5)), Case("b", at("2026-03-02"))))
    found = only(reach(example("outpatient-appointments"), MARCH, cases))
    assert (found.measurement.value, found.met) == (None, False)


def test_a_response_is_counted_in_support_hours_and_only_from_a_person() -> None:
    terms = example("common-paper-sla-2")
    friday = at("2026-03-06T21:00")
    cases = Cases(
        (
            Case("quick", friday, friday + 10 * MINUTE, severity=terms.support[0].id),
            Case("robot", friday, friday + MINUTE, by_person=False, severity=terms.support[0].id),
        )
    )
    found = only(reach(terms, MARCH, cases, objective="support-response"))
    assert found.measurement.value == 50


def test_a_slice_is_down_when_a_check_in_it_failed() -> None:
    terms = example("common-paper-sla-2")
    begin = at("2026-03-03T10:00")
    found = only(reach(terms, MARCH, checks((begin, 1, 1), (begin + 59 * SECOND, 1, 0))))
    assert found.measurement.value == 100 * (1 - Fraction(1, 31 * 24 * 60))


def test_an_outage_makes_every_slice_down_that_it_touches() -> None:
    terms = example("common-paper-sla-2")
    down = outages(MARCH, (at("2026-03-03T10:00:30"), MINUTE))
    found = only(reach(terms, MARCH, down))
    assert found.measurement.value == 100 * (1 - Fraction(2, 31 * 24 * 60))


def test_records_of_another_shape_are_refused_by_name() -> None:
    with pytest.raises(WrongRecords, match="that takes outages, not readings"):
        reach(example("ecommerce-five-nines"), MARCH, Readings(()))
