"""A certificate authority for development and tests; nothing it issues is qualified.

It lives in a directory: a root, a seal for the service, a timestamping certificate, a list of what
was revoked. The private keys are files only their owner can read.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT: Final = "ca"
SEAL: Final = "seal"
TSA: Final = "tsa"
CALLED: Final = {SEAL: "Parley development seal", TSA: "Parley development timestamps"}
SIGNS: Final = timedelta(days=3 * 365)
LASTS: Final = timedelta(days=10 * 365)
LIST_LASTS: Final = timedelta(days=30)
BEFORE: Final = timedelta(minutes=5)
"""Certificates begin a little early, for clocks that are behind."""

_POLICY: Final = """\
[tsa]
serial = serial
signer_cert = tsa.crt
certs = ca.crt
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True, slots=True)
class KeyAndCertificate:
    """Where a private key and its certificate lie, both PEM."""

    key: Path
    certificate: Path


class Authority:
    """The authority in a directory; made when there is none."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def ensure(self) -> Authority:
        """Make the root, the seal and the timestamping certificate, unless they are there."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self.alone():
            if not self.crl.exists():
                self._make()
        return self

    @property
    def root(self) -> Path:
        """The root's certificate, PEM."""
        return self.directory / f"{ROOT}.crt"

    @property
    def crl(self) -> Path:
        """The list of what was revoked, DER."""
        return self.directory / f"{ROOT}.crl"

    def named(self, name: str) -> KeyAndCertificate:
        """Return where a key and its certificate lie."""
        return KeyAndCertificate(self.directory / f"{name}.key", self.directory / f"{name}.crt")

    def issue(self, name: str, organisation: str, country: str = "DE") -> KeyAndCertificate:
        """Make a key and a certificate with which somebody signs documents.

        A tool for tests and development: whoever signs in earnest makes their own key.
        """
        with self.alone():
            return self._issue(name, organisation, country)

    def revoke(self, certificate: Path) -> None:
        """Put a certificate on the list."""
        number = x509.load_pem_x509_certificate(certificate.read_bytes()).serial_number
        with self.alone():
            self._list([*self._revoked(), number])

    def renew_list(self) -> None:
        """Issue the list anew, so that it is fresh."""
        with self.alone():
            self._list(self._revoked())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the directory's lock: its serial numbers are given out one at a time."""
        with (self.directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Parley development root, not qualified", "Parley development", "EU")
        now = datetime.now(UTC)
        root = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BEFORE)
            .not_valid_after(now + LASTS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        self._keep(ROOT, key, root)
        self._issue(SEAL, "Parley development")
        self._issue(TSA, "Parley development", stamps=True)
        (self.directory / "serial").write_text("01\n")
        (self.directory / "tsa.cnf").write_text(_POLICY)
        self._list([])

    def _issue(
        self, name: str, organisation: str, country: str = "EU", *, stamps: bool = False
    ) -> KeyAndCertificate:
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        root, root_key = self._root()
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(CALLED.get(name, name), organisation, country))
            .issuer_name(root.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BEFORE)
            .not_valid_after(now + SIGNS)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                _usage(digital_signature=True, content_commitment=not stamps), critical=True
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        if stamps:
            only = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            builder = builder.add_extension(only, critical=True)
        return self._keep(name, key, builder.sign(root_key, hashes.SHA256()))

    def _list(self, revoked: list[int]) -> None:
        root, root_key = self._root()
        now = datetime.now(UTC)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(root.subject)
            .last_update(now - BEFORE)
            .next_update(now + LIST_LASTS)
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()),
                critical=False,
            )
        )
        for number in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now)
            builder = builder.add_revoked_certificate(entry.build())
        fresh = self.crl.with_suffix(".new")
        fresh.write_bytes(builder.sign(root_key, hashes.SHA256()).public_bytes(Encoding.DER))
        fresh.replace(self.crl)

    def _revoked(self) -> list[int]:
        known = x509.load_der_x509_crl(self.crl.read_bytes())
        return [entry.serial_number for entry in known]

    def _root(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        lies = self.named(ROOT)
        key = load_pem_private_key(lies.key.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{lies.key} is not the key this authority makes")
        return x509.load_pem_x509_certificate(lies.certificate.read_bytes()), key

    def _keep(
        self, name: str, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
    ) -> KeyAndCertificate:
        lies = self.named(name)
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        opened = os.open(lies.key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "wb") as out:
            out.write(secret)
        lies.certificate.write_bytes(certificate.public_bytes(Encoding.PEM))
        return lies


def _name(common: str, organisation: str, country: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _usage(**granted: bool) -> x509.KeyUsage:
    nothing = dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(**{**nothing, **granted})
