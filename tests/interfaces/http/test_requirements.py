"""Requirements over HTTP: from a need to a baseline, and what stays the provider's own."""

from __future__ import annotations

import pytest

from http_answers import Json
from http_cast import path_of
from http_world import Cast, World, done, problem

WANTED = {
    "subject": "Order management",
    "indicator": "availability",
    "wanted": "orders can be placed at any hour",
    "figure": {"bound": "at least", "value": "99.5", "unit": "%"},
    "window": "24 x 7",
    "priority": "must",
    "rationale": "each hour costs a day's margin",
}
GOLD = {
    "name": "Gold",
    "indicator": "availability",
    "promise": {"bound": "at least", "value": "99.5", "unit": "%"},
    "window": "24 x 7",
    "charge": {"amount": "1200.00", "currency": "EUR", "every": "month"},
}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


@pytest.fixture
def sheet(people: Cast) -> str:
    """Return the path of a sheet that the client opened, with a team and an engineer."""
    asked = {"title": "Orders", "need": "take orders day and night"}
    opened = done(people.client["negotiator"].post(f"{people.path}/requirements", asked), 201)
    path = path_of(opened["id"])
    manager, engineer = people.provider["service-manager"], people.provider.persons
    member = {"person": engineer["requirements-engineer"], "function": "elicits"}
    done(manager.put(f"{path}/team", {"members": [member]}, if_match=1))
    done(manager.put(f"{path}/engineer", {"person": member["person"]}, if_match=2))
    return path


def stated(people: Cast, sheet: str, **changes: object) -> str:
    """Let the client state a requirement; return its id."""
    answer = people.client["negotiator"].post(f"{sheet}/items", {**WANTED, **changes}, if_match="*")
    return str(done(answer, 201)["requirements"][-1]["id"])


def on_offer(people: Cast) -> tuple[str, str]:
    """Let the provider offer a service at one level; return the ids of both."""
    manager = people.provider["service-manager"]
    service = {"code": "HOST", "name": "Hosting", "description": "Runs applications."}
    path = f"{people.provider.path}/offerings"
    offering = done(manager.post(path, service), 201)["id"]
    level = done(manager.post(f"{path}/{offering.split('/')[1]}/levels", GOLD, if_match=1), 201)[
        "levels"
    ][0]["id"]
    return offering, level


def retire(people: Cast, offering: str) -> None:
    path = f"{people.provider.path}/offerings/{offering.split('/')[1]}/retirement"
    because = {"because": "another test offers its own"}
    done(people.provider["service-manager"].post(path, because, if_match="*"))


def test_a_need_becomes_a_baseline(world: World, people: Cast, sheet: str) -> None:
    client, engineer = people.client["negotiator"], people.provider["requirements-engineer"]
    must = stated(people, sheet)
    problem(client.post(f"{sheet}/baseline", if_match="*"), 409, "must-unanswered")
    could = done(engineer.post(f"{sheet}/items", {**WANTED, "priority": "could"}, if_match=4), 201)[
        "requirements"
    ][-1]["id"]
    offering, level = on_offer(people)
    answer = {"offering": offering, "level": level}
    done(engineer.put(f"{sheet}/items/{must}/match", answer, if_match=5))
    told = {"because": "not at night", "feasible_instead": "at least 99 %"}
    done(engineer.post(f"{sheet}/items/{could}/infeasibility", told, if_match=6))
    based = done(client.post(f"{sheet}/baseline", if_match=7))

    assert (based["status"], based["baseline"]["number"]) == ("baselined", 1)
    assert based["baseline"]["requirements"] == sorted([must, could])
    assert based["requirements"][0]["match"] == {**answer, "gap": None}
    assert based["requirements"][1]["verdict"]["feasible_instead"] == "at least 99 %"
    again = done(client.post(f"{sheet}/reopening", {"because": "nights matter"}, if_match=8))
    assert (again["status"], again["baseline"]) == ("open", None)
    world.settle()
    listed = done(client.get(f"{people.path}/requirements", limit=200))["items"][-1]
    assert (listed["by_priority"], listed["by_answer"]) == (
        {"could": 1, "must": 1},
        {"infeasible": 1, "matched": 1},
    )
    assert listed["engineer"] == people.provider.persons["requirements-engineer"]
    assert "items" not in listed
    retire(people, offering)


def test_a_requirement_stated_anew_is_open_again(people: Cast, sheet: str) -> None:
    engineer = people.provider["requirements-engineer"]
    item = f"{sheet}/items/{stated(people, sheet)}"
    conditions = {"conditions": ["from March on"]}
    met = done(engineer.post(f"{item}/feasibility", conditions, if_match="*"))
    assert met["requirements"][0]["verdict"]["conditions"] == ["from March on"]
    restated = done(people.client["negotiator"].put(item, WANTED | {"window": "8 x 5"}, if_match=5))
    assert restated["requirements"][0]["verdict"] is None
    because = {"because": "solved otherwise"}
    bare = done(people.client["negotiator"].post(f"{item}/withdrawal", because, if_match=6))
    assert (bare["requirements"], len(bare["withdrawn"])) == ([], 1)
    answer = people.client["negotiator"].put(item, WANTED, if_match=7)
    problem(answer, 409, "requirement-withdrawn")


def test_nobody_restates_what_was_never_stated(people: Cast, sheet: str) -> None:
    unknown = f"{sheet}/items/requirement-00000000000000000000000000"
    problem(people.client["negotiator"].put(unknown, WANTED, if_match="*"), 404, "not-found")


