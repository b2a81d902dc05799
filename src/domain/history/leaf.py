"""What a leaf of the history commits to: one stored event, to the letter.

The entry is text and a digest, so that anybody can build it with what an auditor is handed: the
stream, the version, the topic and the SHA-256 of the stored bytes. A fact that is private to one
side is so a hash to the other, and both hold the same tree.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from domain.history.merkle import Hash, leaf_hash

LEAF_FORM: Final = "parley/leaf/1"


def entry_of(stream: str, version: int, topic: str, digest: bytes) -> bytes:
    """Return the bytes that a leaf hashes; ``digest`` is the SHA-256 of the stored state.

    Neither stream nor topic holds a line break, so no two events share an entry.
    """
    return f"{LEAF_FORM}\n{stream}\n{version}\n{topic}\n{digest.hex()}\n".encode()


def leaf_of(stream: str, version: int, topic: str, state: bytes) -> Hash:
    """Return the leaf hash of a stored event."""
    return leaf_hash(entry_of(stream, version, topic, sha256(state).digest()))


def log_of(stream: str) -> str:
    """Return the log that a stream's events are leaves of: its relationship's, or its party's."""
    return stream.split("/", 1)[0]
