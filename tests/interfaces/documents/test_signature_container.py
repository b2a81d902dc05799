"""What is signed is, byte for byte, what pyHanko would have signed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509
from cryptography import x509 as making
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from documents import Bench
from domain.values.sides import Side
from interfaces.documents.holes import ALGORITHM, Chain
from interfaces.documents.signature_container import attributes_over

DIGEST = bytes(range(0x70, 0x90))


def certificate(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, serial: int) -> Chain:
    """Return a certificate whose issuer's name takes many bytes, not all of them ASCII."""
    name = making.Name(
        [
            making.NameAttribute(NameOID.COUNTRY_NAME, "CH"),
            making.NameAttribute(
                NameOID.ORGANIZATION_NAME, "Zürcher Vertrauensdienste " + "è" * 15
            ),
            making.NameAttribute(NameOID.COMMON_NAME, "Σ" * 30),
        ]
    )
    at = datetime(2025, 1, 1, tzinfo=UTC)
    made = (
        making.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return Chain(x509.Certificate.load(made.public_bytes(Encoding.DER)))


def by_pyhanko(chain: Chain) -> bytes:
    signed = asyncio.run(chain.signer().signed_attrs(DIGEST, ALGORITHM, use_pades=True))
    dumped: bytes = signed.dump()
    return dumped


@pytest.mark.parametrize("serial", [1, 0x7F, 0x80, 0x80 << 144, (1 << 159) - 1])
def test_the_attributes_of_any_certificate_are_those_of_pyhanko(serial: int) -> None:
    for key in (
        ec.generate_private_key(ec.SECP256R1()),
        rsa.generate_private_key(public_exponent=65537, key_size=2048),
    ):
        chain = certificate(key, serial)
        assert attributes_over(DIGEST, chain.certificate) == by_pyhanko(chain)


def test_the_attributes_of_the_authority_s_certificates_are_those_of_pyhanko(bench: Bench) -> None:
    for chain in (bench.seal.chain, *(bench.hands[side].chain for side in Side)):
        assert attributes_over(DIGEST, chain.certificate) == by_pyhanko(chain)
