"""What is set: always the same, embedded, tagged, and saying what the terms say."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from agreements import simple_terms
from application.document_inputs import DocumentInputs, read_inputs
from documents import ROOT, Bench, example, inputs_of
from domain.terms.agreement import AgreementTerms
from interfaces.documents.archiving import archive
from interfaces.documents.contents.whole import contents
from interfaces.documents.fields import with_fields
from interfaces.documents.looking import look, made_from, only_signed_since
from interfaces.documents.not_set import NotSet
from interfaces.documents.press import Press
from interfaces.documents.rendering import HISTORY, INPUTS, TERMS, render

EXAMPLES = sorted(path.stem for path in (ROOT / "examples").glob("*.yaml"))


def run(program: str, *arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - the system's programs, on our own files
        [program, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def text_of(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "read.pdf"
    path.write_bytes(pdf)
    return " ".join(run("pdftotext", "-layout", str(path), "-").split())


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_set_and_set_again_the_same(name: str) -> None:
    inputs = inputs_of(example(name))
    first = render(inputs)
    assert render(read_inputs(inputs.canonical())) == first
    assert with_fields(first) == with_fields(first)
    looked = look(with_fields(first))
    assert made_from(looked, inputs.terms_digest)
    only_signed_since(looked)
    assert AgreementTerms.model_validate_json(looked.attached[TERMS]) == inputs.terms
    assert looked.attached[INPUTS] == inputs.canonical()
    assert HISTORY in looked.attached


def test_it_says_what_the_terms_say(inputs: DocumentInputs, tmp_path: Path) -> None:
    said = text_of(render(inputs), tmp_path)
    for words in (
        "Compute, region level",
        "Amazon Web Services",
        "Alpine Retail",
        "HRB 12345",
        "from 1 January 2026 to 31 December 2026, both included",
        "144,000.00 USD",
        "This agreement is governed by the law of the State of Washington. (clause 7)",
        "at least 99.99 %",
        "4 min 19.2 s of downtime per 30-day month",
        "from 95 % to under 99 %",
        "Credits must be claimed by the end of the 2nd billing cycle after the incident.",
        "Force majeure or beyond the demarcation point",
        "head of cloud operations",
        "Every 3 months: account manager, platform lead.",
        "Ada Lindqvist",
        "Bo Marti",
        "page 1 of 7",
    ):
        assert words in said, words


def test_nothing_in_the_terms_is_read_as_markup(tmp_path: Path) -> None:
    hostile = '#panic("no") $x$ *bold* _it_ @ref <label> \\ #import "x" // gone'
    terms = simple_terms(
        title=hostile, clauses=[{"id": "law", "heading": hostile, "text": f"{hostile}\n\nTwo."}]
    )
    said = text_of(render(inputs_of(terms)), tmp_path)
    assert said.count('#panic("no") $x$ *bold* _it_ @ref <label>') >= 3


def test_a_letter_that_no_font_has_is_refused_in_words() -> None:
    with pytest.raises(NotSet, match=r"font|glyph|display"):
        render(inputs_of(simple_terms(title="契約")))


def test_clauses_and_their_paragraphs_are_numbered() -> None:
    text = "The first.\n\nThe second,\non two lines."
    terms = simple_terms(clauses=[{"id": "care", "heading": "Care", "text": text}])
    clause = contents(inputs_of(terms))["body"][-1]
    assert clause["title"] == "Care"
    numbers = [block["number"] for block in clause["blocks"]]
    assert numbers == [f"{clause['number']}.1", f"{clause['number']}.2"]
    assert clause["blocks"][1]["text"] == "The second,\non two lines."


def test_it_conforms_as_far_as_can_be_seen_here(bench: Bench, good: bytes, tmp_path: Path) -> None:
    archived, _ = archive(good, bench.notary)
    for name, pdf in (("signed", good), ("archived", archived)):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf)
        fonts = run("pdffonts", str(path)).splitlines()[2:]
        assert fonts, "there is text in it"
        assert all(line.split()[-5] == "yes" for line in fonts), fonts
        info = run("pdfinfo", str(path))
        assert "Tagged: yes" in " ".join(info.split())
        assert "PDF version: 1.7" in " ".join(info.split())
        meta = run("pdfinfo", "-meta", str(path))
        assert "<pdfaid:part>3</pdfaid:part>" in meta
        assert "<pdfaid:conformance>A</pdfaid:conformance>" in meta
        assert "<pdfuaid:part>1</pdfuaid:part>" in meta
        assert "No syntax or stream encoding errors found" in run("qpdf", "--check", str(path))


def test_the_press_sets_one_after_another_and_leaves_nothing_running(
    inputs: DocumentInputs,
) -> None:
    press = Press()
    try:
        assert press.set(inputs) == press.set(inputs) == render(inputs)
        with pytest.raises(NotSet, match=r"font|glyph|display"):
            press.set(inputs_of(simple_terms(title="契約")))
        assert press.set(inputs) == render(inputs), "one that cannot be set harms nobody"
    finally:
        press.close()


def test_what_takes_too_long_is_ended(inputs: DocumentInputs) -> None:
    press = Press(patience=0.01)
    try:
        with pytest.raises(NotSet, match=r"within 0\.01 seconds"):
            press.set(inputs)
    finally:
        press.close()


def test_what_a_document_is_made_from_has_one_digest(inputs: DocumentInputs) -> None:
    assert inputs.digest == read_inputs(inputs.canonical()).digest
    assert replace(inputs, version=2).digest != inputs.digest
