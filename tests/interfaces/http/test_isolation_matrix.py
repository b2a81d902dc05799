"""Every operation and everybody: who is answered, who lacks a role, who learns nothing.

The rules stand in ``isolation.rules``, the people in ``isolation.cast``, and for each operation a
request that would do in ``isolation.requests``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from domain.relationships.facts import RecordsInspected
from domain.values.sides import Side
from interfaces.http.access_table import ACCESS, operations
from interfaces.http.app import routed
from isolation.ask import Ask
from isolation.asking import about_one_stream_or_none, can_be_mixed, ghost, send, unalike
from isolation.cast import AUDITORS, CLIENT_PEOPLE, EVERYBODY, PROVIDER_PEOPLE, Persona, Reach
from isolation.hearing import Heard
from isolation.requests import REQUESTS
from isolation.rules import RULES, Answer, Whose, expected, may_read_file
from isolation.things import Things, open_things, secret_of

LAST: Final = "registerParty"
"""It makes somebody of whoever represents nobody, so it is asked when all else was."""

OPERATIONS: Final = (*sorted(RULES.keys() - {LAST}), LAST)
SUCCESS, CONFLICT = range(200, 300), 409


@pytest.fixture(scope="module")
def things(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Things]:
    """Lend one stage to all operations: no answer depends on what was asked before."""
    with open_things(module_database, tmp_path_factory.mktemp("home")) as lent:
        yield lent


def test_no_route_is_missing_from_the_rules() -> None:
    served = operations(routed())
    assert served == RULES.keys()
    assert served == REQUESTS.keys()
    assert served == ACCESS.keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_everybody_is_answered_by_the_rules(things: Things, operation: str) -> None:
    ask = REQUESTS[operation](things)
    nothing = Nothing(things, operation, ask)
    wrong: dict[str, str] = {}
    said_yes = False
    for persona, rightly in _in_order(things, operation, ask):
        before = things.house.ledger.head()
        heard = send(things, persona, operation, ask)
        if not _is(heard, rightly):
            wrong[persona.name] = f"{rightly} expected: {heard.status} {heard.text[:300]}"
        if rightly != "ok" and things.house.ledger.follow(before, 1):
            wrong[persona.name] = f"{rightly} expected, and something was recorded"
        for side in Side:
            if (
                not may_read_file(persona, side)
                and secret_of(side) in f"{heard.headers}{heard.text}"
            ):
                wrong[persona.name] = f"{rightly} expected, and not what is the {side}'s alone"
        if rightly == 404 or persona.mixes:
            wrong |= nothing.told_apart(persona, heard)
        said_yes = said_yes or (rightly == "ok" and heard.status in SUCCESS)
    assert wrong == {}
    assert said_yes, "nobody at all was answered yes: the request of the table will not do"


def _in_order(things: Things, operation: str, ask: Ask) -> list[tuple[Persona, Answer]]:
    """Return everybody and the right answer, those first whose request changes nothing."""
    here = about_one_stream_or_none(things, ask)
    answers = [
        (one, expected(RULES[operation], one, admitted_to_one=here, in_a_stream=bool(ask.inside)))
        for one in EVERYBODY
        if can_be_mixed(ask) or not one.mixes
    ]
    return sorted(answers, key=lambda answer: answer[1] == "ok")


def _is(heard: Heard, rightly: Answer) -> bool:
    """Tell whether an answer is the right one; a yes may find that a rule of the trade says no."""
    if rightly != "ok":
        return heard.status == rightly
    return heard.status in SUCCESS or heard.status == CONFLICT


def _leaks(persona: Persona, heard: Heard) -> bool:
    sent = f"{heard.headers} {heard.text}"
    return any(secret_of(side) in sent for side in Side if not may_read_file(persona, side))


class Nothing:
    """How the same request is answered about what never was; asked once by each kind of people."""

    def __init__(self, things: Things, operation: str, ask: Ask) -> None:
        self._things = things
        self._operation = operation
        self._ghosts = {"all": ghost(ask)}
        if can_be_mixed(ask):
            self._ghosts["inside"] = ghost(ask, keeping=frozenset({"relationship"}))
        self._answers: dict[tuple[object, ...], Heard] = {}

    def told_apart(self, persona: Persona, heard: Heard) -> dict[str, str]:
        """Say by what somebody who may not know of a thing could tell that it exists."""
        knows_the_relationship = persona.reach is not Reach.NOTHING or persona.mixes
        found: dict[str, str] = {}
        for name, ask in self._ghosts.items():
            if name == "all" and knows_the_relationship and "inside" in self._ghosts:
                continue
            kind = (name, persona.reach, persona.side, persona.mixes, persona.party is None)
            if kind not in self._answers:
                self._answers[kind] = send(self._things, persona, self._operation, ask)
            difference = unalike(heard, self._answers[kind])
            if difference is not None:
                found[persona.name] = difference
        return found


SHARED = sorted(name for name, rule in RULES.items() if rule.whose is Whose.SHARED)


@pytest.mark.parametrize("operation", SHARED)
def test_what_an_auditor_reads_is_on_record(things: Things, operation: str) -> None:
    (auditor,) = (one for one in AUDITORS if one.reach is Reach.SHARED)
    ask = REQUESTS[operation](things)
    before = things.house.ledger.head()
    assert send(things, auditor, operation, ask).status == 200
    (reading,) = things.house.ledger.follow(before, 10)
    fact = reading.event.fact
    assert isinstance(fact, RecordsInspected)
    assert fact.auditor == things.stage.parties[auditor.name].id
    assert fact.person == things.stage.person(auditor.name)
    assert reading.event.stream.startswith(f"{things.stage.relationship}/inspection-")


@pytest.mark.parametrize("operation", SHARED)
def test_what_a_side_reads_is_not_recorded(things: Things, operation: str) -> None:
    ask = REQUESTS[operation](things)
    before = things.house.ledger.head()
    for member in (*PROVIDER_PEOPLE[:1], *CLIENT_PEOPLE[:1]):
        assert send(things, member, operation, ask).status == 200
    assert things.house.ledger.head() == before
