"""Redlines and summaries as they travel in JSON."""

from __future__ import annotations

from datetime import datetime

from application.redlining import Edition, Redline
from interfaces.http.schemas.base import Answer
from interfaces.http.schemas.differences import (
    DifferenceAnswer,
    SegmentAnswer,
    difference_answers,
)
from interfaces.packages.summary import Summary


class EditionAnswer(Answer):
    """One of the two texts of a redline."""

    name: str
    by: str
    at: datetime | None
    """Since when it is on record."""
    terms_digest: str


class RedlineParagraphAnswer(Answer):
    """A paragraph of either text, or of both."""

    place: str
    """The path of what it says."""
    rank: str
    """title, opening, heading or line."""
    change: str
    """added or removed for a paragraph that only one text has; else same, with changes in it."""
    number: str
    segments: list[SegmentAnswer]
    notes: list[str]
    """What its changes mean, in downtime and money."""


class RedlineAnswer(Answer):
    """Two texts as one, and every changed term with its meaning."""

    title: str
    before: EditionAnswer
    after: EditionAnswer
    differences: list[DifferenceAnswer]
    paragraphs: list[RedlineParagraphAnswer]


class SummarySection(Answer):
    """A heading and its lines."""

    heading: str
    lines: list[str]


class SummaryAnswer(Answer):
    """A version in plain words."""

    title: str
    of: str
    terms_digest: str
    sections: list[SummarySection]


def redline_answer(redline: Redline) -> RedlineAnswer:
    """Show a redline."""
    document = redline.document
    return RedlineAnswer(
        title=document.title,
        before=_edition(redline.before),
        after=_edition(redline.after),
        differences=difference_answers(document.differences),
        paragraphs=[
            RedlineParagraphAnswer(
                place=one.place,
                rank=one.rank,
                change=one.change,
                number=one.number,
                segments=[
                    SegmentAnswer(change=part.change, text=part.text) for part in one.segments
                ],
                notes=list(one.notes),
            )
            for one in document.paragraphs
        ],
    )


def _edition(edition: Edition) -> EditionAnswer:
    return EditionAnswer(
        name=edition.name, by=edition.by, at=edition.at, terms_digest=edition.terms.digest
    )


def summary_answer(one: Summary) -> SummaryAnswer:
    """Show a summary."""
    return SummaryAnswer(
        title=one.title,
        of=one.of,
        terms_digest=one.digest,
        sections=[
            SummarySection(heading=section.heading, lines=list(section.lines))
            for section in one.sections
        ],
    )
