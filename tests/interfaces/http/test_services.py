"""A party's catalogue over HTTP: its own to change, open to those it works with."""

from __future__ import annotations

import pytest

from http_answers import Json
from http_cast import Organisation
from http_world import Cast, World, done, problem

LEVEL = {
    "name": "Gold",
    "indicator": "availability",
    "promise": {"bound": "at least", "value": "99.50", "unit": "%"},
    "window": "24 x 7",
    "charge": {"amount": "1200.00", "currency": "EUR", "every": "month"},
}
NETWORK = {"on": "network", "availability": "99.9"}
SERVICE = {"code": "HOST-1", "name": "Hosting", "description": "Runs applications."}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def codes(world: World, people: Cast) -> list[str]:
    """Return the codes of the provider's catalogue, as the client lists it."""
    asker, path = world.as_("client-finance"), f"{people.provider.path}/offerings"
    page = done(asker.get(path, limit=2))
    listed = page["items"]
    while page["next"] is not None:
        page = done(asker.get(path, limit=2, after=page["next"]))
        listed += page["items"]
    return [row["code"] for row in listed]


def offered(people: Cast, **changes: str) -> Json:
    manager = people.provider.world.as_("provider-service-manager")
    answer = manager.post(f"{people.provider.path}/offerings", {**SERVICE, **changes})
    return done(answer, 201)


def path_of(service: Json) -> str:
    return f"/parties/{service['id']}".replace("/offering-", "/offerings/offering-")


def test_a_service_is_offered_with_its_levels_and_dependencies(world: World, people: Cast) -> None:
    manager = world.as_("provider-service-manager")
    service = offered(people)
    path = path_of(service)
    assert (service["status"], service["levels"], service["reachable"]) == ("offered", [], "100")
    done(manager.post(f"{path}/levels", LEVEL, if_match=1), 201)
    done(manager.post(f"{path}/dependencies", NETWORK, if_match=2), 201)

    shown = done(manager.get(path))
    assert shown["version"] == 3
    (level,) = shown["levels"]
    assert level["promise"] == {**LEVEL["promise"], "text": "at least 99.50 %"}  # type: ignore[dict-item]
    assert level["charge"]["text"] == "1200.00 EUR a month"
    assert shown["reachable"] == "99.9"


def test_what_is_offered_can_be_taken_back(world: World, people: Cast) -> None:
    manager = world.as_("provider-service-manager")
    path = path_of(offered(people))
    with_level = done(manager.post(f"{path}/levels", LEVEL, if_match="*"), 201)
    needy = done(manager.post(f"{path}/dependencies", NETWORK, if_match="*"), 201)
    level, need = with_level["levels"][0]["id"], needy["dependencies"][0]["id"]

    again = {**NETWORK, "availability": "99"}
    changed = done(manager.put(f"{path}/dependencies/{need}", again, if_match=3))
    assert [one["availability"] for one in changed["dependencies"]] == ["99"]
    free = done(manager.delete(f"{path}/dependencies/{need}", if_match=4))
    assert free["dependencies"] == []
    because = {"because": "nobody takes it"}
    bare = done(manager.post(f"{path}/levels/{level}/withdrawal", because, if_match=5))
    assert bare["levels"] == []
    retired = done(manager.post(f"{path}/retirement", because, if_match=6))
    assert retired["status"] == "retired"
    problem(manager.post(f"{path}/levels", LEVEL, if_match=7), 409, "service-retired")


def test_an_offer_sent_twice_is_one_service(world: World, people: Cast) -> None:
    manager = world.as_("provider-service-manager")
    path = f"{people.provider.path}/offerings"
    service = {**SERVICE, "code": "SENT-TWICE"}
    first = manager.post(path, service, key="once")
    second = manager.post(path, service, key="once")
    assert done(first, 201) == done(second, 201)
    assert first.headers["location"] == second.headers["location"]
    assert done(manager.get(first.headers["location"].removeprefix("/v1")))["code"] == "SENT-TWICE"
    world.settle()
    assert codes(world, people).count("SENT-TWICE") == 1


def test_a_stale_version_is_told_what_happened(world: World, people: Cast) -> None:
    manager = world.as_("provider-service-manager")
    path = path_of(offered(people))
    done(manager.post(f"{path}/levels", LEVEL, if_match=1), 201)
    stale = problem(manager.post(f"{path}/levels", LEVEL, if_match=1), 412, "stale-version")
    assert [one["name"] for one in stale["meanwhile"]] == ["ServiceLevelOffered"]


