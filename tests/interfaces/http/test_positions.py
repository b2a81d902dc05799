"""Each side's private file over HTTP: drafts, notes, limits, findings, approvals."""

from __future__ import annotations

import pytest

from agreements import simple_document, simple_terms
from http_answers import Json
from http_cast import open_negotiation, path_of
from http_world import Cast, World, done, problem

FEE = "charges/monthly-fee/amount"
DIGEST = {"terms_digest": simple_terms().digest}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


@pytest.fixture(params=["negotiation", "requirements"])
def file(people: Cast, request: pytest.FixtureRequest) -> str:
    """Return the path of the private files on a negotiation, and on requirements."""
    if request.param == "negotiation":
        return f"{path_of(open_negotiation(people)['id'])}/position"
    asked = {"title": "Orders", "need": "take orders day and night"}
    opened = people.client["negotiator"].post(f"{people.path}/requirements", asked)
    return f"{path_of(done(opened, 201)['id'])}/position"


def test_an_empty_file_has_version_nought(people: Cast, file: str) -> None:
    answer = people.provider["negotiator"].get(file)
    shown = done(answer)
    assert answer.headers["etag"] == '"0"'
    assert (shown["version"], shown["side"], shown["draft"]) == (0, "provider", None)


def test_a_side_prepares(people: Cast, file: str) -> None:
    ours = people.provider["negotiator"]
    draft = {"document": {"title": "half of a", "ends": None}, "note": "ask legal"}
    done(ours.put(f"{file}/draft", draft, if_match=0))
    done(ours.post(f"{file}/notes", {"text": "they are in a hurry", "path": FEE}, if_match=1), 201)
    reserve = {"path": FEE, "value": "11000.00", "because": "our costs"}
    done(ours.put(f"{file}/reserve", reserve, if_match=2))
    engineer = people.provider["requirements-engineer"]
    found = {"of": DIGEST["terms_digest"], "technical": "feasible", "commercial": "infeasible"}
    done(engineer.post(f"{file}/assessments", found, if_match=3), 201)

    shown = done(ours.get(file))
    assert shown["version"] == 4
    assert (shown["draft"], shown["draft_note"]) == (draft["document"], "ask legal")
    assert [(note["text"], note["path"]) for note in shown["notes"]] == [
        ("they are in a hurry", FEE)
    ]
    assert shown["reserves"] == [reserve]
    assert shown["found"] == [{**found, "findings": []}]


def test_the_other_side_has_a_file_of_its_own(world: World, people: Cast, file: str) -> None:
    secret = {"document": {"title": "never let them see this"}}
    done(people.provider["legal"].put(f"{file}/draft", secret, if_match=0))
    theirs = done(people.client["negotiator"].get(file))
    assert (theirs["side"], theirs["version"], theirs["draft"]) == ("client", 0, None)
    world.settle()
    ours = people.provider["legal"].get(f"{people.path}/audit-trail", limit=200, name="DraftSaved")
    assert secret["document"]["title"] in ours.text
    client = people.client["administrator"]
    theirs_too = client.get(f"{people.path}/audit-trail", limit=200, name="DraftSaved")
    assert "never let them see this" not in theirs_too.text


def test_terms_are_approved_by_whoever_may(people: Cast, file: str) -> None:
    provider = people.provider
    document = {"document": simple_document()}
    done(provider["negotiator"].put(f"{file}/draft", document, if_match=0))
    asked = {"kind": "commercial", **DIGEST}
    requested = done(provider["negotiator"].post(f"{file}/approvals", asked, if_match=1), 201)
    assert [one["stands"] for one in requested["approvals"]] == ["requested"]
    no = {**DIGEST, "because": "too cheap"}
    refused = provider["finance"].post(f"{file}/approvals/commercial/refusal", no, if_match=2)
    assert [one["stands"] for one in done(refused)["approvals"]] == ["refused"]
    yes = done(provider["finance"].post(f"{file}/approvals/commercial", DIGEST, if_match=3))
    assert [one["stands"] for one in yes["approvals"]] == ["given"]
    done(provider["service-manager"].post(f"{file}/approvals/technical", DIGEST, if_match=4))
    done(provider["signatory"].post(f"{file}/approvals/mandate", DIGEST, if_match=5))
    stands = {one["kind"]: one["stands"] for one in done(provider["legal"].get(file))["approvals"]}
    assert stands == dict.fromkeys(("commercial", "technical", "mandate"), "given")


