"""A party's signature: with a key that never leaves the party, and a certificate we can trust."""

from __future__ import annotations

import asyncio
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathError, ValidationError

from domain.values.sides import Side
from interfaces.documents.fields import FIELDS
from interfaces.documents.holes import Chain, Prepared, metadata_for, prepare
from interfaces.documents.trust import Trust, common_name, fingerprint

CONSENT: Final = "non_repudiation"
LEAST_RSA: Final = 2048


class BadCertificate(Exception):  # noqa: N818 - it is an answer
    """A certificate that cannot sign here; the message says why."""


def check_chain(chain: Chain, trust: Trust) -> None:
    """Return if a trusted authority issued the certificate, for signing, and did not revoke it.

    Raises BadCertificate, and NoRevocationList when that cannot be known.
    """
    key = load_der_public_key(chain.certificate.public_key.dump())
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        raise BadCertificate("only ECDSA and RSA certificates sign documents")
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < LEAST_RSA:
        raise BadCertificate(f"an RSA key has at least {LEAST_RSA} bits")
    validator = CertificateValidator(
        chain.certificate, list(chain.others), validation_context=trust.context()
    )
    try:
        asyncio.run(validator.async_validate_usage({CONSENT}))
    except (PathError, ValidationError) as problem:
        raise BadCertificate(str(problem)) from problem


def prepare_for(side: Side, pdf: bytes, chain: Chain) -> Prepared:
    """Return the document as a side is to sign it."""
    lines = (
        f"Signed by {common_name(chain.certificate)}",
        f"for the {side}",
        f"certificate sha256 {fingerprint(chain.certificate)[:32]}…",
    )
    return prepare(pdf, chain, metadata_for(FIELDS[side]), lines)
