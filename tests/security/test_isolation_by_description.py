"""Isolation, derived from the description of the API: no id of somebody else's is ever told apart.

What takes an id is found in the document that the service serves. Each such place, in path, query
and body, is given an id that belongs to other parties' relationship, and one that never was: the
answers have to be the same, and no yes. So a new operation, or a new field, is crossed by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import psycopg
import pytest

from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.values.ids import SUFFIX_PATTERN
from domain.values.sides import Side
from http_world import World
from interfaces.http.access_table import ACCESS
from isolation.ask import Ask
from isolation.asking import PATHS, never_was, send
from isolation.cast import CLIENT_PEOPLE, PROVIDER_PEOPLE, Persona
from isolation.hearing import Heard
from isolation.ids import DOCUMENT, STREAM, Named, at, named_in, put
from isolation.requests import REQUESTS
from isolation.rules import RULES, Whose, expected
from isolation.things import Things, open_two

OPERATIONS: Final[dict[str, dict[str, Any]]] = {
    operation["operationId"]: operation
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
}
PLACES: Final = {name: named_in(operation) for name, operation in OPERATIONS.items()}
CROSSED: Final = sorted(name for name, places in PLACES.items() if places)

STREAMS: Final = frozenset(
    {
        *("relationship", "party", "offering", "requirements", "negotiation", "contract"),
        *("dispute", "review", "plan"),
    }
)
"""What has a stream of its own; all else is a part of one, which a rule says is not there."""

OPEN: Final = {
    ("redeclareDependency", "path/dependency"): "a name in one's own offering, taken as it comes",
    ("withdrawDependency", "path/dependency"): "the same: what is not there needs no withdrawing",
    ("acceptOffer", "body/evidence/statement/mandate"): "a statement is the service's own or none",
    ("signAgreement", "body/evidence/statement/mandate"): "the same: any change breaks it",
    ("inviteToRelationship", "body/other"): "a party is invited by its id, whoever it works with",
    ("admitAuditor", "body/auditor"): "an auditor is admitted by its party's id, whoever it is",
}
"""Where anybody's id is taken, and why."""

ROOM: Final[dict[str, Any]] = {
    "admitAuditor": {"streams": [""]},
    "readNotifications": {"notices": [""]},
    "assessRequirement": {
        "floors": [{"level": "", "charge": {"amount": "1.00", "currency": "EUR", "per": "P1M"}}]
    },
    "recordNegotiationBacktest": {
        "data": [],
        "recorded": {"contract": "", "first": "2025-01-01", "last": "2025-01-31"},
    },
}
"""Bodies to put an id into, where the request of the matrix leaves a part out that names one."""

ALIKE: Final = {
    ("readNotifications", "body/notices/0"): "what is not one's own is passed over",
    ("recordNegotiationAssessment", "body/of"): "a private note on whatever one names",
    ("recordRequirementsAssessment", "body/of"): "the same",
}
"""Where an id of somebody else's is a yes, as one that never was."""


@pytest.fixture(scope="module")
def both(
    module_database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Things, Things]]:
    """Lend two stages in one service to all operations."""
    with open_two(module_database, tmp_path_factory.mktemp("home")) as lent:
        yield lent


def served(world: World) -> dict[str, Any]:
    document: dict[str, Any] = world.send("GET", "/openapi.json").json()
    return document


def test_what_is_crossed_is_what_is_served(both: tuple[Things, Things]) -> None:
    document = served(both[0].stage.world)
    assert document == json.loads(json.dumps(DOCUMENT))
    assert OPERATIONS.keys() == RULES.keys() == REQUESTS.keys() == ACCESS.keys() == PATHS.keys()


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_description_says_who_is_let_in_and_what_is_answered(name: str) -> None:
    operation, rule = OPERATIONS[name], RULES[name]
    answers = operation["responses"].keys()
    if rule.whose is Whose.EVERYBODYS:
        assert not operation.get("security")
        return
    assert operation["security"] == [{"HTTPBearer": []}]
    assert answers >= {"401", "403", "404", "422", "429"}
    assert any(answer.startswith("2") for answer in answers)
    if "requestBody" in operation:
        assert "413" in answers


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_request_of_the_matrix_names_everything_that_the_path_takes(
    both: tuple[Things, Things], name: str
) -> None:
    _, path = PATHS[name]
    assert REQUESTS[name](both[0]).path.keys() == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize("name", CROSSED)
