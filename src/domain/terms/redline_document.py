"""A redline of two whole agreements: every paragraph of both, and what each change means.

Paragraphs are aligned by their places, so a term is compared with itself wherever it stands; what
was renamed is paired with what took its place if most words are the same. Taking every paragraph
and segment that is not added gives the old text to the letter, and all that is not removed the new.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.differences import Difference, differences
from domain.terms.paths import covers
from domain.terms.redline import Change, Segment, compare, redline
from domain.terms.words.legible import legible
from domain.terms.words.paragraphs import Paragraph, Rank, paragraphs
from domain.values.canonical import Digest

_WORD: Final = re.compile(r"\w+")
_LOOK_AHEAD: Final = 20
"""How many paragraphs that went are looked at for one that came: a rewritten text stays quick."""
_PARTED: Final = ("objectives", "clauses")
"""Parts of the terms of which each has a section of its own in words."""


@dataclass(frozen=True, slots=True)
class RedlineParagraph:
    """A paragraph of either version, or of both."""

    place: str
    rank: Rank
    change: Change
    """ADDED or REMOVED for a paragraph that only one version has; else SAME, with changes in it."""
    number: str
    """Its number in the new version; in the old one, if it was removed."""
    segments: tuple[Segment, ...]
    notes: tuple[str, ...] = ()
    """What the changes of this place mean, in downtime and money."""

    @property
    def changed(self) -> bool:
        """Whether anything in it is not the same."""
        return any(segment.change is not Change.SAME for segment in self.segments)


@dataclass(frozen=True, slots=True)
class RedlineDocument:
    """Two versions as one text, and every changed term with its meaning."""

    title: str
    before: Digest
    after: Digest
    differences: tuple[Difference, ...]
    paragraphs: tuple[RedlineParagraph, ...]

    def position_of(self, path: str) -> int:
        """Return the position of the paragraph that says a path most closely, or the title's."""
        return _place_of(self.paragraphs, path)


def redline_document(old: AgreementTerms, new: AgreementTerms) -> RedlineDocument:
    """Return the redline from one version of an agreement to another; its text is legible."""
    found = tuple(_legible(one) for one in differences(old, new))
    known = {(one.before, one.after): one.redline for one in found if one.redline}
    aligned = [_marked(was, now, known) for was, now in _aligned(_text(old), _text(new))]
    return RedlineDocument(
        legible(new.title), old.digest, new.digest, found, _annotated(aligned, found)
    )


def taken(document: RedlineDocument, without: Change) -> list[tuple[Rank, str]]:
    """Return one version's paragraphs: the new one without REMOVED, the old one without ADDED."""
    return [
        (
            paragraph.rank,
            "".join(part.text for part in paragraph.segments if part.change is not without),
        )
        for paragraph in document.paragraphs
        if paragraph.change is not without
    ]


def _text(terms: AgreementTerms) -> list[Paragraph]:
    return [replace(one, text=legible(one.text)) for one in paragraphs(terms)]


def _legible(one: Difference) -> Difference:
    before, after, meaning = (
        None if text is None else legible(text) for text in (one.before, one.after, one.meaning)
    )
    marked = one.redline
    if marked and (before, after) != (one.before, one.after):
        marked = redline(before or "", after or "")
    return Difference(one.path, one.kind, legible(one.label), before, after, meaning, marked)


Pair = tuple[Paragraph | None, Paragraph | None]


def _aligned(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Pair]:
    """Yield every paragraph of both once, in an order that reads as either text."""
    left, right = iter(old), iter(new)
    edits = compare([one.place for one in old], [one.place for one in new])
    for same, run in groupby(edits, key=lambda edit: edit[0] is Change.SAME):
        if same:
            yield from ((next(left), next(right)) for _ in run)
            continue
        counted = Counter(change for change, _ in run)
        gone = [next(left) for _ in range(counted[Change.REMOVED])]
        come = [next(right) for _ in range(counted[Change.ADDED])]
        yield from _paired(gone, come)


def _paired(gone: Sequence[Paragraph], come: Sequence[Paragraph]) -> Iterator[Pair]:
    """Pair what went with what came in its stead, in order; what is left goes before what comes."""
    words_gone, words_come = ([_words(one) for one in run] for run in (gone, come))
    at_gone = at_come = 0
    for there, words in enumerate(words_come):
        ahead = range(at_gone, min(at_gone + _LOOK_AHEAD, len(gone)))
        match = next((here for here in ahead if _alike(words_gone[here], words)), None)
        if match is not None:
            yield from _unpaired(gone[at_gone:match], come[at_come:there])
            yield gone[match], come[there]
            at_gone, at_come = match + 1, there + 1
    yield from _unpaired(gone[at_gone:], come[at_come:])


def _unpaired(gone: Iterable[Paragraph], come: Iterable[Paragraph]) -> Iterator[Pair]:
    yield from ((one, None) for one in gone)
    yield from ((None, one) for one in come)


Words = Counter[str]


def _words(paragraph: Paragraph) -> Words:
    """Count the words of a paragraph; those of a heading are never those of a line."""
    words = Counter(_WORD.findall(paragraph.text))
    return Counter({f"{paragraph.rank} {word}": times for word, times in words.items()})


def _alike(old: Words, new: Words) -> bool:
    """Tell whether two paragraphs of one rank have most of their words in common."""
    return 2 * (old & new).total() > max(old.total(), new.total())


Known = Mapping[tuple[str | None, str | None], tuple[Segment, ...]]
"""Texts that were compared already: a long clause is compared once."""


def _marked(was: Paragraph | None, now: Paragraph | None, known: Known) -> RedlineParagraph:
    if now is None and was is not None:
        struck = (Segment(Change.REMOVED, was.text),)
        return RedlineParagraph(was.place, was.rank, Change.REMOVED, was.number, struck)
    if now is None:
        raise AssertionError("a paragraph is in one version at least")
    if was is None:
        put = (Segment(Change.ADDED, now.text),)
        return RedlineParagraph(now.place, now.rank, Change.ADDED, now.number, put)
    marked = known.get((was.text, now.text)) or redline(was.text, now.text)
    return RedlineParagraph(now.place, now.rank, Change.SAME, now.number, marked)


def _annotated(
    aligned: Sequence[RedlineParagraph], found: Iterable[Difference]
) -> tuple[RedlineParagraph, ...]:
    """Note at each changed place what its changes mean; at its section if no line says it."""
    notes: dict[int, list[str]] = {}
    for one in found:
        if one.meaning is None and _said_in(aligned, one):
            continue
        notes.setdefault(_place_of(aligned, one.path), []).append(_note(one))
    return tuple(
        replace(paragraph, notes=tuple(notes.get(position, ())))
        for position, paragraph in enumerate(aligned)
    )


def _place_of(aligned: Sequence[RedlineParagraph], path: str) -> int:
    """Return the position of the paragraph that says a path most closely; the title's, or first."""
    covering = [
        (len(one.place), -position)
        for position, one in enumerate(aligned)
        if covers(one.place, path)
    ]
    return -max(covering)[1] if covering else 0


def _said_in(aligned: Sequence[RedlineParagraph], one: Difference) -> bool:
    """Tell whether a change can be seen in the text, in a paragraph or section of its path."""
    segments = one.path.split("/")
    section = "/".join(segments[: 2 if segments[0] in _PARTED else 1])
    return any(part.changed and covers(section, part.place) for part in aligned)


def _note(one: Difference) -> str:
    if one.meaning is not None and one.kind == "changed":
        return f"{one.label}: {one.meaning}"
    return str(one)
