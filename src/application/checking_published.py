"""``fsck``, second half: what the signer published is what the leaves lead to, and is signed.

A checkpoint that does not fit says that history was rewritten with its leaves, or the checkpoint
was: whoever holds it, as a party or as a witness, holds the evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from application.faults import Fault
from domain.history.checkpoint import SERVICE_LOG, Checkpoint, open_checkpoint, origin_of
from domain.history.merkle import STORED, Frontier, Hash, Node
from domain.history.note import LOG, BadNote, Note, NoteKey, NoteSignature

WitnessKeys = Callable[[str], Iterable[NoteKey]]
"""From a party to every key that its witness ever had, under the witness's name."""


@dataclass(frozen=True, slots=True)
class PublishedCheckpoint:
    """A checkpoint as it is stored."""

    log: str
    size: int
    root: Hash
    note: str


@dataclass(frozen=True, slots=True)
class PublishedNode:
    """The root of a full subtree as it is stored; ``size`` is where the subtree ends."""

    log: str
    size: int
    node: Node


@dataclass(frozen=True, slots=True)
class ServiceLeaf:
    """A leaf of the service-wide log as it is stored, and the checkpoint that it is of."""

    index: int
    leaf: Hash
    checkpoint: PublishedCheckpoint


@dataclass(frozen=True, slots=True)
class WitnessLine:
    """A witness's line as it is stored, with the note that it stands under."""

    log: str
    size: int
    witness: str
    line: str
    note: str


class PublishedBooks(Protocol):
    """What was published, in the same snapshot as the leaves; logs in byte order."""

    def signing_keys(self) -> list[bytes]:
        """Return the public keys that checkpoints were signed with."""
        ...

    def checkpoints(self, *, of_service: bool) -> Iterator[PublishedCheckpoint]:
        """Yield the service-wide log's checkpoints, or all others, by log and size."""
        ...

    def nodes(self, *, of_service: bool) -> Iterator[PublishedNode]:
        """Yield the service-wide log's subtrees, or all others, by log, size and level."""
        ...

    def service_leaves(self) -> Iterator[ServiceLeaf]:
        """Yield the leaves of the service-wide log, by index."""
        ...

    def witness_lines(self) -> Iterator[WitnessLine]:
        """Yield what witnesses put under checkpoints."""
        ...


class _Placed(Protocol):
    @property
    def log(self) -> str: ...
    @property
    def size(self) -> int: ...


P = TypeVar("P", bound=_Placed)


