"""Signatories with keys and certificates of their own, declared to the service."""

from __future__ import annotations

import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from domain.parties.facts import Role
from domain.values.sides import Side
from http_world import Caller, Cast, World, done
from interfaces.documents.authority import Authority
from interfaces.documents.trust import certificates_in, fingerprint
from interfaces.documents.workshop import AUTHORITY


@dataclass(frozen=True)
class Signatory:
    """A side's signatory: who signs in, and what they sign documents with."""

    caller: Caller
    key: ec.EllipticCurvePrivateKey
    x509: x509.Certificate
    roots: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> str:
        """The certificate as the API takes it."""
        return b64encode(self.x509.dump()).decode()

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.x509)

    def raw(self, attributes: bytes) -> bytes:
        """Sign attributes without looking at anything."""
        return self.key.sign(attributes, ec.ECDSA(hashes.SHA256()))

    def of_another_authority(self) -> str:
        """Return a certificate that nobody trusted issued."""
        with tempfile.TemporaryDirectory() as directory:
            lies = Authority(Path(directory)).ensure().issue("Mallory", "Elsewhere")
            return b64encode(certificates_in(lies.certificate.read_bytes())[0].dump()).decode()


def signatories(world: World, people: Cast) -> dict[Side, Signatory]:
    """Issue each side's signatory a certificate of the development authority's, and pin it."""
    authority = Authority(world.home / AUTHORITY).ensure()
    return {side: _signatory(authority, people, side) for side in Side}


def _signatory(authority: Authority, people: Cast, side: Side) -> Signatory:
    lies = authority.issue(f"{side}-signatory", f"The {side}")
    key = load_pem_private_key(lies.key.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    certificate = certificates_in(lies.certificate.read_bytes())[0]
    party = people.on(side)
    caller = party[Role.SIGNATORY]
    body = {"fingerprint": fingerprint(certificate)}
    done(caller.post(f"{party.path}/certificates", body, if_match="*"), 201)
    return Signatory(caller, key, certificate, certificates_in(authority.root.read_bytes()))
