"""A version's document: made once, signed once by each side, archived when its time has come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.documents.document import (
    ARCHIVE_EVERY,
    DOCUMENT,
    ArchiveDocument,
    IssueDocument,
    SignDocument,
)
from domain.documents.facts import (
    DocumentArchived,
    DocumentRendered,
    DocumentSealed,
    DocumentSigned,
)
from domain.parties.keys import Fingerprint
from domain.values.canonical import Digest
from domain.values.ids import PersonId
from domain.values.sides import Side
from scenario import Scenario

TERMS, INPUTS = Digest("sha256:terms"), Digest("sha256:inputs")
RENDERED, SEALED = Digest("sha256:rendered"), Digest("sha256:sealed")
SIGNED, BOTH, ARCHIVED = (Digest(f"sha256:{word}") for word in ("signed", "both", "archived"))
SEAL, ADAS, BOS = (Fingerprint(letter * 64) for letter in "abc")
ADA, BO = PersonId("person-ada"), PersonId("person-bo")
NOW = datetime(2026, 3, 1, tzinfo=UTC)

ISSUE = IssueDocument(1, TERMS, INPUTS, RENDERED, SEALED, SEAL)
ISSUED = (DocumentRendered(1, TERMS, INPUTS, RENDERED), DocumentSealed(SEAL, SEALED))
BY_PROVIDER = SignDocument(Side.PROVIDER, ADA, "mandate-1", ADAS, (ADAS,), SEALED, SIGNED)
BY_CLIENT = SignDocument(Side.CLIENT, BO, "mandate-2", BOS, (BOS,), SIGNED, BOTH)
PROVIDER_SIGNED = DocumentSigned(Side.PROVIDER, ADA, "mandate-1", ADAS, SIGNED)
CLIENT_SIGNED = DocumentSigned(Side.CLIENT, BO, "mandate-2", BOS, BOTH)
ARCHIVE = ArchiveDocument(BOTH, ARCHIVED, NOW)


def document(*facts: object) -> Scenario:
    return Scenario(DOCUMENT).given(*facts)


def test_a_document_is_made_and_sealed_at_once_and_only_once() -> None:
    made = document().when(ISSUE).then(*ISSUED)
    made.when(ISSUE).then()
    again = IssueDocument(1, TERMS, Digest("sha256:renamed"), RENDERED, BOTH, SEAL)
    made.when(again).then()


def test_nobody_signs_what_was_not_issued() -> None:
    document().when(BY_PROVIDER).refused("document-not-issued")
    document().when(ARCHIVE).refused("document-not-issued")


def test_each_side_signs_once_on_the_latest_revision() -> None:
    signed = document(*ISSUED).when(BY_PROVIDER).then(PROVIDER_SIGNED)
    signed.when(BY_PROVIDER).then()
    another = SignDocument(Side.PROVIDER, ADA, "mandate-1", ADAS, (ADAS,), SIGNED, BOTH)
    signed.when(another).refused("side-has-signed")
    signed.when(BY_CLIENT).then(CLIENT_SIGNED)


def test_the_later_of_two_who_sign_at_once_begins_anew() -> None:
    at_once = SignDocument(Side.CLIENT, BO, "mandate-2", BOS, (BOS,), SEALED, BOTH)
    document(*ISSUED, PROVIDER_SIGNED).when(at_once).refused("revision-moved")


def test_only_a_certificate_that_the_signatory_declared_signs() -> None:
    mallory = SignDocument(Side.PROVIDER, ADA, "mandate-1", BOS, (ADAS,), SEALED, SIGNED)
    document(*ISSUED).when(mallory).refused("certificate-not-pinned")
    nothing = SignDocument(Side.PROVIDER, ADA, "mandate-1", ADAS, (), SEALED, SIGNED)
    document(*ISSUED).when(nothing).refused("certificate-not-pinned")


def test_it_is_archived_when_both_have_signed() -> None:
    document(*ISSUED, PROVIDER_SIGNED).when(ARCHIVE).refused("signatures-missing")
    whole = document(*ISSUED, PROVIDER_SIGNED, CLIENT_SIGNED)
    archived = whole.when(ARCHIVE).then(DocumentArchived(ARCHIVED, NOW))
    archived.when(ARCHIVE).then()
    whole.when(ArchiveDocument(SIGNED, ARCHIVED, NOW)).refused("revision-moved")


def test_it_is_archived_again_before_the_last_timestamp_is_old() -> None:
    archived = document(*ISSUED, PROVIDER_SIGNED, CLIENT_SIGNED, DocumentArchived(ARCHIVED, NOW))
    later = Digest("sha256:later")
    early = ArchiveDocument(ARCHIVED, later, NOW + ARCHIVE_EVERY - timedelta(seconds=1))
    archived.when(early).refused("archive-not-due")
    due = ArchiveDocument(ARCHIVED, later, NOW + ARCHIVE_EVERY)
    archived.when(due).then(DocumentArchived(later, NOW + ARCHIVE_EVERY))
