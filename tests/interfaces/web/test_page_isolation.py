"""Every page and everybody: who sees it, who lacks a role, who learns nothing at all.

The rules are those of the API's operations; ``isolation.pages`` says which page stands for which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from application.recorded import Positioned
from domain.relationships.facts import RecordsInspected
from domain.values.sides import Side
from interfaces.web.page_table import PAGES
from isolation.ask import Ask
from isolation.asking import about_one_stream_or_none, can_be_mixed, ghost
from isolation.cast import EVERYBODY, Persona, Reach
from isolation.hearing import Heard
from isolation.pages import LEFT_OUT, PAGES_AS
from isolation.requests import REQUESTS
from isolation.rules import RULES, Answer, expected, may_read_file
from isolation.things import open_things, secret_of
from isolation.visiting import ROUTES, Visits

SEEN: Final = {200}
DONE_OR_REFUSED: Final = {200, 303, 409, 412, 422}
"""What a form that is sent with nothing filled in may come to for whoever may send it."""
REFUSED: Final = {403, 404, 409, 412, 422}
"""And for whoever may know of the thing, but not do this."""


@pytest.fixture(scope="module")
def visits(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visits]:
    """Lend one stage to all pages."""
    with open_things(module_database, tmp_path_factory.mktemp("home")) as things:
        yield Visits(things)


def test_every_page_stands_for_an_operation_or_says_why_not() -> None:
    assert ROUTES.keys() == PAGES.keys()
    assert PAGES_AS.keys() | LEFT_OUT.keys() == PAGES.keys()
    assert not PAGES_AS.keys() & LEFT_OUT.keys()
    assert set(PAGES_AS.values()) <= RULES.keys()


@pytest.mark.parametrize("page", sorted(PAGES_AS))
def test_everybody_is_answered_as_by_the_operation(visits: Visits, page: str) -> None:
    operation = PAGES_AS[page]
    things, ask = visits.things, REQUESTS[operation](visits.things)
    nothing = Nothing(visits, page, ask)
    wrong: dict[str, str] = {}
    for persona, by_rule in _in_order(visits, operation, ask):
        rightly = by_rule
        if by_rule == 404 and ROUTES[page][0] == "POST" and _may_read(visits, persona, ask):
            rightly = 403  # an auditor in scope knows of it, and moves nothing
        before = things.house.ledger.head()
        heard = visits.open(persona, page, ask)
        new = things.house.ledger.follow(before, 9)
        if not _is(page, heard, rightly):
            wrong[persona.name] = f"{rightly} expected: {heard.status} {_said(heard)}"
        if (
            persona.name not in wrong
            and rightly != "ok"
            and any(rightly == 404 or _moves(one) for one in new)
        ):
            first = new[0].event
            recorded = f"{type(first.fact).__name__} {first.stream[-60:]}"
            wrong[persona.name] = f"{rightly} expected, but recorded: {recorded}"
        for side in Side:
            told = secret_of(side) in f"{heard.headers}{heard.text}"
            if told and not may_read_file(persona, side):
                wrong[persona.name] = f"what is the {side}'s alone was told"
        if rightly == 404:
            of_nothing = nothing.told(persona)
            if (heard.status, heard.text) != (of_nothing.status, of_nothing.text):
                differ = f"{heard.status} {_said(heard)}, {of_nothing.status} {_said(of_nothing)}"
                wrong[persona.name] = f"something can be told from nothing: {differ}"
    assert wrong == {}


def _may_read(visits: Visits, persona: Persona, ask: Ask) -> bool:
    """Tell whether an auditor may read what a form is about."""
    if persona.reach is Reach.ONE_STREAM:
        return about_one_stream_or_none(visits.things, ask)
    return persona.reach is not Reach.NOTHING


def _moves(recorded: Positioned) -> bool:
    """Tell whether a fact is more than that somebody read something."""
    return not isinstance(recorded.event.fact, RecordsInspected)


class Nothing:
    """What is told of things that never were; asked once by each kind of people."""

    def __init__(self, visits: Visits, page: str, ask: Ask) -> None:
        self._visits = visits
        self._page = page
        self._ask = ask
        self._answers: dict[tuple[object, ...], Heard] = {}

    def told(self, persona: Persona) -> Heard:
        """Return what somebody is told, in the relationship if they know of no more than that."""
        kind = (persona.reach, persona.side, persona.mixes, persona.party is None)
        if kind not in self._answers:
            knows = persona.reach is not Reach.NOTHING or persona.mixes
            kept = frozenset({"relationship"} if knows and can_be_mixed(self._ask) else ())
            never = ghost(self._ask, keeping=kept)
            self._answers[kind] = self._visits.open(persona, self._page, never)
        return self._answers[kind]


def _said(heard: Heard) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", heard.text))[-400:]


def _in_order(visits: Visits, operation: str, ask: Ask) -> list[tuple[Persona, Answer]]:
    """Return everybody and the right answer, those first whose request changes nothing."""
    here = about_one_stream_or_none(visits.things, ask)
    answers = [
        (one, expected(RULES[operation], one, admitted_to_one=here, in_a_stream=bool(ask.inside)))
        for one in EVERYBODY
        if can_be_mixed(ask) or not one.mixes
    ]
    return sorted(answers, key=lambda answer: answer[1] == "ok")


def _is(page: str, heard: Heard, rightly: Answer) -> bool:
    """Tell whether a page's answer is the right one.

    Whoever is not signed in is sent to sign in. A member without the role is told so, or first
    that nothing was filled in; either way nothing comes of it.
    """
    if rightly == "ok":
        return heard.status in (SEEN if ROUTES[page][0] == "GET" else DONE_OR_REFUSED)
    if rightly == 401:
        return heard.status == 303 and heard.headers["Location"].startswith("/sign-in")
    if rightly == 403:
        return heard.status in REFUSED
    return heard.status == rightly
