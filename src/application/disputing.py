"""Use cases: disagree with something on record, and agree how it ends."""

from __future__ import annotations

from application.access import Action
from application.agreed import AgreedTerms, governing
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from domain.decider import Refused
from domain.disputes.dispute import (
    DISPUTE,
    AcceptSettlement,
    AnswerDispute,
    CallMediator,
    DeclineSettlement,
    DisputeCommand,
    OpenDispute,
    ProposeSettlement,
    WithdrawDispute,
)
from domain.values.ids import relationship_of
from domain.values.sides import Side


class Disputing:
    """What either side does about a dispute; each move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def open(  # noqa: PLR0913, PLR0917 - what a dispute is about, and why
        self,
        request: Request,
        contract: str,
        about: str,
        about_version: int,
        because: str,
        evidence: str,
    ) -> Outcome:
        """Disagree with an event of the contract; raises Refused: unknown-subject."""
        side = self._desk.side(request, Action.DISPUTE, str(relationship_of(contract)))
        terms = governing(self._agreed.of(contract), request.at)
        command = OpenDispute(side, about, about_version, because, evidence, terms, request.at)
        step = Step(DISPUTE, self._desk.new("dispute", contract), command)
        return self._desk.record(
            request, step, check=lambda: self._refuse_unknown(contract, about, about_version)
        )

    def answer(self, request: Request, dispute: str, says: str) -> Outcome:
        """Say what one thinks."""
        return self._move(request, dispute, AnswerDispute(self._side(request, dispute), says))

    def call_mediator(self, request: Request, dispute: str, mediator: str) -> Outcome:
        """Propose, or agree to, somebody else to be heard."""
        return self._move(request, dispute, CallMediator(self._side(request, dispute), mediator))

    def propose(self, request: Request, dispute: str, terms: str) -> Outcome:
        """Propose how to end it."""
        side, proposal = self._side(request, dispute), self._desk.new("proposal")
        return self._move(request, dispute, ProposeSettlement(proposal, side, terms))

    def decline(self, request: Request, dispute: str, proposal: str, because: str) -> Outcome:
        """Do not agree to the other side's proposal."""
        side = self._side(request, dispute)
        return self._move(request, dispute, DeclineSettlement(proposal, side, because))

    def accept(self, request: Request, dispute: str, proposal: str) -> Outcome:
        """Agree to the other side's proposal: that is how it ends."""
        side = self._side(request, dispute)
        return self._move(request, dispute, AcceptSettlement(proposal, side))

    def withdraw(self, request: Request, dispute: str, because: str) -> Outcome:
        """Take one's own dispute back."""
        side = self._side(request, dispute)
        return self._move(request, dispute, WithdrawDispute(side, because))

    def _refuse_unknown(self, contract: str, about: str, version: int) -> None:
        inside = about == contract or about.startswith(f"{contract}/")
        if not inside or not self._desk.ledger.history(about, after=version - 1, limit=1):
            raise Refused(
                "unknown-subject",
                "name an event of this contract: its stream, and its version in it",
                place="about",
            )

    def _side(self, request: Request, dispute: str) -> Side:
        side = self._desk.side(request, Action.DISPUTE, str(relationship_of(dispute)))
        if not self._desk.ledger.exists(dispute):
            raise NotFound("such dispute")
        return side

    def _move(self, request: Request, dispute: str, command: DisputeCommand) -> Outcome:
        return self._desk.record(request, Step(DISPUTE, dispute, command, request.expected))
