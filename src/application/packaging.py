"""Use case: gather what a law firm files for a signed version of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from application.access import Action, Seat
from application.bundling import Bundle, Bundling, Documents
from application.contracting import Promises
from application.desk import Desk, Request
from application.documenting import document_of
from application.history import Shelf, proof_of
from application.projections.contracts import VersionRow
from application.recorded import Recorded
from application.redlining import Edition, Redline, edition_of, redline_between
from domain.history.proof import InclusionProof
from domain.negotiation.facts import AgreementSigned, OfferAccepted
from domain.signatures.evidence import Evidence
from domain.values.ids import relationship_of


@dataclass(frozen=True, slots=True)
class SignedFact:
    """A fact of the negotiation that somebody signed, and the proof that it is in the history.

    ``name`` tells side and act: ``provider-signs``. ``proof`` is None until the signer has signed
    a checkpoint that covers the fact.
    """

    name: str
    recorded: Recorded
    evidence: Evidence
    proof: InclusionProof | None


@dataclass(frozen=True, slots=True)
class Paper:
    """The signed document of a version: its latest revision, and what that bears, in words."""

    content: bytes
    bears: str


class Papers(Documents, Protocol):
    """Where the documents of versions are kept, for packages as for bundles."""

    def latest(self, contract: str, version: int) -> Paper | None:
        """Return the latest revision of a version's document; None before there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that goes into a package.

    ``redline`` is None for a first version, ``paper`` before the document was made.
    ``talks_withheld`` tells that the asker may not see the negotiation, and so no statement;
    ``paper_withheld`` that they may not see the document.
    """

    contract: str
    version: int
    negotiation: str
    recorded_at: datetime
    effective_from: datetime
    edition: Edition
    redline: Redline | None
    signed: tuple[SignedFact, ...]
    talks_withheld: bool
    paper: Paper | None
    paper_withheld: bool
    bundle: Bundle


@dataclass(frozen=True)
class Packaging:
    """Packages of signed versions, for whoever has a seat at the relationship."""

    desk: Desk
    promises: Promises
    shelf: Shelf
    bundling: Bundling
    papers: Papers

    def gather(self, request: Request, contract: str, version: int) -> Gathered:
        """Return what the package of a version holds, as the asker may see it.

        Raises NotFound; Refused by rule: checkpoint-behind.
        """
        bundle = self.bundling.export(request, contract, self.papers)  # an auditor is on record now
        relationship = str(relationship_of(contract))
        seat = self.desk.seat(request.principal, Action.READ, relationship, request.at)
        row = self.promises.version(contract, version)
        edition, document = edition_of(row), document_of(contract, version)
        return Gathered(
            contract,
            version,
            row.negotiation,
            row.recorded_at,
            row.effective_from,
            edition,
            self._redline(contract, version, edition),
            self._signed(seat, row),
            not seat.shows(row.negotiation),
            self.papers.latest(contract, version) if seat.shows(document) else None,
            not seat.shows(document),
            bundle,
        )

    def _redline(self, contract: str, version: int, edition: Edition) -> Redline | None:
        if version == 1:
            return None
        before = edition_of(self.promises.version(contract, version - 1))
        return redline_between(before, edition)

    def _signed(self, seat: Seat, row: VersionRow) -> tuple[SignedFact, ...]:
        """Return the signed facts that led to a version, in the order of their recording."""
        if not seat.shows(row.negotiation):
            return ()
        found: dict[str, SignedFact] = {}
        for event in self.desk.ledger.history(row.negotiation):
            evidence, name = _evidence(event.fact, row.offer)
            if evidence is not None:
                found[name] = SignedFact(
                    name, event, evidence, proof_of(self.shelf, event.stream, event.version)
                )
        return tuple(found.values())


def _evidence(fact: Any, offer: str) -> tuple[Evidence | None, str]:
    """Return what proves a yes to an offer, and what to call it; the last one of a kind counts."""
    match fact:
        case OfferAccepted(offer=accepted, by=side, evidence=evidence) if accepted == offer:
            return evidence, f"{side}-accepts"
        case AgreementSigned(offer=signed, by=side, evidence=evidence) if signed == offer:
            return evidence, f"{side}-signs"
        case _:
            return None, ""