def test_a_match_is_with_a_level_on_offer(people: Cast, sheet: str) -> None:
    engineer = people.provider["requirements-engineer"]
    item = f"{sheet}/items/{stated(people, sheet)}/match"
    offering, level = on_offer(people)
    other = {"offering": f"{people.client.id}/{offering.split('/')[1]}", "level": level}
    problem(engineer.put(item, other, if_match="*"), 409, "level-not-on-offer")
    retire(people, offering)
    gone = {"offering": offering, "level": level}
    problem(engineer.put(item, gone, if_match="*"), 409, "level-not-on-offer")


def test_the_team_is_made_of_ones_own_people(people: Cast, sheet: str) -> None:
    outsider = {"person": people.client.persons["legal"], "function": "listens"}
    manager = people.provider["service-manager"]
    answer = manager.put(f"{sheet}/team", {"members": [outsider]}, if_match="*")
    problem(answer, 409, "not-a-representative")
    answer = people.client["service-manager"].put(
        f"{sheet}/team", {"members": [outsider]}, if_match="*"
    )
    problem(answer, 409, "providers-own")


def test_only_the_appointed_engineer_speaks_for_the_client(people: Cast, sheet: str) -> None:
    manager = people.provider["service-manager"]
    answer = manager.post(f"{sheet}/items", WANTED, if_match="*")
    problem(answer, 409, "not-the-engineer")


def test_feasibility_is_the_providers_own(world: World, people: Cast, sheet: str) -> None:
    requirement = stated(people, sheet)
    offering, level = on_offer(people)
    world.settle()
    engineer, path = people.provider["requirements-engineer"], f"{sheet}/items/{requirement}"
    ceiling = {"amount": "1000.00", "currency": "EUR", "every": "month"}
    floor = {"level": level, "charge": {**ceiling, "amount": "900.00"}}
    asked = {"ceiling": ceiling, "floors": [floor]}
    found = done(engineer.post(f"{path}/assessment", asked, key="assess"))
    assert (found["technical"], found["commercial"]) == ("feasible", "feasible with conditions")
    assert found["best"] == {"offering": offering, "level": level, "gap": None}
    assert done(engineer.post(f"{path}/assessment", asked, key="assess")) == found

    file = done(engineer.get(f"{sheet}/position"))
    assert file["version"] == 1
    assert [one["of"] for one in file["found"]] == [requirement]
    assert done(people.client["negotiator"].get(f"{sheet}/position"))["found"] == []
    client = people.client["requirements-engineer"]
    problem(client.post(f"{path}/assessment", asked), 409, "providers-own")
    world.settle()
    trail = people.client["negotiator"].get(f"{people.path}/audit-trail", limit=200)
    assert "FeasibilityAssessed" not in {one["name"] for one in done(trail)["items"]}
    assert "900.00" not in trail.text
    shown = people.client["negotiator"].get(sheet)
    assert "900.00" not in shown.text
    retire(people, offering)


def test_what_is_beyond_the_dependencies_is_infeasible(
    world: World, people: Cast, sheet: str
) -> None:
    requirement = stated(people, sheet, figure=WANTED["figure"] | {"value": "99.99"})  # type: ignore[operator]
    offering, _ = on_offer(people)
    need = {"on": "network", "availability": "99.9"}
    path = f"{people.provider.path}/offerings/{offering.split('/')[1]}/dependencies"
    done(people.provider["service-manager"].post(path, need, if_match="*"), 201)
    world.settle()
    engineer = people.provider["requirements-engineer"]
    found = done(engineer.post(f"{sheet}/items/{requirement}/assessment", {}))
    assert (found["technical"], found["feasible_instead"]) == ("infeasible", "at least 99.5 %")
    retire(people, offering)


def test_a_sheet_opened_twice_with_one_key_is_one_sheet(people: Cast) -> None:
    client, path = people.client["negotiator"], f"{people.path}/requirements"
    asked = {"title": "Backups", "need": "lose nothing"}
    first, second = (done(client.post(path, asked, key="open"), 201) for _ in range(2))
    assert first == second
    other = {**asked, "title": "Other"}
    problem(client.post(path, other, key="open"), 422, "idempotency-key-reused")


def test_strangers_see_no_requirements(world: World, people: Cast, sheet: str) -> None:
    stranger = world.as_("nobody-at-all")
    for path in (sheet, f"{people.path}/requirements", f"{sheet}/position"):
        problem(stranger.get(path), 404, "not-found")
    problem(stranger.post(f"{sheet}/baseline", if_match="*"), 404, "not-found")


def test_an_auditor_sees_the_sheet_and_no_private_file(people: Cast, sheet: str) -> None:
    auditor = people.auditor["auditor"]
    assert done(auditor.get(sheet))["title"] == "Orders"
    problem(auditor.get(f"{sheet}/position"), 404, "not-found")
    problem(auditor.post(f"{sheet}/items", WANTED, if_match="*"), 404, "not-found")


def test_stating_takes_a_role(people: Cast, sheet: str) -> None:
    answer = people.client["finance"].post(f"{sheet}/items", WANTED, if_match="*")
    problem(answer, 403, "role-missing")


@pytest.mark.parametrize(
    "changes",
    [
        {"figure": {"bound": "at least", "value": 99.5, "unit": "%"}},
        {"priority": "would"},
        {"wanted": "a\x00b"},
        {"wanted": " "},
    ],
)
def test_a_requirement_of_another_shape_is_refused(people: Cast, sheet: str, changes: Json) -> None:
    answer = people.client["negotiator"].post(f"{sheet}/items", {**WANTED, **changes}, if_match="*")
    problem(answer, 422, "bad-shape")
