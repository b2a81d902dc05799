"""A version's document over HTTP: issued, signed by both sides with keys of their own, archived."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from document_people import Signatory, signatories
from domain.values.canonical import Digest
from domain.values.sides import Side
from http_cast import Deal
from http_world import Cast, World, done, problem
from interfaces.documents.looking import look, made_from, only_signed_since
from interfaces.documents.party_tool import Expected, Sent, sign
from interfaces.documents.verdict import Known, judge


@pytest.fixture(scope="module")
def deal(shared_world: World, people: Cast) -> Deal:
    return shared_world.strike_a_deal(people)


@pytest.fixture(scope="module")
def signers(shared_world: World, people: Cast) -> dict[Side, Signatory]:
    """Give each side's signatory a certificate of the development authority's, and pin it."""
    return signatories(shared_world, people)


def document_path(deal: Deal, version: int = 1) -> str:
    return f"{deal.contract_path}/versions/{version}/document"


def issue(people: Cast, deal: Deal) -> dict[str, Any]:
    people.client.world.sign()
    answer = people.client["legal"].post(document_path(deal))
    return done(answer, 201)


def file(people: Cast, deal: Deal, **revision: str) -> bytes:
    answer = people.client["negotiator"].get(f"{document_path(deal)}/file", **revision)
    assert answer.headers["Content-Type"] == "application/pdf"
    return answer.content


def sign_as(signer: Signatory, people: Cast, deal: Deal, **changes: Any) -> dict[str, Any]:
    """Let a signatory sign as ``parley document sign`` does, on their own machine."""
    path = f"{document_path(deal)}/signing-rounds"
    opened = done(signer.caller.post(path, {"certificates": [signer.certificate]}), 201)
    sent = Sent(
        file(people, deal, revision=opened["revision"]),
        b64decode(opened["pdf"]),
        b64decode(opened["attributes"]),
    )
    expected = Expected(deal.contract, 1, changes.get("terms", deal.terms.digest))
    raw = sign(sent, expected, signer.key, signer.x509)
    body = {"signature": b64encode(raw).decode()}
    return done(signer.caller.post(f"{path}/{opened['round']}/signature", body))


def test_the_life_of_a_document(people: Cast, deal: Deal, signers: dict[Side, Signatory]) -> None:
    issued = issue(people, deal)
    assert issued["missing"] == ["provider", "client"]
    assert issued["terms_digest"] == deal.terms.digest
    assert issue(people, deal) == issued, "a document is made once"

    rendered, sealed = (file(people, deal, revision=one) for one in issued["revisions"])
    assert sealed.startswith(rendered)
    assert made_from(look(sealed), Digest(deal.terms.digest))

    begun = [sign_as(signers[side], people, deal) for side in Side]
    assert [one["side"] for one in begun[-1]["signatures"]] == ["provider", "client"]
    assert begun[-1]["missing"] == []
    signed = file(people, deal)
    only_signed_since(look(signed))
    known = Known(
        {
            "service": [issued["seal"]],
            **{str(side): [one.fingerprint] for side, one in signers.items()},
        },
        signers[Side.PROVIDER].roots,
        deal.terms.digest,
    )
    assert judge(signed, known).refusals == ()

    archive = f"{document_path(deal)}/archive-timestamps"
    archived = done(people.provider["legal"].post(archive))
    assert archived["archived_at"] is not None
    assert judge(file(people, deal), known).holds
    again = people.provider["legal"].post(archive)
    problem(again, 409, "archive-not-due")


def test_a_signature_answers_again_when_its_answer_was_lost(
    people: Cast, signers: dict[Side, Signatory], shared_world: World
) -> None:
    deal = shared_world.strike_a_deal(people)
    issue(people, deal)
    signer = signers[Side.CLIENT]
    path = f"{document_path(deal)}/signing-rounds"
    opened = done(signer.caller.post(path, {"certificates": [signer.certificate]}), 201)
    raw = signer.raw(b64decode(opened["attributes"]))
    body = {"signature": b64encode(raw).decode()}
    first, second = (
        done(signer.caller.post(f"{path}/{opened['round']}/signature", body)) for _ in range(2)
    )
    assert first == second
    assert second["missing"] == ["provider"]


def test_of_two_who_sign_at_once_the_second_begins_anew(
    people: Cast, signers: dict[Side, Signatory], shared_world: World
) -> None:
    deal = shared_world.strike_a_deal(people)
    issue(people, deal)
    path = f"{document_path(deal)}/signing-rounds"
    rounds = {
        side: done(one.caller.post(path, {"certificates": [one.certificate]}), 201)
        for side, one in signers.items()
    }
    answers = []
    for side, one in signers.items():
        raw = one.raw(b64decode(rounds[side]["attributes"]))
        body = {"signature": b64encode(raw).decode()}
        answers.append(one.caller.post(f"{path}/{rounds[side]['round']}/signature", body))
    assert done(answers[0])["missing"] == ["client"]
    problem(answers[1], 409, "revision-moved")
    assert sign_as(signers[Side.CLIENT], people, deal)["missing"] == []


def test_what_is_refused_before_anything_is_recorded(
    people: Cast, signers: dict[Side, Signatory], shared_world: World
) -> None:
    deal = shared_world.strike_a_deal(people)
    provider, client = signers[Side.PROVIDER], signers[Side.CLIENT]
    path = f"{document_path(deal)}/signing-rounds"
    begin = {"certificates": [provider.certificate]}
    problem(provider.caller.post(path, begin), 409, "document-not-issued")
    issue(people, deal)

    theirs = provider.caller.post(path, {"certificates": [client.certificate]})
    problem(theirs, 409, "certificate-not-pinned")
    stranger = provider.caller.post(path, {"certificates": [provider.of_another_authority()]})
    problem(stranger, 409, "certificate-untrusted")
    nothing = provider.caller.post(path, {"certificates": [b64encode(b"none").decode()]})
    problem(nothing, 409, "certificate-unreadable")

    opened = done(provider.caller.post(path, begin), 201)
    wrong = {"signature": b64encode(client.raw(b64decode(opened["attributes"]))).decode()}
    to = f"{path}/{opened['round']}/signature"
    problem(provider.caller.post(to, wrong), 409, "signature-invalid")
    right = {"signature": b64encode(provider.raw(b64decode(opened["attributes"]))).decode()}
    problem(client.caller.post(to, right), 409, "round-not-open")
    shared_world.clock.forward(minutes=31)
    problem(provider.caller.post(to, right), 409, "round-expired")
    archive = people.client["legal"].post(f"{document_path(deal)}/archive-timestamps")
    problem(archive, 409, "signatures-missing")
    stands = done(people.client["negotiator"].get(document_path(deal)))
    assert stands["signatures"] == []


def test_a_version_that_is_not_there_has_no_document(people: Cast, deal: Deal) -> None:
    assert people.client["legal"].post(document_path(deal, 7)).status_code == 404
    assert people.client["legal"].get(document_path(deal, 7)).status_code == 404


def test_bundles_and_packages_hold_the_document(
    people: Cast, deal: Deal, shared_world: World
) -> None:
    issued = issue(people, deal)
    shared_world.settle()
    shared_world.sign()
    bundle = people.client["legal"].get(f"{deal.contract_path}/audit")
    with ZipFile(BytesIO(bundle.content)) as packed:
        names = packed.namelist()
        for digest in issued["revisions"]:
            name = f"documents/{digest.removeprefix('sha256:')}.pdf"
            assert name in names
            assert f"sha256:{sha256(packed.read(name)).hexdigest()}" == digest
    package = people.client["legal"].get(f"{deal.contract_path}/versions/1/package")
    with ZipFile(BytesIO(package.content)) as packed:
        pdfs = [packed.read(name) for name in packed.namelist() if name.endswith(".pdf")]
        assert file(people, deal) in pdfs
