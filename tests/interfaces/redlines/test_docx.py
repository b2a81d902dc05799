"""The Word redline: real tracked changes, so that the other side's lawyer can work with it."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import docx as word
from hypothesis import given, settings

from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from domain.terms.words.legible import legible
from domain.terms.words.paragraphs import Rank, paragraphs
from interfaces.redlines.docx import docx
from redlines import NEW, OLD, between, example_redline
from tracked_changes import W, accepted, comments, rejected

STYLES = {
    Rank.TITLE: "Title",
    Rank.OPENING: "BodyText",
    Rank.HEADING: "Heading1",
    Rank.LINE: "NumberedLine",
}


def whole(terms: AgreementTerms) -> list[tuple[str, str]]:
    return [(STYLES[one.rank], legible(one.text)) for one in paragraphs(terms)]


@settings(max_examples=25, deadline=None)
@given(ANY_TERMS, ANY_TERMS)
def test_accepting_all_changes_is_the_new_text_and_rejecting_all_the_old(
    old: AgreementTerms, new: AgreementTerms
) -> None:
    made = docx(between(old, new))
    assert accepted(made) == whole(new)
    assert rejected(made) == whole(old)


def test_the_example_is_tracked_word_by_word() -> None:
    made = docx(example_redline())
    assert accepted(made) == whole(NEW)
    assert rejected(made) == whole(OLD)
    body = word.Document(BytesIO(made)).element.body
    put = ["".join(text.text for text in one.iter(f"{W}t")) for one in body.iter(f"{W}ins")]
    assert "99.995" in put
    assert "From 99.9 % to under 99.995 %: 10 % of ec2." in put
    assert {one.get(f"{W}author") for one in body.iter(f"{W}del")} == {"Alpine Retail"}
    assert {one.get(f"{W}date") for one in body.iter(f"{W}ins")} == {"2026-04-05T10:00:00Z"}


def test_every_change_has_a_number_of_its_own() -> None:
    body = word.Document(BytesIO(docx(example_redline()))).element.body
    numbers = [one.get(f"{W}id") for tag in ("ins", "del") for one in body.iter(f"{W}{tag}")]
    assert len(numbers) == len(set(numbers)) > 10


def test_what_a_change_means_stands_in_a_comment() -> None:
    assert comments(docx(example_redline())) == [
        (
            "Availability: allowed downtime 4 min 19.2 s → 2 min 9.6 s per 30-day month; "
            "at risk per calendar month 12000.00 USD (100 % of 12000.00 USD)"
        )
    ]


def test_numbers_come_from_the_styles_so_they_follow_what_is_accepted() -> None:
    document = word.Document(BytesIO(docx(example_redline())))
    levels = [
        document.styles[name].element.pPr.numPr.ilvl.val for name in ("Heading 1", "Numbered Line")
    ]
    assert levels == [0, 1]
    assert not any(one.text[:1].isdigit() for one in document.paragraphs)


def test_the_same_redline_is_the_same_bytes() -> None:
    assert docx(example_redline()) == docx(example_redline())


def test_nothing_in_it_names_the_tool_or_another_document() -> None:
    made = docx(example_redline())
    with ZipFile(BytesIO(made)) as package:
        assert not [name for name in package.namelist() if "thumbnail" in name]
    about = word.Document(BytesIO(made)).core_properties
    assert (about.author, about.comments) == ("Parley", "")


def test_whoever_goes_on_working_with_it_is_tracked_too() -> None:
    settings = word.Document(BytesIO(docx(example_redline()))).settings.element
    order = [one.tag for one in settings]
    assert order.index(f"{W}zoom") < order.index(f"{W}trackRevisions")
    assert order.index(f"{W}trackRevisions") < order.index(f"{W}defaultTabStop")
