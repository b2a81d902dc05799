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
from domain.contract.contract import CONTRACT, ConcludeContract
from domain.contract.outcome import change_agreed
from domain.negotiation.facts import NegotiationConcluded
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
    change = change_agreed(negotiation, concluded, event.at)
    if change is not None:
        contract, command = change
        return Step(CONTRACT, contract, command)
    relationship = str(event.relationship)
    first = ConcludeContract(
        desk.party(relationship, Side.PROVIDER),
        desk.party(relationship, Side.CLIENT),
        negotiation,
        concluded.offer,
        concluded.terms,
        concluded.terms_digest,
    )
    return Step(CONTRACT, contract_of(event.stream), first)
