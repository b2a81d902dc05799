"""The whole text as numbered paragraphs, each with a place, so that versions can be aligned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.terms.part import Part
from domain.terms.words import Section, in_words
from domain.terms.words.remedies import remedy_in_words

_WORD: Final = re.compile(r"[^\W\d_]+")
_OPENING_WORDS: Final = 2


class Rank(StrEnum):
    """What a paragraph is to the document."""

    TITLE = "title"
    OPENING = "opening"
    """A line under the title, above the first heading."""
    HEADING = "heading"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the whole text, in the order of the document.

    ``place`` is the path of the part it says; a line that no part of its own stands for is placed
    by its section and the words it begins with (``term/renewed-automatically``). ``number`` counts
    headings (``3``) and the lines under them (``3.2``) and is empty above the first heading.
    """

    place: str
    rank: Rank
    number: str
    text: str


def paragraphs(terms: AgreementTerms) -> tuple[Paragraph, ...]:
    """Return the whole agreement in words, paragraph by paragraph."""
    return tuple(_paragraphs(terms))


def _paragraphs(terms: AgreementTerms) -> Iterator[Paragraph]:
    objectives = iter(terms.objectives)
    for number, section in enumerate(in_words(terms)):
        objective = next(objectives) if section.place.startswith("objectives/") else None
        heading = (Rank.HEADING, str(number)) if number else (Rank.TITLE, "")
        yield Paragraph(section.place, *heading, section.heading)
        places = _places(terms, section, objective)
        for position, (place, line) in enumerate(zip(places, section.lines, strict=True), start=1):
            said = (Rank.LINE, f"{number}.{position}") if number else (Rank.OPENING, "")
            yield Paragraph(f"{section.place}/{place}", *said, line)


def _places(terms: AgreementTerms, section: Section, objective: Objective | None) -> list[str]:
    """Return the place of every line, below its section."""
    places = [_opening(line) for line in section.lines]
    if objective is not None:
        _put(places, 0, (f"targets/{target.key()}" for target in objective.targets))
        _put(places, *_tiers(terms, objective, section.lines))
        return places
    if section.place.startswith("clauses/"):
        return ["text"]
    steps = sorted(terms.escalation, key=lambda step: step.level)
    listed: dict[str, Sequence[Part]] = {
        "charges": terms.charges,
        "calendars": terms.calendars,
        "dependencies": terms.dependencies,
        "exclusions": terms.exclusions,
        "support": terms.support,
        "escalation": steps,
        "stakeholders": terms.stakeholders,
    }
    _put(places, 0, (part.key() for part in listed.get(section.place, ())))
    return places


def _tiers(
    terms: AgreementTerms, objective: Objective, lines: Sequence[str]
) -> tuple[int, list[str]]:
    """Return where the lines of an objective's tiers begin, and their places."""
    if objective.remedy is None or not objective.remedy.tiers:
        return 0, []
    first = next(iter(remedy_in_words(terms, objective, objective.remedy)))
    return lines.index(first), [f"remedy/tiers/{tier.key()}" for tier in objective.remedy.tiers]


def _put(places: list[str], start: int, known: Iterable[str]) -> None:
    for position, place in enumerate(known, start=start):
        places[position] = place


def _opening(line: str) -> str:
    """Name a line by the words it begins with: figures change, its opening hardly ever does."""
    return "-".join(_WORD.findall(line)[:_OPENING_WORDS]).lower() or "line"
