"""What every medium shows of a redline besides its text: whose, when, and the table of changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from unicodedata import bidirectional

from application.redlining import Edition, Redline
from domain.terms.differences import Difference, Kind
from domain.terms.redline import Change, Segment
from domain.terms.redline_document import RedlineParagraph
from domain.terms.words.legible import legible

_KEPT: Final = 60
"""How many characters of unchanged text stay on either side of a change in the table."""
_LONGEST: Final = 400
"""How many characters of a text the table shows; the whole of it stands in the text below."""
_UNDATED: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Where no record says when: the first day that a zip knows."""
ELLIPSIS: Final = " … "

Marked = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class ChangedTerm:
    """One row of the table of changes."""

    position: int
    """The position of the paragraph that says it."""
    number: str
    """That paragraph's number, ``3.1``; empty above the first heading."""
    label: str
    before: Marked
    after: Marked
    meaning: str


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One of the two editions, as a line: ``Version 2, recorded 2026-01-05 10:00 UTC``."""

    said: str
    digest: str


def heading_of(redline: Redline) -> str:
    """Return what the redline is called."""
    return f"Redline of {redline.document.title}"


def dated(redline: Redline) -> datetime:
    """Return the instant that a file of it bears: that of the later edition."""
    return redline.after.at or _UNDATED


def edition_line(edition: Edition) -> EditionLine:
    """Write an edition as a line."""
    parts = [edition.name]
    if edition.by:
        parts.append(f"by {edition.by}")
    if edition.at is not None:
        parts.append(f"recorded {edition.at:%Y-%m-%d %H:%M:%S} UTC")
    return EditionLine(legible(", ".join(parts)), edition.terms.digest)


def changed_terms(redline: Redline) -> Iterator[ChangedTerm]:
    """Yield every changed term, in the order of the document."""
    document = redline.document
    for one in document.differences:
        position = document.position_of(one.path)
        number = document.paragraphs[position].number
        before, after = _cells(one)
        yield ChangedTerm(position, number, one.label, before, after, one.meaning or "")


def from_right_to_left(paragraph: RedlineParagraph) -> bool:
    """Tell whether a paragraph is read from right to left: whether its first letter is."""
    return leans_right("".join(part.text for part in paragraph.segments))


def leans_right(text: str) -> bool:
    """Tell whether the first letter with a direction runs from right to left."""
    directions = (bidirectional(letter) for letter in text)
    return next((one for one in directions if one in ("L", "R", "AL")), "L") != "L"


def _cells(one: Difference) -> tuple[Marked, Marked]:
    if one.redline:
        cut = tuple(_cut(one.redline))
        before = tuple(part for part in cut if part.change is not Change.ADDED)
        return before, tuple(part for part in cut if part.change is not Change.REMOVED)
    return _plain(one.before, one.kind is Kind.ADDED), _plain(one.after, one.kind is Kind.REMOVED)


def _plain(text: str | None, absent: bool) -> Marked:  # noqa: FBT001 - one of two columns
    said = "not in this version" if absent or not text else text
    if len(said) > _LONGEST:
        said = said[:_LONGEST].rstrip() + ELLIPSIS
    return (Segment(Change.SAME, said),)


def _cut(segments: Marked) -> Iterator[Segment]:
    """Yield the segments with long unchanged stretches, and long changes, cut short."""
    for position, part in enumerate(segments):
        first, last = position == 0, position == len(segments) - 1
        if part.change is not Change.SAME:
            long = len(part.text) > _LONGEST
            text = part.text[:_LONGEST].rstrip() + ELLIPSIS if long else part.text
            yield Segment(part.change, text)
        elif len(part.text) <= 2 * _KEPT + len(ELLIPSIS):
            yield part
        else:
            head = "" if first else part.text[:_KEPT].rstrip()
            tail = "" if last else part.text[-_KEPT:].lstrip()
            yield Segment(Change.SAME, f"{head}{ELLIPSIS}{tail}")
