"""The verdict refuses what a viewer's signature check lets pass, and says why."""

from __future__ import annotations

import asyncio
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import async_validate_pdf_signature

from application.document_inputs import DocumentInputs
from documents import Bench, Hand, painted_over, swapped_attachment
from domain.values.sides import Side
from interfaces.documents.archiving import archive
from interfaces.documents.holes import complete
from interfaces.documents.rendering import render
from interfaces.documents.sealing import sealed as seal
from interfaces.documents.verdict import Verdict, document, judge


def viewer_says(pdf: bytes, tmp_path: Path) -> list[str]:
    """Return what ``pdfsig`` says of each signature."""
    path = tmp_path / "looked-at.pdf"
    path.write_bytes(pdf)
    said = subprocess.run(  # noqa: S603 - the system's program, on our own file
        ["pdfsig", "-nocert", str(path)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    marker = "Signature Validation:"
    return [line.split(marker)[1].strip() for line in said.stdout.splitlines() if marker in line]


def test_a_good_document_holds_for_everybody(bench: Bench, good: bytes, tmp_path: Path) -> None:
    assert viewer_says(good, tmp_path) == ["Signature is Valid."] * 3
    for embedded in PdfFileReader(BytesIO(good)).embedded_signatures:
        status = asyncio.run(async_validate_pdf_signature(embedded, bench.trust.context()))
        assert status.bottom_line, embedded.field_name
    for known in (bench.known(), bench.known(roots=True)):
        verdict = judge(good, known)
        assert verdict.refusals == ()
        assert verdict.holds


def test_a_page_that_was_painted_over_is_refused(bench: Bench, good: bytes, tmp_path: Path) -> None:
    painted = painted_over(good)
    assert viewer_says(painted, tmp_path) == ["Signature is Valid."] * 3
    assert_refused(judge(painted, bench.known()), "revisions", "something else than a signature")


@pytest.mark.parametrize("name", ["terms.json", "inputs.json"])
def test_an_attachment_that_was_swapped_is_refused(
    bench: Bench, good: bytes, tmp_path: Path, name: str
) -> None:
    swapped = swapped_attachment(good, name)
    assert viewer_says(swapped, tmp_path) == ["Signature is Valid."] * 3
    verdict = judge(swapped, bench.known())
    assert not verdict.holds
    if name == "terms.json":
        assert_refused(verdict, "revisions", "something else than a signature")
        assert_refused(verdict, "pages", "other terms")


def test_a_flipped_bit_is_refused(bench: Bench, good: bytes, tmp_path: Path) -> None:
    flipped = bytearray(good)
    flipped[200] ^= 1
    assert "Signature is Valid." not in viewer_says(bytes(flipped), tmp_path)
    assert not judge(bytes(flipped), bench.known()).holds


def test_anothers_certificate_in_a_sides_field_is_refused(
    bench: Bench, half: bytes, tmp_path: Path
) -> None:
    mallory = bench.hand("Mallory")
    forged = signed_blindly(bench, half, Side.CLIENT, mallory)
    assert viewer_says(forged, tmp_path) == ["Signature is Valid."] * 3
    assert_refused(judge(forged, bench.known(roots=True)), "client", "not the one pinned")


def test_a_missing_signature_is_said(bench: Bench, half: bytes) -> None:
    assert_refused(judge(half, bench.known()), "client", "client's signature is missing")


def test_words_that_are_not_those_of_the_terms_are_refused(
    bench: Bench, inputs: DocumentInputs
) -> None:
    lied = render(inputs).replace(b"/Lang", b"/Lanh")  # pages that nobody's terms lead to
    verdict = judge(seal(lied, bench.seal, bench.notary), bench.known())
    assert_refused(verdict, "pages", "not what its terms and inputs lead to")


def test_other_terms_than_the_reader_knows_are_refused(bench: Bench, good: bytes) -> None:
    verdict = judge(good, bench.known(terms="sha256:" + "0" * 64))
    assert_refused(verdict, "terms", "not sha256:000")


def test_what_is_no_document_is_refused_in_words(bench: Bench) -> None:
    for garbage in (b"", b"%PDF-1.7\n", b"\x00" * 1000):
        assert_refused(judge(garbage, bench.known()), "readable", "")


def test_an_archive_timestamp_keeps_every_signature(bench: Bench, good: bytes) -> None:
    assert check(judge(good, bench.known(roots=True)), "archive").holds is None
    archived, _ = archive(good, bench.notary)
    verdict = judge(archived, bench.known(roots=True))
    assert verdict.refusals == ()
    assert check(verdict, "archive").holds is True


def test_pins_of_other_people_refuse_everything(good: bytes, tmp_path: Path) -> None:
    verdict = judge(good, Bench(tmp_path / "other").known(roots=True))
    for whose in ("service", "provider", "client"):
        assert_refused(verdict, whose, "not the one pinned")
    assert document(verdict)["holds"] is False


def signed_blindly(bench: Bench, pdf: bytes, side: Side, hand: Hand) -> bytes:
    """Sign without looking, as somebody does who wants to."""
    prepared = bench.begun(side, pdf, hand)
    raw = hand.key.sign(prepared.attributes, ec.ECDSA(hashes.SHA256()))
    return complete(prepared, hand.chain, raw, bench.notary)


def check(verdict: Verdict, name: str) -> Any:
    return next(one for one in verdict.checks if one.name == name)


def assert_refused(verdict: Verdict, name: str, words: str) -> None:
    found = check(verdict, name)
    assert found.holds is False, verdict.checks
    assert words in found.words, found.words
    assert not verdict.holds
