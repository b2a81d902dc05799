"""The signer's key: its owner's alone, made once, never written over."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from interfaces.signer.errors import SignerRefuses
from interfaces.signer.keyfile import make_key, private_directory, read_key


def test_a_key_is_read_as_it_was_made(tmp_path: Path) -> None:
    made = make_key(tmp_path / "key.pem")
    read = read_key(tmp_path / "key.pem")
    assert read is not None
    assert read.private_bytes_raw() == made.private_bytes_raw()
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


def test_where_there_is_none_none_is_read(tmp_path: Path) -> None:
    assert read_key(tmp_path / "key.pem") is None


def test_a_key_is_not_written_over(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    with pytest.raises(FileExistsError):
        make_key(tmp_path / "key.pem")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    make_key(tmp_path / "key.pem")
    (tmp_path / "key.pem").chmod(0o640)
    with pytest.raises(SignerRefuses, match="not yours alone"):
        read_key(tmp_path / "key.pem")


def test_a_directory_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    made = private_directory(tmp_path / "home" / "signer")
    assert made.stat().st_mode & 0o777 == 0o700
    made.chmod(0o755)
    with pytest.raises(SignerRefuses, match="not yours alone"):
        private_directory(made)


def test_what_is_no_ed25519_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    path.write_text("not a key")
    path.chmod(0o600)
    with pytest.raises(SignerRefuses, match="no private key in PEM"):
        read_key(path)
    other = X25519PrivateKey.generate()
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(SignerRefuses, match="another kind"):
        read_key(path)
