"""What is signed, and the CMS container of a signature (RFC 5652), put together from encoded parts.

pyHanko builds it as an asn1crypto tree; that library takes a length whose last byte is 80 for an
indefinite one and then encodes all that is inside anew, twice at each level, which took seconds for
one signature in twenty. Here every part is written as it came.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from asn1crypto import algos, core, x509

SEQUENCE: Final = 0x30
SET: Final = 0x31
OCTETS: Final = 0x04
TAGGED: Final = 0xA0
LONG: Final = 0x80

_SIGNED_DATA: Final = core.ObjectIdentifier("1.2.840.113549.1.7.2").dump()
_DATA: Final = core.ObjectIdentifier("1.2.840.113549.1.7.1").dump()
_TIMESTAMP: Final = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.14").dump()
_CONTENT_TYPE: Final = core.ObjectIdentifier("1.2.840.113549.1.9.3").dump()
_MESSAGE_DIGEST: Final = core.ObjectIdentifier("1.2.840.113549.1.9.4").dump()
_SIGNING_CERTIFICATE: Final = core.ObjectIdentifier("1.2.840.113549.1.9.16.2.47").dump()
_ONE: Final = core.Integer(1).dump()
_SHA256: Final = algos.DigestAlgorithm({"algorithm": "sha256"}).dump()


def encoded(tag: int, *parts: bytes) -> bytes:
    """Write one DER value: its tag, its length, its parts."""
    content = b"".join(parts)
    length = len(content)
    if length < LONG:
        return bytes([tag, length]) + content
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, LONG | len(digits)]) + digits + content


def attributes_over(digest: bytes, certificate: x509.Certificate) -> bytes:
    """Return what a PAdES signature signs (ETSI EN 319 142-1), as DER: a set of three attributes.

    That it is about data, the document's SHA-256 digest, and whose certificate it is to be checked
    with (RFC 5035; SHA-256 is what its digest is taken for when none is named).
    """
    named = encoded(
        SEQUENCE,
        encoded(OCTETS, sha256(certificate.dump()).digest()),
        encoded(
            SEQUENCE,
            encoded(SEQUENCE, encoded(TAGGED | 4, certificate.issuer.dump())),
            core.Integer(certificate.serial_number).dump(),
        ),
    )
    attributes = (
        encoded(SEQUENCE, _CONTENT_TYPE, encoded(SET, _DATA)),
        encoded(SEQUENCE, _MESSAGE_DIGEST, encoded(SET, encoded(OCTETS, digest))),
        encoded(
            SEQUENCE,
            _SIGNING_CERTIFICATE,
            encoded(SET, encoded(SEQUENCE, encoded(SEQUENCE, named))),
        ),
    )
    return encoded(SET, *sorted(attributes))


def container(
    certificates: tuple[x509.Certificate, ...],
    attributes: bytes,
    mechanism: bytes,
    signature: bytes,
    token: bytes,
) -> bytes:
    """Return the container of a signature over ``attributes`` (DER, a set) with its timestamp.

    The first certificate is the signer's; ``mechanism`` is the signature algorithm's identifier.
    """
    signer = certificates[0]
    named = encoded(SEQUENCE, signer.issuer.dump(), core.Integer(signer.serial_number).dump())
    stamp = encoded(SEQUENCE, _TIMESTAMP, encoded(SET, token))
    signer_info = encoded(
        SEQUENCE,
        _ONE,
        named,
        _SHA256,
        bytes([TAGGED]) + attributes[1:],  # the same set under its implicit tag
        mechanism,
        core.OctetString(signature).dump(),
        encoded(TAGGED | 1, stamp),
    )
    enclosed = sorted({one.dump() for one in certificates})
    signed = encoded(
        SEQUENCE,
        _ONE,
        encoded(SET, _SHA256),
        encoded(SEQUENCE, _DATA),
        encoded(TAGGED, *enclosed),
        encoded(SET, signer_info),
    )
    return encoded(SEQUENCE, _SIGNED_DATA, encoded(TAGGED, signed))
