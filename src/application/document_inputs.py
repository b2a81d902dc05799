"""What a version's document is made from: all of it, so that anybody can make the document again.

The inputs are one JSON document with a digest of its own. The same inputs lead to the same bytes,
as long as ``press`` names the program that is at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, cast

from pydantic import TypeAdapter

from domain.negotiation.facts import Terms
from domain.values.canonical import Digest, canonical_json, digest_of
from domain.values.sides import Side

FORM: Final = "parley/document/1"


@dataclass(frozen=True, slots=True)
class Organisation:
    """A party as it had introduced itself when the document was made."""

    id: str
    name: str
    registration: str
    country: str


@dataclass(frozen=True, slots=True)
class LoggedSignature:
    """A side's signature in the log: who, under which mandate, recorded when (UTC).

    ``name`` and ``function`` are those that the party's record shows at the making of the document.
    ``evidence`` is the signed statement with its signature; None where none was asked for.
    """

    side: Side
    person: str
    name: str
    function: str
    mandate: str
    at: datetime
    evidence: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One signed version up to this one, and the negotiation it came from."""

    number: int
    recorded_at: datetime
    effective_from: datetime
    negotiation: str
    offer: str
    terms_digest: Digest


@dataclass(frozen=True, slots=True)
class LeafLine:
    """One fact that led to this version, and the leaf (RFC 9162, hex) that commits to it.

    ``proof`` is the proof that the leaf is under a signed checkpoint (C2SP tlog-proof), for those
    facts that bind: the signatures and the version itself.
    """

    stream: str
    version: int
    fact: str
    at: datetime
    leaf: str
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentInputs:
    """Everything that stands in a version's document.

    ``recorded_at`` is when the version was recorded; it is the document's date. ``press`` names the
    layout and the program that set it.
    """

    service: str
    contract: str
    version: int
    recorded_at: datetime
    effective_from: datetime
    terms: Terms
    terms_digest: Digest
    provider: Organisation
    client: Organisation
    versions: tuple[VersionLine, ...]
    signatures: tuple[LoggedSignature, ...]
    leaves: tuple[LeafLine, ...]
    press: str
    form: Literal["parley/document/1"] = FORM

    def document(self) -> dict[str, Any]:
        """Return the inputs as JSON."""
        return cast("dict[str, Any]", _adapter().dump_python(self, mode="json"))

    def canonical(self) -> bytes:
        """Return the inputs in canonical JSON, as they are attached to the document."""
        return canonical_json(self.document())

    @property
    def digest(self) -> Digest:
        """The SHA-256 of the canonical inputs."""
        return digest_of(self.document())

    def organisation(self, side: Side) -> Organisation:
        """Return the party on a side."""
        return self.provider if side is Side.PROVIDER else self.client

    def signature(self, side: Side) -> LoggedSignature | None:
        """Return a side's signature in the log, if it has one."""
        return next((one for one in self.signatures if one.side is side), None)

    def proofs(self) -> list[tuple[str, str]]:
        """Return the proofs, each with the name it is attached under."""
        return [
            (f"{number}-{one.fact}.tlog-proof", one.proof)
            for number, one in enumerate(self.leaves, start=1)
            if one.proof is not None
        ]

    def statements(self) -> list[dict[str, Any]]:
        """Return the signed statements, each with its side."""
        return [
            {"side": str(one.side), **one.evidence}
            for one in self.signatures
            if one.evidence is not None
        ]


def read_inputs(raw: bytes) -> DocumentInputs:
    """Read inputs from their JSON; raises pydantic's ValidationError."""
    return _adapter().validate_json(raw)


@cache
def _adapter() -> TypeAdapter[DocumentInputs]:
    return TypeAdapter(DocumentInputs)
