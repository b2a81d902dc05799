"""A passkey's signature over a statement (WebAuthn level 3, section 7.2).

The challenge is the SHA-256 of the canonical statement, so the authenticator signs this statement
and no other. User verification is required: touching the device is not enough.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from domain.signatures.verifying import BadSignature, base64url, from_base64url, verify

USER_PRESENT: Final = 0x01
USER_VERIFIED: Final = 0x04
SHORTEST: Final = 37
"""Bytes of authenticator data: the relying party's hash, flags, counter."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator answered, each part in base64url."""

    authenticator_data: str
    client_data: str
    signature: str


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Where the passkey was registered: its id (a domain) and the origin of the page."""

    id: str
    origin: str


def challenge_of(payload: bytes) -> str:
    """Return the challenge that stands for a statement, in base64url."""
    return base64url(sha256(payload).digest())


def verify_assertion(
    assertion: Assertion, payload: bytes, jwk: Mapping[str, str], relying_party: RelyingParty
) -> None:
    """Return if the passkey's holder said yes to this payload; raises BadSignature."""
    client_data = from_base64url(assertion.client_data)
    data = from_base64url(assertion.authenticator_data)
    said = _said(client_data)
    expected = {
        "type": "webauthn.get",
        "challenge": challenge_of(payload),
        "origin": relying_party.origin,
    }
    for name, value in expected.items():
        if said.get(name) != value:
            raise BadSignature(f"the passkey was asked with another {name}")
    if said.get("crossOrigin") not in (None, False):
        raise BadSignature("the passkey was asked from inside another page")
    if len(data) < SHORTEST or data[:32] != sha256(relying_party.id.encode()).digest():
        raise BadSignature(f"the passkey answered for a site other than {relying_party.id}")
    flags = data[32]
    if not flags & USER_PRESENT or not flags & USER_VERIFIED:
        raise BadSignature("the passkey did not verify who used it")
    verify(jwk, data + sha256(client_data).digest(), from_base64url(assertion.signature))


def _named_once(members: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object whose names each stand once: of two challenges, which one was signed?"""
    found = dict(members)
    if len(found) != len(members):
        raise ValueError("a name is there twice")
    return found


def _said(client_data: bytes) -> dict[str, object]:
    try:
        said = json.loads(client_data, object_pairs_hook=_named_once)
    except ValueError as malformed:
        raise BadSignature("the passkey's client data is not JSON, each name once") from malformed
    if not isinstance(said, dict):
        raise BadSignature("the passkey's client data is not an object")
    return said
