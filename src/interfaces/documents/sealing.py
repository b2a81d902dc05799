"""The service's seal: it certifies the document, so that only fields can be filled in after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.sign.fields import MDPPerm

from interfaces.documents.fields import SEAL, with_fields
from interfaces.documents.holes import Chain, Notary, complete, metadata_for, prepare
from interfaces.documents.trust import certificates_in, common_name

REASON: Final = "Rendered from the log; no party consent implied"


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal's certificate and its key."""

    chain: Chain
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    def sign(self, attributes: bytes) -> bytes:
        """Sign the attributes of a round."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(attributes, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(attributes, ec.ECDSA(hashes.SHA256()))


def sealed(rendered: bytes, seal: Seal, notary: Notary) -> bytes:
    """Return the document with its empty fields and the seal; raises NotStamped."""
    metadata = metadata_for(
        SEAL, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS, reason=REASON
    )
    lines = (f"Sealed by {common_name(seal.chain.certificate)}", REASON)
    prepared = prepare(with_fields(rendered), seal.chain, metadata, lines)
    return complete(prepared, seal.chain, seal.sign(prepared.attributes), notary)


def seal_from(key: Path, certificate: Path) -> Seal:
    """Load the seal's key and certificates, PEM; raises ValueError for what is none."""
    own, *others = certificates_in(certificate.read_bytes())
    loaded = load_pem_private_key(key.read_bytes(), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise ValueError(f"{key} is neither an EC nor an RSA key")
    return Seal(Chain(own, tuple(others)), loaded)
