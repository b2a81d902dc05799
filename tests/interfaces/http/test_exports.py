"""Redlines, summaries and packages over HTTP: each form as a file, to whoever may read the deal."""

from __future__ import annotations

from typing import Final

import pytest

from agreements import simple_terms
from domain.parties.facts import Role
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import agree, offer, open_negotiation, path_of
from http_world import Caller, Cast, World
from tracked_changes import accepted, rejected

TERM: Final = {"starts": "2026-01-01", "ends": "2026-12-31"}
FIRST = simple_terms(availability="99.9", term=TERM)
AMENDED = simple_terms(availability="99.95", term=TERM)
JULY: Final = "2026-07-01T00:00:00Z"


@pytest.fixture(scope="module")
def contract(shared_world: World, people: Cast) -> str:
    """Bring about a contract with two versions; return its path."""
    talks = open_negotiation(people)["id"]
    agree(people, talks, offer(people, Side.PROVIDER, talks, FIRST), FIRST, by=Side.CLIENT)
    shared_world.settle()
    stream = talks.replace("negotiation-", "contract-")
    shared_world.tick_until("2026-01-02T00:00:00Z")
    talks = open_negotiation(people, kind="amendment", contract=stream)["id"]
    put = offer(people, Side.CLIENT, talks, AMENDED, effective_from=JULY)
    agree(people, talks, put, AMENDED, by=Side.PROVIDER)
    shared_world.settle()
    return path_of(stream)


@pytest.fixture(scope="module")
def talks(people: Cast) -> tuple[str, str, str]:
    """Bring about an offer and its answer; return the negotiation's path and both offers."""
    stream = open_negotiation(people)["id"]
    proposal = offer(people, Side.PROVIDER, stream, FIRST)
    answer = offer(people, Side.CLIENT, stream, AMENDED, answers=proposal)
    return path_of(stream), proposal, answer


def test_a_version_is_redlined_against_the_one_before(people: Cast, contract: str) -> None:
    legal = people.client[Role.LEGAL]
    shown = done(legal.get(f"{contract}/versions/2/redline"))
    assert (shown["before"]["name"], shown["after"]["name"]) == ("Version 1", "Version 2")
    assert shown["after"]["terms_digest"] == AMENDED.digest
    meanings = [one["meaning"] for one in shown["differences"]]
    assert "allowed downtime 43 min 12 s → 21 min 36 s per 30-day month" in str(meanings)
    changed = [one for one in shown["paragraphs"] if one["notes"]]
    assert [part["text"] for part in changed[0]["segments"]][1:3] == ["99.9", "99.95"]


@pytest.mark.parametrize(
    ("form", "kind", "begins"),
    [
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("pdf", "application/pdf", b"%PDF-1.7"),
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK"),
    ],
)
def test_each_form_is_a_file_of_its_kind_and_the_same_each_time(
    people: Cast, contract: str, form: str, kind: str, begins: bytes
) -> None:
    legal = people.provider[Role.LEGAL]
    answer = legal.get(f"{contract}/versions/2/redline", format=form)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == kind
    assert f'filename="redline-version-2.{form}"' in answer.headers["content-disposition"]
    assert answer.content.startswith(begins)
    assert answer.content == legal.get(f"{contract}/versions/2/redline", format=form).content


def test_the_page_is_served_under_the_policy_it_was_made_for(people: Cast, contract: str) -> None:
    answer = people.client[Role.LEGAL].get(f"{contract}/versions/2/redline", format="html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 's")
    assert answer.headers["content-security-policy"].endswith("frame-ancestors 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_backwards_is_a_redline_too(people: Cast, contract: str) -> None:
    legal = people.client[Role.LEGAL]
    forward = legal.get(f"{contract}/versions/2/redline", format="docx").content
    back = legal.get(f"{contract}/versions/1/redline", since=2, format="docx").content
    assert accepted(back) == rejected(forward)
    assert rejected(back) == accepted(forward)


def test_a_first_version_has_nothing_before_it(people: Cast, contract: str) -> None:
    answer = people.client[Role.LEGAL].get(f"{contract}/versions/1/redline")
    problem(answer, 404, "not-found")
    problem(people.client[Role.LEGAL].get(f"{contract}/versions/3/redline"), 404, "not-found")


def test_an_offer_is_redlined_against_the_one_it_answers(
    people: Cast, talks: tuple[str, str, str]
) -> None:
    path, proposal, answer = talks
    negotiator = people.provider[Role.NEGOTIATOR]
    shown = done(negotiator.get(f"{path}/offers/{answer}/redline"))
    assert (shown["before"]["name"], shown["after"]["name"]) == ("Offer 1", "Offer 2")
    assert shown["after"]["by"] == f"{AMENDED.client} (client)"
    same = done(negotiator.get(f"{path}/offers/{proposal}/redline", since=proposal))
    assert same["differences"] == []
    problem(negotiator.get(f"{path}/offers/{proposal}/redline"), 404, "not-found")
    gone = proposal[:-4] + "zzzz"
    problem(negotiator.get(f"{path}/offers/{answer}/redline", since=gone), 404, "not-found")


def test_a_version_is_summarised_in_plain_words(people: Cast, contract: str) -> None:
    legal = people.client[Role.LEGAL]
    shown = done(legal.get(f"{contract}/versions/2/summary"))
    assert shown["terms_digest"] == AMENDED.digest
    promised = next(one for one in shown["sections"] if one["heading"] == "What is promised")
    assert "at least 99.95 %, which allows 21 min 36 s of downtime" in promised["lines"][0]
    page = legal.get(f"{contract}/versions/2/summary", format="markdown")
    assert page.headers["content-type"] == "text/markdown; charset=utf-8"
    assert f"# {AMENDED.title}, in plain words" in page.text
    text = legal.get(f"{contract}/versions/2/summary", format="text")
    assert "What happens on a miss" in text.text


@pytest.fixture(scope="module")
def stranger(shared_world: World) -> Caller:
    """Bring on somebody who has nothing to do with the deal."""
    return shared_world.cast("other-").client[Role.LEGAL]


@pytest.mark.parametrize("what", ["redline", "summary"])
def test_strangers_learn_nothing(stranger: Caller, contract: str, what: str) -> None:
    there = stranger.get(f"{contract}/versions/2/{what}")
    nowhere = stranger.get(f"{contract[:-4]}zzzz/versions/2/{what}")
    said = [problem(answer, 404, "not-found")["detail"] for answer in (there, nowhere)]
    assert said[0] == said[1]
