"""Whether what clients were shown of the history is a prefix of what the history is now.

Derived from the leaves alone: nothing that was published since is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from application.history import Leaf
from domain.history.checkpoint import SERVICE_LOG, Checkpoint, origin_of
from domain.history.merkle import Frontier, Hash
from domain.history.note import Note

Leaves = Mapping[tuple[str, int], Leaf]
"""The leaf of each fact, by its stream and version."""


def taken_back(
    seen: Iterable[str], leaves: Leaves, service: Sequence[Hash], origin: str
) -> Iterator[str]:
    """Name the checkpoints that clients hold and that the leaves of today do not lead to."""
    held: dict[str, dict[int, set[Hash]]] = defaultdict(lambda: defaultdict(set))
    for note in seen:
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        held[checkpoint.origin][checkpoint.size].add(checkpoint.root)
    logs = {origin_of(origin, log): found for log, found in _by_log(leaves).items()}
    logs[origin_of(origin, SERVICE_LOG)] = list(service)
    for log, sizes in sorted(held.items()):
        yield from _not_continued(log, sizes, logs.get(log, []))


def _not_continued(
    log: str, sizes: Mapping[int, set[Hash]], leaves: Sequence[Hash]
) -> Iterator[str]:
    tree = Frontier()
    roots = {0: tree.root()}
    for leaf in leaves:
        tree.append(leaf)
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    for size, shown in sorted(sizes.items()):
        if size not in roots:
            yield f"checkpoint taken back: {log} was shown with {size} leaves and has {len(leaves)}"
        elif shown != {roots[size]}:
            yield f"checkpoint taken back: the first {size} leaves of {log} are others now"


def _by_log(leaves: Leaves) -> dict[str, list[Hash]]:
    logs: dict[str, list[tuple[int, Hash]]] = defaultdict(list)
    for leaf in leaves.values():
        logs[leaf.log].append((leaf.index, leaf.hash))
    return {log: [one for _, one in sorted(found)] for log, found in logs.items()}
