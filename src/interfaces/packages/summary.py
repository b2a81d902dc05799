"""The plain-language summary of terms, as Markdown and as plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.words import Section
from domain.terms.words.legible import legible
from domain.terms.words.summary import summary

CAVEAT: Final = (
    "Made from the terms by a program: every figure stands in them or follows from them. "
    "It is no part of the agreement; the signed version binds."
)
_WIDTH: Final = 88
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&:@=])")
_MEANING: Final = re.compile(r"[\\`*_{}\[\]<>#|~&]|://|^\s*(?:[-+=]|\d+[.)])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary: what it is of, by which digest, and its sections."""

    title: str
    of: str
    """Which text: ``Version 2, recorded 2026-01-05``."""
    digest: str
    sections: tuple[Section, ...]


def summarise(terms: AgreementTerms, of: str) -> Summary:
    """Return the summary of terms; its text is legible, each line one line."""
    sections = tuple(
        Section(_line(section.heading), tuple(_line(line) for line in section.lines))
        for section in summary(terms)
    )
    return Summary(_line(terms.title), _line(of), terms.digest, sections)


def as_markdown(one: Summary) -> str:
    """Write a summary as Markdown; no word in it is markup."""
    return "\n".join(_markdown(one)) + "\n"


def as_text(one: Summary) -> str:
    """Write a summary as plain text of at most 88 columns."""
    return "\n".join(_text(one)) + "\n"


def _markdown(one: Summary) -> Iterator[str]:
    yield f"# {_plain(one.title)}, in plain words"
    yield f"\n{_plain(one.of)}  \n`{one.digest}`"
    for section in one.sections:
        yield f"\n## {_plain(section.heading)}\n"
        yield from (f"- {_plain(line)}" for line in section.lines)
    yield f"\n*{CAVEAT}*"


def _text(one: Summary) -> Iterator[str]:
    yield f"{one.title}, in plain words"
    yield f"{one.of}\n{one.digest}"
    for section in one.sections:
        yield f"\n{section.heading}"
        for line in section.lines:
            yield textwrap.fill(
                line,
                _WIDTH,
                initial_indent="  - ",
                subsequent_indent="    ",
                break_on_hyphens=False,
            )
    yield "\n" + textwrap.fill(CAVEAT, _WIDTH)


def _line(text: str) -> str:
    return " ".join(legible(text).split())


def _plain(text: str) -> str:
    """Put a backslash before every sign that Markdown could take for markup."""
    return _MEANING.sub(lambda found: _MARKDOWN.sub(r"\\\1", found[0]), text)
