"""What is signed: a statement that names everything it is about, so that it fits nothing else.

A statement is a flat JSON document; what is signed is its canonical form (RFC 8785). It names the
service, the negotiation, the offer and the digest of its terms, the leaf of the fact it answers
(which ties it to the history), who signs for whom under which mandate, and the keys of both sides
as the signer knows them, so that nobody can slip in a key between two who never met.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal

from domain.values.canonical import canonical_json

STATEMENT_FORM: Final = "parley/statement/1"
ROTATION_FORM: Final = "parley/rotation/1"
NONCE_PATTERN: Final = r"^[A-Za-z0-9_-]{22}$"
"""16 random bytes in base64url."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A side's yes to exact terms: ``accept`` by a negotiator, ``sign`` by a signatory.

    ``service`` is the log origin of the service (such as ``parley.example``); ``negotiation`` is
    the stream; ``previous`` is the leaf hash, in hex, of the fact that is answered: the offer's
    when accepting, the request for signatures when signing. ``mandate`` is empty when accepting.
    ``keys`` holds each side's thumbprints in force, sorted. ``issued`` and ``expires`` are UTC in
    ISO 8601 with a ``Z``; from ``expires`` on the statement is worth nothing to the service.
    """

    action: Literal["accept", "sign"]
    service: str
    negotiation: str
    offer: str
    terms_digest: str
    previous: str
    side: str
    party: str
    signer: str
    mandate: str
    keys: dict[str, tuple[str, ...]]
    nonce: str
    issued: str
    expires: str
    form: Literal["parley/statement/1"] = STATEMENT_FORM

    def document(self) -> dict[str, Any]:
        """Return the statement as the JSON document that is signed."""
        return asdict(self)

    def canonical(self) -> bytes:
        """Return the very bytes that are signed."""
        return canonical_json(self.document())


@dataclass(frozen=True, slots=True)
class Rotation:
    """The holder of a key hands over to another key of their own; the retired key signs this."""

    service: str
    party: str
    person: str
    retired: str
    thumbprint: str
    nonce: str
    issued: str
    expires: str
    form: Literal["parley/rotation/1"] = ROTATION_FORM

    def document(self) -> dict[str, Any]:
        """Return the statement as the JSON document that is signed."""
        return asdict(self)

    def canonical(self) -> bytes:
        """Return the very bytes that are signed."""
        return canonical_json(self.document())


def written(at: datetime) -> str:
    """Write an instant as statements do: UTC, whole seconds, ``2026-11-22T10:00:00Z``."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
