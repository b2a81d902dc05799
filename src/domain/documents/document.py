"""A version's document: made and sealed once, signed once by each side, archived again and again.

Each revision is made on the one before, so a signature names the revision it was made on: when both
sides sign at once, the later one is told to begin anew on the revision that the other made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

from domain.decider import Decider, Refused, command, state
from domain.documents.facts import (
    DocumentArchived,
    DocumentFact,
    DocumentRendered,
    DocumentSealed,
    DocumentSigned,
)
from domain.parties.keys import Fingerprint
from domain.values.canonical import Digest
from domain.values.ids import PersonId
from domain.values.sides import Side

ARCHIVE_EVERY: Final = timedelta(days=300)
"""How long an archive timestamp rests before the next one: well within its own certificate."""


@command
class IssueDocument:
    """Record that a document was made for a version, and sealed."""

    version: int
    terms_digest: Digest
    inputs_digest: Digest
    rendered: Digest
    sealed: Digest
    certificate: Fingerprint


@command
class SignDocument:
    """Sign the revision ``on`` with a certificate; ``pinned`` are those the signatory declared.

    ``revision`` is what the signature made of it.
    """

    by: Side
    signatory: PersonId
    mandate: str
    certificate: Fingerprint
    pinned: tuple[Fingerprint, ...]
    on: Digest
    revision: Digest


@command
class ArchiveDocument:
    """Put a timestamp over the revision ``on``, now that both sides have signed."""

    on: Digest
    revision: Digest
    stamped_at: datetime


DocumentCommand = IssueDocument | SignDocument | ArchiveDocument


@dataclass(frozen=True, slots=True)
class SideSigned:
    """How a side signed; ``revision`` is what its signature made."""

    signatory: PersonId
    mandate: str
    certificate: Fingerprint
    revision: Digest


@state
class NotIssued:
    """No document was made for this version yet."""


@state
class Issued:
    """A sealed document; ``revisions`` are its digests, the latest last."""

    version: int
    terms_digest: Digest
    inputs_digest: Digest
    revisions: tuple[Digest, ...]
    seal: Fingerprint | None = None
    signed: Mapping[Side, SideSigned] = field(default_factory=dict)
    archived_at: datetime | None = None

    @property
    def latest(self) -> Digest:
        """The revision that the next one is made on."""
        return self.revisions[-1]

    @property
    def missing(self) -> tuple[Side, ...]:
        """The sides that have not signed."""
        return tuple(side for side in Side if side not in self.signed)


DocumentState = NotIssued | Issued


def decide(command: DocumentCommand, state: DocumentState) -> list[DocumentFact]:
    """Answer a command with the facts it leads to, none if they are recorded already.

    Raises Refused, by rule: archive-not-due, certificate-not-pinned, document-not-issued,
    revision-moved, side-has-signed, signatures-missing.
    """
    match command, state:
        case IssueDocument(), NotIssued():
            return [
                DocumentRendered(
                    command.version, command.terms_digest, command.inputs_digest, command.rendered
                ),
                DocumentSealed(command.certificate, command.sealed),
            ]
        case IssueDocument(), Issued():
            return []
        case _, NotIssued():
            raise Refused(
                "document-not-issued", "no document was made for this version: issue it first"
            )
        case SignDocument(), Issued():
            return _sign(command, state)
        case ArchiveDocument(), Issued():
            return _archive(command, state)
        case _:
            raise Refused("unknown-command", f"a document has no answer to {command!r}")


def _sign(command: SignDocument, document: Issued) -> list[DocumentFact]:
    signed = document.signed.get(command.by)
    if signed is not None and signed.revision == command.revision:
        return []
    if signed is not None:
        raise Refused("side-has-signed", f"the {command.by} has signed this document")
    if command.certificate not in command.pinned:
        raise Refused(
            "certificate-not-pinned",
            "the signatory has not declared this certificate their own; pin it first",
            place="certificate",
        )
    _same_revision(command.on, document)
    return [
        DocumentSigned(
            command.by, command.signatory, command.mandate, command.certificate, command.revision
        )
    ]


def _archive(command: ArchiveDocument, document: Issued) -> list[DocumentFact]:
    if document.latest == command.revision:
        return []
    if document.missing:
        missing = " and the ".join(document.missing)
        raise Refused("signatures-missing", f"the {missing} has to sign first")
    last = document.archived_at
    if last is not None and command.stamped_at < last + ARCHIVE_EVERY:
        raise Refused(
            "archive-not-due", f"the next archive timestamp is due at {last + ARCHIVE_EVERY}"
        )
    _same_revision(command.on, document)
    return [DocumentArchived(command.revision, command.stamped_at)]


def _same_revision(on: Digest, document: Issued) -> None:
    if on != document.latest:
        raise Refused(
            "revision-moved",
            f"the document has a newer revision, {document.latest}: begin anew on that one",
            place="revision",
        )


def evolve(state: DocumentState, fact: DocumentFact) -> DocumentState:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match state, fact:
        case NotIssued(), DocumentRendered():
            return Issued(fact.version, fact.terms_digest, fact.inputs_digest, (fact.revision,))
        case NotIssued(), _:
            return state
        case Issued(), _:
            return _after(state, fact)
        case _:
            assert_never(state)


def _after(document: Issued, fact: DocumentFact) -> Issued:
    match fact:
        case DocumentRendered():
            return document
        case DocumentSealed(certificate=certificate):
            return _revised(replace(document, seal=certificate), fact.revision)
        case DocumentSigned(by=by):
            signed = SideSigned(fact.signatory, fact.mandate, fact.certificate, fact.revision)
            return _revised(
                replace(document, signed={**document.signed, by: signed}), fact.revision
            )
        case DocumentArchived(stamped_at=at):
            return _revised(replace(document, archived_at=at), fact.revision)
        case _:
            assert_never(fact)


def _revised(document: Issued, revision: Digest) -> Issued:
    return replace(document, revisions=(*document.revisions, revision))


DOCUMENT: Decider[DocumentCommand, DocumentState, DocumentFact] = Decider(
    "document", decide, evolve, NotIssued()
)
