"""Where a history was tampered with, once it is known that it was.

A root says that something is wrong, not where. Beside each log a bundle holds its leaf hashes; they
are nobody's word until they lead to the signed root, and then every line can be held against its
own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domain.history.leaf import leaf_of
from domain.history.merkle import Hash, root_of
from interfaces.verifier.archive import Archive
from interfaces.verifier.checkpoints import Sealed
from interfaces.verifier.findings import Findings, Unreadable
from interfaces.verifier.logbook import LogRead, parse_hidden, parse_line

MOST_PLACES: Final = 5
HASH_BYTES: Final = 32


def pinpoint(archive: Archive, read: LogRead, sealed: Sealed, findings: Findings) -> None:
    """Name the lines of a log that are not what was signed, where that can be told."""
    file = f"history/{read.log}.leaves"
    if file not in archive:
        return
    try:
        if root_of(_signed_leaves(archive, file)) != sealed.checkpoint.root:
            findings.remarks.add(file, "it is spoilt too, so nobody can say where the log is")
            return
        _compare(_lines_with_leaves(archive, read), _signed_leaves(archive, file), read, findings)
    except Unreadable as bad:
        findings.remarks.add(bad.finding.place, bad.finding.because)


Line = tuple[str, Hash]
"""How a line reads, in short, and the leaf hash that it leads to."""


def _compare(
    lines: Iterator[Line], signed: Iterator[Hash], read: LogRead, findings: Findings
) -> None:
    index, found = 0, 0
    line, leaf = next(lines, None), next(signed, None)
    while found < MOST_PLACES and (line is not None or leaf is not None):
        line_after, leaf_after = next(lines, None), next(signed, None)
        if line is None or leaf is None or line[1] != leaf:
            found += 1
            place = f"{read.file} leaf {index}" + ("" if line is None else f" ({line[0]})")
            because, aligned = _what(line, line_after, leaf, leaf_after)
            findings.faults.add(place, because)
            if not aligned:
                return
        line, leaf = line_after, leaf_after
        index += 1


def _what(
    line: Line | None, line_after: Line | None, leaf: Hash | None, leaf_after: Hash | None
) -> tuple[str, bool]:
    """Say what befell a line, and whether those after it can still be held against theirs."""
    if line is None:
        return "the fact that was signed here is gone, and with it what came after", False
    if leaf is None:
        return "this fact was added: nothing was signed here", False
    later = None if line_after is None else line_after[1]
    if line[1] == leaf_after and later == leaf:
        return "this fact and the next have changed places", False
    if line[1] == leaf_after:
        return "a fact is missing before this one", False
    if later == leaf:
        return "this fact was inserted: the next one was signed here", False
    return "this is not the fact that was signed here: it was changed or replaced", True


def _lines_with_leaves(archive: Archive, read: LogRead) -> Iterator[Line]:
    for line in archive.lines(read.file):
        parts = line.split(b"\t")
        parsed = parse_line(parts)
        if parsed is not None:
            stream, version, topic = parsed
            yield (
                f"{stream} version {version}, {topic}",
                leaf_of(stream, version, topic, parts[-1]),
            )
        else:
            yield "not shown to this reader", parse_hidden(parts) or b""


def _signed_leaves(archive: Archive, file: str) -> Iterator[Hash]:
    rest = b""
    for piece in archive.pieces(file):
        rest += piece
        whole = len(rest) - len(rest) % HASH_BYTES
        for start in range(0, whole, HASH_BYTES):
            yield rest[start : start + HASH_BYTES]
        rest = rest[whole:]
    if rest:
        raise Unreadable(file, "it does not hold whole hashes")