def test_the_client_sees_the_catalogue_and_cannot_change_it(world: World, people: Cast) -> None:
    path = path_of(offered(people))
    world.settle()
    client = world.as_("client-service-manager")
    assert done(client.get(path))["name"] == "Hosting"
    assert "HOST-1" in codes(world, people)
    problem(client.post(f"{path}/levels", LEVEL, if_match=1), 404, "not-found")
    problem(
        client.post(f"{people.provider.path}/offerings", SERVICE),
        404,
        "not-found",
    )


def test_the_catalogue_is_open_both_ways_between_the_two(world: World, people: Cast) -> None:
    provider = world.as_("provider-negotiator")
    assert done(provider.get(f"{people.client.path}/offerings"))["items"] == []


@pytest.mark.parametrize("asker", ["auditor-auditor", "nobody-at-all"])
def test_for_everybody_else_there_is_no_catalogue(world: World, people: Cast, asker: str) -> None:
    path = path_of(offered(people))
    world.settle()
    problem(world.as_(asker).get(path), 404, "not-found")
    problem(world.as_(asker).get(f"{people.provider.path}/offerings"), 404, "not-found")


def test_whoever_left_sees_it_no_more_even_before_the_views_know(world: World) -> None:
    parting = world.cast("parting-")
    offering = parting.provider["negotiator"].post(f"{parting.provider.path}/offerings", SERVICE)
    path = path_of(done(offering, 201))
    assert done(parting.client["negotiator"].get(path))["name"] == "Hosting"
    because = {"because": "moved on"}
    done(parting.client["negotiator"].post(f"{parting.path}/end", because, if_match="*"))
    problem(parting.client["negotiator"].get(path), 404, "not-found")
    assert done(parting.provider["legal"].get(path))["name"] == "Hosting"
    problem(world.as_("client-negotiator").get(path), 404, "not-found")


def test_offering_takes_a_role(world: World, people: Cast) -> None:
    finance = world.as_("provider-finance")
    path = f"{people.provider.path}/offerings"
    problem(finance.post(path, SERVICE), 403, "role-missing")


def test_a_dependency_names_an_offering_one_may_see_or_none(world: World, people: Cast) -> None:
    manager = world.as_("provider-service-manager")
    base = offered(people, code="BASE")
    stranger = Organisation(world, "stranger")
    stranger.appear()
    offering = stranger["service-manager"].post(f"{stranger.path}/offerings", SERVICE)
    hidden = done(offering, 201)
    path = f"{path_of(offered(people))}/dependencies"
    done(manager.post(path, {**NETWORK, "offering": base["id"]}, if_match="*"), 201)
    answer = manager.post(path, {**NETWORK, "offering": hidden["id"]}, if_match="*")
    problem(answer, 409, "unknown-offering")


def test_a_catalogue_is_listed_page_by_page(world: World, people: Cast) -> None:
    for code in ("A", "B", "C"):
        offered(people, code=code)
    world.settle()
    assert codes(world, people)[-3:] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"promise": {"bound": "at least", "value": 99.5, "unit": "%"}}, "body/promise/value"),
        ({"charge": {"amount": "-1", "currency": "EUR", "every": "month"}}, "body/charge/amount"),
        ({"window": "\x00"}, "body/window"),
        ({"colour": "red"}, "body/colour"),
    ],
)
def test_a_level_of_another_shape_is_refused_by_its_place(
    world: World, people: Cast, changes: Json, place: str
) -> None:
    path = f"{path_of(offered(people))}/levels"
    answer = world.as_("provider-negotiator").post(path, {**LEVEL, **changes}, if_match=1)
    assert problem(answer, 422, "bad-shape")["place"] == place


def test_no_percentage_is_above_a_hundred(world: World, people: Cast) -> None:
    promise = {"bound": "at least", "value": "100.1", "unit": "%"}
    path = f"{path_of(offered(people))}/levels"
    answer = world.as_("provider-negotiator").post(path, {**LEVEL, "promise": promise}, if_match=1)
    problem(answer, 409, "not-a-percentage")


@pytest.mark.parametrize("wrong", ["level-1", "x%00y", "level-" + "Z" * 26])
def test_an_id_that_is_none_is_refused(world: World, people: Cast, wrong: str) -> None:
    path = f"{path_of(offered(people))}/levels/{wrong}/withdrawal"
    answer = world.as_("provider-negotiator").post(path, {"because": "so"}, if_match=1)
    problem(answer, 422, "bad-shape")
