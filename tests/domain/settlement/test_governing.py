"""Which version governs when, and which days are judged."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from agreements import simple_terms
from domain.settlement.governing import Version, governed, judged_periods, parts_of
from domain.terms.agreement import AgreementTerms
from domain.values.periods import Days, Period
from settlements import days, objective_of, signed

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
MARCH = days("2026-03")


def partial(terms: AgreementTerms, **rules: str) -> AgreementTerms:
    document = terms.document()
    document["objectives"][0]["partial_periods"] = rules
    return AgreementTerms.model_validate(document)


# Versions


def test_an_amendment_splits_a_period_at_its_instant() -> None:
    terms = simple_terms()
    versions = [*signed(terms), Version(2, terms, NOON)]
    period = MARCH.instants("UTC")
    first, second = governed(versions, period)
    assert (first.version.number, first.period) == (1, Period(period.starts, NOON))
    assert (second.version.number, second.period) == (2, Period(NOON, period.ends))


def test_a_later_version_with_an_earlier_first_instant_replaces_the_one_between() -> None:
    terms = simple_terms()
    versions = [*signed(terms), Version(2, terms, NOON), Version(3, terms, NOON - timedelta(1))]
    assert [one.version.number for one in governed(versions, MARCH.instants("UTC"))] == [1, 3]


def test_an_objective_that_an_amendment_brings_in_is_measured_from_then_on() -> None:
    terms = simple_terms()
    document = terms.document()
    document["objectives"].append({**document["objectives"][0], "id": "latency"})
    versions = [*signed(terms), Version(2, AgreementTerms.model_validate(document), NOON)]
    (part,) = parts_of(versions, "latency", MARCH, "UTC")
    assert part.period.starts == NOON


def test_a_version_that_waits_governs_a_period_it_begins_with() -> None:
    terms = simple_terms(amended_in_mid_period="waits for the next period")
    start = MARCH.instants("UTC").starts
    versions = [*signed(simple_terms()), Version(2, terms, start)]
    assert [one.version.number for one in parts_of(versions, "availability", MARCH, "UTC")] == [2]


# Periods of which only a part lies in the term


@pytest.mark.parametrize(
    ("rules", "runs"),
    [
        (
            {},
            [
                ("2026-02-10", "2026-03-01"),
                ("2026-03-01", "2026-04-01"),
                ("2026-04-01", "2026-04-16"),
            ],
        ),
        (
            {"first": "joined to the next", "last": "joined to the one before"},
            [("2026-02-10", "2026-04-16")],
        ),
        ({"first": "not judged", "last": "not judged"}, [("2026-03-01", "2026-04-01")]),
        (
            {"first": "joined to the next"},
            [("2026-02-10", "2026-04-01"), ("2026-04-01", "2026-04-16")],
        ),
    ],
)
def test_the_first_and_the_last_part_count_as_agreed(
    rules: dict[str, str], runs: list[tuple[str, str]]
) -> None:
    objective = objective_of(partial(simple_terms(), **rules))
    found = judged_periods(objective, date(2026, 2, 10), date(2026, 4, 16), date(2026, 5, 1))
    assert found == tuple(Days(*map(date.fromisoformat, run)) for run in runs)


def test_a_term_within_one_month_has_nothing_to_join_it_to() -> None:
    begins, ends, until = date(2026, 2, 10), date(2026, 2, 20), date(2026, 5, 1)
    joined = partial(simple_terms(), first="joined to the next", last="joined to the one before")
    assert judged_periods(objective_of(joined), begins, ends, until) == (Days(begins, ends),)
    unjudged = partial(simple_terms(), first="not judged")
    assert judged_periods(objective_of(unjudged), begins, ends, until) == ()


def test_only_what_is_over_is_judged_and_an_open_end_cuts_nothing() -> None:
    objective = objective_of(simple_terms())
    begins, today = date(2026, 2, 10), date(2026, 4, 10)
    expected = (Days(begins, date(2026, 3, 1)), MARCH)
    assert judged_periods(objective, begins, None, today) == expected
    assert judged_periods(objective, begins, date(2027, 1, 1), today) == expected
    assert judged_periods(objective, begins, None, begins) == ()


def test_rolling_days_are_judged_every_day_and_may_leave_out_the_first_short_ones() -> None:
    document = simple_terms().document()
    document["objectives"][0]["period"] = "rolling 30 days"
    terms = AgreementTerms.model_validate(document)
    begins, until = date(2026, 1, 1), date(2026, 2, 1)
    as_it_is = judged_periods(objective_of(terms), begins, None, until)
    assert (len(as_it_is), as_it_is[0], as_it_is[-1].count) == (
        31,
        Days(begins, date(2026, 1, 2)),
        30,
    )
    whole = judged_periods(objective_of(partial(terms, first="not judged")), begins, None, until)
    assert [run.count for run in whole] == [30, 30]
