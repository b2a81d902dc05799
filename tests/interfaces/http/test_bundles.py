"""A contract's audit bundle over HTTP: each reader gets their own, and each holds offline."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from agreements import simple_terms
from application.disclosing import OF_EVERYBODY, OF_SIGNERS, REVOKED
from bench import Bench, faults_of
from domain.parties.facts import Role
from domain.relationships.facts import RecordsInspected
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from http_cast import Cast, Deal, offer, open_negotiation
from http_world import Caller, World, done, problem
from isolation.hearing import unpacked
from witnesses import cosigned, pin_witness

SECRET: Final = "for-the-eyes-of-the-{}-only"
HTTP_OK: Final = 200


@dataclass
class Signed:
    """A deal whose history was signed and cosigned by both sides' witnesses."""

    world: World
    cast: Cast
    deal: Deal
    bench: Bench

    def witness(self) -> None:
        """Let the signer sign, and both witnesses cosign."""
        self.world.sign()
        now = int(self.world.clock.now().timestamp())
        for side in Side:
            ours = self.cast.on(side)
            legal = ours[Role.LEGAL]
            note = legal.get(f"{self.cast.path}/checkpoint").text
            line = {"note": cosigned(note, ours.id, now)}
            answer = legal.post(f"{self.cast.path}/cosignatures", line)
            assert answer.status_code == HTTP_OK, answer.text

    def exported(self, reader: Caller, contract_path: str = "") -> Path:
        answer = reader.get(f"{contract_path or self.deal.contract_path}/audit")
        assert answer.status_code == HTTP_OK, answer.text
        assert answer.headers["content-type"] == "application/zip"
        path = self.bench.home / f"{reader.subject}.zip"
        path.write_bytes(answer.content)
        return path

    def pins(self) -> str:
        drafted = self.cast.client[Role.LEGAL].get(f"{self.cast.path}/pins")
        assert drafted.status_code == HTTP_OK, drafted.text
        return str(drafted.text)

    def notes(self) -> None:
        """Leave a note in both sides' private files on the negotiation."""
        for side in Side:
            path = f"{self.deal.path}/position/notes"
            said = {"text": SECRET.format(side)}
            done(self.cast.on(side)[Role.NEGOTIATOR].post(path, said, if_match="*"), 201)


def sign_everything(world: World, cast: Cast, home: Path) -> Signed:
    for side in Side:
        ours = cast.on(side)
        pin_witness(world, ours.id, ours.persons[Role.ADMINISTRATOR])
    made = Signed(world, cast, world.strike_a_deal(cast, in_force=False), Bench(home))
    made.notes()
    made.witness()
    return made


