"""Signed notes after C2SP: text, an empty line, and a signature line for each key.

Two kinds of key sign here: Ed25519 over the text (type 0x01), with which a log signs its
checkpoints, and the timestamped cosignature (``cosignature/v1``, type 0x04), with which a witness
says that this was the longest consistent history it had seen by then. A key is its name, kind and
public half; signatures by keys that the reader does not know are passed over, and one that a known
key did not make spoils the note.

Source: c2sp.org/signed-note, c2sp.org/tlog-cosignature (v1, Ed25519).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG: Final = 0x01
"""The kind of key that signs the text itself."""
WITNESS: Final = 0x04
"""The kind of key that signs the text with the time at which it was seen."""

LONGEST: Final = 200_000
MOST_SIGNATURES: Final = 100
LAST_MOMENT: Final = 2**63 - 1
_DASH: Final = "\u2014 "
_PUBLIC, _ID, _TIME, _SIGNATURE = 32, 4, 8, 64

Sign = Callable[[bytes], bytes]
"""A private key's own act: from a message to its Ed25519 signature, 64 bytes."""


class BadNote(Exception):  # noqa: N818 - it is an answer: this proves nothing
    """A key, note, checkpoint or proof that does not hold; the message says why in a sentence."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A key that signs notes: its name, its kind and its public half (32 bytes)."""

    name: str
    kind: int
    public: bytes

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise BadNote(
                f"{self.name!r} names no key: spaces, plus signs and breaks are not in it"
            )
        if self.kind not in {LOG, WITNESS}:
            raise BadNote(f"a key of type {self.kind:#04x} signs nothing here")
        if len(self.public) != _PUBLIC:
            raise BadNote(f"an Ed25519 key has {_PUBLIC} bytes, not {len(self.public)}")

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart; they identify, and secure nothing."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        """Write the key as a C2SP verifier key: ``<name>+<id in hex>+<base64 of kind and key>``."""
        return f"{self.name}+{self.id.hex()}+{base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """Read a verifier key; raises BadNote when it is malformed or its id is another key's."""
        name, _, rest = text.partition("+")
        told, _, material = rest.partition("+")
        raw = from_base64(material)
        if not raw:
            raise BadNote("not a verifier key: <name>+<id>+<base64>")
        key = cls(name, raw[0], raw[1:])
        if key.id.hex() != told:
            raise BadNote(f"the key's id is {key.id.hex()}, not {told!r}")
        return key

    def named(self, name: str) -> NoteKey:
        """Return the same key under another name, as a service signs for each of its logs."""
        return replace(self, name=name)


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: whose it says it is, and the bytes after the key's id."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64(self.key_id + self.blob)}\n"

    @classmethod
    def parse(cls, line: str) -> NoteSignature:
        """Read a signature line without its break; raises BadNote."""
        if not line.startswith(_DASH):
            raise BadNote("a signature line begins with an em dash and a space")
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        raw = from_base64(encoded)
        if not _is_name(name) or len(raw) <= _ID:
            raise BadNote("a signature line is an em dash, a key's name and base64")
        return cls(name, raw[:_ID], raw[_ID:])


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds: by which key, on which line; for a witness when (POSIX seconds)."""

    key: NoteKey
    line: NoteSignature
    time: int | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A text, ending in a line break, and the signatures under it."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, raw: str) -> Note:
        """Read a note, strictly; raises BadNote. Nothing in it is believed before ``verified``."""
        if len(raw) > LONGEST:
            raise BadNote(f"a note of more than {LONGEST} characters is not read")
        if any(letter < " " and letter != "\n" for letter in raw) or not _is_utf8(raw):
            raise BadNote("a note is UTF-8 text without control characters")
        text, gap, rest = raw.rpartition("\n\n")
        lines = rest.split("\n")
        if not gap or lines.pop() or not lines:
            raise BadNote("a note is text, an empty line and signature lines")
        if len(lines) > MOST_SIGNATURES:
            raise BadNote(f"a note with more than {MOST_SIGNATURES} signatures is not read")
        return cls(text + "\n", tuple(map(NoteSignature.parse, lines)))

    def verified(self, keys: Iterable[NoteKey]) -> tuple[Signed, ...]:
        """Return the signatures by these keys, all of which hold, one for each key that signed.

        Lines by other keys are passed over. Of several by one witness the latest counts. Raises
        BadNote when a line by one of the keys does not hold.
        """
        known = {(key.name, key.id): key for key in keys}
        holding: dict[NoteKey, Signed] = {}
        for line in self.signatures:
            if key := known.get((line.name, line.key_id)):
                found, before = _checked(key, self.text, line), holding.get(key)
                if before is None or (found.time or 0) > (before.time or 0):
                    holding[key] = found
        return tuple(holding.values())

    def with_signatures(self, more: Iterable[NoteSignature]) -> Note:
        """Return the note with further lines under it, each line once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


def sign(text: str, key: NoteKey, signing: Sign) -> NoteSignature:
    """Return a log's signature line over a note's text."""
    if key.kind != LOG or not text.endswith("\n"):
        raise BadNote("a log's key signs text that ends in a line break")
    return NoteSignature(key.name, key.id, signing(text.encode()))


def cosign(text: str, key: NoteKey, time: int, signing: Sign) -> NoteSignature:
    """Return a witness's signature line over a note's text, at ``time`` in POSIX seconds."""
    if key.kind != WITNESS:
        raise BadNote("a witness's key cosigns")
    blob = time.to_bytes(_TIME) + signing(_cosigned(text, time))
    return NoteSignature(key.name, key.id, blob)


def base64(raw: bytes) -> str:
    """Write bytes in base64 with padding, as notes do."""
    return b64encode(raw).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read base64 in its one canonical spelling; raises BadNote for anything else."""
    try:
        raw = b64decode(text.encode("ascii"), validate=True)
    except (BadBase64, UnicodeEncodeError) as malformed:
        raise BadNote("not base64") from malformed
    if base64(raw) != text:
        raise BadNote("not the canonical spelling of base64")
    return raw


def _checked(key: NoteKey, text: str, line: NoteSignature) -> Signed:
    time = None
    message, signature = text.encode(), line.blob
    if key.kind == WITNESS:
        time, signature = int.from_bytes(line.blob[:_TIME]), line.blob[_TIME:]
        message = _cosigned(text, time)
    if len(signature) != _SIGNATURE or (time is not None and time > LAST_MOMENT):
        raise BadNote(f"the signature of {key.name} is malformed")
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise BadNote(f"the signature of {key.name} is not over this text") from None
    return Signed(key, line, time)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _is_name(text: str) -> bool:
    return bool(text) and "+" not in text and not any(letter.isspace() for letter in text)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
