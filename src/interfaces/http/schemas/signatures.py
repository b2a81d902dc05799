"""Signed statements as they travel: prepared by the service, submitted with a signature."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from application.signing import Prepared
from domain.parties.keys import thumbprint_of
from domain.signatures.checking import INSTANT_PATTERN
from domain.signatures.evidence import Evidence, JwsEvidence, PasskeyEvidence
from domain.signatures.jws import LONGEST_JWS
from domain.signatures.passkey import challenge_of
from domain.signatures.statement import NONCE_PATTERN, Rotation, Statement
from domain.values.ids import id_pattern
from interfaces.http.conventions import THUMBPRINT_PATTERN
from interfaces.http.schemas.base import Answer, Body, DigestText

ThumbprintText = Annotated[str, StringConstraints(pattern=THUMBPRINT_PATTERN)]
NonceText = Annotated[str, StringConstraints(pattern=NONCE_PATTERN)]
InstantText = Annotated[str, StringConstraints(pattern=INSTANT_PATTERN)]
NameText = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[!-~]+$")]
LeafText = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MandateText = Annotated[str, StringConstraints(pattern=f"^$|{id_pattern('mandate')}")]
Base64Text = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=4000)]
Thumbprints = Annotated[tuple[ThumbprintText, ...], Field(max_length=500)]


class KeysBody(Body):
    """Both sides' keys in force, each sorted."""

    provider: Thumbprints
    client: Thumbprints


class StatementBody(Body):
    """What is signed: the canonical form (RFC 8785) of exactly this document."""

    form: Literal["parley/statement/1"]
    action: Literal["accept", "sign"]
    service: NameText
    """The service's origin, as its log has it."""
    negotiation: NameText
    offer: NameText
    terms_digest: DigestText
    previous: LeafText
    """The leaf hash of the fact that is answered, in hex."""
    side: Literal["provider", "client"]
    party: NameText
    signer: NameText
    mandate: MandateText
    """Empty when accepting."""
    keys: KeysBody
    nonce: NonceText
    """16 random bytes in base64url, used once."""
    issued: InstantText
    expires: InstantText
    """At most 24 hours after it was issued."""

    def statement(self) -> Statement:
        """Return the statement."""
        said = self.model_dump(exclude={"keys"})
        return Statement(**said, keys={"provider": self.keys.provider, "client": self.keys.client})


class JwsEvidenceBody(Body):
    """A statement under a detached JWS (Ed25519) of a key that the signer has pinned."""

    kind: Literal["jws"]
    statement: StatementBody
    jws: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+$", max_length=LONGEST_JWS)]

    def evidence(self) -> Evidence:
        """Return the evidence."""
        return JwsEvidence(self.statement.statement(), self.jws)


class PasskeyEvidenceBody(Body):
    """A statement that the holder of a pinned passkey said yes to; parts in base64url."""

    kind: Literal["passkey"]
    statement: StatementBody
    thumbprint: ThumbprintText
    rp_id: NameText
    origin: NameText
    authenticator_data: Base64Text
    client_data: Base64Text
    signature: Base64Text

    def evidence(self) -> Evidence:
        """Return the evidence."""
        return PasskeyEvidence(
            self.statement.statement(),
            self.thumbprint,
            self.rp_id,
            self.origin,
            self.authenticator_data,
            self.client_data,
            self.signature,
        )


EvidenceBody = Annotated[JwsEvidenceBody | PasskeyEvidenceBody, Field(discriminator="kind")]


class SigningBody(Body):
    """Signing names the digest of the very terms, and takes a signed statement."""

    terms_digest: DigestText
    evidence: EvidenceBody | None = None
    """Without it an offer can be accepted, but nothing is signed (`signature-required`)."""

    def signed(self) -> Evidence | None:
        """Return the evidence, if there is any."""
        return None if self.evidence is None else self.evidence.evidence()


class RotationBody(Body):
    """What a retired key signs: the canonical form (RFC 8785) of exactly this document."""

    form: Literal["parley/rotation/1"]
    service: NameText
    party: NameText
    person: NameText
    retired: ThumbprintText
    thumbprint: ThumbprintText
    nonce: NonceText
    issued: InstantText
    expires: InstantText

    def rotation(self) -> Rotation:
        """Return the statement."""
        return Rotation(**self.model_dump())


class AnsweredFact(Answer):
    """The fact that is answered, as it is stored: `previous` is the hash of its leaf."""

    stream: str
    version: int
    topic: str
    state: str
    """The stored bytes, as text."""


class AllowedCredential(Answer):
    """A passkey of yours that can be asked."""

    type: Literal["public-key"] = "public-key"
    id: str
    thumbprint: str


class AssertionOptions(Answer):
    """What a page asks your authenticator with (WebAuthn, `navigator.credentials.get`)."""

    challenge: str
    """The SHA-256 of the canonical statement, in base64url."""
    rp_id: str
    allow_credentials: list[AllowedCredential]
    user_verification: Literal["required"] = "required"


class StatementAnswer(Answer):
    """The statement as the service would have it, and what it takes to check it alone."""

    statement: dict[str, Any]
    sha256: str
    """Of the statement's canonical bytes, in hex."""
    answered: AnsweredFact
    passkeys: list[AssertionOptions]
    """One for each site that you registered passkeys for."""


def statement_answer(prepared: Prepared) -> StatementAnswer:
    """Show a prepared statement."""
    answered = prepared.answered
    sites: dict[str, list[AllowedCredential]] = {}
    for key in prepared.passkeys:
        if key.passkey is not None:
            sites.setdefault(key.passkey.rp_id, []).append(
                AllowedCredential(id=key.passkey.credential, thumbprint=thumbprint_of(key.key))
            )
    challenge = challenge_of(prepared.statement.canonical())
    return StatementAnswer(
        statement=prepared.statement.document(),
        sha256=prepared.digest,
        answered=AnsweredFact(
            stream=answered.stream,
            version=answered.version,
            topic=answered.topic,
            state=answered.state.decode("utf-8"),
        ),
        passkeys=[
            AssertionOptions(challenge=challenge, rp_id=site, allow_credentials=allowed)
            for site, allowed in sites.items()
        ],
    )
