"""When a negotiation is concluded, its outcome becomes the contract's.

A first agreement concludes a contract whose id is made of the negotiation's, so that the same
negotiation can never lead to two; everything else changes the contract it was about.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from application.desk import Desk
from application.ledger import Step
from application.policies.base import Policy
from application.recorded import Recorded
from domain.contract.contract import (
    CONTRACT,
    AgreeTermination,
    AmendContract,
    ConcludeContract,
    ContractCommand,
)
from domain.contract.standing import begins_at
from domain.negotiation.facts import (
    Amendment,
    MutualTermination,
    NegotiationConcluded,
    NewAgreement,
    Renewal,
)
from domain.values.ids import NegotiationId, suffix_of, within
from domain.values.sides import Side

NAME: Final = "when-negotiation-concluded-conclude-contract"


def contract_of(negotiation: str) -> str:
    """Name the contract that a first agreement leads to."""
    return within(negotiation.rsplit("/", 1)[0], f"contract-{suffix_of(negotiation)}")


def policy(desk: Desk) -> Policy:
    """Return the rule; the desk tells who the two parties are."""

    def react(event: Recorded) -> Sequence[Step]:
        if not isinstance(event.fact, NegotiationConcluded):
            return ()
        return (_follows(desk, event, event.fact),)

    return Policy(NAME, react)


def _follows(desk: Desk, event: Recorded, concluded: NegotiationConcluded) -> Step:
    negotiation = NegotiationId(event.stream)
    offer, terms, digest = concluded.offer, concluded.terms, concluded.terms_digest
    command: ContractCommand
    match concluded.subject:
        case NewAgreement():
            relationship = str(event.relationship)
            provider = desk.party(relationship, Side.PROVIDER)
            client = desk.party(relationship, Side.CLIENT)
            command = ConcludeContract(provider, client, negotiation, offer, terms, digest)
            return Step(CONTRACT, contract_of(event.stream), command)
        case Amendment(contract=contract):
            since = concluded.effective_from or event.at
            command = AmendContract(negotiation, offer, terms, digest, since)
            return Step(CONTRACT, contract, command)
        case Renewal(contract=contract):
            command = AmendContract(negotiation, offer, terms, digest, begins_at(terms))
            return Step(CONTRACT, contract, command)
        case MutualTermination(contract=contract):
            command = AgreeTermination(negotiation, offer, terms, digest)
            return Step(CONTRACT, contract, command)
