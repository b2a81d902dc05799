"""What somebody may do to the lines of a bundle, and what the verifier has to say to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bundles import Bundle
from domain.history.leaf import leaf_of
from domain.values.sides import Side
from recorded_deals import PARTIES, RELATIONSHIP

PROVIDERS: Final = PARTIES[Side.PROVIDER]
LOG: Final = f"history/{RELATIONSHIP}.tsv"
HIDDEN: Final = 3
"""The leaf that is not shown to the reader."""


def flip_a_state(made: Bundle) -> None:
    lines = made.lines()
    lines[2] = lines[2].replace(b"We read it", b"We need it")
    made.set_lines(lines)


def flip_a_hash(made: Bundle) -> None:
    lines = made.lines()
    mark, digest = lines[HIDDEN].split(b"\t")
    lines[HIDDEN] = mark + b"\t" + (b"0" if digest[:1] != b"0" else b"1") + digest[1:]
    made.set_lines(lines)


def withhold_one(made: Bundle) -> None:
    """Put a fact's own hash in its place: the tree stays as it was signed."""
    lines = made.lines()
    stream, version, topic, state = lines[2].split(b"\t")
    leaf = leaf_of(stream.decode(), int(version), topic.decode(), state)
    lines[2] = b"-\t" + leaf.hex().encode()
    made.set_lines(lines)


def drop_the_last(made: Bundle) -> None:
    made.set_lines(made.lines()[:-1])


def drop_one(made: Bundle) -> None:
    lines = made.lines()
    made.set_lines(lines[:2] + lines[3:])


def reorder_two(made: Bundle) -> None:
    lines = made.lines()
    lines[2], lines[HIDDEN] = lines[HIDDEN], lines[2]
    made.set_lines(lines)


def insert_one(made: Bundle) -> None:
    lines = made.lines()
    made.set_lines([*lines[:HIDDEN], b"-\t" + b"0" * 64, *lines[HIDDEN:]])


def add_one(made: Bundle) -> None:
    made.set_lines([*made.lines(), b"-\t" + b"0" * 64])


def replace_the_hidden(made: Bundle) -> None:
    lines = made.lines()
    lines[HIDDEN] = lines[2].replace(b"negotiation-", b"negotiation-0")
    made.set_lines(lines)


def move_between_logs(made: Bundle) -> None:
    lines, theirs = made.lines(), made.lines(PROVIDERS)
    made.set_lines([*lines, theirs[-1]])
    made.set_lines(theirs[:-1], PROVIDERS)


TAMPERED: Final[dict[str, tuple[Callable[[Bundle], None], tuple[str, ...]]]] = {
    "a byte of a fact is flipped": (
        flip_a_state,
        (f"{LOG} leaf 2", "negotiation.CommentMade/1", "was changed or replaced"),
    ),
    "a byte of a hash is flipped": (flip_a_hash, (f"{LOG} leaf 3", "was changed or replaced")),
    "the last fact is dropped": (
        drop_the_last,
        ("it has 17 leaves; its checkpoint was signed over 18", f"{LOG} leaf 17", "is gone"),
    ),
    "a fact in the middle is dropped": (drop_one, (f"{LOG} leaf 2", "a fact is missing before")),
    "two facts are reordered": (reorder_two, (f"{LOG} leaf 2", "have changed places")),
    "a leaf is inserted": (insert_one, (f"{LOG} leaf 3", "was inserted")),
    "a leaf is added at the end": (add_one, (f"{LOG} leaf 18", "nothing was signed here")),
    "a withheld fact is replaced": (replace_the_hidden, (f"{LOG} leaf 3", "changed or replaced")),
    "a fact in the middle of a stream is withheld": (
        withhold_one,
        (f"{LOG} leaf 4", "version 3 should come here"),
    ),
    "a fact is moved to another log": (
        move_between_logs,
        (f"is no leaf of {RELATIONSHIP}", f"history/{PROVIDERS}.tsv leaf 2", "is gone"),
    ),
}
