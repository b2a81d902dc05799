"""Terms that are only looked at, over HTTP: checked, compared, described."""

from __future__ import annotations

import pytest

from agreements import simple_document, simple_terms
from http_world import World, done, problem


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def test_good_terms_are_fine(world: World) -> None:
    checked = done(world.as_("anybody").post("/terms/check", simple_document()))
    assert checked["fine"] is True
    assert checked["digest"] == simple_terms().digest
    assert checked["total_value"] == {"amount": "144000.00", "currency": "EUR"}
    assert checked["words"][0]["heading"] == "Line-of-business application"
    assert all(one["severity"] == "warning" for one in checked["findings"])


def test_terms_that_do_not_hold_together_are_told_the_rule_and_the_place(world: World) -> None:
    term = {"starts": "2026-12-31", "ends": "2026-01-01"}
    checked = done(world.as_("anybody").post("/terms/check", simple_document(term=term)))
    assert checked["fine"] is False
    errors = [one for one in checked["findings"] if one["severity"] == "error"]
    assert errors
    assert all(one["rule"] and one["places"] and one["because"] for one in errors)


def test_a_float_is_refused_at_its_place(world: World) -> None:
    charges = [{"id": "monthly-fee", "amount": 12000.0, "every": "month"}]
    answer = world.as_("anybody").post("/terms/check", simple_document(charges=charges))
    assert problem(answer, 422, "bad-shape")["place"] == "body/charges/0/amount"


@pytest.mark.parametrize(
    "term",
    [
        {"starts": "2026-01-01", "ends": "9999-12-31"},
        {"starts": "9999-12-31"},
        {"starts": "0001-01-01", "ends": "0001-01-01"},
        {"starts": "0001-01-01", "ends": "9999-12-31"},
    ],
)
def test_terms_at_the_ends_of_the_calendar_are_answered(world: World, term: dict[str, str]) -> None:
    answer = world.as_("anybody").post("/terms/check", simple_document(term=term))
    assert answer.status_code in {200, 422}, answer.text


def test_a_null_character_is_refused(world: World) -> None:
    answer = world.as_("anybody").post("/terms/check", simple_document(title="a\x00b"))
    problem(answer, 422, "bad-shape")


def test_two_versions_are_compared_term_by_term(world: World) -> None:
    before, after = simple_document(), simple_document(availability="99.9")
    answer = world.as_("anybody").post("/terms/differences", {"before": before, "after": after})
    compared = done(answer)
    assert (compared["before"], compared["after"]) == (
        simple_terms().digest,
        simple_terms(availability="99.9").digest,
    )
    found = {one["path"]: one for one in compared["differences"]}
    changed = found["objectives/availability/targets/always/at_least"]
    assert (changed["before"], changed["after"]) == ("99.5 %", "99.9 %")
    same = world.as_("anybody").post("/terms/differences", {"before": before, "after": before})
    assert done(same)["differences"] == []


def test_the_schema_is_published(world: World) -> None:
    schema = done(world.as_("anybody").get("/terms/schema"))
    assert schema["title"] == "Agreement terms"
    assert "objectives" in schema["properties"]


def test_nothing_is_stored(world: World) -> None:
    head = world.house.ledger.head()
    done(world.as_("anybody").post("/terms/check", simple_document()))
    assert world.house.ledger.head() == head


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/terms/check"), ("POST", "/terms/differences"), ("GET", "/terms/schema")],
)
def test_only_the_signed_in_are_answered(world: World, method: str, path: str) -> None:
    problem(world.send(method, path, json={}), 401, "token-invalid")
