"""Gathering what stands in a document: from the contract, its negotiation, its parties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from application.desk import Desk
from application.document_inputs import (
    DocumentInputs,
    LeafLine,
    LoggedSignature,
    Organisation,
    VersionLine,
)
from application.errors import NotFound
from application.history import Shelf, proof_of
from application.mapper import fact_document
from application.recorded import Kept, Recorded
from domain.contract.facts import ContractAmended, ContractConcluded
from domain.decider import Refused
from domain.negotiation.facts import AgreementSigned, CounterOfferMade, ProposalMade
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.terms.agreement import AgreementTerms
from domain.values.ids import PartyId, PersonId, relationship_of
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class SignedVersion:
    """A version as the contract's facts tell it."""

    line: VersionLine
    terms: AgreementTerms
    event: Recorded


class Gathering:
    """Everything about a version, in one place."""

    def __init__(self, desk: Desk, shelf: Shelf, service: str) -> None:
        self._desk = desk
        self._shelf = shelf
        self._service = service

    def terms(self, contract: str, version: int) -> AgreementTerms:
        """Return a version's terms; raises NotFound."""
        return self._version(contract, version).terms

    def inputs(self, contract: str, version: int, press: str) -> DocumentInputs:
        """Return all that a version's document is made from.

        Raises NotFound; Refused (checkpoint-behind) while the signer has not signed all of it.
        """
        signed = self._version(contract, version)
        line = signed.line
        relationship = str(relationship_of(contract))
        parties = {side: self._desk.party(relationship, side) for side in Side}
        provider, client = (self._organisation(parties[side]) for side in Side)
        return DocumentInputs(
            service=self._service,
            contract=contract,
            version=version,
            recorded_at=line.recorded_at,
            effective_from=line.effective_from,
            terms=signed.terms,
            terms_digest=line.terms_digest,
            provider=provider,
            client=client,
            versions=tuple(
                one.line for one in self._versions(contract) if one.line.number <= version
            ),
            signatures=tuple(self._signatures(line, parties)),
            leaves=tuple(self._leaves(line, signed.event)),
            press=press,
        )

    def _version(self, contract: str, version: int) -> SignedVersion:
        for one in self._versions(contract):
            if one.line.number == version:
                return one
        raise NotFound("such version")

    def _versions(self, contract: str) -> Iterator[SignedVersion]:
        for event in self._desk.ledger.history(contract):
            match event.fact:
                case ContractConcluded() as fact:
                    yield SignedVersion(_line(1, event, fact.begins_at), fact.terms, event)
                case ContractAmended() as fact:
                    line = _line(fact.version, event, fact.effective_from)
                    yield SignedVersion(line, fact.terms, event)
                case _:
                    continue

    def _organisation(self, party: PartyId) -> Organisation:
        known = self._desk.ledger.load(PARTY, party).state
        if not isinstance(known, Registered):
            raise NotFound("such party")
        return Organisation(party, known.name, known.registration, known.country)

    def _signatures(
        self, line: VersionLine, parties: dict[Side, PartyId]
    ) -> Iterator[LoggedSignature]:
        for event in self._desk.ledger.history(line.negotiation):
            fact = event.fact
            if isinstance(fact, AgreementSigned) and fact.offer == line.offer:
                name, function = self._named(parties[fact.by], fact.signatory)
                evidence = fact_document(fact).get("evidence")
                yield LoggedSignature(
                    fact.by, fact.signatory, name, function, fact.mandate, event.at, evidence
                )

    def _named(self, party: PartyId, person: PersonId) -> tuple[str, str]:
        """Return a signatory's name and function now; the id for who is no longer known."""
        known = self._desk.ledger.load(PARTY, party).state
        one = known.representatives.get(person) if isinstance(known, Registered) else None
        return (person, "") if one is None else (one.details.name, one.function)

    def _leaves(self, line: VersionLine, recorded: Recorded) -> Iterator[LeafLine]:
        """Yield the facts that led to the version, the offer first, the version itself last."""
        ledger = self._desk.ledger
        about: list[tuple[str, Side | None]] = [(name, None) for name in _ABOUT_OFFER]
        about += [("AgreementSigned", side) for side in Side]
        kept = [
            ledger.latest(
                line.negotiation,
                {f"negotiation.{name}"},
                partial(_is_about, offer=line.offer, side=side),
            )
            for name, side in about
        ]
        found = sorted((one for one in kept if one is not None), key=lambda one: one.version)
        yield from (self._leaf_line(one) for one in found)
        fact = f"contract.{type(recorded.fact).__name__}"
        own = ledger.latest(recorded.stream, {fact}, lambda other: other == recorded.fact)
        if own is not None:
            yield self._leaf_line(own)

    def _leaf_line(self, kept: Kept) -> LeafLine:
        event = self._desk.ledger.history(kept.stream, after=kept.version - 1, limit=1)[0]
        name = kept.topic.rpartition("/")[0].rpartition(".")[2]
        proof = self._proof(kept) if name in BINDING else None
        return LeafLine(kept.stream, kept.version, name, event.at, kept.leaf.hex(), proof)

    def _proof(self, kept: Kept) -> str:
        proof = proof_of(self._shelf, kept.stream, kept.version)
        if proof is None:
            raise Refused(
                "checkpoint-behind",
                "the signer has not signed this version's facts yet; ask again in a moment",
            )
        return str(proof)


BINDING: Final = frozenset({"AgreementSigned", "ContractConcluded", "ContractAmended"})
"""The stored names of the facts whose proofs are attached."""

_ABOUT_OFFER = (
    "ProposalMade",
    "CounterOfferMade",
    "OfferAccepted",
    "SignatureRequested",
    "NegotiationConcluded",
)
"""The stored names of the facts that lead to a version, one of each for an offer at most."""


def _is_about(fact: Any, offer: str, side: Side | None) -> bool:
    """Tell whether a fact is about an offer, and of a side if that is asked."""
    named = fact.offer.id if isinstance(fact, ProposalMade | CounterOfferMade) else fact.offer
    return bool(named == offer and (side is None or fact.by is side))


def _line(number: int, event: Recorded, effective_from: datetime) -> VersionLine:
    fact: ContractConcluded | ContractAmended = event.fact
    return VersionLine(
        number, event.at, effective_from, fact.negotiation, fact.offer, fact.terms_digest
    )
