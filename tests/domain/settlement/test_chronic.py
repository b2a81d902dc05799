"""When repeated misses open the agreed right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from agreements import simple_terms
from attainments import example
from domain.settlement.chronic import PeriodResult, right_opened
from domain.terms.agreement import AgreementTerms
from settlements import days, objective_of

MARCH = days("2026-03")


OUTCOMES = {"x": True, "-": False, "?": None}


def results(row: str, *, notified_after: int | None = 3) -> list[PeriodResult]:
    """Give results from January on: x missed, - met, ? not judged; notified so many days later."""
    found = []
    for number, outcome in enumerate(row, 1):
        run = days(f"2026-{number:02d}")
        told = None
        if notified_after is not None:
            at_noon = datetime(run.end.year, run.end.month, run.end.day, 12, tzinfo=UTC)
            told = at_noon + timedelta(days=notified_after - 1)
        found.append(PeriodResult(run, OUTCOMES[outcome], told))
    return found


def test_two_misses_in_three_months_open_the_right_when_each_was_notified_in_seven_days() -> None:
    terms = example("common-paper-sla-2")
    uptime = objective_of(terms, "uptime")
    found = right_opened(terms, uptime, results("x-x", notified_after=7))
    assert found is not None
    assert (found.right, found.ends_contract, found.until) == ("terminate", True, None)
    assert found.missed == (days("2026-01"), days("2026-03"))
    assert found.because == (
        "uptime was missed in 2 periods: 2026-01-01 to 2026-01-31, 2026-03-01 to 2026-03-31"
    )
    late = results("x-x", notified_after=8)
    assert right_opened(terms, uptime, late) is None
    assert right_opened(terms, uptime, results("xx", notified_after=None)) is None


def test_misses_further_apart_than_agreed_open_nothing() -> None:
    terms = example("business-hours-availability")  # 3 of 6 in a row, no notification asked for
    objective = objective_of(terms)
    row = "xx--?-"
    assert right_opened(terms, objective, results(row)) is None
    assert right_opened(terms, objective, results(row + "x")) is None  # January is out of the six
    found = right_opened(terms, objective, results("xx--?x", notified_after=None))
    assert found is not None
    assert len(found.missed) == 3
    assert right_opened(simple_terms(), objective_of(simple_terms()), results("x")) is None


def test_a_right_is_usable_for_as_long_as_agreed_from_the_report_of_the_last_miss() -> None:
    document = simple_terms().document()
    document["objectives"][0]["chronic_failure"] = {
        "missed": 1,
        "of_consecutive": 1,
        "right": "renegotiate",
        "exercised_within": "P30D",
    }
    terms = AgreementTerms.model_validate(document)
    reported = [PeriodResult(MARCH, missed=True, reported=date(2026, 4, 8))]
    found = right_opened(terms, objective_of(terms), reported)
    assert found is not None
    assert (found.until, found.ends_contract) == (datetime(2026, 5, 9, tzinfo=UTC), False)
    unreported = right_opened(terms, objective_of(terms), results("x"))
    assert unreported is not None
    assert unreported.until == datetime(2026, 3, 3, tzinfo=UTC)
