"""Holding a relationship's copy against the original: facts, leaves, keys, files, figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from interfaces.partitions.belongings import Belongings


def differences(one: Belongings, other: Belongings) -> Iterator[str]:
    """Yield in what the two differ, in words; nothing when they are the same."""
    streams = one.streams()
    if one.size() != other.size():
        yield f"{one.size()} leaves against {other.size()}"
    yield from _pairwise("fact", one.facts(), other.facts())
    commands = {fact.command for fact in one.facts()}
    yield from _pairwise("key", one.keys(commands), other.keys(commands))
    yield from _pairwise("file", one.files(streams), other.files(streams))
    yield from _pairwise("round", one.rounds(streams), other.rounds(streams))
    mine, theirs = (sorted(side.batches(streams), key=str) for side in (one, other))
    yield from _pairwise("batch of figures", mine, theirs)
    yield from _pairwise("row of a view", one.rows(), other.rows())


def _pairwise(what: str, one: Iterable[object], other: Iterable[object]) -> Iterator[str]:
    for number, (mine, theirs) in enumerate(zip_longest(one, other)):
        if mine != theirs:
            yield f"{what} {number} is another"
