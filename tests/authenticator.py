"""An authenticator in software: a passkey on P-256, as a browser would hand on its answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)

from domain.signatures.passkey import Assertion
from domain.signatures.verifying import base64url, thumbprint_of_members

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
ATTESTED: Final = 0x40
ORIGIN: Final = "http://localhost:8000"
SITE: Final = "localhost"


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Somebody's device with one passkey, the same for the same name."""

    owner: str
    site: str = SITE
    origin: str = ORIGIN

    @property
    def private(self) -> EllipticCurvePrivateKey:
        secret = int.from_bytes(sha256(f"passkey of {self.owner}".encode()).digest()[:31])
        return derive_private_key(secret, SECP256R1())

    @property
    def credential(self) -> bytes:
        return sha256(f"credential of {self.owner}".encode()).digest()[:16]

    @property
    def jwk(self) -> dict[str, str]:
        numbers = self.private.public_key().public_numbers()
        x, y = (base64url(one.to_bytes(32)) for one in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "x": x, "y": y}

    @property
    def thumbprint(self) -> str:
        return thumbprint_of_members(self.jwk)

    @property
    def cose(self) -> bytes:
        """The public key as the authenticator writes it (RFC 9052)."""
        numbers = self.private.public_key().public_numbers()
        return cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        )

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer a registration as ``PublicKeyCredential.toJSON`` writes it."""
        client_data = self._client_data("webauthn.create", options["challenge"])
        length = len(self.credential).to_bytes(2)
        attested = bytes(16) + length + self.credential + self.cose
        data = self._data(PRESENT | VERIFIED | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        name = base64url(self.credential)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(client_data),
                "attestationObject": base64url(attestation),
            },
        }

    def get(self, challenge: str, flags: int = PRESENT | VERIFIED, **said: Any) -> Assertion:
        """Answer an assertion; ``said`` changes what the page told the authenticator."""
        client_data = self._client_data("webauthn.get", challenge, **said)
        data = self._data(flags)
        signature = self.private.sign(data + sha256(client_data).digest(), ECDSA(hashes.SHA256()))
        return Assertion(base64url(data), base64url(client_data), base64url(signature))

    def _client_data(self, kind: str, challenge: str, **said: Any) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**told, **said}).encode()

    def _data(self, flags: int) -> bytes:
        return sha256(self.site.encode()).digest() + bytes([flags]) + (1).to_bytes(4)
