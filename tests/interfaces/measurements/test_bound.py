"""Of each time is asked what the terms of that time say, however often they were amended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.settlement.governing import Version
from domain.terms.agreement import AgreementTerms
from interfaces.measurements.bound import stretches
from measured import AVAILABILITY, measured_terms

MONTHS = ("2026-01-01", "2026-07-01")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slices(up: str) -> dict[str, Any]:
    """Return the method that asks for ``up`` once a minute."""
    return {
        "by": "time slices",
        "slice": "PT1M",
        "missing": "counts as down",
        "query": {"up": up},
    }


def ratio(good: str) -> dict[str, Any]:
    """Return the method that asks for rates over each hour."""
    query = {"good": good, "of": "all"}
    return {"by": "event ratio", "good": "answered", "of": "asked", "query": query}


def terms(measured: dict[str, Any], **changes: Any) -> AgreementTerms:
    return measured_terms(measured=measured, **changes)


def asked(
    *versions: tuple[str, AgreementTerms], over: tuple[str, str] = MONTHS
) -> list[tuple[str, str, str]]:
    """Return the queries of a range, each with the instants from and until it is asked for."""
    signed = [Version(number, one, utc(at)) for number, (at, one) in enumerate(versions, start=1)]
    found = stretches(signed, AVAILABILITY, None, *map(utc, over))
    return [
        (
            "nothing" if one.pull is None else next(iter(one.pull.queries.values())),
            f"{one.starts:%Y-%m-%dT%H:%M}",
            f"{one.ends:%Y-%m-%dT%H:%M}",
        )
        for one in found
    ]


def test_an_earlier_month_is_asked_for_with_the_query_of_that_month() -> None:
    amended = ("2026-01-01", terms(slices("old"))), ("2026-04-01", terms(slices("new")))
    assert asked(*amended) == [
        ("min(old)", "2026-01-01T00:00", "2026-04-01T00:00"),
        ("min(new)", "2026-04-01T00:00", "2026-07-01T00:00"),
    ]
    assert asked(*amended, over=("2026-02-01", "2026-03-01")) == [
        ("min(old)", "2026-02-01T00:00", "2026-03-01T00:00")
    ]


def test_what_an_amendment_leaves_as_it_is_is_asked_for_as_one() -> None:
    dearer = terms(slices("old"), charges=[])
    again = terms(slices("old"))
    told = asked(
        ("2026-01-01", again), ("2026-03-01", dearer), ("2026-05-01", terms(slices("new")))
    )
    assert told == [
        ("min(old)", "2026-01-01T00:00", "2026-05-01T00:00"),
        ("min(new)", "2026-05-01T00:00", "2026-07-01T00:00"),
    ]
    assert asked(("2026-01-01", again), ("2026-03-01", dearer)) == [
        ("min(old)", "2026-01-01T00:00", "2026-07-01T00:00")
    ]


@pytest.mark.parametrize(
    ("rule", "since"),
    [("splits the period", "2026-04-10T00:00"), ("waits for the next period", "2026-05-01T00:00")],
)
def test_an_amendment_in_mid_period_counts_from_when_its_terms_say(rule: str, since: str) -> None:
    amended = terms(slices("new"), amended_in_mid_period=rule)
    assert asked(("2026-01-01", terms(slices("old"))), ("2026-04-10", amended)) == [
        ("min(old)", "2026-01-01T00:00", since),
        ("min(new)", since, "2026-07-01T00:00"),
    ]


def test_the_step_that_an_amendment_falls_into_is_asked_for_as_it_began() -> None:
    amended = ("2026-01-01", terms(ratio("old"))), ("2026-04-10T10:20", terms(ratio("new")))
    found = asked(*amended)
    assert [(starts, ends) for _, starts, ends in found] == [
        ("2026-01-01T00:00", "2026-04-10T11:00"),
        ("2026-04-10T11:00", "2026-07-01T00:00"),
    ]
    assert ["new" in query for query, _, _ in found] == [False, True]


def test_another_method_with_the_same_query_is_another_figure() -> None:
    elapsed = {"by": "elapsed time", "missing": "counts as down", "query": {"up": "up"}}
    told = asked(("2026-01-01", terms(slices("up"))), ("2026-04-01", terms(elapsed)))
    assert [starts for _, starts, _ in told] == ["2026-01-01T00:00", "2026-04-01T00:00"]


def test_nothing_is_asked_for_where_nothing_is_promised() -> None:
    other = terms(slices("other"), objective={"id": "elsewhere"})
    told = asked(
        ("2026-02-01", terms(slices("old"))),
        ("2026-03-01", other),
        ("2026-05-01", terms(slices("old"))),
    )
    assert told == [
        ("min(old)", "2026-02-01T00:00", "2026-03-01T00:00"),
        ("min(old)", "2026-05-01T00:00", "2026-07-01T00:00"),
    ]
    assert asked(("2026-08-01", terms(slices("later")))) == []


def test_where_the_terms_name_no_query_that_is_said() -> None:
    by_hand = {"by": "elapsed time", "missing": "counts as down"}
    told = asked(("2026-01-01", terms(by_hand)), ("2026-04-01", terms(slices("new"))))
    assert [query for query, _, _ in told] == ["nothing", "min(new)"]
