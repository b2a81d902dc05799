"""What the documents ask of the outside: a workshop that makes them, a cabinet that keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from application.document_inputs import DocumentInputs
from domain.parties.keys import Fingerprint
from domain.values.canonical import Digest
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Made:
    """A new document: as it was set, as it was sealed, and with which certificate."""

    rendered: bytes
    sealed: bytes
    certificate: Fingerprint


@dataclass(frozen=True, slots=True)
class Holed:
    """A document with an empty hole for a signature, and the attributes to be signed (DER)."""

    pdf: bytes
    attributes: bytes
    digest: bytes
    hole: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Round:
    """A side's open signing round: what was prepared, on which revision, for whom, until when.

    ``chain`` holds the signer's certificate and those above it, DER.
    """

    id: str
    document: str
    side: Side
    person: str
    revision: Digest
    chain: tuple[bytes, ...]
    holed: Holed
    expires_at: datetime


class Workshop(Protocol):
    """Makes documents. Every method raises AuthorityUnavailable when it has to wait too long."""

    @property
    def press(self) -> str:
        """Name the layout, and the program that sets it."""
        ...

    @property
    def seal(self) -> Fingerprint:
        """The certificate that documents are sealed with; raises Refused where there is none."""
        ...

    def make(self, inputs: DocumentInputs) -> Made:
        """Set a document and seal it; raises Refused (document-not-printable)."""
        ...

    def certificate(self, chain: Sequence[bytes]) -> Fingerprint:
        """Return a certificate's fingerprint if a trusted authority vouches for it.

        Raises Refused (certificate-unreadable, certificate-untrusted).
        """
        ...

    def prepare(self, side: Side, pdf: bytes, chain: Sequence[bytes]) -> Holed:
        """Return the document as a side is to sign it."""
        ...

    def complete(self, opened: Round, signature: bytes) -> bytes:
        """Return the signed and dated document; raises Refused (signature-invalid)."""
        ...

    def archive(self, pdf: bytes) -> tuple[bytes, datetime]:
        """Return the document under an archive timestamp, and its instant."""
        ...


class Cabinet(Protocol):
    """Keeps every revision of every document, and the rounds that are open."""

    def keep(self, document: str, digest: Digest, pdf: bytes) -> None:
        """Keep a revision; keeping it again is the same."""
        ...

    def revision(self, document: str, digest: Digest) -> bytes | None:
        """Return a revision of a document, or None."""
        ...

    def open(self, opened: Round) -> None:
        """Keep a round; it takes the place of the side's earlier one on the same document."""
        ...

    def round(self, document: str, name: str) -> Round | None:
        """Return an open round of a document, or None."""
        ...

    def close(self, name: str) -> None:
        """Forget a round."""
        ...
