"""The summary in plain words: exact figures, all of what matters, and no word of it markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from any_terms import ANY_TERMS
from domain.terms.agreement import AgreementTerms
from interfaces.packages.summary import as_markdown, as_text, summarise
from properties import MODEST
from redlines import EXAMPLES, OLD, example, with_clause

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
ONE_PAGE = 60
"""Lines of a page; the longest example has a good dozen objectives' worth of promises."""


def lines_of(terms: AgreementTerms, heading: str) -> tuple[str, ...]:
    sections = summarise(terms, "Version 1").sections
    return next((one.lines for one in sections if one.heading == heading), ())


def test_it_says_what_is_promised_and_what_that_allows() -> None:
    (promise,) = lines_of(OLD, "What is promised")
    assert promise == (
        "Availability: at least 99.99 %, which allows 4 min 19.2 s of downtime per 30-day month, "
        "4 min 27.84 s in one of 31 days. Judged per calendar month."
    )


def test_it_says_what_it_costs_and_what_a_miss_leads_to() -> None:
    assert lines_of(OLD, "What it costs") == (
        "Monthly charges of the affected service: 12000.00 USD per month (an estimate of use).",
        "All charges over the initial term: 144000.00 USD.",
    )
    assert "Availability: from 95 % to under 99 %: 30 % of ec2." in lines_of(
        OLD, "What happens on a miss"
    )


def test_it_says_how_to_end_it_and_when_nobody_can() -> None:
    assert lines_of(OLD, "How it goes on, and how to end it")[-1] == (
        "No notice period is agreed: neither side alone can end it early."
    )
    noticed = AgreementTerms.model_validate(
        {**OLD.document(), "term": {"starts": "2026-01-01", "notice": {"by_client": "P90D"}}}
    )
    ending = lines_of(noticed, "How it goes on, and how to end it")
    assert ending[-1] == "The client can end it for convenience with notice of 90 days."
    assert "until it is ended" in ending[0]


def test_it_names_clauses_and_does_not_retell_them() -> None:
    assert lines_of(OLD, "What else is agreed") == (
        "Clauses that this summary does not retell: Credit request; Governing law.",
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_it_stands_in_the_words_of_the_terms(name: str) -> None:
    terms = example(name)
    document = terms.canonical().decode()
    for line in lines_of(terms, "What happens on a miss"):
        if "at risk in one period" in line:
            continue
        for figure in re.findall(r"(?<![\w.])\d+(?:\.\d+)? (?=%|[A-Z]{3}\b)", line):
            assert re.search(rf'"{re.escape(figure.strip())}(?:\.0+)?"', document), (name, figure)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_fits_on_a_page(name: str) -> None:
    text = as_text(summarise(example(name), "Version 1"))
    assert len(text.splitlines()) <= ONE_PAGE
    assert max(map(len, text.splitlines())) <= 88


@MODEST
@given(ANY_TERMS)
def test_any_terms_can_be_summarised_each_line_one_line(terms: AgreementTerms) -> None:
    summary = summarise(terms, "Version 1")
    assert summary == summarise(terms, "Version 1")
    assert not any("\n" in line for section in summary.sections for line in section.lines)
    assert {section.heading for section in summary.sections} >= {"In short", "What is promised"}


@pytest.mark.parametrize(
    "heading",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        "# not a heading",
        "`code` *bold* _it_ ~no~ | a | b |",
        "https://evil.example",
        "1. one",
    ],
)
def test_no_word_of_it_is_markup(heading: str) -> None:
    page = as_markdown(summarise(with_clause("Text.", heading), heading))
    assert re.sub(r"\\(.)", r"\1", page).count(heading) == 2
    ours = r"^`sha256:[0-9a-f]+`$|^\*Made.*\*$|^#+ (?=[A-Z])|^- (?=[A-Z])"
    words = re.sub(ours, "", page, flags=re.MULTILINE)
    assert not re.search(r"(?<!\\)[<>\[\]`|*_~]|(?<!\\):(?=//)|^(#|\d+\.)", words, re.MULTILINE)
