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
HASH_DIGITS: Final = 64
_AT: Final = b'{"at":"'
_PARTS: Final = 4
_LATEST_SIZE: Final = 1 << 62


@dataclass(slots=True)
class LogRead:
    """What reading a log came to; ``roots`` are those at the sizes that were asked for."""

    log: str
    file: str
    tree: Frontier = field(default_factory=Frontier)
    withheld: int = 0
    visible: int = 0
    roots: dict[int, Hash] = field(default_factory=dict)
    last_at: str = ""


@dataclass(slots=True)
class _Place:
    """How far a stream has come: its version, when, and how many leaves were hidden by then."""

    version: int
    at: bytes
    withheld: int


def read_log(
    lines: Iterable[bytes],
    read: LogRead,
    names: Collection[str],
    sizes: Collection[int],
    findings: Findings,
) -> Iterator[StoredFact]:
    """Hash every leaf of a log into ``read``, and yield the facts of the given names.

    ``names`` are catalogue names without their version; ``sizes`` those at which the root is
    wanted. A line that is none, and a version that does not follow, is a fault.
    """
    places: dict[str, _Place] = {}
    wanted: dict[str, bool] = {}
    marks = iter([*sorted(size for size in sizes if size > 0), _LATEST_SIZE])
    mark = next(marks)
    tree = read.tree
    for line in lines:
        parts = line.split(b"\t")
        parsed = parse_line(parts)
        if parsed is None:
            hidden = parse_hidden(parts)
            if hidden is None:
                findings.faults.add(f"{read.file} leaf {tree.size}", "the line is malformed")
                return
            read.withheld += 1
            tree.append(hidden)
        else:
            stream, version, topic = parsed
            state = parts[3]
            leaf = leaf_of(stream, version, topic, state)
            at = _recorded_at(state)
            place = places.get(stream)
            if place is not None and version == place.version + 1 and at >= place.at:
                place.version, place.at, place.withheld = version, at, read.withheld
            else:
                odd = StoredFact(read.log, tree.size, stream, version, topic, state, leaf)
                places[stream] = _follow(odd, at, place, read, findings)
            if topic not in wanted:
                wanted[topic] = topic.partition("/")[0] in names
            if wanted[topic]:
                yield StoredFact(read.log, tree.size, stream, version, topic, state, leaf)
            read.visible += 1
            tree.append(leaf)
        while tree.size >= mark:
            read.roots[mark] = tree.root()
            mark = next(marks)
    latest = max((place.at for place in places.values()), default=b"")
    read.last_at = latest.decode("ascii", "replace")


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
    if not state.startswith(_AT):
        return b""
    return state[len(_AT) : state.find(b'"', len(_AT))].removesuffix(b"Z")


def _follow(
    fact: StoredFact, at: bytes, before: _Place | None, read: LogRead, findings: Findings
) -> _Place:
    """Look closely at a fact that does not simply continue its stream."""
    if before is None:
        before = _Place(0, b"", 0)
        if log_of(fact.stream) != read.log:
            findings.faults.add(fact.place, f"a fact of this stream is no leaf of {read.log}")
    hidden = read.withheld - before.withheld
    if not before.version < fact.version <= before.version + 1 + hidden:
        findings.faults.add(fact.place, f"version {before.version + 1} should come here")
    if at < before.at:
        findings.remarks.add(
            fact.place,
            f"the service's clock was set back here, from {before.at.decode('ascii', 'replace')} "
            f"to {at.decode('ascii', 'replace')}; the order is the log's",
        )
    return _Place(fact.version, max(at, before.at), read.withheld)
