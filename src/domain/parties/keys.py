"""Public keys, and the thumbprints by which everything else names them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated, Final, Literal, NewType

from pydantic import StringConstraints

from domain.signatures.verifying import thumbprint_of_members

Thumbprint = NewType("Thumbprint", str)
Fingerprint = NewType("Fingerprint", str)
"""The SHA-256 of a certificate's DER bytes, in hex."""

X_PATTERN: Final = r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
"""32 bytes in base64url without padding; the last character carries four bits and no more."""

Bytes32 = Annotated[str, StringConstraints(pattern=X_PATTERN)]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key as a JWK (RFC 8037): ``x`` is its 32 bytes in base64url."""

    x: Bytes32
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"


@dataclass(frozen=True, slots=True)
class CurveKey:
    """An ECDSA public key on P-256 as a JWK (RFC 7518): what most passkeys sign with."""

    x: Bytes32
    y: Bytes32
    kty: Literal["EC"] = "EC"
    crv: Literal["P-256"] = "P-256"


AnyKey = PublicKey | CurveKey


def members(key: AnyKey) -> dict[str, str]:
    """Return the key as the JWK members that checking a signature takes."""
    return asdict(key)


def thumbprint_of(key: AnyKey) -> Thumbprint:
    """Return the JWK thumbprint (RFC 7638): base64url of SHA-256 over the required members."""
    return Thumbprint(thumbprint_of_members(members(key)))
