"""Documents of signed versions: how they stand, and the rounds in which they are signed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from application.document_ports import Round
from application.ledger import Stream
from domain.documents.document import Issued
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body

LONGEST_CERTIFICATE = 20_000
LONGEST_SIGNATURE = 4_000


def _whole(text: str) -> str:
    b64decode(text, validate=True)
    return text


Base64 = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9+/]+={0,2}$"), AfterValidator(_whole)
]
Certificate = Annotated[Base64, StringConstraints(max_length=LONGEST_CERTIFICATE)]
RawSignature = Annotated[Base64, StringConstraints(max_length=LONGEST_SIGNATURE)]


class SigningRoundBody(Body):
    """With which certificate the asker signs."""

    certificates: Annotated[list[Certificate], Field(min_length=1, max_length=5)]
    """The signer's certificate and those above it, each DER in base64."""


class DocumentSignatureBody(Body):
    """The signature that was made over a round's attributes."""

    signature: RawSignature
    """ECDSA (DER) or RSA PKCS #1 v1.5, over SHA-256, in base64."""


class DocumentSignatureAnswer(Answer):
    """How a side signed."""

    side: Side
    signatory: str
    mandate: str
    certificate: str
    revision: str


class DocumentAnswer(Answer):
    """A version's document; ``revisions`` are the digests of its file, the latest last."""

    document: str
    version: int
    terms_digest: str
    inputs_digest: str
    seal: str | None
    revisions: list[str]
    signatures: list[DocumentSignatureAnswer]
    missing: list[Side]
    archived_at: datetime | None


class SigningRoundAnswer(Answer):
    """Round one: what the signer's own tool checks and signs."""

    round: str
    revision: str
    pdf: str
    """The document with an empty place for the signature, in base64."""
    attributes: str
    """What is signed: the attributes, DER in base64."""
    expires_at: datetime


def document_answer(stream: Stream) -> DocumentAnswer:
    """Show a document as it stands."""
    state: Issued = stream.state
    return DocumentAnswer(
        document=stream.id,
        version=state.version,
        terms_digest=state.terms_digest,
        inputs_digest=state.inputs_digest,
        seal=state.seal,
        revisions=list(state.revisions),
        signatures=[
            DocumentSignatureAnswer(
                side=side,
                signatory=signed.signatory,
                mandate=signed.mandate,
                certificate=signed.certificate,
                revision=signed.revision,
            )
            for side, signed in state.signed.items()
        ],
        missing=list(state.missing),
        archived_at=state.archived_at,
    )


def round_answer(opened: Round) -> SigningRoundAnswer:
    """Show a round to whom it was opened for."""
    return SigningRoundAnswer(
        round=opened.id,
        revision=opened.revision,
        pdf=b64encode(opened.holed.pdf).decode(),
        attributes=b64encode(opened.holed.attributes).decode(),
        expires_at=opened.expires_at,
    )


def ders(certificates: list[str]) -> list[bytes]:
    """Read certificates out of their base64."""
    return [b64decode(one, validate=True) for one in certificates]
