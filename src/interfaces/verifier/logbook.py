"""One log, read from its first leaf to its last in flat memory: leaves, tree, versions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from domain.history.leaf import leaf_of, log_of
from domain.history.merkle import Frontier, Hash
from interfaces.verifier.findings import Findings
from interfaces.verifier.stored import StoredFact

WITHHELD: Final = b"-"
MOST_UNSIGNED: Final = 1_000_000
HASH_DIGITS: Final = 64
_AT: Final = b'{"at":"'
_AT_LENGTH: Final = len(_AT)
_PARTS: Final = 4


@dataclass(slots=True)
class LogRead:
    """What reading a log came to; ``roots`` are those at the sizes that were asked for.

    Beyond ``most`` leaves nothing is read: nobody signed them. ``streams_whole`` is a log of which
    a reader is shown all of a stream or nothing of it.
    """

    log: str
    file: str
    sizes: frozenset[int] = frozenset()
    most: int = MOST_UNSIGNED
    streams_whole: bool = True
    tree: Frontier = field(default_factory=Frontier)
    withheld: int = 0
    roots: dict[int, Hash] = field(default_factory=dict)

    def grow(self, leaf: Hash) -> None:
        """Take in the next leaf."""
        self.tree.append(leaf)
        if self.tree.size in self.sizes:
            self.roots[self.tree.size] = self.tree.root()


@dataclass(slots=True)
class _Place:
    """How far a stream has come: its version, when, and how many leaves were hidden by then."""

    stream: str
    version: int
    at: bytes
    withheld: int


def read_log(
    lines: Iterable[bytes], read: LogRead, names: Collection[str], findings: Findings
) -> Iterator[StoredFact]:
    """Hash every leaf of a log into ``read``, and yield the facts of the given names.

    ``names`` are catalogue names without their version. A line that is none, and a version that
    does not follow, is a fault.
    """
    grow, places = read.grow if read.sizes else read.tree.append, dict[bytes, _Place]()
    topics: dict[bytes, tuple[str, bool]] = {}
    for line in lines:
        if read.tree.size > read.most:
            return
        parts = line.split(b"\t")
        place = places.get(parts[0])
        # A line that simply continues its stream, as nearly all do, is not looked at any closer.
        if (
            place is not None
            and len(parts) == _PARTS
            and parts[1] == b"%d" % (place.version + 1)
            and (known := topics.get(parts[2])) is not None
            and (at := _recorded_at(parts[3])) >= place.at
        ):
            topic, wanted = known
            place.version, place.at, place.withheld = place.version + 1, at, read.withheld
        elif (fact := _fact(parts, read)) is not None:
            topic, wanted = topics[parts[2]] = fact.topic, fact.name in names
            at = _recorded_at(parts[3])
            place = places[parts[0]] = _follow(fact, at, place, read, findings)
        elif (hidden := parse_hidden(parts)) is not None:
            read.withheld += 1
            grow(hidden)
            continue
        else:
            findings.faults.add(f"{read.file} leaf {read.tree.size}", "the line is malformed")
            return
        stream, version, state = place.stream, place.version, parts[3]
        leaf = leaf_of(stream, version, topic, state)
        if wanted:
            yield StoredFact(read.log, read.tree.size, stream, version, topic, state, leaf)
        grow(leaf)


def _fact(parts: list[bytes], read: LogRead) -> StoredFact | None:
    parsed = parse_line(parts)
    if parsed is None:
        return None
    return StoredFact(read.log, read.tree.size, *parsed, parts[3], b"")


def parse_line(parts: list[bytes]) -> tuple[str, int, str] | None:
    """Return the stream, version and topic of a line that shows a fact; None for any other."""
    if len(parts) != _PARTS:
        return None
    try:
        stream, version, topic = parts[0].decode("ascii"), int(parts[1]), parts[2].decode("ascii")
    except ValueError:
        return None
    # One spelling only: a line that is written otherwise is not what the leaf was made of.
    return (stream, version, topic) if str(version).encode() == parts[1] else None


def parse_hidden(parts: list[bytes]) -> Hash | None:
    """Return the hash of a line that withholds its fact; None for any other."""
    if len(parts) != 2 or parts[0] != WITHHELD or len(parts[1]) != HASH_DIGITS:  # noqa: PLR2004 - the mark and the hash
        return None
    try:
        hidden = bytes.fromhex(parts[1].decode("ascii"))
    except ValueError:
        return None
    return hidden if hidden.hex().encode() == parts[1] else None


def _recorded_at(state: bytes) -> bytes:
    """Return when a fact was recorded, such that text order is that of time."""
    if state[:_AT_LENGTH] != _AT:
        return b""
    return state[_AT_LENGTH : state.find(b'"', _AT_LENGTH)].removesuffix(b"Z")


def _follow(
    fact: StoredFact, at: bytes, before: _Place | None, read: LogRead, findings: Findings
) -> _Place:
    """Look closely at a fact that does not simply continue its stream."""
    if before is None:
        before = _Place(fact.stream, 0, b"", 0)
        if log_of(fact.stream) != read.log:
            findings.faults.add(fact.place, f"a fact of this stream is no leaf of {read.log}")
    hidden = 0 if read.streams_whole else read.withheld - before.withheld
    if not before.version < fact.version <= before.version + 1 + hidden:
        findings.faults.add(fact.place, f"version {before.version + 1} should come here")
    if at < before.at:
        findings.remarks.add(
            fact.place,
            f"the service's clock was set back here, from {before.at.decode('ascii', 'replace')} "
            f"to {at.decode('ascii', 'replace')}; the order is the log's",
        )
    return _Place(fact.stream, fact.version, max(at, before.at), read.withheld)
