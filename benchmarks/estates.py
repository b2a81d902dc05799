"""A client with many providers: a relationship with each, contracts concluded, a few talks open.

Recorded as facts, many at once, as in ``worlds``; every contract has terms of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from typing import Any, Final

from application.policies.when_negotiation_concluded_conclude_contract import contract_of
from application.recorded import Recorded
from benchmarks.worlds import CHUNK, World, register
from domain.contract.facts import ContractCameIntoForce, ContractConcluded
from domain.contract.standing import begins_at, ends_at
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    CounterOfferMade,
    Firmness,
    NegotiationConcluded,
    NegotiationOpened,
    NewAgreement,
    Offer,
    OfferAccepted,
    ProposalMade,
    SignatureRequested,
    TermLocked,
)
from domain.relationships.facts import RelationshipInvited, RelationshipJoined
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath, subtree
from domain.values.ids import NegotiationId, OfferId, PartyId, PersonId
from domain.values.sides import Side

MOST_RELATIONSHIPS: Final = 50
MOST_OPEN: Final = 10
COMMENTS: Final = 6
SIGNING_DAYS: Final = 14


@dataclass(frozen=True)
class Estate:
    """The relationships, contracts and open negotiations that one client has."""

    world: World
    relationships: tuple[str, ...]
    contracts: tuple[str, ...]
    open: dict[str, tuple[OfferId, OfferId]]
    """The negotiations that are under way, with their two offers."""


def relate(world: World, number: int) -> list[tuple[str, PartyId]]:
    """Let that many other providers join the client; return each relationship and its provider."""
    now, found = world.house.clock.now(), []
    for one in range(number):
        provider = register(world.house, now, f"provider-{one}", f"Provider {one}")
        relationship = world.house.desk.new("relationship")
        facts = [
            RelationshipInvited(provider, world.client, Side.PROVIDER, "Compute", (), None),
            RelationshipJoined(Side.CLIENT, (), ()),
        ]
        world.house.ledger.save(*_recorded(relationship, facts, now))
        found.append((relationship, provider))
    return found


def settle_in(world: World, relationships: int, contracts: int, talks: int) -> Estate:
    """Make up an estate, and bring every view up to date."""
    partners = relate(world, relationships)
    streams = [
        (world.house.desk.new("negotiation", relationship), provider)
        for relationship, provider in islice(cycle(partners), contracts)
    ]
    _save(
        world,
        (
            event
            for number, (stream, provider) in enumerate(streams)
            for event in _concluded(world, stream, provider, number)
        ),
    )
    tables = [
        world.house.desk.new("negotiation", relationship)
        for relationship, _ in islice(cycle(partners), talks)
    ]
    talks_open = {stream: _offers(world) for stream in tables}
    _save(
        world,
        (event for stream, offers in talks_open.items() for event in _talk(world, stream, *offers)),
    )
    world.house.follower.catch_up()
    return Estate(
        world,
        tuple(relationship for relationship, _ in partners),
        tuple(contract_of(stream) for stream, _ in streams),
        {stream: (theirs.id, ours.id) for stream, (theirs, ours) in talks_open.items()},
    )


def _save(world: World, events: Iterator[Recorded]) -> None:
    while chunk := tuple(islice(events, CHUNK)):
        world.house.ledger.save(*chunk)


def _recorded(stream: str, facts: list[Any], at: datetime) -> Iterator[Recorded]:
    for version, fact in enumerate(facts, start=1):
        yield Recorded(stream, version, at, "service:benchmark", None, "made-up", fact)


def _concluded(world: World, stream: str, provider: PartyId, number: int) -> Iterator[Recorded]:
    """Yield a negotiation from its opening to both signatures, and the contract that follows."""
    first = world.terms[0].document()
    terms = AgreementTerms.model_validate({**first, "title": f"{first['title']} {number}"})
    digest, begins = terms.digest, begins_at(terms)
    offer = _offer(world, terms, Side.PROVIDER, begins)
    facts: list[Any] = [
        NegotiationOpened(NewAgreement(), Side.CLIENT, f"Compute {number}", SIGNING_DAYS),
        ProposalMade(offer),
        OfferAccepted(offer.id, digest, Side.CLIENT),
        SignatureRequested(offer.id, digest, begins + timedelta(days=SIGNING_DAYS)),
        *(
            AgreementSigned(offer.id, digest, side, PersonId("person-made-up"), "made-up", None)
            for side in Side
        ),
        NegotiationConcluded(NewAgreement(), offer.id, terms, digest, None),
    ]
    yield from _recorded(stream, facts, begins)
    concluded = ContractConcluded(
        *(provider, world.client, NegotiationId(stream), offer.id),
        *(terms, digest, begins, ends_at(terms)),
    )
    yield from _recorded(contract_of(stream), [concluded, ContractCameIntoForce()], begins)


def _offers(world: World) -> tuple[Offer, Offer]:
    """Return an offer of the provider's and one of the client's that answers it."""
    now, (first, second) = world.house.clock.now(), world.terms
    return _offer(world, first, Side.PROVIDER, now), _offer(world, second, Side.CLIENT, now)


def _talk(world: World, stream: str, theirs: Offer, ours: Offer) -> Iterator[Recorded]:
    """Yield an open negotiation: an offer, a counter-offer, a term held, and what was said."""
    held = TermPath("zone")
    facts: list[Any] = [
        NegotiationOpened(NewAgreement(), Side.CLIENT, "Compute, region level", SIGNING_DAYS),
        ProposalMade(theirs),
        *(
            CommentMade(world.house.desk.new("comment"), Side.CLIENT, f"Point {number}.")
            for number in range(COMMENTS)
        ),
        TermLocked(held, Side.CLIENT, subtree(theirs.terms, held)),
        CounterOfferMade(ours, theirs.id),
    ]
    return _recorded(stream, facts, world.house.clock.now())


def _offer(world: World, terms: AgreementTerms, side: Side, at: datetime) -> Offer:
    until = at + timedelta(days=10)
    offer = OfferId(world.house.desk.new("offer"))
    return Offer(offer, side, terms, terms.digest, Firmness.FIRM, until)
