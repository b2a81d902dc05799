"""The PDF redline: tagged, archivable, the same bytes each time, and readable by machines too."""

from __future__ import annotations

from interfaces.redlines.pdf import pdf
from paper import letters_of, squeezed
from redlines import OLD, between, example_redline, with_clause


def test_it_says_what_changed_and_what_that_means() -> None:
    words = letters_of(pdf(example_redline()))
    for said in (
        "Compute, region level",
        "Offer 2, by Alpine Retail, recorded 2026-04-05 10:00:00 UTC",
        "allowed downtime 4 min 19.2 s → 2 min 9.6 s per 30-day month",
        "From 99.9 % to under 99.995 %: 10 % of ec2.",
        "days after it has the request, in writing.",
    ):
        assert squeezed(said) in words


def test_it_is_tagged_pdf_a_and_dated_by_the_later_edition() -> None:
    made = pdf(example_redline())
    assert made.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>3</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"2026-04-05T10:00:00" in made


def test_the_same_redline_is_the_same_bytes() -> None:
    assert pdf(example_redline()) == pdf(example_redline())


def test_two_texts_that_are_the_same_say_so() -> None:
    said = "Nothing: both are the same to the letter."
    assert squeezed(said) in letters_of(pdf(between(OLD, OLD)))


def test_a_long_word_can_be_copied_as_it_is_written() -> None:
    address = "https://example.org/service-levels/2026/availability-of-the-region"
    letters = letters_of(pdf(between(OLD, with_clause(f"See {address} for more."))))
    assert OLD.digest in letters
    assert f"See{address}for" in letters
