"""Improvement plans over HTTP: asked for after a miss, agreed, carried out, judged by results."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from charged import charged_terms
from http_answers import done, problem
from measured import Measured, measured, month_of_outages, outage

NEED: Final = {"objective": "availability", "because": "missed in January"}
PLAN: Final[dict[str, Any]] = {
    "cause": "the storage was full",
    "target": "99.5 % again",
    "reach_by": "2026-03-15",
    "measures": [
        {"what": "more discs", "side": "provider", "owner": "operations", "due": "2026-02-20"},
        {"what": "report faults", "side": "client", "owner": "desk", "due": "2026-02-25"},
    ],
}


@pytest.fixture
def service(database: str, tmp_path: Path) -> Iterator[Measured]:
    """Lend a contract whose January was missed."""
    with measured(database, tmp_path, charged_terms()) as lent:
        lent.at("2026-02-01T08:00")
        lent.hand_in(month_of_outages("2026-01", outage("2026-01-10T00:00", "2026-01-10T10:00")))
        yield lent


def agenda(service: Measured) -> list[tuple[str, str, str]]:
    """Return what falls due of plans."""
    service.world.settle()
    found = done(service.client.get(f"{service.cast.path}/due-dates"))["items"]
    kinds = ("measure-due", "plan-target-due")
    return [(one["kind"], one["due"], one["awaits"]) for one in found if one["kind"] in kinds]


def agreed(service: Measured) -> str:
    """Let the client ask for a plan, the provider propose it, the client agree; return its path."""
    path = f"{service.deal.contract_path}/plans"
    begun = done(service.client.post(path, NEED), 201)
    one = f"{path}/{begun['id'].rsplit('/', 1)[-1]}"
    done(service.provider.put(f"{one}/proposal", PLAN, if_match="*"))
    done(service.client.post(f"{one}/agreement", {"edition": 1}, if_match="*"))
    return one


def test_a_plan_is_asked_for_changed_agreed_and_owed(service: Measured) -> None:
    path = f"{service.deal.contract_path}/plans"
    results = f"{service.deal.contract}/objective-availability/results"
    begun = done(service.client.post(path, {**NEED, "about": results, "about_version": 1}), 201)
    assert (begun["status"], begun["about"], begun["plan"]) == ("wanted", results, None)
    one = f"{path}/{begun['id'].rsplit('/', 1)[-1]}"
    late = {**PLAN, "reach_by": "2026-04-15"}
    done(service.provider.put(f"{one}/proposal", late, if_match="*"))
    changes = {"edition": 1, "because": "by mid-March"}
    asked = done(service.client.post(f"{one}/changes", changes, if_match="*"))
    assert asked["plan"]["changes"] == "by mid-March"
    assert agenda(service) == []
    done(service.provider.put(f"{one}/proposal", PLAN, if_match="*"))
    own = service.provider.post(f"{one}/agreement", {"edition": 2}, if_match="*")
    problem(own, 409, "own-plan")
    plan = done(service.client.post(f"{one}/agreement", {"edition": 2}, if_match="*"))
    assert [one["standing"] for one in plan["measures"]] == ["agreed", "agreed"]
    assert agenda(service) == [
        ("measure-due", "2026-02-21T00:00:00Z", "provider"),
        ("measure-due", "2026-02-26T00:00:00Z", "client"),
        ("plan-target-due", "2026-03-16T00:00:00Z", "client"),
    ]
    (listed,) = done(service.client.get(path))["items"]
    assert (listed["id"], listed["standing"]) == (begun["id"], "agreed")


def test_its_measures_are_done_or_overdue(service: Measured) -> None:
    one = agreed(service)
    discs, faults = (each["measure"] for each in done(service.client.get(one))["measures"])
    said = {"note": "in place", "done": True}
    path = f"{one}/measures/{discs}/progress"
    problem(service.client.post(path, said, if_match="*"), 409, "not-your-measure")
    done(service.provider.post(path, {"note": "ordered"}, if_match="*"))
    done(service.provider.post(path, said, if_match="*"))
    service.at("2026-02-26T00:00")
    first, second = done(service.client.get(one))["measures"]
    assert (first["standing"], first["note"], first["overdue"]) == ("done", "in place", False)
    assert (second["measure"], second["standing"], second["overdue"]) == (faults, "agreed", True)
    assert [kind for kind, _, _ in agenda(service)] == ["plan-target-due"]


def test_it_is_judged_by_results_on_record(service: Measured) -> None:
    one = agreed(service)
    verdict = {"effective": True, "because": "February was met", "periods": ["2026-02-01"]}
    path = f"{one}/closing"
    problem(service.client.post(path, verdict, if_match="*"), 409, "unknown-result")
    missed = {**verdict, "periods": ["2026-01-01"]}
    problem(service.client.post(path, missed, if_match="*"), 409, "cited-period-missed")
    service.at("2026-03-01T08:00")
    service.hand_in(month_of_outages("2026-02"))
    problem(service.provider.post(path, verdict, if_match="*"), 409, "own-plan")
    closed = done(service.client.post(path, verdict, if_match="*"))
    stream = f"{service.deal.contract}/objective-availability/results"
    cited = {"period": "2026-02-01", "stream": stream, "version": 2, "missed": False}
    assert (closed["status"], closed["verdict"]["cited"]) == ("closed", [cited])
    assert agenda(service) == []
    (listed,) = done(service.client.get(f"{service.deal.contract_path}/plans"))["items"]
    assert listed["standing"] == "effective"


def test_it_is_for_an_objective_and_about_an_event_of_the_contract(service: Measured) -> None:
    path = f"{service.deal.contract_path}/plans"
    other = {**NEED, "objective": "latency"}
    problem(service.client.post(path, other), 409, "unknown-objective")
    outside = {**NEED, "about": service.deal.negotiation, "about_version": 1}
    problem(service.client.post(path, outside), 409, "unknown-subject")
    proposed = done(service.provider.post(path, {**NEED, "proposal": PLAN}), 201)
    assert proposed["plan"]["edition"] == 1
    one = f"{path}/{proposed['id'].rsplit('/', 1)[-1]}"
    because = {"because": "it was our own network"}
    back = done(service.provider.post(f"{one}/withdrawal", because, if_match="*"))
    assert back["status"] == "withdrawn"
