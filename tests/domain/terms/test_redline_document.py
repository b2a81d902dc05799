"""The redline of two whole agreements: nothing is lost, and every change says what it means."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hypothesis import given

from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from domain.terms.redline import Change
from domain.terms.redline_document import RedlineDocument, redline_document, taken
from domain.terms.words.legible import legible
from domain.terms.words.paragraphs import Rank, paragraphs
from interfaces.files.terms import check_file
from properties import MODEST

EXAMPLES = Path(__file__).parents[3] / "examples"


def example(name: str, **changes: Any) -> AgreementTerms:
    terms = check_file(EXAMPLES / f"{name}.yaml").terms
    assert terms is not None
    return AgreementTerms.model_validate({**terms.document(), **changes})


OLD, NEW = example("aws-ec2-region"), example("aws-ec2-region-amended")


def with_clauses(*clauses: tuple[str, str, str]) -> AgreementTerms:
    return example(
        "aws-ec2-region",
        clauses=[{"id": name, "heading": heading, "text": text} for name, heading, text in clauses],
    )


def marked(document: RedlineDocument, number: str) -> str:
    signs = {Change.SAME: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "[+{}+]"}
    return "".join(
        signs[part.change].format(part.text)
        for paragraph in document.paragraphs
        if paragraph.number == number
        for part in paragraph.segments
    )


def whole(terms: AgreementTerms) -> list[tuple[Rank, str]]:
    return [(one.rank, legible(one.text)) for one in paragraphs(terms)]


@MODEST
@given(ANY_TERMS, ANY_TERMS)
def test_taking_all_that_was_put_in_is_the_new_text_and_all_that_was_struck_the_old(
    old: AgreementTerms, new: AgreementTerms
) -> None:
    document = redline_document(old, new)
    assert taken(document, without=Change.REMOVED) == whole(new)
    assert taken(document, without=Change.ADDED) == whole(old)


@MODEST
@given(ANY_TERMS)
def test_a_version_beside_itself_has_no_change(terms: AgreementTerms) -> None:
    document = redline_document(terms, terms)
    assert document.differences == ()
    assert not any(paragraph.changed or paragraph.notes for paragraph in document.paragraphs)


@MODEST
@given(ANY_TERMS, ANY_TERMS)
def test_every_change_is_seen_in_the_text_or_noted_beside_it(
    old: AgreementTerms, new: AgreementTerms
) -> None:
    document = redline_document(old, new)
    seen = [one for one in document.paragraphs if one.changed or one.notes]
    assert bool(document.differences) == (old.digest != new.digest)
    assert bool(seen) or not document.differences


def test_a_stricter_target_says_what_it_allows_and_puts_at_risk() -> None:
    document = redline_document(OLD, NEW)
    assert marked(document, "3.1").startswith("At least [-99.99-][+99.995+] %, which allows")
    assert [one.notes for one in document.paragraphs if one.notes] == [
        (
            (
                "Availability: allowed downtime 4 min 19.2 s → 2 min 9.6 s per 30-day month; "
                "at risk per calendar month 12000.00 USD (100 % of 12000.00 USD)"
            ),
        )
    ]


def test_a_tier_is_compared_with_itself_though_another_came_before_it() -> None:
    document = redline_document(OLD, NEW)
    assert marked(document, "3.3") == "[+From 99.9 % to under 99.995 %: 10 % of ec2.+]"
    assert marked(document, "3.4") == (
        "From 99 % to under [-99.99-][+99.9+] %: [-10-][+20+] % of ec2."
    )


def test_a_clause_is_compared_word_by_word() -> None:
    assert marked(redline_document(OLD, NEW), "10.1").endswith(
        "within [-30-][+14+] days after it has the request[+, in writing+]."
    )


def test_a_clause_that_was_only_renamed_is_not_struck_as_a_whole() -> None:
    old = with_clauses(("law", "Law", "The law of France governs all of this."))
    new = with_clauses(("governing-law", "Law", "The law of Spain governs all of this."))
    assert marked(redline_document(old, new), "10.1") == (
        "The law of [-France-][+Spain+] governs all of this."
    )


def test_what_another_clause_replaced_goes_before_what_comes() -> None:
    old = with_clauses(("law", "Law", "France."))
    new = with_clauses(("data", "Personal data", "Nothing leaves the Union."))
    struck = [one.change for one in redline_document(old, new).paragraphs if one.changed]
    assert struck == [Change.REMOVED, Change.REMOVED, Change.ADDED, Change.ADDED]


def test_a_change_that_words_do_not_show_is_noted_at_its_section() -> None:
    document = OLD.document()
    document["objectives"][0]["indicator"] = "custom"
    new = AgreementTerms.model_validate(document)
    noted = {one.place: one.notes for one in redline_document(OLD, new).paragraphs if one.notes}
    assert noted == {"objectives/availability": ("Availability, indicator: availability → custom",)}


def test_text_without_a_shape_is_written_out() -> None:
    assert legible("a\r\nb\rc\u2028d\te") == "a\nb\nc\nd\te"
    assert legible("pay \u202e001\u202c \x1b[2J \ufffe") == (
        "pay ⟨U+202E⟩001⟨U+202C⟩ ⟨U+001B⟩[2J ⟨U+FFFE⟩"
    )
    assert legible("שלום, مرحبا, 中文, 😀, a\u200fb") == "שלום, مرحبا, 中文, 😀, a\u200fb"


def test_clauses_that_are_all_under_other_names_cost_no_more_than_looking_at_each_pair() -> None:
    old = with_clauses(*((f"a-{n}", f"Heading {n}", f"text {n * n} of {n}") for n in range(250)))
    new = with_clauses(*((f"b-{n}", f"Heading {n}", f"text {n * n} of {n}") for n in range(250)))
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        redline_document(old, new)
    finally:
        sys.setprofile(None)
    assert calls < 64 * 250 * 250
