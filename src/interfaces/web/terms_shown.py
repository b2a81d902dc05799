"""Terms to be read on a page: numbered sections in words, and the same as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import groupby

from domain.terms.agreement import AgreementTerms
from domain.terms.words.legible import legible
from domain.terms.words.paragraphs import Paragraph, Rank, paragraphs
from interfaces.bridges.writing import as_yaml


@dataclass(frozen=True, slots=True)
class Line:
    """A numbered line; ``place`` is the path of what it says."""

    number: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading and its lines."""

    number: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class TermsShown:
    """Terms in words and as data; ``opening`` stands above the first heading."""

    terms: AgreementTerms
    opening: tuple[Line, ...]
    sections: tuple[Section, ...]

    @property
    def json(self) -> str:
        """The terms as JSON, laid out to be read."""
        return json.dumps(self.terms.document(), indent=2, ensure_ascii=False)

    @property
    def yaml(self) -> str:
        """The terms as YAML."""
        return as_yaml(self.terms.document())


def terms_shown(terms: AgreementTerms) -> TermsShown:
    """Return terms to be read; no sign in their text can make a line read as another."""
    said = paragraphs(terms)
    chapters = [list(run) for _, run in groupby(said, key=lambda one: one.number.split(".")[0])]
    opening = tuple(_line(one) for one in chapters[0] if one.rank is not Rank.TITLE)
    return TermsShown(terms, opening, tuple(_section(chapter) for chapter in chapters[1:]))


def _section(chapter: list[Paragraph]) -> Section:
    head, *lines = chapter
    return Section(head.number, legible(head.text), tuple(_line(one) for one in lines))


def _line(one: Paragraph) -> Line:
    return Line(one.number, legible(one.text), one.place)
