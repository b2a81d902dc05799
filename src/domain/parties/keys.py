"""Public signing keys, and the thumbprints by which everything else names them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final, Literal, NewType

from pydantic import StringConstraints

from domain.values.canonical import canonical_json

Thumbprint = NewType("Thumbprint", str)

X_PATTERN: Final = r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
"""32 bytes in base64url without padding; the last character carries four bits and no more."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key as a JWK (RFC 8037): ``x`` is its 32 bytes in base64url."""

    x: Annotated[str, StringConstraints(pattern=X_PATTERN)]
    kty: Literal["OKP"] = "OKP"
    crv: Literal["Ed25519"] = "Ed25519"


def thumbprint_of(key: PublicKey) -> Thumbprint:
    """Return the JWK thumbprint (RFC 7638): base64url of SHA-256 over the required members."""
    members = canonical_json({"crv": key.crv, "kty": key.kty, "x": key.x})
    return Thumbprint(urlsafe_b64encode(sha256(members).digest()).rstrip(b"=").decode("ascii"))
