"""Detached JWS (RFC 7515, appendix F; RFC 7797) with one fixed header: nothing is negotiated.

The token is ``<header>..<signature>``. What is signed is the header's base64url, a dot, and the
payload's bytes as they are. The header is compared letter by letter with the only one there is for
the key, so no algorithm, key or critical extension can be talked into it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from domain.signatures.verifying import BadSignature, base64url, from_base64url, verify
from domain.values.canonical import canonical_json

TYPE: Final = "parley+jws"
LONGEST_JWS: Final = 1000


def header_of(thumbprint: str) -> str:
    """Return the protected header of a key, in base64url."""
    header = {"alg": "Ed25519", "b64": False, "crit": ["b64"], "kid": thumbprint, "typ": TYPE}
    return base64url(canonical_json(header))


def signing_input(thumbprint: str, payload: bytes) -> bytes:
    """Return the bytes that the key signs."""
    return header_of(thumbprint).encode("ascii") + b"." + payload


def sign_detached(thumbprint: str, payload: bytes, sign: Callable[[bytes], bytes]) -> str:
    """Return the token over a payload; ``sign`` is the private key's, on its owner's machine."""
    return f"{header_of(thumbprint)}..{base64url(sign(signing_input(thumbprint, payload)))}"


def verify_detached(token: str, payload: bytes, jwk: Mapping[str, str], thumbprint: str) -> None:
    """Return if the token is this key's over this payload; raises BadSignature."""
    header, dots, signature = token.partition("..")
    if len(token) > LONGEST_JWS or not dots:
        raise BadSignature("not a detached JWS: <header>..<signature>")
    if header != header_of(thumbprint):
        raise BadSignature(f"the header is not the one that key {thumbprint} signs under")
    if jwk.get("crv") != "Ed25519":
        raise BadSignature("a JWS here is signed with Ed25519; this key is of another kind")
    verify(jwk, signing_input(thumbprint, payload), from_base64url(signature))
