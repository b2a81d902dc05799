"""The incident a claim's deadline runs from: the last one that counted, as far as in the period."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agreements import simple_document
from attainments import DAY, HOUR, MINUTE, at, counts, month, outages
from domain.attainment.attainment import Observed, attainment
from domain.attainment.excused import Excuse
from domain.attainment.incident import last_incident
from domain.attainment.records import Case, Cases, Records
from domain.terms.agreement import AgreementTerms

MARCH = month("2026-03")
NIGHT = {
    "id": "maintenance",
    "kind": "planned maintenance",
    "reason": "planned maintenance",
    "granted": "automatically",
}
RATIO = {"by": "event ratio", "of": "orders", "good": "booked", "missing": "counts as missed"}
TIMES = {"by": "response time", "of": "faults", "hours": "always", "take": "every case"}


def incident(
    records: Records,
    *,
    objective: dict[str, Any] | None = None,
    excuses: tuple[Excuse, ...] = (),
    **changes: Any,
) -> date | None:
    """Return the last incident of March."""
    document = simple_document(**changes)
    promised = {"measured": {"by": "elapsed time", "missing": "counts as down"}}
    document["objectives"][0] |= promised | (objective or {})
    del document["objectives"][0]["remedy"]
    terms = AgreementTerms.model_validate(document)
    first = terms.objectives[0]
    observed = Observed(records, excuses)
    found = attainment(terms, first, MARCH, observed)
    missed = [one.met is False for one in found.reached]
    return last_incident(terms, first, MARCH, observed, missed)


class TestSeveralIncidents:
    def test_the_last_one_counts_however_short(self) -> None:
        records = outages(
            MARCH, (at("2026-03-05T10:00"), 10 * HOUR), (at("2026-03-20T10:00"), MINUTE)
        )
        assert incident(records) == date(2026, 3, 20)

    def test_one_over_midnight_is_of_the_day_it_ended_on(self) -> None:
        after = outages(MARCH, (at("2026-03-05T20:00"), 4 * HOUR + 1))
        assert incident(after) == date(2026, 3, 6)
        until = outages(MARCH, (at("2026-03-05T20:00"), 4 * HOUR))
        assert incident(until) == date(2026, 3, 5)

    def test_one_that_goes_on_after_the_period_is_of_its_last_day(self) -> None:
        assert incident(outages(MARCH, (at("2026-03-30T20:00"), 9 * DAY))) == date(2026, 3, 31)

    def test_one_that_is_excused_is_none(self) -> None:
        records = outages(
            MARCH, (at("2026-03-05T10:00"), 10 * HOUR), (at("2026-03-20T10:00"), HOUR)
        )
        night = Excuse("maintenance", at("2026-03-20T10:00"), at("2026-03-20T11:00"), granted=True)
        found = incident(records, excuses=(night,), exclusions=[NIGHT])
        assert found == date(2026, 3, 5)

    def test_its_day_is_local(self) -> None:
        records = outages(MARCH, (at("2026-03-05T16:00"), 7 * HOUR + 1))
        assert incident(records, zone="Europe/Berlin") == date(2026, 3, 6)

    def test_where_the_target_was_met_there_is_none(self) -> None:
        assert incident(outages(MARCH, (at("2026-03-20T10:00"), MINUTE))) is None


def test_a_share_of_events_has_its_incident_on_the_last_day_that_lost_one() -> None:
    records = counts(
        (at("2026-03-05T10:00"), 100, 0, 0),
        (at("2026-03-07T10:00"), 100, 99, 0),
        (at("2026-03-09T10:00"), 100, 100, 0),
    )
    assert incident(records, objective={"measured": RATIO}) == date(2026, 3, 7)


@pytest.mark.parametrize(
    ("hours", "day"), [((9, 1, 1), date(2026, 3, 5)), ((9, 1, 9), date(2026, 3, 19))]
)
def test_a_time_has_it_on_the_last_day_that_misses_by_itself(
    hours: tuple[int, ...], day: date
) -> None:
    begun = (at("2026-03-05T10:00"), at("2026-03-12T10:00"), at("2026-03-19T10:00"))
    cases = Cases(
        tuple(
            Case(str(began), began, began + length * HOUR)
            for began, length in zip(begun, hours, strict=True)
        )
    )
    objective = {
        "indicator": "response time",
        "measured": TIMES,
        "targets": [{"window": "always", "at_most": "PT4H"}],
    }
    assert incident(cases, objective=objective) == day
