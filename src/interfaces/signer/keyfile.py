"""The signer's private key: one file, its owner's alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from interfaces.signer.errors import SignerRefuses

KEY: Final = "key.pem"


def private_directory(home: Path) -> Path:
    """Make a directory of one's own, if there is none yet; raises SignerRefuses if others see in.

    The parent directories are made as usual.
    """
    home.parent.mkdir(parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    _refuse_shared(home)
    return home


def read_key(path: Path) -> Ed25519PrivateKey | None:
    """Return the key in a file, or None when there is no file.

    Raises SignerRefuses when others may read it or it holds no Ed25519 key.
    """
    if not path.exists():
        return None
    _refuse_shared(path)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as malformed:
        raise SignerRefuses(f"{path} holds no private key in PEM without a password") from malformed
    if not isinstance(key, Ed25519PrivateKey):
        raise SignerRefuses(f"{path} holds a key of another kind; Ed25519 is needed")
    return key


def make_key(path: Path) -> Ed25519PrivateKey:
    """Make a key and write it down for good, readable by its owner only.

    Raises FileExistsError rather than write over a key.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(handle)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return key


def _refuse_shared(path: Path) -> None:
    found = path.stat()
    if found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise SignerRefuses(f"{path} is not yours alone: chown it, and chmod go= {path}")
