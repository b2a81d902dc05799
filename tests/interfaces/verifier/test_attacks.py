"""What somebody may do to a bundle: each attack is refused, with the place and the reason."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from bench import Bench, faults_of
from bundles import (
    DOCUMENT,
    Bundle,
    bundle,
    checkpoint_note,
    manifest_head,
    pins_text,
    private_key,
    witness_of,
)
from domain.contract.facts import ContractCameIntoForce
from domain.documents.facts import DocumentRendered
from domain.history.checkpoint import origin_of
from domain.history.note import Note, cosign
from domain.values.canonical import Digest
from domain.values.sides import Side
from recorded_deals import CONTRACT, RELATIONSHIP, deal
from signing import SERVICE
from verifier_attacks import LOG, PROVIDERS, TAMPERED, drop_the_last


def good() -> Bundle:
    return bundle(deal())


def test_a_good_bundle_holds(bench: Bench) -> None:
    answered = bench.ask(good())
    assert answered["verdict"] == "holds"
    assert faults_of(answered) == ""
    assert [one["signatures_proven"] for one in answered["versions"]] == [True, True]


@pytest.mark.parametrize("attack", TAMPERED)
def test_a_log_that_was_tampered_with_is_refused_where_it_was(attack: str, bench: Bench) -> None:
    spoil, said = TAMPERED[attack]
    made = good()
    spoil(made)
    answered = bench.ask(made)
    assert answered["verdict"] == "refused"
    assert [words for words in said if words not in faults_of(answered)] == []
    assert answered["proves"] == []
    assert answered["replay"] is None


@pytest.mark.parametrize("attack", TAMPERED)
def test_a_manifest_that_was_not_made_to_fit_gives_the_file_away(attack: str, bench: Bench) -> None:
    made = good().freeze()
    TAMPERED[attack][0](made)
    assert f"{LOG}: its size and SHA-256 are not those in the manifest" in faults_of(
        bench.ask(made)
    )


def test_the_latest_facts_of_a_stream_may_be_withheld_and_the_answer_says_so(
    bench: Bench,
) -> None:
    ledger = deal()
    ledger.record(CONTRACT, ContractCameIntoForce())
    ledger.hide(CONTRACT, 3)
    answered = bench.ask(bundle(ledger))
    assert answered["verdict"] == "holds"
    assert "may have withheld a stream's latest facts" in str(answered["does_not_prove"])


def test_a_lie_about_the_size_is_refused(bench: Bench) -> None:
    made = good()
    drop_the_last(made)
    file = f"checkpoints/{RELATIONSHIP}.txt"
    made.files[file] = made.files[file].replace(b"\n18\n", b"\n17\n")
    assert f"{file}: the signature of" in faults_of(bench.ask(made))


def test_history_that_the_operator_signs_anew_lacks_the_witnesses(bench: Bench) -> None:
    ledger = deal()
    kept = bundle(ledger)
    log = ledger.logs[RELATIONSHIP]
    stream, version, topic, state = log[2]
    log[2] = (stream, version, topic, state.replace(b"We read it", b"We need it"))
    rewritten = bundle(ledger, cosigned_by_witnesses=False)
    assert "the quorum both is not met" in faults_of(bench.ask(rewritten))
    old = kept.files[f"checkpoints/{RELATIONSHIP}.txt"].decode()
    text, new = Note.parse(old), Note.parse(_note_of(rewritten))
    transplanted = new.with_signatures(text.signatures[1:])
    rewritten.files[f"checkpoints/{RELATIONSHIP}.txt"] = str(transplanted).encode()
    assert "is not over this text" in faults_of(bench.ask(rewritten))


def test_rewritten_history_does_not_continue_a_held_checkpoint(bench: Bench) -> None:
    ledger = deal()
    held = checkpoint_note(origin_of(SERVICE, RELATIONSHIP), ledger.leaves(RELATIONSHIP)[:5])
    assert bench.ask(bundle(ledger), held=(held,))["verdict"] == "holds"
    stream, version, topic, state = ledger.logs[RELATIONSHIP][2]
    ledger.logs[RELATIONSHIP][2] = (stream, version, topic, state.replace(b"We", b"Us"))
    said = faults_of(bench.ask(bundle(ledger), held=(held,)))
    assert "its first 5 leaves are not those of the checkpoint held" in said


def test_truncated_history_is_shorter_than_a_held_checkpoint(bench: Bench) -> None:
    ledger = deal()
    held = checkpoint_note(origin_of(SERVICE, RELATIONSHIP), ledger.leaves(RELATIONSHIP))
    del ledger.logs[RELATIONSHIP][-8:]
    assert bench.ask(bundle(ledger))["verdict"] == "holds"
    said = faults_of(bench.ask(bundle(ledger), held=(held,)))
    assert "it has 10 leaves, and had 18 by the checkpoint held" in said


def test_a_bundle_of_another_relationship_is_not_the_one_pinned(bench: Bench) -> None:
    answered = bench.ask(good(), pins_text(log="relationship-elsewhere"))
    assert f"the pins name no log {SERVICE}/{RELATIONSHIP}" in faults_of(answered)


def test_a_manifest_that_names_another_contract_proves_nothing_of_it(bench: Bench) -> None:
    made = good()
    made.manifest = manifest_head(contract=CONTRACT.replace("contract-00", "contract-01"))
    answered = bench.ask(made)
    assert answered["verdict"] == "unproven"
    assert "shows no conclusion of this contract" in str(answered["gaps"])
    assert answered["versions"] == []


def test_a_bundle_of_another_contract_is_not_the_one_asked_for(bench: Bench) -> None:
    pins = pins_text()
    assert bench.ask(good(), f"{pins}contract {CONTRACT}\n")["verdict"] == "holds"
    answered = bench.ask(good(), f"{pins}contract {RELATIONSHIP}/contract-another\n")
    assert f"it is about {CONTRACT}, and the pins name another" in faults_of(answered)


def test_a_checkpoint_of_another_log_is_refused(bench: Bench) -> None:
    made = good()
    made.files[f"checkpoints/{RELATIONSHIP}.txt"] = made.files[f"checkpoints/{PROVIDERS}.txt"]
    said = faults_of(bench.ask(made))
    assert f"the checkpoint is of log {SERVICE}/{PROVIDERS}, not of" in said


def test_another_operators_key_is_refused(bench: Bench) -> None:
    said = faults_of(bench.ask(bundle(deal(), operator="mallory")))
    assert "is not signed by the key of" in said


def test_a_strangers_cosignature_is_worth_nothing(bench: Bench) -> None:
    made = bundle(deal(), cosigned_by_witnesses=False)
    note = Note.parse(_note_of(made))
    public = private_key("stranger").public_key().public_bytes_raw()
    stranger = replace(witness_of(Side.CLIENT), public=public)
    line = cosign(note.text, stranger, 1, private_key("stranger").sign)
    made.files[f"checkpoints/{RELATIONSHIP}.txt"] = str(note.with_signatures([line])).encode()
    assert "of the pinned witnesses signed none of them" in faults_of(bench.ask(made))


def test_a_service_log_without_the_checkpoint_is_refused(bench: Bench) -> None:
    made = good()
    file = f"proofs/{RELATIONSHIP}.tlog-proof"
    made.files[file] = made.files[f"proofs/{PROVIDERS}.tlog-proof"]
    assert f"{file}: this is not leaf 0" in faults_of(bench.ask(made))
    del made.files[file]
    answered = bench.ask(made)
    assert answered["verdict"] == "unproven"
    assert file in str(answered["gaps"])


def with_document(content: bytes = DOCUMENT) -> Bundle:
    """Return a bundle with a document that the log names, and this content in its place."""
    ledger = deal()
    digest = sha256(DOCUMENT).hexdigest()
    terms = Digest("sha256:" + "0" * 64)
    for line in bundle(ledger).lines():
        if b"contract.ContractConcluded/" in line:
            terms = Digest(line.split(b'"terms_digest":"')[1].split(b'"')[0].decode())
    revision = Digest(f"sha256:{digest}")
    ledger.record(
        f"{CONTRACT}/document-1", DocumentRendered(1, terms, Digest("sha256:0"), revision)
    )
    made = bundle(ledger)
    made.files[f"documents/{digest}.pdf"] = content
    return made


def test_a_document_is_the_one_that_the_log_names(bench: Bench) -> None:
    answered = bench.ask(with_document())
    assert answered["verdict"] == "holds"
    assert "1 documents are named by the log" in answered["checked"]


def test_a_byte_flipped_in_a_document_is_refused(bench: Bench) -> None:
    made = with_document(DOCUMENT.replace(b"good", b"food"))
    said = faults_of(bench.ask(made))
    assert "documents/" in said
    assert "no fact in the log names a document of this digest" in said


def test_files_that_the_manifest_does_not_name_or_that_are_gone_are_refused(bench: Bench) -> None:
    made = with_document().freeze()
    (pdf,) = (name for name in made.files if name.startswith("documents/"))
    made.files["documents/another.pdf"] = made.files.pop(pdf)
    said = faults_of(bench.ask(made))
    assert "documents/another.pdf: the manifest does not name it" in said
    assert f"{pdf}: the manifest names it, and it is not in the bundle" in said


@pytest.mark.parametrize("name", ["../evil.tsv", "/etc/passwd", "history/../x.tsv", "a.exe", ""])
def test_names_that_no_bundle_has_are_refused(name: str, bench: Bench) -> None:
    path = good().write(bench.home / "bundle.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(name or "documents/"), b"evil")
    assert "a bundle has no file of such a name" in faults_of(bench.ask(path))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(bench: Bench) -> None:
    path = good().write(bench.home / "bundle.zip")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(zipfile.ZipInfo(LOG), b"evil")
    assert "two of its files have one name" in faults_of(bench.ask(path))


def test_a_bomb_is_not_unpacked(bench: Bench) -> None:
    path = bench.home / "bundle.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", b" " * (5 << 20))
    assert "which is too many" in faults_of(bench.ask(path))


def test_a_line_without_end_is_not_kept_in_memory(bench: Bench) -> None:
    made = good()
    made.files[LOG] = b"x" * (17 << 20)
    assert "a line of more than" in faults_of(bench.ask(made))


def test_a_file_that_is_no_zip_is_refused(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "no.zip"
    path.write_bytes(b"PK\x03\x04 not really")
    assert "not a readable zip" in faults_of(bench.ask(path))


def _note_of(made: Bundle) -> str:
    return made.files[f"checkpoints/{RELATIONSHIP}.txt"].decode()
