"""The Merkle tree of RFC 9162, section 2.1: roots, inclusion proofs and consistency proofs.

Hashes are 32 bytes of SHA-256. A leaf and a node are hashed with different prefixes, so that none
can be passed off as the other. A tree of ``n`` leaves splits at the largest power of two below
``n``; appending never changes a full subtree, which is what makes old roots provable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

Hash = bytes

EMPTY_ROOT: Final[Hash] = sha256(b"").digest()
LEAF: Final = b"\x00"
NODE: Final = b"\x01"

STORED: Final = 4
"""Subtrees of this level and above are worth storing: a proof reads those, and few leaves."""


def leaf_hash(entry: bytes) -> Hash:
    """Return the hash of a leaf."""
    return sha256(LEAF + entry).digest()


def node_hash(left: Hash, right: Hash) -> Hash:
    """Return the hash of a node over its two subtrees."""
    return sha256(NODE + left + right).digest()


class Node(NamedTuple):
    """The root of a full subtree: over leaves ``at << level`` up to ``(at + 1) << level``."""

    level: int
    at: int
    hash: Hash


class Frontier:
    """The roots of the full subtrees of a growing tree, largest first.

    Appending a leaf takes O(log n) memory and, on average, one node hash. ``size`` and ``full``
    are all there is to it: a frontier can be put down and taken up again.
    """

    def __init__(self, size: int = 0, full: Iterable[Hash] = ()) -> None:
        self.size = size
        self._full = list(full)
        if len(self._full) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees")

    @property
    def full(self) -> tuple[Hash, ...]:
        """The roots of the full subtrees, largest first."""
        return tuple(self._full)

    def append(self, leaf: Hash) -> list[Node]:
        """Add a leaf hash at the end; return the nodes that it completes, lowest first."""
        at, over = self.size, leaf
        completed: list[Node] = []
        while at & 1:
            over = node_hash(self._full.pop(), over)
            at >>= 1
            completed.append(Node(len(completed) + 1, at, over))
        self._full.append(over)
        self.size += 1
        return completed

    def root(self) -> Hash:
        """Return the root of the leaves so far."""
        return joined(self._full)


def root_of(leaves: Iterable[Hash]) -> Hash:
    """Return the root over leaf hashes, in one pass and O(log n) memory."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return which leaves, from and before, each hash of an inclusion proof is over (2.1.3.1).

    Lowest first. Raises IndexError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of {size}")
    begin, end, path = 0, size, []
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return path[::-1]


def consistency_ranges(earlier: int, size: int) -> list[tuple[int, int]]:
    """Return which leaves each hash of a consistency proof is over (2.1.4.1), lowest first.

    Raises IndexError when ``earlier`` is more than there are.
    """
    if not 0 <= earlier <= size:
        raise IndexError(f"size {earlier} of {size}")
    if earlier in (0, size):
        return []
    begin, end, whole, path = 0, size, True, []
    while earlier != end:
        middle = begin + _split(end - begin)
        if earlier <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin, whole = middle, False
    if not whole:
        path.append((begin, end))
    return path[::-1]


def inclusion_proof(index: int, leaves: Sequence[Hash]) -> list[Hash]:
    """Return the hashes that lead from leaf ``index`` to the root, lowest first.

    Raises IndexError when there is no such leaf.
    """
    return [root_of(leaves[begin:end]) for begin, end in inclusion_ranges(index, len(leaves))]


def consistency_proof(earlier: int, leaves: Sequence[Hash]) -> list[Hash]:
    """Return the hashes that show the first ``earlier`` leaves to be a prefix, lowest first.

    Raises IndexError when ``earlier`` is more than there are.
    """
    return [root_of(leaves[begin:end]) for begin, end in consistency_ranges(earlier, len(leaves))]


def subtrees(begin: int, end: int) -> list[tuple[int, int]]:
    """Return the full subtrees, as level and place, that the leaves of a proof's hash fall into.

    Largest first; their roots, joined from the right, are the hash (see ``joined``). ``begin`` is
    a multiple of the largest, as it is for every range of a proof and for a tree from 0.
    """
    found = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        found.append((level, begin >> level))
        begin += 1 << level
    return found


def joined(roots: Sequence[Hash]) -> Hash:
    """Return the hash over full subtrees, given their roots, largest first."""
    if not roots:
        return EMPTY_ROOT
    *left, over = roots
    for root in reversed(left):
        over = node_hash(root, over)
    return over


def includes(leaf: Hash, index: int, size: int, path: Sequence[Hash], root: Hash) -> bool:
    """Tell whether a path proves that ``leaf`` is leaf ``index`` under ``root`` (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    first, last, joined = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if first & 1 or first == last:
            joined = node_hash(sibling, joined)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            joined = node_hash(joined, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and joined == root


def extends(earlier: int, earlier_root: Hash, size: int, root: Hash, path: Sequence[Hash]) -> bool:
    """Tell whether a path proves the earlier tree to be a prefix of the later (2.1.4.2)."""
    if not 0 <= earlier <= size:
        return False
    if earlier == size:
        return not path and earlier_root == root
    if earlier == 0:
        return not path and earlier_root == EMPTY_ROOT
    if not path:
        return False
    hashes = [earlier_root, *path] if earlier & (earlier - 1) == 0 else list(path)
    first, last = earlier - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        first, last = first >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root


def _split(size: int) -> int:
    """Return the largest power of two below ``size``."""
    return 1 << ((size - 1).bit_length() - 1)
