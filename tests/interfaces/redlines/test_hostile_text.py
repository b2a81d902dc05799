"""Whatever a clause says comes out as text, in every form, and never breaks one."""

from __future__ import annotations

from time import process_time

import pytest

from domain.terms.words.legible import legible
from interfaces.redlines.docx import docx
from interfaces.redlines.html import html
from interfaces.redlines.media import MEDIA
from interfaces.redlines.pdf import pdf
from paper import letters_of, squeezed
from redlines import OLD, between, with_clause
from tracked_changes import accepted, rejected

HOSTILE = {
    "markup": "<script>alert(1)</script> <img src=x onerror=alert(1)> &amp; </style> ]]>",
    "typst": '#eval("1") #read("/etc/passwd") $x$ *b* @label <tag> `raw` // = no heading \\',
    "control characters": "bell \x07 escape \x1b[31m vertical \x0b form \x0c delete \x7f nel \x85",
    "line ends": "one\r\ntwo\rthree\u2028four\n\n\tfive",
    "no characters": "\ufffe \uffff \ufdd0 \U0001ffff",
    "right to left": "שלום עולם, the fee is 100 EUR, مرحبا بالعالم",
    "overridden direction": "pay \u202e001\u202c EUR",
    "other scripts": "服务等级协议 и ελληνικά ไทย 😀",
    "word processor": "</w:t></w:r><w:ins> {\\rtf1} =cmd|' /C calc'!A0",
    "one long word": "x" * 300,
}

UNSETTABLE = ("other scripts", "right to left")
"""No font in print has the first; letters of the second are set in the order of the line."""


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_in_a_word_document_it_is_the_same_text(text: str) -> None:
    made = docx(between(OLD, with_clause(text)))
    assert accepted(made)[-1] == ("NumberedLine", legible(text))
    assert rejected(docx(between(with_clause(text), OLD)))[-1] == ("NumberedLine", legible(text))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_on_the_page_no_sign_of_it_is_markup(text: str) -> None:
    page = html(between(OLD, with_clause(text))).decode()
    for sign in ("<script", "<img", "</w:t>", "<tag>"):
        assert sign not in page
    assert page.count("</style>") == 1


SETTABLE = {kind: text for kind, text in HOSTILE.items() if kind not in UNSETTABLE}


@pytest.mark.parametrize("text", SETTABLE.values(), ids=SETTABLE)
def test_in_print_it_is_set_as_it_stands_and_never_run(text: str) -> None:
    made = pdf(between(OLD, with_clause(text)))
    assert squeezed(legible(text)) in letters_of(made)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_in_print_it_can_be_a_heading_too(text: str) -> None:
    heading = legible(text).split("\n", maxsplit=1)[0].strip()[:200]
    made = pdf(between(with_clause("The clause."), with_clause(text, heading)))
    assert made.startswith(b"%PDF-1.7")


def test_in_print_what_no_font_has_is_written_by_its_number() -> None:
    letters = letters_of(pdf(between(OLD, with_clause("服务 fee 😀"))))
    assert "⟨U+670D⟩⟨U+52A1⟩fee⟨U+1F600⟩" in letters
    assert squeezed("written by their numbers") in letters


@pytest.mark.parametrize("suffix", MEDIA)
def test_a_hundred_thousand_characters_are_rendered_in_a_moment(suffix: str) -> None:
    long = " ".join(f"word{n * 7919 % 4000}" for n in range(11_500))
    other = " ".join(f"word{n * 7919 % 4000}" for n in range(11_500) if n % 50)
    redline = between(with_clause(long), with_clause(other))
    started = process_time()
    assert MEDIA[suffix].render(redline)
    assert process_time() - started < 20
