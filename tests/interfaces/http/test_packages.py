"""The legal package of a signed version: complete, checkable with plain tools, the same twice."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest

from agreements import simple_terms
from domain.history.leaf import leaf_of
from domain.history.note import LOG, NoteKey
from domain.history.proof import InclusionProof
from domain.parties.facts import Role
from domain.values.sides import Side
from http_answers import done, problem
from http_cast import Organisation, agree, offer, open_negotiation, path_of
from http_world import Caller, Cast, World
from interfaces.verifier.command import answer
from signers import ORIGIN, SECRET
from signing import own_key
from tracked_changes import accepted

TERM: Final = {"starts": "2026-01-01", "ends": "2026-12-31"}
FIRST = simple_terms(availability="99.9", term=TERM)
AMENDED = simple_terms(availability="99.95", term=TERM)
JULY: Final = "2026-07-01T00:00:00Z"


@dataclass
class Packed:
    """A contract with two versions, in a world whose signer has signed everything."""

    world: World
    people: Cast
    stream: str

    def package(self, version: int, reader: Caller | None = None) -> bytes:
        legal = reader or self.people.client[Role.LEGAL]
        answer = legal.get(f"{path_of(self.stream)}/versions/{version}/package")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/zip"
        return answer.content

    def files(self, version: int) -> dict[str, bytes]:
        with ZipFile(BytesIO(self.package(version))) as package:
            assert package.testzip() is None
            return {name: package.read(name) for name in package.namelist()}

    def manifest(self, version: int) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.files(version)["manifest.json"])
        return found


@pytest.fixture(scope="module")
def packed(shared_world: World, people: Cast) -> Packed:
    talks = open_negotiation(people)["id"]
    agree(people, talks, offer(people, Side.PROVIDER, talks, FIRST), FIRST, by=Side.CLIENT)
    shared_world.settle()
    stream = talks.replace("negotiation-", "contract-")
    shared_world.tick_until("2026-01-02T00:00:00Z")
    talks = open_negotiation(people, kind="amendment", contract=stream)["id"]
    put = offer(people, Side.CLIENT, talks, AMENDED, effective_from=JULY)
    agree(people, talks, put, AMENDED, by=Side.PROVIDER)
    shared_world.settle()
    shared_world.sign()
    return Packed(shared_world, people, stream)


def test_it_holds_everything_there_is_of_a_version(packed: Packed) -> None:
    assert list(packed.files(2)) == [
        "README.txt",
        "summary.md",
        "summary.txt",
        "terms.json",
        "redline/since-version-1.html",
        "redline/since-version-1.pdf",
        "redline/since-version-1.docx",
        "statements/provider-signs.json",
        "statements/provider-signs.signed-bytes.json",
        "statements/provider-signs.tlog-proof",
        "statements/client-signs.json",
        "statements/client-signs.signed-bytes.json",
        "statements/client-signs.tlog-proof",
        "audit-bundle.parley.zip",
        "manifest.json",
        "SHA256SUMS",
    ]


def test_a_first_version_has_no_redline_and_says_so(packed: Packed) -> None:
    files = packed.files(1)
    assert not [name for name in files if name.startswith("redline/")]
    assert b"A redline: this is the first version." in files["README.txt"]
    assert json.loads(files["manifest.json"])["redline_since"] is None


def test_its_digests_are_those_of_its_files(packed: Packed) -> None:
    files, manifest = packed.files(2), packed.manifest(2)
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"
    }
    assert {one["name"]: (one["size"], one["sha256"]) for one in manifest["files"]} == {
        name: (len(files[name]), digest) for name, digest in sums.items() if name != "manifest.json"
    }


def test_sha256sum_checks_it_and_finds_what_was_changed(packed: Packed, tmp_path: Path) -> None:
    with ZipFile(BytesIO(packed.package(2))) as package:
        package.extractall(tmp_path)
    assert _sha256sum(tmp_path) == (0, "")
    (tmp_path / "terms.json").write_bytes((tmp_path / "terms.json").read_bytes() + b" ")
    code, said = _sha256sum(tmp_path)
    assert (code, "terms.json: FAILED" in said) == (1, True)


def _sha256sum(folder: Path) -> tuple[int, str]:
    """Check a folder as its reader would; return the exit code and what it said of failures."""
    check = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    said = subprocess.run(check, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603 - coreutils, on our own files
    return said.returncode, said.stdout


def test_its_terms_are_the_bytes_behind_the_digest_that_was_signed(packed: Packed) -> None:
    files, manifest = packed.files(2), packed.manifest(2)
    assert f"sha256:{sha256(files['terms.json']).hexdigest()}" == AMENDED.digest
    assert manifest["terms_digest"] == AMENDED.digest
    statement = json.loads(files["statements/client-signs.signed-bytes.json"])
    assert statement["terms_digest"] == AMENDED.digest


def test_its_statements_carry_what_it_takes_to_check_them(packed: Packed) -> None:
    files = packed.files(2)
    for side in Side:
        evidence = json.loads(files[f"statements/{side}-signs.json"])["evidence"]
        signed = files[f"statements/{side}-signs.signed-bytes.json"]
        assert evidence["jws"] == own_key(f"{side}-signatory").jws(signed)


def test_its_proofs_hold_by_the_logs_key(packed: Packed) -> None:
    files = packed.files(2)
    log = NoteKey(
        f"{ORIGIN}/{packed.people.relationship}", LOG, SECRET.public_key().public_bytes_raw()
    )
    fact = json.loads(files["statements/provider-signs.json"])
    recorder = packed.world.house.ledger.recorder
    (stored,) = recorder.select_events(fact["stream"], gt=fact["version"] - 1, lte=fact["version"])
    leaf = leaf_of(fact["stream"], fact["version"], stored.topic, stored.state)
    proof = InclusionProof.parse(files["statements/provider-signs.tlog-proof"].decode())
    assert proof.check(leaf, log).checkpoint.size > proof.index


def test_its_bundle_holds_offline_by_pinned_keys(packed: Packed, tmp_path: Path) -> None:
    bundle, pins = tmp_path / "bundle.zip", tmp_path / "pins.txt"
    bundle.write_bytes(packed.files(2)["audit-bundle.parley.zip"])
    pins.write_text(packed.people.client[Role.LEGAL].get(f"{packed.people.path}/pins").text)
    code, said = answer(bundle, pins)
    assert code == 0, said


def test_its_redline_is_the_one_the_service_shows(packed: Packed) -> None:
    legal = packed.people.client[Role.LEGAL]
    shown = legal.get(f"{path_of(packed.stream)}/versions/2/redline", format="docx").content
    assert packed.files(2)["redline/since-version-1.docx"] == shown
    assert any("99.95" in text for _, text in accepted(shown))


def test_without_a_document_it_says_that_there_is_none_yet(packed: Packed) -> None:
    files, manifest = packed.files(2), packed.manifest(2)
    assert manifest["signed_document"] is None
    assert manifest["signed_document_bears"] == "none of this version was made yet"
    assert b"The signed document: none of this version was made yet." in files["README.txt"]


def test_the_document_of_a_version_is_in_its_package_and_in_the_bundle(packed: Packed) -> None:
    legal = packed.people.provider[Role.LEGAL]
    document = f"{path_of(packed.stream)}/versions/1/document"
    done(legal.post(document), 201)
    packed.world.sign()
    files = packed.files(1)
    pdf = legal.get(f"{document}/file").content
    assert files["agreement.pdf"] == pdf
    assert b"the seal of the service" in files["README.txt"]
    assert json.loads(files["manifest.json"])["signed_document"] == "agreement.pdf"
    with ZipFile(BytesIO(files["audit-bundle.parley.zip"])) as bundle:
        assert f"documents/{sha256(pdf).hexdigest()}.pdf" in bundle.namelist()


def test_the_same_record_is_the_same_bytes(packed: Packed) -> None:
    assert packed.package(2) == packed.package(2)


def test_strangers_learn_nothing(packed: Packed, shared_world: World) -> None:
    stranger = shared_world.cast("other-").client[Role.LEGAL]
    there = stranger.get(f"{path_of(packed.stream)}/versions/1/package")
    nowhere = stranger.get(f"{path_of(packed.stream)[:-4]}zzzz/versions/1/package")
    said = [problem(answer, 404, "not-found")["detail"] for answer in (there, nowhere)]
    assert said[0] == said[1]


def test_an_auditor_of_the_contract_alone_gets_no_statement_and_is_told_so(
    packed: Packed, shared_world: World
) -> None:
    people = packed.people
    other = Organisation(shared_world, "contract-auditor")
    other.appear()
    admitting = {"auditor": other.id, "streams": [packed.stream]}
    done(people.provider[Role.LEGAL].post(f"{people.path}/auditors", admitting, if_match="*"), 201)
    shared_world.settle()
    shared_world.sign()
    with ZipFile(BytesIO(packed.package(2, other[Role.AUDITOR]))) as package:
        assert not [name for name in package.namelist() if name.startswith("statements/")]
        assert json.loads(package.read("manifest.json"))["negotiation"] is None
        said = package.read("README.txt").decode()
    assert "The statements: whoever asked may not see the negotiation." in said


def test_before_the_signer_has_signed_it_is_asked_for_again(packed: Packed) -> None:
    people, shared_world = packed.people, packed.world
    talks = open_negotiation(people)["id"]
    agree(people, talks, offer(people, Side.PROVIDER, talks, FIRST), FIRST, by=Side.CLIENT)
    shared_world.settle()
    later = path_of(talks.replace("negotiation-", "contract-"))
    answer = people.client[Role.LEGAL].get(f"{later}/versions/1/package")
    problem(answer, 409, "checkpoint-behind")
