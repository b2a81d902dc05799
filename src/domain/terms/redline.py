"""Redline: what was struck and what was put in, word by word, exactly.

Taking every segment that is not added gives the old text back to the letter, and every one that is
not removed the new text. Words (or phrases) that occur once in both anchor the comparison (patience
diff); what lies between anchors is compared by Myers' shortest edit, and replaced as a whole where
that would take too many, so a long text rewritten from end to end is still quick.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

_TOKENS = re.compile(r"\d[\d.,:/-]*\d|\w+|\s+|[^\w\s]")
"""Figures whole (``99.995``, ``12,000.00``, ``2026-12-31``), words, spaces, single signs."""
_WORDS = re.compile(r"\w+")
_LEAST_KEPT: Final = 4
_MOST_EDITS: Final = 250
_PHRASE: Final = 8
_DEEPEST: Final = 60


class Change(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that stayed, was removed, or was added."""

    change: Change
    text: str


def redline(old: str, new: str) -> tuple[Segment, ...]:
    """Return the segments that lead from one text to the other, removals before additions.

    A text that keeps less than a quarter of its words is replaced as a whole, because what stays of
    it by chance helps nobody to read it.
    """
    if _rewritten(old, new):
        return tuple(_changed(old, new))
    edits = compare(_TOKENS.findall(old), _TOKENS.findall(new))
    return tuple(_readable(_blocks(edits)))


def _rewritten(old: str, new: str) -> bool:
    before, after = Counter(_WORDS.findall(old)), Counter(_WORDS.findall(new))
    return _LEAST_KEPT * (before & after).total() < min(before.total(), after.total())


Edit = tuple[Change, str]


def compare(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return one edit for every item of both sequences, in an order that reads as one text."""
    edits: list[Edit] = []
    _compare(old, new, edits, 0)
    return edits


def _compare(old: Sequence[str], new: Sequence[str], edits: list[Edit], depth: int) -> None:
    head = _common(old, new)
    edits += ((Change.SAME, word) for word in old[:head])
    old, new = old[head:], new[head:]
    tail = _common(old[::-1], new[::-1])
    middle_old, middle_new = old[: len(old) - tail], new[: len(new) - tail]
    anchors = _anchors(middle_old, middle_new) if depth < _DEEPEST else []
    if anchors:
        at_old = at_new = 0
        for i, j in [*anchors, (len(middle_old), len(middle_new))]:
            _compare(middle_old[at_old:i], middle_new[at_new:j], edits, depth + 1)
            if i < len(middle_old):
                edits.append((Change.SAME, middle_old[i]))
            at_old, at_new = i + 1, j + 1
    else:
        edits += _shortest(middle_old, middle_new)
    edits += ((Change.SAME, word) for word in old[len(old) - tail :])


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest rising run of words, or else of phrases, that both sides have once."""
    for length in (1, _PHRASE):
        pairs = _once(old, new, length)
        if pairs:
            return _rising(pairs)
    return []


def _once(old: Sequence[str], new: Sequence[str], length: int) -> list[tuple[int, int]]:
    """Return where each run of so many words begins that occurs exactly once on both sides."""
    phrases_old = [tuple(old[i : i + length]) for i in range(len(old) - length + 1)]
    phrases_new = [tuple(new[j : j + length]) for j in range(len(new) - length + 1)]
    single = {phrase for phrase, times in Counter(phrases_old).items() if times == 1}
    single &= {phrase for phrase, times in Counter(phrases_new).items() if times == 1}
    where = {phrase: j for j, phrase in enumerate(phrases_new) if phrase in single}
    return [(i, where[phrase]) for i, phrase in enumerate(phrases_old) if phrase in single]


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs in which both positions rise."""
    ends: list[int] = []  # at n: the least last position of a rising run of n + 1 pairs
    holders: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        n = bisect_left(ends, j)
        before.append(holders[n - 1] if n else -1)
        ends[n : n + 1] = [j]
        holders[n : n + 1] = [index]
    run: list[tuple[int, int]] = []
    index = holders[-1] if holders else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]


def _shortest(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Return Myers' shortest edit, or one whole replacement beyond so many edits."""
    whole = [
        *((Change.REMOVED, word) for word in old),
        *((Change.ADDED, word) for word in new),
    ]
    if not old or not new:
        return whole
    reach = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), _MOST_EDITS) + 1):
        history.append(dict(reach))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
            x = reach[k + 1] if down else reach[k - 1] + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            reach[k] = x
            if x >= len(old) and y >= len(new):
                return _traced(old, new, history)
    return whole


def _traced(old: Sequence[str], new: Sequence[str], history: list[dict[int, int]]) -> list[Edit]:
    edits: list[Edit] = []
    x, y = len(old), len(new)
    for depth in range(len(history) - 1, -1, -1):
        reach, k = history[depth], x - y
        down = k == -depth or (k != depth and reach[k - 1] < reach[k + 1])
        before = k + 1 if down else k - 1
        start_x = reach[before] if depth else 0
        start_y = start_x - before if depth else 0
        while x > start_x and y > start_y:
            x, y = x - 1, y - 1
            edits.append((Change.SAME, old[x]))
        if depth and down:
            y -= 1
            edits.append((Change.ADDED, new[y]))
        elif depth:
            x -= 1
            edits.append((Change.REMOVED, old[x]))
    return edits[::-1]


def _blocks(edits: Sequence[Edit]) -> list[tuple[str, str, str]]:
    """Group edits into (same, removed, added) blocks of text."""
    blocks: list[tuple[str, str, str]] = []
    for same, group in groupby(edits, key=lambda edit: edit[0] is Change.SAME):
        run = list(group)
        if same:
            blocks.append(("".join(word for _, word in run), "", ""))
        else:
            removed = "".join(word for change, word in run if change is Change.REMOVED)
            added = "".join(word for change, word in run if change is Change.ADDED)
            blocks.append(("", removed, added))
    return blocks


def _readable(blocks: Sequence[tuple[str, str, str]]) -> Iterator[Segment]:
    """Join changes that only a space keeps apart, and yield removals before additions."""
    removed = added = ""
    for index, (same, struck, put) in enumerate(blocks):
        between = (removed or added) and index + 1 < len(blocks)
        if same and between and same.isspace() and "\n" not in same:
            removed, added = removed + same, added + same
        elif same:
            yield from _changed(removed, added)
            removed = added = ""
            yield Segment(Change.SAME, same)
        else:
            removed, added = removed + struck, added + put
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Segment]:
    if removed:
        yield Segment(Change.REMOVED, removed)
    if added:
        yield Segment(Change.ADDED, added)
