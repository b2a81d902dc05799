"""Use cases: see what escalates in a contract, and say that somebody is at it."""

from __future__ import annotations

from application.access import Action
from application.agreed import AgreedTerms
from application.desk import Desk, Request
from application.ledger import Outcome, Step, Stream
from application.policies.when_period_missed_escalate import escalations_of
from domain.escalations.escalations import ESCALATIONS, AcknowledgeEscalation
from domain.values.ids import relationship_of


class Escalating:
    """What people do about an escalation."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def standing(self, contract: str) -> Stream:
        """Return the escalations of a contract; raises NotFound for what was never concluded."""
        self._agreed.of(contract)
        return self._desk.ledger.load(ESCALATIONS, escalations_of(contract))

    def acknowledge(self, request: Request, contract: str, escalation: int, says: str) -> Outcome:
        """Say that somebody is at it; raises Refused by the rule it breaks."""
        side = self._desk.side(request, Action.ACKNOWLEDGE, str(relationship_of(contract)))
        self._agreed.of(contract)
        command = AcknowledgeEscalation(escalation, side, says)
        step = Step(ESCALATIONS, escalations_of(contract), command, request.expected)
        return self._desk.record(request, step)