def test_an_id_of_somebody_elses_is_answered_like_one_that_never_was(
    both: tuple[Things, Things], name: str
) -> None:
    ours, theirs = both
    ask, foreign = REQUESTS[name](ours), REQUESTS[name](theirs)
    roomy = replace(ask, body={**(ask.body or {}), **ROOM.get(name, {})})
    wrong: dict[str, str] = {}
    for persona in _whoever_may(name, ask, ours):
        for place in PLACES[name]:
            if (name, str(place)) in OPEN:
                continue
            value = _id_for(place, foreign, theirs)
            here = roomy if place.part == "body" and name in ROOM else ask
            one, other = put(here, place, value), put(here, place, _ghost(value))
            assert one is not None, f"the request of the matrix has no room for {place}"
            assert other is not None
            heard, ghost = (send(ours, persona, name, sent) for sent in (one, other))
            if (name, str(place)) in ALIKE:
                assert heard.status == ghost.status
                continue
            difference = _differ(heard, value, ghost, at(other, place))
            if difference is not None:
                wrong[f"{persona.name}: {place}"] = difference
            elif not _no(heard, place):
                wrong[f"{persona.name}: {place}"] = f"a yes: {heard.status} {heard.text[:200]}"
    assert wrong == {}


def _whoever_may(name: str, ask: Ask, things: Things) -> list[Persona]:
    """Return one person of each side who may do this, so that only the id is in the way."""
    here = ask.inside in (None, things.shown.id)
    found = []
    for people in (PROVIDER_PEOPLE, CLIENT_PEOPLE):
        may = (
            one
            for one in people
            if expected(RULES[name], one, admitted_to_one=here, in_a_stream=bool(ask.inside))
            == "ok"
        )
        found += [one for one in [next(may, None)] if one is not None]
    assert found, "nobody may do this at all"
    return found


def _id_for(place: Named, foreign: Ask, theirs: Things) -> str:
    """Return an id of the other stage's: from the same request there, or any of that kind."""
    named = at(foreign, place)
    if isinstance(named, str) and re.match(f"[a-z]+-{SUFFIX_PATTERN}", named):
        return named
    return _samples(theirs)[place.kind]


def _samples(theirs: Things) -> dict[str, str]:
    stage = theirs.stage
    party = stage.parties[Side.PROVIDER]
    signatory = stage.person("provider-signatory")
    state = theirs.house.ledger.load(PARTY, party.id).state
    with psycopg.connect(stage.world.database) as connection:
        told = connection.execute(
            "SELECT notice FROM notice_readers WHERE party = %s LIMIT 1", [party.id]
        ).fetchone()
    assert told is not None
    assert isinstance(state, Registered)
    mandates = [key for key, one in state.mandates.items() if one.person == signatory]
    return {
        "party": party.id,
        "person": signatory,
        "notice": told[0],
        "mandate": mandates[0],
        "contract": theirs.contract.split("/")[1],
        f"{STREAM}:contract": theirs.contract,
        "offer": theirs.shown.offer,
        f"{STREAM}:offering": theirs.service.id,
        "level": theirs.service.level,
        "requirement": theirs.sheet.requirement,
        STREAM: theirs.contract,
    }


def _ghost(value: str) -> str:
    return re.sub(SUFFIX_PATTERN, never_was, value)


def _differ(heard: Heard, value: str, other: Heard, ghost: str) -> str | None:
    """Say in what two answers differ, beside the id that the asker named."""
    said, said_of_ghost = heard.text.replace(value, "…"), other.text.replace(ghost, "…")
    if (heard.status, said) != (other.status, said_of_ghost):
        return f"{heard.status} {said[:300]} but {other.status} {said_of_ghost[:300]}"
    if dict(heard.headers) | {"content-length": ""} != dict(other.headers) | {"content-length": ""}:
        return f"{dict(heard.headers)} but {dict(other.headers)}"
    return None


def _no(heard: Heard, place: Named) -> bool:
    """Tell whether an answer says no: not found, where the path names a stream of its own."""
    if place.part == "path" and place.kind in STREAMS:
        return heard.status == 404
    return heard.status in {404, 409, 422}
