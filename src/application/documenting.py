"""Use cases: the document of a signed version, made, signed by both sides, archived, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from application.access import Action
from application.desk import Desk, Request
from application.document_ports import Cabinet, Round, Workshop
from application.errors import NotFound
from application.gathering import Gathering
from application.instants import latest
from application.ledger import Outcome, Step, Stream
from application.reading import Reading
from domain.contract.contract import CONTRACT
from domain.contract.standing import NotConcluded
from domain.decider import Refused
from domain.documents.document import (
    DOCUMENT,
    ArchiveDocument,
    DocumentCommand,
    Issued,
    IssueDocument,
    SignDocument,
)
from domain.parties.keys import Fingerprint
from domain.parties.party import PARTY
from domain.parties.standing import certificates_of, mandate_for
from domain.terms.value import total_value
from domain.values.canonical import Digest
from domain.values.ids import PersonId, relationship_of, within
from domain.values.sides import Side

ROUND_LASTS: Final = timedelta(minutes=30)
VERSION_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the side, the person, under which mandate, with which certificates of theirs."""

    side: Side
    person: PersonId
    mandate: str
    pinned: tuple[Fingerprint, ...]


class Documenting:
    """What the sides do with a version's document; every move raises Refused by its rule."""

    def __init__(
        self,
        desk: Desk,
        reading: Reading,
        gathering: Gathering,
        workshop: Workshop,
        cabinet: Cabinet,
    ) -> None:
        self._desk = desk
        self._reading = reading
        self._gathering = gathering
        self._workshop = workshop
        self._cabinet = cabinet

    def seal(self) -> Fingerprint | None:
        """Return the certificate that documents are sealed with; None where none are made."""
        try:
            return self._workshop.seal
        except Refused:
            return None

    def issue(self, request: Request, contract: str, version: int) -> Outcome:
        """Make a version's document and seal it; what was made before is answered again.

        Nothing is recorded unless it is sealed and dated.
        """
        self._side(request, Action.ISSUE_DOCUMENTS, contract)
        document = document_of(contract, version)
        found = self._desk.ledger.load(DOCUMENT, document)
        if isinstance(found.state, Issued):
            return Outcome(found)
        inputs = self._gathering.inputs(contract, version, self._workshop.press)
        made = self._workshop.make(inputs)
        command = IssueDocument(
            version,
            inputs.terms_digest,
            inputs.digest,
            self._keep(document, made.rendered),
            self._keep(document, made.sealed),
            made.certificate,
        )
        return self._move(request, document, command)

    def begin_signing(
        self, request: Request, contract: str, version: int, chain: Sequence[bytes]
    ) -> Round:
        """Open a round for the asker's signature, with a certificate they declared their own.

        Nothing is recorded; the side's earlier round on the same document ends.
        """
        side = self._side(request, Action.SIGN, contract)
        document, state = self._issued(contract, version)
        fingerprint = self._workshop.certificate(chain)
        signer = self._signer(request, contract, version, side)
        self._desk.rehearse(
            request, Step(DOCUMENT, document, _signing(signer, fingerprint, state.latest, PENDING))
        )
        holed = self._workshop.prepare(side, self._kept(document, state.latest), chain)
        opened = Round(
            self._desk.new("round"),
            document,
            side,
            signer.person,
            state.latest,
            tuple(chain),
            holed,
            request.at + ROUND_LASTS,
        )
        self._cabinet.open(opened)
        return opened

    def sign(
        self, request: Request, contract: str, version: int, name: str, signature: bytes
    ) -> Outcome:
        """Complete a round with the signature that was made over its attributes.

        Without a timestamp nothing is recorded, and the round stays open to be completed again.
        """
        side = self._side(request, Action.SIGN, contract)
        document, state = self._issued(contract, version)
        opened = self._cabinet.round(document, name)
        mine = state.signed.get(side)
        if opened is None or opened.person != request.principal.person:
            if mine is not None and mine.signatory == request.principal.person:
                return Outcome(self._desk.ledger.load(DOCUMENT, document))
            raise Refused(
                "round-not-open", "no signing round of yours goes by this name: begin anew"
            )
        if request.at >= opened.expires_at:
            raise Refused("round-expired", f"the round ended at {opened.expires_at}: begin anew")
        fingerprint = self._workshop.certificate(opened.chain)
        signer = self._signer(request, contract, version, side)
        rehearsed = _signing(signer, fingerprint, opened.revision, PENDING)
        self._desk.rehearse(request, Step(DOCUMENT, document, rehearsed))
        revision = self._keep(document, self._workshop.complete(opened, signature))
        outcome = self._move(
            request, document, _signing(signer, fingerprint, opened.revision, revision)
        )
        self._cabinet.close(opened.id)
        return outcome

    def archive(self, request: Request, contract: str, version: int) -> Outcome:
        """Put an archive timestamp over a document that both sides have signed, when it is due."""
        self._side(request, Action.ISSUE_DOCUMENTS, contract)
        document, state = self._issued(contract, version)
        due = ArchiveDocument(state.latest, PENDING, request.at)
        self._desk.rehearse(request, Step(DOCUMENT, document, due))
        archived, stamped_at = self._workshop.archive(self._kept(document, state.latest))
        revision = self._keep(document, archived)
        at = max(stamped_at, request.at)
        return self._move(request, document, ArchiveDocument(state.latest, revision, at))

    def read(self, request: Request, contract: str, version: int) -> Stream:
        """Return how a version's document stands; raises NotFound where there is none to see."""
        return self._reading.stream(request, DOCUMENT, document_of(contract, version))

    def revision(
        self, request: Request, contract: str, version: int, digest: Digest | None
    ) -> tuple[Digest, bytes]:
        """Return a revision and its digest; the latest unless one is named."""
        stream = self.read(request, contract, version)
        wanted = stream.state.latest if digest is None else digest
        if wanted not in stream.state.revisions:
            raise NotFound("such revision")
        return wanted, self._kept(stream.id, wanted)

    def _side(self, request: Request, action: Action, contract: str) -> Side:
        side = self._desk.side(request, action, str(relationship_of(contract)))
        if isinstance(self._desk.ledger.load(CONTRACT, contract).state, NotConcluded):
            raise NotFound("such contract")
        return side

    def _issued(self, contract: str, version: int) -> tuple[str, Issued]:
        document = document_of(contract, version)
        state = self._desk.ledger.load(DOCUMENT, document).state
        if not isinstance(state, Issued):
            raise Refused(
                "document-not-issued", "no document was made for this version: issue it first"
            )
        return document, state

    def _signer(self, request: Request, contract: str, version: int, side: Side) -> Signer:
        """Return the asker as signatory, under a mandate that covers the version's terms."""
        person = request.principal.person
        if person is None:
            raise NotFound("such contract")
        stream = self._desk.ledger.load(PARTY, str(request.principal.party))
        party, at = stream.state, latest(request.at, stream.at)
        value = total_value(self._gathering.terms(contract, version))
        mandate = mandate_for(party, person, value, at)
        if mandate is None:
            raise Refused(
                "mandate-missing",
                f"the agreement is worth {value}: the signatory needs a mandate, valid now, "
                "that covers it",
            )
        return Signer(side, person, mandate, certificates_of(party, person))

    def _move(self, request: Request, document: str, command: DocumentCommand) -> Outcome:
        return self._desk.record(request, Step(DOCUMENT, document, command, request.expected))

    def _keep(self, document: str, pdf: bytes) -> Digest:
        digest = Digest("sha256:" + sha256(pdf).hexdigest())
        self._cabinet.keep(document, digest, pdf)
        return digest

    def _kept(self, document: str, digest: Digest) -> bytes:
        pdf = self._cabinet.revision(document, digest)
        if pdf is None or Digest("sha256:" + sha256(pdf).hexdigest()) != digest:
            raise NotFound("such revision")
        return pdf


PENDING: Final = Digest("sha256:not-made-yet")
"""Stands for the revision that a move would make, where it is only asked whether it may be made."""


def document_of(contract: str, version: int) -> str:
    """Return the stream of a version's document."""
    return within(contract, f"document-{version:0{VERSION_DIGITS}d}")


def _signing(signer: Signer, certificate: Fingerprint, on: Digest, made: Digest) -> SignDocument:
    return SignDocument(
        signer.side, signer.person, signer.mandate, certificate, signer.pinned, on, made
    )