class _InStep(Generic[P]):
    """Something read in order beside the leaves: each is due when its log has its size."""

    def __init__(self, rows: Iterator[P]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def until(self, log: str, size: int) -> Iterator[tuple[P, bool]]:
        """Yield what is due by now, and whether it is due just now: what is late fits nothing."""
        while self._next is not None and (self._next.log, self._next.size) <= (log, size):
            row, self._next = self._next, next(self._rows, None)
            yield row, (row.log, row.size) == (log, size)

    def rest(self) -> Iterator[P]:
        """Yield what was never due."""
        while self._next is not None:
            row, self._next = self._next, next(self._rows, None)
            yield row


class Published:
    """Checkpoints and subtrees, held against logs while their leaves are read in order."""

    def __init__(self, books: PublishedBooks, origin: str, *, of_service: bool = False) -> None:
        self._checkpoints = _InStep(books.checkpoints(of_service=of_service))
        self._nodes = _InStep(books.nodes(of_service=of_service))
        self._origin = origin
        self._keys = [
            NoteKey(origin_of(origin, SERVICE_LOG), LOG, key) for key in books.signing_keys()
        ]
        self._unstored: list[tuple[str, Node]] = []
        self.checked = 0

    def grown(self, log: str, tree: Frontier, completed: list[Node]) -> Iterator[Fault]:
        """Hold what is due now that a log has grown by a leaf against its tree."""
        stored = {}
        for row, fits in self._nodes.until(log, tree.size):
            if fits:
                stored[row.node.level, row.node.at] = row.node.hash
            else:
                yield _no_subtree(row)
        for node in completed:
            if node.level >= STORED:
                found = stored.pop((node.level, node.at), None)
                if found is None:
                    self._unstored.append((log, node))
                elif found != node.hash:
                    yield Fault(_subtree(log, node), "its stored root is not that of its leaves")
        for level, at in stored:
            yield Fault(f"{log} subtree {level}/{at}", "no such subtree ends here")
        for checkpoint, fits in self._checkpoints.until(log, tree.size):
            yield from self._missing(log)
            yield from self._signed(checkpoint, tree) if fits else [_no_leaves(checkpoint)]

    def rest(self) -> Iterator[Fault]:
        """Yield what was published of leaves that are not there."""
        for checkpoint in self._checkpoints.rest():
            yield _no_leaves(checkpoint)
        for row in self._nodes.rest():
            yield _no_subtree(row)

    def _missing(self, log: str) -> Iterator[Fault]:
        """Yield the subtrees that a checkpoint covers and that are not stored for its proofs."""
        for of, node in self._unstored:
            if of == log:
                yield Fault(_subtree(log, node), "its root is not stored, and proofs need it")
        self._unstored.clear()

    def _signed(self, published: PublishedCheckpoint, tree: Frontier) -> Iterator[Fault]:
        self.checked += 1
        place = _place(published)
        if published.root != tree.root():
            yield Fault(place, "its root is not that of the leaves")
        origin = origin_of(self._origin, published.log)
        told = Checkpoint(origin, published.size, published.root)
        because = "no key that checkpoints are signed with is known"
        for key in self._keys:
            try:
                if open_checkpoint(published.note, key.named(origin)).checkpoint == told:
                    return
                because = "its note is about another size or root"
            except BadNote as bad:
                because = str(bad)
        yield Fault(place, because)


def check_service_log(books: PublishedBooks, origin: str) -> Iterator[Fault]:
    """Derive the service-wide log from the checkpoints that are its leaves, and compare."""
    published, tree = Published(books, origin, of_service=True), Frontier()
    for one in books.service_leaves():
        place = _place(one.checkpoint)
        if one.index != tree.size:
            yield Fault(place, f"leaf {tree.size} of the service-wide log should stand here")
        log, size, root = one.checkpoint.log, one.checkpoint.size, one.checkpoint.root
        if Checkpoint(origin_of(origin, log), size, root).leaf() != one.leaf:
            yield Fault(place, "its leaf in the service-wide log is not its own")
        yield from published.grown(SERVICE_LOG, tree, tree.append(one.leaf))
    yield from published.rest()


def check_witnesses(books: PublishedBooks, keys: WitnessKeys) -> Iterator[Fault]:
    """Check that each witness's line is by a key its party pinned, over the checkpoint above it."""
    known: dict[str, tuple[NoteKey, ...]] = {}
    for one in books.witness_lines():
        party = one.witness.rpartition("/")[2]
        if one.witness not in known:
            known[one.witness] = tuple(keys(party))
        place = f"{one.log} checkpoint {one.size} cosigned by {one.witness}"
        try:
            line = NoteSignature.parse(one.line)
            text = Note.parse(one.note).text
            if not Note(text, (line,)).verified(known[one.witness]):
                yield Fault(place, "the line is by no witness key of its party")
        except BadNote as bad:
            yield Fault(place, str(bad))


def _no_leaves(checkpoint: PublishedCheckpoint) -> Fault:
    return Fault(_place(checkpoint), "the log does not have so many leaves")


def _no_subtree(row: PublishedNode) -> Fault:
    return Fault(_subtree(row.log, row.node), "the log has no such leaves")


def _place(checkpoint: PublishedCheckpoint) -> str:
    return f"{checkpoint.log} checkpoint {checkpoint.size}"


def _subtree(log: str, node: Node) -> str:
    return f"{log} subtree {node.level}/{node.at}"
