"""What is read of the published history: checkpoints, subtrees, leaves; and proofs made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from application.errors import HistoryBroken
from domain.history.checkpoint import Checkpoint
from domain.history.merkle import (
    STORED,
    Hash,
    consistency_ranges,
    inclusion_ranges,
    joined,
    root_of,
    subtrees,
)
from domain.history.note import Note, NoteSignature
from domain.history.proof import InclusionProof

Subtree = tuple[int, int]
"""A full subtree: its level and its place among those of the level."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A published checkpoint: its signed note, and where it stands in the service-wide log."""

    log: str
    size: int
    note: str
    signed_at: datetime
    service_index: int | None

    def checkpoint(self) -> Checkpoint:
        """Return what was signed."""
        return Checkpoint.parse(Note.parse(self.note).text)

    def index_in_service_log(self) -> int:
        """Return where this is a leaf; raises ValueError for a checkpoint of that log itself."""
        if self.service_index is None:
            raise ValueError("the service-wide log's checkpoints are leaves of nothing")
        return self.service_index


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A witness's line under a checkpoint of a size."""

    size: int
    witness: str
    key_id: bytes
    line: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a fact's leaf stands."""

    log: str
    index: int
    hash: Hash


@dataclass(frozen=True, slots=True)
class SignerStanding:
    """How the signer stands: when it signed last, and how many logs it refuses."""

    signed_at: datetime | None
    refused: int


class Shelf(Protocol):
    """The published history, as readers find it."""

    def signing_key(self) -> bytes | None:
        """Return the public key that checkpoints are signed with now, None before the first."""
        ...

    def signer(self) -> SignerStanding:
        """Return how the signer stands."""
        ...

    def checkpoint(self, log: str, size: int | None = None) -> Shown | None:
        """Return a log's checkpoint at a size, or the latest."""
        ...

    def cosigned(self, log: str, size: int) -> list[Cosigned]:
        """Return what witnesses put under a checkpoint, by witness."""
        ...

    def latest_cosigned(self, log: str, beyond: int, most: int) -> list[Cosigned]:
        """Return the cosignatures of checkpoints with more leaves than ``beyond``, latest first."""
        ...

    def cosign(self, log: str, cosigned: Cosigned) -> None:
        """Put a witness's line under a checkpoint; a later one of the same key takes its place."""
        ...

    def leaf(self, stream: str, version: int) -> Leaf | None:
        """Return where a fact's leaf stands, None for a fact that was not recorded."""
        ...

    def leaves(self, log: str, spans: Sequence[tuple[int, int]]) -> dict[int, Hash]:
        """Return the leaves of some spans, from and before, by index."""
        ...

    def nodes(self, log: str, subtrees: Sequence[Subtree]) -> dict[Subtree, Hash]:
        """Return the roots of full subtrees of level ``STORED`` and above."""
        ...


def proof_of(shelf: Shelf, stream: str, version: int) -> InclusionProof | None:
    """Return the proof that a fact is in the latest checkpoint; None until the signer signed it."""
    leaf = shelf.leaf(stream, version)
    shown = None if leaf is None else shelf.checkpoint(leaf.log)
    if leaf is None or shown is None or shown.size <= leaf.index:
        return None
    path = path_of_inclusion(shelf, leaf.log, leaf.index, shown.size)
    note = with_cosignatures(shown, shelf.cosigned(shown.log, shown.size))
    return InclusionProof(leaf.index, path, note)


def path_of_inclusion(shelf: Shelf, log: str, index: int, size: int) -> tuple[Hash, ...]:
    """Return the path from a leaf to a checkpoint's root, in O(log n) reads.

    Raises IndexError when there is no such leaf, HistoryBroken when what leads to it is gone.
    """
    return _over(shelf, log, inclusion_ranges(index, size))


def path_of_consistency(shelf: Shelf, log: str, old: int, size: int) -> tuple[Hash, ...]:
    """Return the path from one checkpoint to a later one, in O(log n) reads.

    Raises IndexError when ``old`` is the larger, HistoryBroken when what leads there is gone.
    """
    return _over(shelf, log, consistency_ranges(old, size))


def with_cosignatures(shown: Shown, cosigned: Iterable[Cosigned]) -> str:
    """Return a checkpoint's note with what witnesses put under it."""
    lines = [NoteSignature.parse(one.line) for one in cosigned]
    return str(Note.parse(shown.note).with_signatures(lines))


def _over(shelf: Shelf, log: str, ranges: Sequence[tuple[int, int]]) -> tuple[Hash, ...]:
    parts = [subtrees(begin, end) for begin, end in ranges]
    wanted = [subtree for part in parts for subtree in part]
    spans = [_span(subtree) for subtree in wanted if subtree[0] < STORED]
    roots = shelf.nodes(log, [subtree for subtree in wanted if subtree[0] >= STORED])
    held = _Held(log, roots, shelf.leaves(log, spans))
    return tuple(joined([held.root(subtree) for subtree in part]) for part in parts)


@dataclass(frozen=True, slots=True)
class _Held:
    """What is there of a log, of what was asked for."""

    log: str
    roots: Mapping[Subtree, Hash]
    leaves: Mapping[int, Hash]

    def root(self, subtree: Subtree) -> Hash:
        """Return a subtree's root; raises HistoryBroken for what is gone from the database."""
        if subtree[0] < STORED:
            return root_of(self._leaf(index) for index in range(*_span(subtree)))
        found = self.roots.get(subtree)
        if found is None:
            raise HistoryBroken(self.log, _span(subtree)[0])
        return found

    def _leaf(self, index: int) -> Hash:
        found = self.leaves.get(index)
        if found is None:
            raise HistoryBroken(self.log, index)
        return found


def _span(subtree: Subtree) -> tuple[int, int]:
    level, at = subtree
    return at << level, (at + 1) << level
