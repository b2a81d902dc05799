"""Public keys as JWK members (RFC 7517, 8037), their thumbprints, and checking signatures.

Two kinds: Ed25519 for keys that people and machines hold themselves, and ECDSA on P-256 over
SHA-256 for passkeys, most of which know nothing else.
"""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.values.canonical import canonical_json

COORDINATE: Final = 32
"""Bytes in each number of a key on either curve."""


class BadSignature(Exception):  # noqa: N818 - it is an answer: this proves nothing
    """A signature that does not hold; the message says why in one sentence."""


def base64url(raw: bytes) -> str:
    """Write bytes in base64url without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Read base64url without padding, in its one canonical spelling.

    Raises BadSignature for anything else.
    """
    try:
        raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (BadBase64, ValueError) as malformed:
        raise BadSignature("not base64url") from malformed
    if base64url(raw) != text:
        raise BadSignature("not the canonical spelling of base64url")
    return raw


def thumbprint_of_members(jwk: Mapping[str, str]) -> str:
    """Return the JWK thumbprint (RFC 7638): base64url of SHA-256 over the required members."""
    required = ("crv", "kty", "x", "y") if jwk.get("kty") == "EC" else ("crv", "kty", "x")
    members = {name: jwk[name] for name in required}
    return base64url(sha256(canonical_json(members)).digest())


def verify(jwk: Mapping[str, str], message: bytes, signature: bytes) -> None:
    """Return if the signature is this key's over this message; raises BadSignature."""
    try:
        match jwk.get("kty"), jwk.get("crv"):
            case "OKP", "Ed25519":
                public = Ed25519PublicKey.from_public_bytes(from_base64url(jwk["x"]))
                public.verify(signature, message)
            case "EC", "P-256":
                x, y = (from_base64url(jwk[name]) for name in ("x", "y"))
                if len(x) != COORDINATE or len(y) != COORDINATE:
                    raise BadSignature("the key's coordinates are not 32 bytes")
                numbers = EllipticCurvePublicNumbers(
                    int.from_bytes(x), int.from_bytes(y), SECP256R1()
                )
                numbers.public_key().verify(signature, message, ECDSA(hashes.SHA256()))
            case kind, curve:
                raise BadSignature(f"a key of kind {kind} {curve} signs nothing here")
    except InvalidSignature:
        raise BadSignature("the signature is not this key's over this statement") from None
    except (ValueError, KeyError) as malformed:
        raise BadSignature(f"the key is malformed: {malformed}") from malformed


def standard_base64(raw: bytes) -> str:
    """Write bytes in base64 with padding, as signed notes do."""
    return b64encode(raw).decode("ascii")
