"""The agreement in force in other tools' languages, over HTTP, and theirs as drafts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from bridged import checked, example, queried
from domain.parties.facts import Role
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import agree, offer, open_negotiation, path_of
from http_world import Cast, World

FIRST = example("ecommerce-five-nines")
DOCUMENT = FIRST.document()
DOCUMENT["objectives"][0]["concern_at"] = ["40"]
AMENDED = queried(DOCUMENT)
JULY: Final = "2026-07-01T00:00:00Z"
TABLE: Final = """
service: Order management
objective: {indicator: availability, target: "99.9", period: calendar month}
tiers: [{below: "99.9", credit_percent: "10"}]
seen: on a page
"""


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


def test_the_version_in_force_becomes_rules_that_promtool_accepts(
    people: Cast, contract: str, tmp_path: Path
) -> None:
    answer = done(people.client[Role.SERVICE_MANAGER].get(f"{contract}/export", to="prometheus"))
    assert (answer["version"], answer["terms_digest"]) == (1, FIRST.digest)
    assert answer["media_type"] == "application/yaml"
    assert f"version 1, {FIRST.digest}" in answer["text"]
    assert "charges/monthly-fee" in {item["place"] for item in answer["unsaid"]}
    checked(answer["text"], tmp_path)


def test_what_governs_at_an_instant_is_exported(people: Cast, contract: str) -> None:
    legal = people.provider[Role.LEGAL]
    before = done(legal.get(f"{contract}/export", to="prometheus"))
    after = done(legal.get(f"{contract}/export", to="prometheus", as_of=JULY))
    assert (before["version"], after["version"]) == (1, 2)
    assert 'used: "40"' in after["text"]
    assert 'used: "40"' not in before["text"]


def test_openslo_and_tmf651(people: Cast, contract: str) -> None:
    legal = people.auditor[Role.AUDITOR]
    slo = done(legal.get(f"{contract}/export", to="openslo"))
    assert "targetPercent: 99.999" in slo["text"]
    agreement = json.loads(done(legal.get(f"{contract}/export", to="tmf651"))["text"])
    roles = {party["role"]: party["id"] for party in agreement["engagedParty"]}
    assert roles == {"provider": people.provider.id, "client": people.client.id}
    assert (agreement["status"], agreement["version"]) == ("active", "1")
    assert agreement["href"] == f"/v1{contract}"


def test_another_language_is_refused(people: Cast, contract: str) -> None:
    answer = people.provider[Role.LEGAL].get(f"{contract}/export", to="klingon")
    problem(answer, 422, "bad-shape")


def test_a_table_is_read_as_a_draft_and_nothing_is_stored(shared_world: World) -> None:
    body = {"language": "table", "text": TABLE, "client": "Alpine Retail", "currency": "EUR"}
    answer = done(
        shared_world.as_("anybody").post("/terms/imports", {**body, "starts": "2026-01-01"})
    )
    assert answer["fine"]
    assert answer["terms"]["objectives"][0]["targets"] == [{"at_least": "99.9"}]
    assert [item["place"] for item in answer["unsaid"]] == ["seen"]
    assert "left-open" in {finding["rule"] for finding in answer["findings"]}


def test_a_draft_begins_today_when_nothing_else_is_said(shared_world: World) -> None:
    answer = done(
        shared_world.as_("anybody").post("/terms/imports", {"language": "table", "text": TABLE})
    )
    today = shared_world.clock.now().date().isoformat()
    assert answer["terms"]["term"]["starts"] == today


@pytest.mark.parametrize(
    ("language", "text", "rule"),
    [
        ("table", TABLE.replace('"99.9", period', "99.9, period"), "float-refused"),
        ("openslo", "a: &b [*b]", "anchors-refused"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    shared_world: World, language: str, text: str, rule: str
) -> None:
    body = {"language": language, "text": text}
    found = done(shared_world.as_("anybody").post("/terms/imports", body))
    assert (found["fine"], found["terms"], found["problems"][0]["rule"]) == (False, None, rule)


def test_text_that_is_none_is_refused(shared_world: World) -> None:
    sent = json.dumps({"language": "openslo", "text": "\ud800"}).encode()
    headers = {"Content-Type": "application/json"}
    answer = shared_world.send("POST", "/terms/imports", "anybody", content=sent, headers=headers)
    problem(answer, 422, "bad-shape")
