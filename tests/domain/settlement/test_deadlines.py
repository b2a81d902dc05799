"""When a report is due, how a missing one counts, how long a credit can be claimed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from agreements import simple_terms
from attainments import example
from domain.settlement.deadlines import (
    Counts,
    Happened,
    Report,
    claim_until,
    counts_by,
    pay_due,
    report_due,
    report_of,
)
from domain.settlement.settlement import settle
from domain.terms.remedy import Claim
from settlements import case_of, days, judged, only, signed

MARCH = days("2026-03")


def test_a_report_is_due_so_long_after_the_period_and_its_absence_counts_as_agreed() -> None:
    terms = example("business-hours-availability")
    # five working days after 31 March: 1, 2, 3, 7 and 8 April, since the 6th is Easter Monday
    assert report_due(terms, MARCH) == date(2026, 4, 8)
    late = datetime(2026, 4, 8, 22, tzinfo=UTC)  # midnight in Paris
    in_time = late - timedelta(seconds=1)
    assert report_of(terms, MARCH, in_time, late) is Report.IN_TIME
    assert report_of(terms, MARCH, late, late) is Report.LATE
    assert report_of(terms, MARCH, None, in_time) is Report.AWAITED
    assert report_of(terms, MARCH, None, late) is Report.MISSING
    assert counts_by(terms, Report.LATE) is Counts.LOWEST_TIER
    assert counts_by(terms, Report.AWAITED) is Counts.NOT_YET
    assert counts_by(simple_terms(), Report.MISSING) is Counts.FIGURES
    assert report_due(simple_terms(), MARCH) is None


@pytest.mark.parametrize(
    ("rule", "report", "counts"),
    [
        ("counts as met", Report.MISSING, Counts.MET),
        ("the other side's figures count", Report.MISSING, Counts.FIGURES),
        ("the period stays open", Report.MISSING, Counts.NOT_YET),
        ("the period stays open", Report.LATE, Counts.FIGURES),
        ("the period stays open", Report.IN_TIME, Counts.FIGURES),
    ],
)
def test_a_missing_report_counts_by_the_agreed_rule(
    rule: str, report: Report, counts: Counts
) -> None:
    terms = simple_terms(reporting={"within": "P10D", "missing_report": rule})
    assert counts_by(terms, report) is counts


def test_a_period_that_counts_as_met_for_want_of_a_report_costs_nothing() -> None:
    versions = signed(simple_terms(reporting={"within": "P10D", "missing_report": "counts as met"}))
    found = only(
        settle(case_of(versions, MARCH, judged(versions, MARCH, "0", report=Report.MISSING)))
    )
    assert found.credit.amount == 0
    assert found.missed is False


@pytest.mark.parametrize(
    ("after", "happened", "until"),
    [
        ("period end", Happened(), "2026-05-01"),
        ("incident", Happened(incident=date(2026, 3, 10)), "2026-04-10"),
        ("incident", Happened(), "2026-05-01"),
        ("period end", Happened(restated=date(2026, 3, 31)), "2026-05-01"),
        ("period end", Happened(restated=date(2026, 3, 1)), "2026-05-01"),
        ("report", Happened(reported=date(2026, 4, 7)), "2026-05-08"),
        ("report", Happened(), "2026-05-11"),  # due on 10 April
        ("incident", Happened(incident=date(2026, 3, 10), restated=date(2026, 6, 1)), "2026-07-02"),
    ],
)
def test_a_claim_can_be_made_to_the_end_of_its_last_day(
    after: str, happened: Happened, until: str
) -> None:
    terms = simple_terms(reporting={"within": "P10D"})
    claim = Claim.model_validate({"within": "P30D", "after": after})
    expected = datetime.fromisoformat(until).replace(tzinfo=UTC)
    assert claim_until(terms, claim, MARCH, happened) == expected
    assert (
        claim_until(
            terms, Claim.model_validate({"required": False, "within": "P30D"}), MARCH, happened
        )
        is None
    )


def test_a_granted_credit_is_paid_so_long_after_the_day_it_was_granted() -> None:
    terms = simple_terms(credits={"paid_within": {"billing_cycles": 1}})
    assert pay_due(terms, date(2026, 4, 8)) == date(2026, 5, 31)
    assert pay_due(simple_terms(), date(2026, 4, 8)) is None
