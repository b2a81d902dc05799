"""Redlines between versions of a contract, and between offers of a negotiation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from application.contracting import Promises
from application.desk import Desk, Request
from application.errors import NotFound
from application.projections.contracts import VersionRow
from application.reading import Reading
from domain.negotiation.facts import CounterOfferMade, Offer, ProposalMade
from domain.terms.agreement import AgreementTerms
from domain.terms.redline_document import RedlineDocument, redline_document
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Edition:
    """One of the two texts: what it is called, whose it is, and since when it is on record (UTC).

    ``at`` is None for a text that is on no record, such as a file.
    """

    name: str
    by: str
    at: datetime | None
    terms: AgreementTerms


@dataclass(frozen=True, slots=True)
class Redline:
    """A redline and the two editions it lies between."""

    before: Edition
    after: Edition
    document: RedlineDocument


def redline_between(before: Edition, after: Edition) -> Redline:
    """Return the redline from one edition to another."""
    return Redline(before, after, redline_document(before.terms, after.terms))


@dataclass(frozen=True, slots=True)
class _Made:
    """An offer as it was made: which one it answered, and when."""

    number: int
    offer: Offer
    answers: str | None
    at: datetime


class Redlining:
    """Redlines of what the asker may see; each raises NotFound for anything else."""

    def __init__(self, desk: Desk, reading: Reading, promises: Promises) -> None:
        self._desk = desk
        self._reading = reading
        self._promises = promises

    def version(self, request: Request, contract: str, number: int) -> Edition:
        """Return a signed version of a contract."""
        self._reading.admit(request, contract)
        return edition_of(self._promises.version(contract, number))

    def versions(
        self, request: Request, contract: str, number: int, since: int | None = None
    ) -> Redline:
        """Return what a version changed since an earlier one, or the one before."""
        self._reading.admit(request, contract)
        earlier = number - 1 if since is None else since
        if earlier == 0:
            raise NotFound("earlier version to compare with")
        before, after = (self._promises.version(contract, one) for one in (earlier, number))
        return redline_between(edition_of(before), edition_of(after))

    def offers(
        self, request: Request, negotiation: str, offer: str, since: str | None = None
    ) -> Redline:
        """Return what an offer changes against another, or against the one it answered."""
        self._reading.admit(request, negotiation)
        made = self._made(negotiation)
        if offer not in made:
            raise NotFound("such offer")
        earlier = since or made[offer].answers
        if earlier is None:
            raise NotFound("earlier offer to compare with")
        if earlier not in made:
            raise NotFound("such offer")
        return redline_between(_offered(made[earlier]), _offered(made[offer]))

    def _made(self, negotiation: str) -> dict[str, _Made]:
        found: dict[str, _Made] = {}
        for event in self._desk.ledger.history(negotiation):
            match event.fact:
                case ProposalMade(offer=offer):
                    found[offer.id] = _Made(len(found) + 1, offer, None, event.at)
                case CounterOfferMade(offer=offer, answers=answers):
                    found[offer.id] = _Made(len(found) + 1, offer, answers, event.at)
                case _:
                    pass
        return found


def edition_of(row: VersionRow) -> Edition:
    """Return a signed version as an edition."""
    terms = AgreementTerms.model_validate(row.terms)
    return Edition(f"Version {row.version}", "", row.recorded_at, terms)


def _offered(made: _Made) -> Edition:
    terms = made.offer.terms
    by = terms.provider if made.offer.by is Side.PROVIDER else terms.client
    return Edition(f"Offer {made.number}", f"{by} ({made.offer.by})", made.at, terms)
