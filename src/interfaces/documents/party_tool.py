"""Signing a document on the party's own machine, where the service is not believed.

What the service sends is looked at again from the bytes up: that the hole is empty and everything
around it is what is signed, that the attributes are about these bytes and this certificate and
nothing else, that the pages are those of the terms the party knows, and that nothing but signatures
was added to them. Only then the key is used.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from asn1crypto import cms, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from interfaces.documents.fields import SEAL
from interfaces.documents.long_term import validated
from interfaces.documents.looking import (
    Altered,
    Looked,
    Unreadable,
    look,
    made_from,
    only_signed_since,
)
from interfaces.documents.terms_attached import digest_of_terms
from interfaces.documents.trust import fingerprint

SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ATTRIBUTES: Final = frozenset({"content_type", "message_digest", "signing_certificate_v2"})
"""All that a PAdES signature signs here (ETSI EN 319 142-1)."""
_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")
_EMPTY: Final = re.compile(rb"<0+>")


class NotSigned(Exception):  # noqa: N818 - it is an answer
    """The key was not used; the message says what the service sent that it should not have."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the party knows from elsewhere: the terms it signed in the log, the service's seal.

    ``seals`` are the fingerprints it has pinned for the service; none leaves the seal unchecked.
    """

    contract: str
    version: int
    terms_digest: str
    seals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """What the service sent in round one: the revision to sign, and the same with a hole in it."""

    revision: bytes
    pdf: bytes
    attributes: bytes


def sign(sent: Sent, expected: Expected, key: SigningKey, certificate: x509.Certificate) -> bytes:
    """Return the signature over the attributes; raises NotSigned."""
    check_range(sent, certificate)
    check_words(sent, expected)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(sent.attributes, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(sent.attributes, ec.ECDSA(hashes.SHA256()))


def check_range(sent: Sent, certificate: x509.Certificate) -> None:
    """Return if the attributes are about these bytes, all of them, and this certificate."""
    ranges = _BYTE_RANGE.findall(sent.pdf)
    if not ranges:
        raise NotSigned("there is no signature to be made in this document")
    start, before, after, rest = (int(number) for number in ranges[-1])
    if start != 0 or after < before or after + rest != len(sent.pdf):
        raise NotSigned("the signature would not cover the whole document")
    if not _EMPTY.fullmatch(sent.pdf, before, after):
        raise NotSigned("the place for the signature is not empty")
    digest = sha256(sent.pdf[:before] + sent.pdf[after:]).digest()
    _check_attributes(sent.attributes, digest, certificate)


def _check_attributes(der: bytes, digest: bytes, certificate: x509.Certificate) -> None:
    try:
        attributes = cms.CMSAttributes.load(der, strict=True)
        found = {str(one["type"].native): one["values"] for one in attributes}
        once = len(found) == len(attributes) and all(len(values) == 1 for values in found.values())
        if not once or found.keys() != ATTRIBUTES:
            raise NotSigned("other attributes are to be signed than a signature has")
        named = found["signing_certificate_v2"][0]["certs"]
        checks = {
            "the digest is not of this document": found["message_digest"][0].native == digest,
            "the content is not called data": found["content_type"][0].native == "data",
            "another certificate is named": len(named) == 1
            and named[0]["hash_algorithm"]["algorithm"].native == "sha256"
            and named[0]["cert_hash"].native == sha256(certificate.dump()).digest(),
        }
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise NotSigned(f"the attributes cannot be read: {problem}") from problem
    for because, holds in checks.items():
        if not holds:
            raise NotSigned(because)


def check_words(sent: Sent, expected: Expected) -> None:
    """Return if the pages are those of the expected terms, sealed, and nothing was added to them.

    Raises NotSigned, also where that cannot be known because another program set the pages.
    """
    if not sent.pdf.startswith(sent.revision):
        raise NotSigned("the document to sign does not begin with the revision it is about")
    try:
        revision, holed = look(sent.revision), look(sent.pdf)
        digest, inputs = digest_of_terms(revision.terms), revision.inputs()
        if digest != expected.terms_digest:
            raise NotSigned(f"the attached terms are {digest}, not {expected.terms_digest}")
        if (inputs.contract, inputs.version) != (expected.contract, expected.version):
            raise NotSigned(f"it is version {inputs.version} of {inputs.contract}")
        if not made_from(revision, digest):
            raise NotSigned("the pages were set by another program, so they cannot be made again")
        only_signed_since(holed)
    except (Altered, Unreadable) as problem:
        raise NotSigned(str(problem)) from problem
    if expected.seals:
        _check_seal(revision, expected.seals)


def _check_seal(looked: Looked, pinned: tuple[str, ...]) -> None:
    found = [one for one in looked.reader.embedded_signatures if one.field_name == SEAL]
    if not found:
        raise NotSigned("the seal of the service is missing")
    print_ = fingerprint(found[0].signer_cert)
    if print_ not in pinned:
        raise NotSigned(f"it is sealed with certificate {print_}, which is not the one pinned")
    because = asyncio.run(validated(found[0], ()))
    if because:
        raise NotSigned(f"the seal of the service does not hold: {because}")
