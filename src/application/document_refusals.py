"""What a workshop refuses by, in words; a rule's name stands once, wherever documents are made."""

from __future__ import annotations

from domain.decider import Refused


def not_printable(because: str) -> Refused:
    """Say that the words cannot be set: a letter no font has, or too much of them."""
    return Refused("document-not-printable", f"it cannot be set: {because}")


def untrusted(because: str) -> Refused:
    """Say that no trusted authority issued the certificate, for signing, or that it is revoked."""
    return Refused(
        "certificate-untrusted",
        f"no trusted authority vouches for this certificate: {because}",
        place="certificate",
    )


def unreadable() -> Refused:
    """Say that what was sent is no certificate."""
    return Refused(
        "certificate-unreadable",
        "send the certificate first and those above it after, each in DER",
        place="certificate",
    )


def bad_signature(because: str) -> Refused:
    """Say that the signature is not the certificate's over the attributes of the round."""
    return Refused("signature-invalid", because, place="signature")


def not_configured() -> Refused:
    """Say that this installation makes no documents."""
    return Refused(
        "documents-not-configured",
        "this installation has no seal and no timestamping authority: set PARLEY_DOCUMENT_TSA "
        "and what belongs to it",
    )
