"""What an agreed change does to the contract it is about."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from domain.contract.contract import AgreeTermination, AmendContract, ContractCommand
from domain.contract.standing import begins_at
from domain.negotiation.facts import (
    Amendment,
    MutualTermination,
    NegotiationConcluded,
    NewAgreement,
    Renewal,
)
from domain.values.ids import ContractId, NegotiationId


def change_agreed(
    negotiation: NegotiationId, concluded: NegotiationConcluded, since: datetime
) -> tuple[ContractId, ContractCommand] | None:
    """Return the contract that a concluded negotiation changes, and the command that does it.

    ``since`` stands in for the instant an amendment is to govern from where none was agreed. None
    for a first agreement, which changes no contract.
    """
    offer, terms, digest = concluded.offer, concluded.terms, concluded.terms_digest
    match concluded.subject:
        case NewAgreement():
            return None
        case Amendment(contract=contract):
            effective = concluded.effective_from or since
            return contract, AmendContract(negotiation, offer, terms, digest, effective)
        case Renewal(contract=contract):
            return contract, AmendContract(negotiation, offer, terms, digest, begins_at(terms))
        case MutualTermination(contract=contract):
            return contract, AgreeTermination(negotiation, offer, terms, digest)
        case _:
            assert_never(concluded.subject)
