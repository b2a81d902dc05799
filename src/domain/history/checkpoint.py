"""Checkpoints after C2SP: which log, how many leaves, and the root over them, as a signed note.

One key of the service signs for all its logs, under each log's own name: a key's name is the log's
origin line, as the signed-note, checkpoint and policy formats want it, so that other people's
tools take a log's verifier key as it is. What is signed begins with the origin line, so a
signature for one log is none for another.

Source: c2sp.org/tlog-checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.history.merkle import EMPTY_ROOT, Hash, leaf_hash
from domain.history.note import LOG, BadNote, Note, NoteKey, Sign, base64, from_base64, sign

SERVICE_LOG: Final = "service"
"""The log of all logs: its leaves are the other logs' checkpoints."""

LARGEST: Final = 2**63 - 1
_LINES, _ROOT = 3, 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at a size: its origin line, the number of its leaves, and the root over them."""

    origin: str
    size: int
    root: Hash

    def body(self) -> str:
        """Write the three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{base64(self.root)}\n"

    def leaf(self) -> Hash:
        """Return the checkpoint's leaf in the service-wide log."""
        return leaf_hash(self.body().encode())

    @classmethod
    def parse(cls, body: str) -> Checkpoint:
        """Read the three lines; raises BadNote. Extension lines are refused: nobody audits them."""
        lines = body.split("\n")
        if len(lines) != _LINES + 1 or lines.pop():
            raise BadNote("a checkpoint is three lines: origin, size, root")
        origin, size, root = lines
        if not origin:
            raise BadNote("the checkpoint names no log")
        checkpoint = cls(origin, whole_number(size), hash_of(root))
        if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
            raise BadNote("the root of no leaves is the hash of nothing")
        return checkpoint


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint whose log signed it, and the note that shows it."""

    checkpoint: Checkpoint
    note: Note


def origin_of(service: str, log: str) -> str:
    """Return a log's origin line: the service's origin, a slash and the log's own name."""
    return f"{service}/{log}"


def signed_checkpoint(checkpoint: Checkpoint, key: NoteKey, signing: Sign) -> SignedCheckpoint:
    """Sign a checkpoint with the service's key, under the log's name."""
    text = checkpoint.body()
    line = sign(text, key.named(checkpoint.origin), signing)
    return SignedCheckpoint(checkpoint, Note(text, (line,)))


def open_checkpoint(raw: str, log: NoteKey) -> SignedCheckpoint:
    """Read a signed checkpoint of the log that this key is named after.

    Raises BadNote when it is malformed, of another log, or not signed by the key.
    """
    if log.kind != LOG:
        raise BadNote("a log's key is of type 0x01; this one is a witness's")
    note = Note.parse(raw)
    checkpoint = Checkpoint.parse(note.text)
    if checkpoint.origin != log.name:
        raise BadNote(f"the checkpoint is of log {checkpoint.origin}, not of {log.name}")
    if not note.verified([log]):
        raise BadNote(f"the checkpoint is not signed by the key of {log.name} ({log})")
    return SignedCheckpoint(checkpoint, note)


def whole_number(text: str) -> int:
    """Read a size or an index in its one decimal spelling; raises BadNote."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise BadNote(f"{text[:30]!r} is not a whole number in decimal")
    if len(text) > len(str(LARGEST)) or int(text) > LARGEST:
        raise BadNote(f"{text[:30]} is larger than any log")
    return int(text)


def hash_of(text: str) -> Hash:
    """Read a hash of 32 bytes in base64; raises BadNote."""
    raw = from_base64(text)
    if len(raw) != _ROOT:
        raise BadNote(f"a hash has {_ROOT} bytes, not {len(raw)}")
    return raw
