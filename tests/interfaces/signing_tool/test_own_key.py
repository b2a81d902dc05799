"""A private key stays in its owner's file, which nobody else can read and nothing overwrites."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from domain.signatures.jws import verify_detached
from interfaces.signing_tool.own_key import KeyFileError, OwnKey, is_sealed, read_key, write_key
from signing import own_key

KEY = own_key("ada")


@pytest.mark.parametrize("passphrase", [None, "correct horse"])
def test_what_is_written_is_read_again_and_signs_alike(
    tmp_path: Path, passphrase: str | None
) -> None:
    file = tmp_path / "ada.pem"
    write_key(file, KEY, passphrase)
    assert file.stat().st_mode & 0o777 == 0o600
    assert is_sealed(file) is (passphrase is not None)
    read = read_key(file, passphrase)
    assert read.thumbprint == KEY.thumbprint
    verify_detached(read.jws(b"words"), b"words", KEY.jwk, KEY.thumbprint)


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "ada.pem"
    file.write_text("something dear")
    with pytest.raises(KeyFileError, match="never overwritten"):
        write_key(file, KEY, None)
    assert file.read_text() == "something dear"


@pytest.mark.parametrize("passphrase", [None, "another"])
def test_a_sealed_key_takes_its_passphrase(tmp_path: Path, passphrase: str | None) -> None:
    file = tmp_path / "ada.pem"
    write_key(file, KEY, "correct horse")
    with pytest.raises(KeyFileError):
        read_key(file, passphrase)


def test_what_is_no_signing_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.pem"
    with pytest.raises(KeyFileError, match="cannot be read"):
        read_key(file, None)
    with pytest.raises(KeyFileError, match="cannot be read"):
        is_sealed(file)
    file.write_text("no key at all")
    with pytest.raises(KeyFileError):
        read_key(file, None)
    other = X25519PrivateKey.generate()
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(KeyFileError, match="no Ed25519 key"):
        read_key(file, None)


def test_two_fresh_keys_differ() -> None:
    assert OwnKey.fresh().thumbprint != OwnKey.fresh().thumbprint