@pytest.mark.parametrize(
    ("kind", "role"),
    [("technical", "finance"), ("commercial", "signatory"), ("mandate", "finance")],
)
def test_each_approval_takes_its_own_role(people: Cast, file: str, kind: str, role: str) -> None:
    for path in (f"{file}/approvals/{kind}", f"{file}/approvals/{kind}/refusal"):
        body = DIGEST if not path.endswith("refusal") else {**DIGEST, "because": "no"}
        problem(people.provider[role].post(path, body, if_match=0), 403, "role-missing")


def test_a_mandate_is_held_against_terms_one_has(people: Cast, file: str) -> None:
    answer = people.provider["signatory"].post(f"{file}/approvals/mandate", DIGEST, if_match=0)
    problem(answer, 409, "unknown-terms")


def test_a_client_needs_no_technical_approval(people: Cast, file: str) -> None:
    manager = people.client["service-manager"]
    answer = manager.post(f"{file}/approvals/technical", DIGEST, if_match=0)
    problem(answer, 409, "approval-not-needed")


def test_who_decided_on_an_older_file_looks_again(people: Cast, file: str) -> None:
    ours = people.provider["negotiator"]
    done(ours.put(f"{file}/draft", {"document": {"a": "b"}}, if_match=0))
    stale = ours.put(f"{file}/draft", {"document": {"a": "c"}}, if_match=0)
    assert problem(stale, 412, "stale-version")["version"] == 1
    problem(ours.put(f"{file}/draft", {"document": {"a": "c"}}), 428, "version-missing")


def test_a_note_sent_twice_is_one_note(world: World, people: Cast, file: str) -> None:
    ours, key = people.provider["negotiator"], world.fresh_key()
    for _ in range(2):
        note = ours.post(f"{file}/notes", {"text": "once"}, if_match=0, key=key)
        assert len(done(note, 201)["notes"]) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"fee": 99.5},
        {"a": "\x00"},
        {"\x00": "a"},
        {"many": 2**60},
        {"deep": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
    ],
)
def test_a_draft_that_could_not_be_kept_exactly_is_refused(
    people: Cast, file: str, document: Json
) -> None:
    answer = people.provider["negotiator"].put(f"{file}/draft", {"document": document}, if_match=0)
    problem(answer, 422, "bad-shape")


@pytest.mark.parametrize(
    "raw", [b'{"document": {"a": "\\ud800"}}', b'{"document": {"\\ud800": 1}}', b'{"\\ud800": 1}']
)
def test_half_a_character_is_refused(world: World, people: Cast, file: str, raw: bytes) -> None:
    headers = {"If-Match": '"0"', "Idempotency-Key": "half", "Content-Type": "application/json"}
    subject = people.provider["negotiator"].subject
    answer = world.send("PUT", f"{file}/draft", subject, content=raw, headers=headers)
    problem(answer, 422, "bad-shape")


def test_there_is_no_file_on_what_does_not_exist(people: Cast) -> None:
    for kind in ("negotiation", "requirements"):
        plural = "negotiations" if kind == "negotiation" else kind
        path = f"{people.path}/{plural}/{kind}-00000000000000000000000000/position"
        problem(people.provider["negotiator"].get(path), 404, "not-found")


def test_administrators_read_no_private_file(people: Cast, file: str) -> None:
    problem(people.provider["administrator"].get(file), 403, "role-missing")
