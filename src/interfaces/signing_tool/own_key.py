"""The signer's private key: made here, kept in a file of their own, never sent."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from domain.signatures.jws import sign_detached
from domain.signatures.verifying import base64url, thumbprint_of_members


class KeyFileError(Exception):
    """A key file that cannot be written or read; the message says what would do."""


@dataclass(frozen=True, slots=True)
class OwnKey:
    """An Ed25519 key pair of the signer's own."""

    private: Ed25519PrivateKey

    @classmethod
    def fresh(cls) -> Self:
        """Make a key nobody has."""
        return cls(Ed25519PrivateKey.generate())

    @property
    def jwk(self) -> dict[str, str]:
        """The public half, as it is pinned."""
        raw = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "x": base64url(raw)}

    @property
    def thumbprint(self) -> str:
        """The name of the key."""
        return thumbprint_of_members(self.jwk)

    def jws(self, payload: bytes) -> str:
        """Return the detached JWS over what is signed."""
        return sign_detached(self.thumbprint, payload, self.private.sign)


def write_key(path: Path, key: OwnKey, passphrase: str | None) -> None:
    """Write a key into a new file that its owner alone can read; raises KeyFileError."""
    sealing: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyFileError(f"{path} is there already; a key is never overwritten") from None
    except OSError as error:
        raise KeyFileError(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)


def read_key(path: Path, passphrase: str | None) -> OwnKey:
    """Read a key; raises KeyFileError for what is no Ed25519 key, or takes another passphrase."""
    try:
        pem = path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from error
    try:
        key = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    except (ValueError, TypeError) as wrong:
        raise KeyFileError(f"{path}: {wrong}") from wrong
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} holds no Ed25519 key")
    return OwnKey(key)


def is_sealed(path: Path) -> bool:
    """Tell whether a key file takes a passphrase."""
    try:
        return b"ENCRYPTED" in path.read_bytes()
    except OSError as error:
        raise KeyFileError(f"{path} cannot be read: {error.strerror}") from error
