"""``fsck``: derive every leaf, root and view anew from the stored facts, and compare.

A fact that was changed, dropped, added, moved or cut off behind the service's back leaves a leaf
that does not fit. Who rewrites the leaves too leaves a checkpoint that does not; who has all of
them signed anew is found out by whoever holds one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from application.checking_published import Published, PublishedBooks, check_service_log
from application.faults import Fault
from domain.history.leaf import leaf_of, log_of
from domain.history.merkle import Frontier, Hash


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored fact beside its leaf, either of which may be missing.

    ``position`` is the fact's place in commit order, ``state`` its stored bytes; ``index`` is the
    leaf's place in its log.
    """

    stream: str
    version: int
    position: int | None
    topic: str | None
    state: bytes | None
    log: str | None
    index: int | None
    leaf: Hash | None


class Books(PublishedBooks, Protocol):
    """What the database holds, read in one snapshot."""

    def entries(self) -> Iterator[Entry]:
        """Yield every fact and leaf, by log and index; facts without a leaf come last."""
        ...

    def sizes(self) -> dict[str, int]:
        """Return how many leaves each log is said to have."""
        ...


@dataclass(slots=True)
class Findings:
    """What was checked, and what does not hold; ``roots`` are the logs' roots as derived."""

    facts: int = 0
    faults: list[Fault] = field(default_factory=list)
    roots: dict[str, tuple[int, Hash]] = field(default_factory=dict)
    checkpoints: int = 0


def check_history(books: Books, origin: str) -> Findings:
    """Derive every leaf and root from the facts, hold what was published against them.

    One pass; memory grows with the number of streams and logs, not of facts.
    """
    findings = Findings()
    versions: dict[str, int] = {}
    logs: dict[str, _Log] = {}
    published = Published(books, origin)
    for entry in books.entries():
        findings.facts += entry.position is not None
        findings.faults += _faults_of(entry)
        if entry.log is not None and entry.index is not None and entry.leaf is not None:
            log = logs.setdefault(entry.log, _Log(entry.log))
            findings.faults += log.take(entry, entry.index, entry.leaf, published)
        if entry.position is not None:
            findings.faults += _unless_next(entry, versions)
    findings.faults += _sizes(logs, books.sizes())
    findings.faults += published.rest()
    findings.faults += check_service_log(books, origin)
    findings.checkpoints = published.checked
    findings.roots = {name: (log.tree.size, log.tree.root()) for name, log in logs.items()}
    return findings


class _Log:
    """One log while its leaves are read in order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tree = Frontier()
        self._position = 0

    def take(self, entry: Entry, index: int, leaf: Hash, published: Published) -> Iterator[Fault]:
        expected = self.tree.size
        yield from published.grown(self.name, self.tree, self.tree.append(leaf))
        if index != expected:
            yield Fault(f"{self.name} leaf {index}", f"leaf {expected} should stand here")
        if entry.position is not None:
            if entry.position <= self._position:
                yield Fault(_place(entry), f"leaf {index} is out of the order of commits")
            self._position = entry.position


def _faults_of(entry: Entry) -> Iterator[Fault]:
    if entry.position is None or entry.topic is None or entry.state is None:
        yield Fault(_place(entry), "the fact is gone; its leaf is still there")
        return
    if entry.leaf is None:
        yield Fault(_place(entry), "the fact has no leaf in the history")
        return
    if entry.log != log_of(entry.stream):
        yield Fault(_place(entry), f"its leaf stands in the log of {entry.log}")
    if leaf_of(entry.stream, entry.version, entry.topic, entry.state) != entry.leaf:
        yield Fault(_place(entry), "the fact is not the one its leaf was made of")


def _unless_next(entry: Entry, versions: dict[str, int]) -> Iterator[Fault]:
    expected = versions.get(entry.stream, 0) + 1
    if entry.version != expected:
        yield Fault(_place(entry), f"version {expected} should come here")
    versions[entry.stream] = entry.version


def _sizes(logs: dict[str, _Log], sizes: dict[str, int]) -> Iterator[Fault]:
    for name in sorted(logs.keys() | sizes.keys()):
        counted = logs[name].tree.size if name in logs else 0
        if sizes.get(name, 0) != counted:
            yield Fault(name, f"{counted} leaves, and the log says {sizes.get(name, 0)}")


def _place(entry: Entry) -> str:
    return f"{entry.stream} version {entry.version}"
