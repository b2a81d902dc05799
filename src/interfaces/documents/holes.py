"""A signature in two rounds: a hole in the document, and what fills it.

Round one writes the document with an empty hole and says which attributes are to be signed. Round
two checks the signature over them, has it dated, and fills the hole. Whose key it is, and where it
lies, is nobody's business here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeVar

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.registry import SimpleCertificateStore

from interfaces.documents.fields import stamp, writing, written
from interfaces.documents.signature_container import attributes_over, container
from interfaces.documents.trust import Trust

Made = TypeVar("Made")

ALGORITHM: Final = "sha256"
RESERVED: Final = 2 * 16 * 1024
"""Hex digits kept free for a signature, its certificates and its timestamp: 16 KB."""


class BadRawSignature(Exception):  # noqa: N818 - it is an answer
    """Not the certificate's signature over the attributes of this round."""


@dataclass(frozen=True, slots=True)
class Notary:
    """Who dates signatures, and whose certificates count."""

    stamper: TimeStamper
    trust: Trust


@dataclass(frozen=True, slots=True)
class Chain:
    """A signer's certificate, and those between it and a root."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...] = ()

    def signer(self) -> ExternalSigner:
        """Return the signer as pyHanko takes it, without a key."""
        store = SimpleCertificateStore()
        for one in self.all():
            store.register(one)
        return ExternalSigner(self.certificate, store)

    def all(self) -> tuple[x509.Certificate, ...]:
        """Return every certificate, the signer's first."""
        return (self.certificate, *self.others)


@dataclass(frozen=True, slots=True)
class Prepared:
    """Round one: the document with an empty hole, and the attributes (DER) to be signed."""

    field: str
    pdf: bytes
    attributes: bytes
    digest: bytes
    hole: tuple[int, int]


def prepare(
    pdf: bytes, chain: Chain, metadata: PdfSignatureMetadata, lines: tuple[str, ...]
) -> Prepared:
    """Return the document with a hole for a signature; ``lines`` are what is seen of it."""
    signer, field = chain.signer(), str(metadata.field_name)
    # pyHanko's steps one by one: together they want an event loop, though nothing is waited for.
    session = PdfSigner(metadata, signer, stamp_style=stamp(field, *lines)).init_signing_session(
        writing(pdf), existing_fields_only=True
    )
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    out = BytesIO()
    digest, _ = document.digest_tbs_document(output=out)
    attributes = attributes_over(digest.document_digest, chain.certificate)
    hole = (digest.reserved_region_start, digest.reserved_region_end)
    return Prepared(field, out.getvalue(), attributes, digest.document_digest, hole)


def metadata_for(field: str, **more: Any) -> PdfSignatureMetadata:
    """Return how a field is signed: PAdES, over SHA-256."""
    return PdfSignatureMetadata(
        field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm=ALGORITHM, **more
    )


def complete(prepared: Prepared, chain: Chain, signature: bytes, notary: Notary) -> bytes:
    """Return the signed, dated document with what is needed to check it later (PAdES B-LT).

    Raises BadRawSignature, and NotStamped when no timestamp could be had: then nothing is kept, and
    the round can be completed again.
    """
    check_raw(signature, prepared.attributes, chain.certificate)
    return finished(_complete(prepared, chain, signature, notary))


def check_raw(signature: bytes, attributes: bytes, certificate: x509.Certificate) -> None:
    """Return if this is the certificate's signature over the attributes; raises BadRawSignature."""
    key = load_der_public_key(certificate.public_key.dump())
    try:
        match key:
            case ec.EllipticCurvePublicKey():
                key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
            case rsa.RSAPublicKey():
                key.verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
            case _:
                raise BadRawSignature("only ECDSA and RSA certificates sign documents")
    except InvalidSignature:
        raise BadRawSignature(
            "the signature is not this certificate's over the attributes of this round"
        ) from None


def finished(steps: Coroutine[Any, Any, Made]) -> Made:
    """Return what steps lead to, without showing it to asyncio.

    ``asyncio.run`` writes what its task returned out in words when it is done, for a message that
    nobody sees: milliseconds for a document.
    """
    kept: list[Made] = []

    async def keep() -> None:
        kept.append(await steps)

    asyncio.run(keep())
    return kept[0]


async def _complete(prepared: Prepared, chain: Chain, signature: bytes, notary: Notary) -> bytes:
    hashed = hashes.Hash(hashes.SHA256())
    hashed.update(signature)
    token = await notary.stamper.async_timestamp(hashed.finalize(), ALGORITHM)
    mechanism = chain.signer().get_signature_mechanism_for_digest(ALGORITHM).dump()
    filling = container(chain.all(), prepared.attributes, mechanism, signature, token.dump())
    out = BytesIO(prepared.pdf)
    PreparedByteRangeDigest(prepared.digest, *prepared.hole).fill_with_cms(out, filling)
    return await with_validation_info(out.getvalue(), prepared.field, notary.trust)


async def with_validation_info(pdf: bytes, field: str, trust: Trust) -> bytes:
    """Add the certificates and lists by which a signature can be checked later."""
    context = trust.context()
    writer = writing(pdf)
    reader = writer.prev
    # This one alone: reading another's takes as long as making this one.
    name, _, filled = next(enumerate_sig_fields(reader, filled_status=True, with_name=field))
    signature = EmbeddedPdfSignature(reader, filled.get_object(), name)
    paths = await collect_validation_info(signature, context)
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, paths=paths, validation_context=context
    )
    return written(writer)
