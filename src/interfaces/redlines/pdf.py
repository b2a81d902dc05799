"""A redline as PDF/A-3a and PDF/UA-1, set by typst."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from application.redlining import Redline
from domain.terms.redline import Segment
from domain.terms.redline_document import RedlineParagraph
from interfaces.redlines.sheet import (
    ChangedTerm,
    changed_terms,
    dated,
    edition_line,
    from_right_to_left,
    heading_of,
)
from interfaces.redlines.typesetting import typeset

TEMPLATE: Final = Path(__file__).parent / "redline.typ"


def pdf(redline: Redline) -> bytes:
    """Return the document; the same redline gives the same bytes, on any machine."""
    return typeset(TEMPLATE, "redline", _words(redline), int(dated(redline).timestamp()))


def _words(redline: Redline) -> dict[str, Any]:
    document = redline.document
    before, after = edition_line(redline.before), edition_line(redline.after)
    return {
        "heading": heading_of(redline),
        "title": document.title,
        "description": f"From {before.said} to {after.said}",
        "editions": [
            {"term": "From", "said": before.said, "digest": before.digest},
            {"term": "To", "said": after.said, "digest": after.digest},
        ],
        "terms": [_row(one) for one in changed_terms(redline)],
        "paragraphs": [_paragraph(one) for one in document.paragraphs],
    }


def _row(one: ChangedTerm) -> dict[str, Any]:
    return {
        "number": one.number,
        "label": one.label,
        "before": _segments(one.before),
        "after": _segments(one.after),
        "meaning": [part for part in one.meaning.split("; ") if part],
    }


def _paragraph(one: RedlineParagraph) -> dict[str, Any]:
    return {
        "rank": str(one.rank),
        "change": str(one.change),
        "changed": one.changed,
        "number": one.number,
        "rtl": from_right_to_left(one),
        "segments": _segments(one.segments),
    }


def _segments(marked: Iterable[Segment]) -> list[dict[str, str]]:
    return [{"change": str(part.change), "text": part.text} for part in marked]
