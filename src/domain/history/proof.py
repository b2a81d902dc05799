"""Proofs as text: that a leaf is in a checkpoint, and that one checkpoint continues another.

Inclusion is C2SP's ``tlog-proof``: self-contained, checkable offline with the log's pinned key.
Consistency is the request that C2SP's witnesses take (``tlog-witness``): the size held before, the
path, and the new checkpoint.

Source: c2sp.org/tlog-proof@v1, c2sp.org/tlog-witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.history.checkpoint import (
    Checkpoint,
    SignedCheckpoint,
    hash_of,
    open_checkpoint,
    whole_number,
)
from domain.history.merkle import Hash, extends, includes
from domain.history.note import LONGEST, BadNote, NoteKey, base64, from_base64

PROOF_FORM: Final = "c2sp.org/tlog-proof@v1"
LONGEST_PATH: Final = 63
LONGEST_CONSISTENCY: Final = 126


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That some leaf has this index under the root of a checkpoint.

    ``path`` runs from the leaf's sibling to the root's child. ``note`` is the signed checkpoint,
    with what witnesses put under it. ``extra`` is carried along and proves nothing.
    """

    index: int
    path: tuple[Hash, ...]
    note: str
    extra: bytes | None = None

    def __str__(self) -> str:
        extra = "" if self.extra is None else f"extra {base64(self.extra)}\n"
        return f"{PROOF_FORM}\n{extra}index {self.index}\n{_lines(self.path)}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> InclusionProof:
        """Read a proof, strictly; raises BadNote. Nothing in it is believed before ``check``."""
        lines, note = _head(text)
        if lines.pop(0) != PROOF_FORM:
            raise BadNote(f"a proof begins with {PROOF_FORM}")
        extra = None
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
        index = _numbered("index", lines)
        return cls(index, _hashes(lines, LONGEST_PATH), note, extra)

    def check(self, leaf: Hash, log: NoteKey) -> SignedCheckpoint:
        """Return the checkpoint that the leaf is in; raises BadNote when the proof does not hold.

        ``leaf`` is computed by the reader from what they hold; ``log`` is pinned.
        """
        signed = open_checkpoint(self.note, log)
        size, root = signed.checkpoint.size, signed.checkpoint.root
        if not includes(leaf, self.index, size, self.path, root):
            raise BadNote(f"this is not leaf {self.index} of {log.name} at size {size}")
        return signed


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That the first ``old`` leaves under a checkpoint are the whole of an earlier one."""

    old: int
    path: tuple[Hash, ...]
    note: str

    def __str__(self) -> str:
        return f"old {self.old}\n{_lines(self.path)}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> ConsistencyProof:
        """Read a proof, strictly; raises BadNote. Nothing in it is believed before ``check``."""
        lines, note = _head(text)
        old = _numbered("old", lines)
        return cls(old, _hashes(lines, LONGEST_CONSISTENCY), note)

    def check(self, held: Checkpoint, log: NoteKey) -> SignedCheckpoint:
        """Return the checkpoint that continues the held one; raises BadNote when it does not."""
        signed = open_checkpoint(self.note, log)
        now = signed.checkpoint
        if self.old != held.size or held.origin != now.origin:
            raise BadNote(
                f"the proof continues {now.origin} at size {self.old}, "
                f"not {held.origin} at size {held.size}"
            )
        if now.size < held.size:
            raise BadNote(f"the log has {now.size} leaves; there were {held.size} before")
        if not extends(held.size, held.root, now.size, now.root, self.path):
            raise BadNote(
                f"the first {held.size} of the log's {now.size} leaves are not those of the "
                "checkpoint held: history was rewritten"
            )
        return signed


def _head(text: str) -> tuple[list[str], str]:
    if len(text) > LONGEST:
        raise BadNote(f"a proof of more than {LONGEST} characters is not read")
    head, gap, note = text.partition("\n\n")
    if not gap:
        raise BadNote("a proof is lines, an empty line and a signed checkpoint")
    return head.split("\n"), note


def _numbered(word: str, lines: list[str]) -> int:
    if not lines or not lines[0].startswith(f"{word} "):
        raise BadNote(f"the proof does not say which {word}")
    return whole_number(lines.pop(0).removeprefix(f"{word} "))


def _hashes(lines: list[str], most: int) -> tuple[Hash, ...]:
    if len(lines) > most:
        raise BadNote(f"no path has more than {most} hashes")
    return tuple(map(hash_of, lines))


def _lines(path: tuple[Hash, ...]) -> str:
    return "".join(f"{base64(one)}\n" for one in path)
