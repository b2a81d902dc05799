"""The tree against published roots, exhaustively when small, and by property when not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

from domain.history.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    consistency_ranges,
    extends,
    includes,
    inclusion_proof,
    inclusion_ranges,
    joined,
    leaf_hash,
    root_of,
    subtrees,
)
from properties import MODEST

ENTRIES = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    bytes(range(0x50, 0x58)),
    bytes(range(0x60, 0x70)),
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(count)]


def test_an_empty_tree_has_the_hash_of_nothing_as_root() -> None:
    assert root_of([]) == EMPTY_ROOT


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_of(map(leaf_hash, ENTRIES[:size])).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", range(1, 34))
def test_each_leaf_is_proven_at_its_place_and_nowhere_else(size: int) -> None:
    hashes = leaves(size)
    root = root_of(hashes)
    for index in range(size):
        path = inclusion_proof(index, hashes)
        proven = [at for at in range(size) if includes(hashes[index], at, size, path, root)]
        assert proven == [index]


@pytest.mark.parametrize("size", range(1, 34))
def test_each_prefix_is_proven_and_no_other_beginning(size: int) -> None:
    hashes = leaves(size)
    root = root_of(hashes)
    for earlier in range(size + 1):
        path = consistency_proof(earlier, hashes)
        assert extends(earlier, root_of(hashes[:earlier]), size, root, path)
        if earlier:
            forged = [*hashes[: earlier - 1], leaf_hash(b"forged")]
            assert not extends(earlier, root_of(forged), size, root, path)


@MODEST
@given(st.integers(1, 600), st.data())
def test_a_changed_path_proves_nothing(size: int, data: st.DataObject) -> None:
    hashes = leaves(size)
    root, index = root_of(hashes), data.draw(st.integers(0, size - 1))
    path = inclusion_proof(index, hashes)
    assert includes(hashes[index], index, size, path, root)
    assert not includes(hashes[index], index, size, [*path, root], root)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        changed = [*path[:at], leaf_hash(path[at]), *path[at + 1 :]]
        assert not includes(hashes[index], index, size, changed, root)
        assert not includes(hashes[index], index, size, path[:-1], root)


@MODEST
@given(st.integers(0, 300), st.integers(0, 300))
def test_a_history_that_was_cut_or_changed_extends_nothing(one: int, other: int) -> None:
    earlier, size = sorted((one, other))
    hashes = leaves(size)
    root, path = root_of(hashes), consistency_proof(earlier, hashes)
    assert extends(earlier, root_of(hashes[:earlier]), size, root, path)
    assert not extends(size + 1, root, size, root, path)
    if 0 < earlier < size:
        assert not extends(earlier, root_of(hashes[: earlier - 1]), size, root, path)


def test_a_frontier_knows_the_root_at_every_size() -> None:
    frontier, hashes = Frontier(), leaves(70)
    for size, leaf in enumerate(hashes, 1):
        frontier.append(leaf)
        assert frontier.root() == root_of(hashes[:size])


def test_a_frontier_put_down_and_taken_up_grows_on() -> None:
    hashes = leaves(40)
    frontier = Frontier()
    for leaf in hashes:
        frontier = Frontier(frontier.size, frontier.full)
        frontier.append(leaf)
    assert frontier.root() == root_of(hashes)
    with pytest.raises(ValueError, match="5 leaves has 2"):
        Frontier(5, hashes[:3])


@pytest.mark.parametrize("size", range(40))
def test_every_hash_of_a_proof_is_joined_from_full_subtrees(size: int) -> None:
    hashes, frontier, nodes = leaves(size), Frontier(), {}
    for at, leaf in enumerate(hashes):
        nodes[0, at] = leaf
        nodes.update({(node.level, node.at): node.hash for node in frontier.append(leaf)})

    def over(begin: int, end: int) -> bytes:
        return joined([nodes[subtree] for subtree in subtrees(begin, end)])

    assert over(0, size) == root_of(hashes)
    for index in range(size):
        shown = [over(*range_) for range_ in inclusion_ranges(index, size)]
        assert shown == inclusion_proof(index, hashes)
    for earlier in range(size + 1):
        shown = [over(*range_) for range_ in consistency_ranges(earlier, size)]
        assert shown == consistency_proof(earlier, hashes)


@MODEST
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=150), st.data())
def test_another_implementation_has_the_same_roots_and_believes_our_proofs(
    entries: list[bytes], data: st.DataObject
) -> None:
    hashes, size = [leaf_hash(entry) for entry in entries], len(entries)
    other = InmemoryTree.init_from_entries(entries)
    index, earlier = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, before = root_of(hashes), root_of(hashes[:earlier])
    assert (other.get_root(), other.get_root(earlier)) == (root, before)

    theirs = other.prove_inclusion(index + 1)
    assert theirs.path == [hashes[index], *inclusion_proof(index, hashes)]
    assert includes(hashes[index], index, size, theirs.path[1:], root)
    verify_inclusion(hashes[index], root, theirs)
    continued = other.prove_consistency(earlier)
    verify_consistency(before, root, continued)
    assert extends(earlier, before, size, root, consistency_proof(earlier, hashes))


def test_what_is_not_there_cannot_be_proven() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(3, leaves(3))
    with pytest.raises(IndexError):
        consistency_proof(4, leaves(3))
