"""What changed between two versions of terms, as it travels."""

from __future__ import annotations

from collections.abc import Iterable

from domain.terms.differences import Difference
from interfaces.http.schemas.base import Answer


class SegmentAnswer(Answer):
    """A run of words: kept, removed or added."""

    change: str
    text: str


class DifferenceAnswer(Answer):
    """One term that is not the same in both versions."""

    path: str
    kind: str
    label: str
    before: str | None
    after: str | None
    meaning: str | None
    """What that means in allowed downtime or in money, where it means something."""
    redline: list[SegmentAnswer]
    """Word by word, for text."""


def difference_answers(found: Iterable[Difference]) -> list[DifferenceAnswer]:
    """Show differences."""
    return [
        DifferenceAnswer(
            path=one.path,
            kind=one.kind,
            label=one.label,
            before=one.before,
            after=one.after,
            meaning=one.meaning,
            redline=[SegmentAnswer(change=part.change, text=part.text) for part in one.redline],
        )
        for one in found
    ]
