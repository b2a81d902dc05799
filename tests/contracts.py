"""A contract on the simple agreement: how it is concluded, amended, and where its days begin."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agreements import simple_terms
from domain.contract.contract import CONTRACT, AmendContract, ConcludeContract
from domain.contract.facts import ContractCameIntoForce, ContractConcluded, ContractFact
from domain.contract.standing import begins_at, ends_at
from domain.terms.agreement import AgreementTerms
from domain.values.ids import NegotiationId, OfferId, PartyId
from domain.values.sides import Side
from scenario import Scenario

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT
NORTHWIND, ALPINE = PartyId("party-northwind"), PartyId("party-alpine")
NEGOTIATION = NegotiationId("negotiation-1")
BERLIN = "Europe/Berlin"


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """Return an instant in UTC."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def terms_for(
    starts: str = "2026-01-01",
    ends: str | None = "2026-12-31",
    zone: str = "UTC",
    availability: str = "99.5",
    **term: Any,
) -> AgreementTerms:
    """Return simple terms with the given term; ``term`` is its renewal and notice, as JSON."""
    last = {} if ends is None else {"ends": ends}
    whole = {"starts": starts, **last, **term}
    zoned = {} if zone == "UTC" else {"zone": zone}
    return simple_terms(availability=availability, term=whole, **zoned)


def concluding(terms: AgreementTerms, offer: str = "offer-1") -> ConcludeContract:
    """Return the command that follows the last signature."""
    return ConcludeContract(NORTHWIND, ALPINE, NEGOTIATION, OfferId(offer), terms, terms.digest)


def amending(
    terms: AgreementTerms, effective_from: datetime, offer: str = "offer-2"
) -> AmendContract:
    """Return the command that follows the signatures under an amendment."""
    return AmendContract(NEGOTIATION, OfferId(offer), terms, terms.digest, effective_from)


def concluded(terms: AgreementTerms, offer: str = "offer-1") -> ContractConcluded:
    """Return the fact that a first version was signed."""
    return ContractConcluded(
        NORTHWIND,
        ALPINE,
        NEGOTIATION,
        OfferId(offer),
        terms,
        terms.digest,
        begins_at(terms),
        ends_at(terms),
    )


def contract(terms: AgreementTerms, *facts: ContractFact) -> Scenario:
    """Return a contract in force on these terms, in which these facts happened since."""
    return Scenario(CONTRACT).given(concluded(terms), ContractCameIntoForce(), *facts)