@pytest.fixture(scope="module")
def signed(shared_world: World, people: Cast, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """Lend one deal to all tests: they add to its history and take nothing away."""
    return sign_everything(shared_world, people, tmp_path_factory.mktemp("bench"))


@pytest.fixture
def own(shared_world: World, tmp_path: Path) -> Signed:
    """Lend a deal of its own to a test that takes something away."""
    return sign_everything(shared_world, shared_world.cast("other-"), tmp_path)


def readers(signed: Signed) -> list[Caller]:
    cast = signed.cast
    return [cast.provider[Role.LEGAL], cast.client[Role.LEGAL], cast.auditor[Role.AUDITOR]]


def test_every_reader_gets_a_bundle_that_holds(signed: Signed) -> None:
    pins = signed.pins()
    for reader in readers(signed):
        answered = signed.bench.ask(signed.exported(reader), pins)
        assert faults_of(answered) == ""
        assert answered["gaps"] == []
        assert answered["verdict"] == "holds"
        assert [one["signatures_proven"] for one in answered["versions"]] == [True]
        assert AgreementTerms.model_validate(answered["replay"]["terms"]) == signed.deal.terms


def test_all_readers_hold_the_same_tree(signed: Signed) -> None:
    pins = signed.pins()
    roots = [
        [one["root"] for one in signed.bench.ask(signed.exported(reader), pins)["logs"]]
        for reader in readers(signed)
    ]
    assert roots[0] == roots[1] == roots[2]


def test_no_bundle_holds_what_is_the_other_sides_alone(signed: Signed) -> None:
    provider, client, auditor = (
        unpacked(signed.exported(reader).read_bytes()) for reader in readers(signed)
    )
    for side, shown, hidden in (
        (Side.PROVIDER, provider, (client, auditor)),
        (Side.CLIENT, client, (provider, auditor)),
    ):
        assert SECRET.format(side) in shown
        assert [text for text in hidden if SECRET.format(side) in text] == []
        assert [text for text in hidden if f"position-{side}" in text] == []


def test_of_the_other_party_a_reader_sees_what_its_signatures_take(signed: Signed) -> None:
    theirs = signed.cast.provider
    with zipfile.ZipFile(signed.exported(signed.cast.client[Role.LEGAL])) as archive:
        lines = archive.read(f"history/{theirs.id}.tsv").splitlines()
    shown = [line.split(b"\t") for line in lines if not line.startswith(b"-")]
    topics = {topic.decode().partition("/")[0] for _, _, topic, _ in shown}
    assert topics <= {*OF_EVERYBODY, *OF_SIGNERS, REVOKED}
    about = {json.loads(state)["fact"].get("person") for *_, state in shown}
    assert about <= {None, *theirs.persons.values()}
    assert theirs.persons[Role.SIGNATORY] in about
    assert theirs.persons[Role.FINANCE] not in about
    with zipfile.ZipFile(signed.exported(theirs[Role.LEGAL])) as archive:
        assert b"-\t" not in archive.read(f"history/{theirs.id}.tsv")


def test_an_auditors_export_is_put_on_record(signed: Signed) -> None:
    before = signed.world.house.ledger.head()
    signed.exported(signed.cast.auditor[Role.AUDITOR])
    (reading,) = signed.world.house.ledger.follow(before, 10)
    assert isinstance(reading.event.fact, RecordsInspected)
    assert reading.event.fact.what == signed.deal.contract


def test_the_same_history_makes_the_same_files(signed: Signed) -> None:
    legal = signed.cast.client[Role.LEGAL]
    assert signed.exported(legal).read_bytes() == signed.exported(legal).read_bytes()


def test_an_auditor_of_the_contract_alone_is_told_what_that_leaves_unproven(
    own: Signed,
) -> None:
    legal, other = own.cast.client[Role.LEGAL], own.cast
    dismissal = f"{other.path}/auditors/{other.admission}/dismissal"
    done(legal.post(dismissal, {"because": "one contract is enough"}, if_match="*"))
    admitting = {"auditor": other.auditor.id, "streams": [own.deal.contract]}
    done(legal.post(f"{other.path}/auditors", admitting, if_match="*"), 201)
    pins = own.pins()
    answered = own.bench.ask(own.exported(other.auditor[Role.AUDITOR]), pins)
    assert answered["verdict"] == "unproven"
    assert f"this reader is not shown {own.deal.negotiation}" in str(answered["gaps"])


def test_history_goes_on_and_an_earlier_checkpoint_is_continued(signed: Signed) -> None:
    held = signed.cast.client[Role.LEGAL].get(f"{signed.cast.path}/checkpoint").text
    signed.notes()
    signed.witness()
    path = signed.exported(signed.cast.client[Role.LEGAL])
    answered = signed.bench.ask(path, signed.pins(), held=(held,))
    assert answered["verdict"] == "holds"
    assert "1 checkpoints held before are continued" in answered["checked"]


def test_what_the_signer_has_not_signed_is_not_exported_yet(signed: Signed) -> None:
    later = signed.world.strike_a_deal(signed.cast, simple_terms(fee="9.00"), in_force=False)
    answer = signed.cast.client[Role.LEGAL].get(f"{later.contract_path}/audit")
    problem(answer, 409, "checkpoint-behind")
    signed.witness()
    path = signed.exported(signed.cast.client[Role.LEGAL], later.contract_path)
    assert signed.bench.ask(path, signed.pins())["contract"] == later.contract


def test_the_draft_of_the_pins_says_that_it_proves_nothing(signed: Signed) -> None:
    assert "it proves nothing yet" in signed.pins()
    assert signed.pins().count("\nwitness ") == len(Side)
    assert signed.pins().count("\nkey ") >= len(Side)


def test_a_negotiation_that_led_nowhere_is_no_hindrance(signed: Signed) -> None:
    negotiation = open_negotiation(signed.cast)["id"]
    offer(signed.cast, Side.PROVIDER, negotiation, simple_terms(fee="1.00"))
    signed.witness()
    answered = signed.bench.ask(signed.exported(signed.cast.client[Role.LEGAL]), signed.pins())
    assert answered["verdict"] == "holds"


def test_a_file_broken_off_is_no_bundle(signed: Signed) -> None:
    path = signed.exported(signed.cast.client[Role.LEGAL])
    path.write_bytes(path.read_bytes()[:-100])
    assert signed.bench.ask(path, signed.pins())["verdict"] == "refused"


def members(answer: httpx.Response) -> dict[str, Any]:
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        return {info.filename: info for info in archive.infolist()}


def test_the_manifest_comes_last_and_nothing_tells_when_it_was_packed(signed: Signed) -> None:
    answer = signed.cast.client[Role.LEGAL].get(f"{signed.deal.contract_path}/audit")
    found = members(answer)
    assert list(found)[-1] == "manifest.json"
    assert {info.date_time for info in found.values()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_documents_that_history_names_are_enclosed(signed: Signed) -> None:
    legal = signed.cast.client[Role.LEGAL]
    issued = done(legal.post(f"{signed.deal.contract_path}/versions/1/document"), 201)
    problem(legal.get(f"{signed.deal.contract_path}/audit"), 409, "checkpoint-behind")
    signed.witness()
    path = signed.exported(legal)
    answered = signed.bench.ask(path, signed.pins())
    assert faults_of(answered) == ""
    assert answered["verdict"] == "holds"
    assert f"{len(issued['revisions'])} documents are named by the log" in answered["checked"]

    swapped = signed.bench.home / "swapped.zip"
    with zipfile.ZipFile(path) as good, zipfile.ZipFile(swapped, "w") as bad:
        for info in good.infolist():
            content = good.read(info)
            bad.writestr(info, content + b"%" if info.filename.endswith(".pdf") else content)
    said = faults_of(signed.bench.ask(swapped, signed.pins()))
    assert said.count(".pdf: its size and SHA-256 are not those in the manifest") == 2
