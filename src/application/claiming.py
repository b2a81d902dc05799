"""Use cases: claim a credit, answer a claim, record what was deducted or paid."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from application.access import Action
from application.agreed import AgreedTerms
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step, Stream
from application.recorded import Recorded
from application.settling import credits_of
from domain.credits.commands import (
    AdmitClaim,
    ApplyCredit,
    ClaimCredit,
    CreditCommand,
    GrantCredit,
    RejectClaim,
    WithdrawClaim,
)
from domain.credits.credits import CREDITS
from domain.credits.facts import StatementIssued, StatementRestated
from domain.performance.periods import local_day
from domain.values.ids import relationship_of
from domain.values.periods import midnight
from domain.values.sides import Side

ANSWER_WITHIN: Final = timedelta(days=30)
"""How long the provider has to answer a claim: the terms have no words for it."""
ONE_DAY: Final = timedelta(days=1)


class Claiming:
    """What either side does about credits; each move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def claim(self, request: Request, contract: str, credit: str, evidence: str) -> Outcome:
        """Ask for a credit; the answer is due by the end of the thirtieth local day after."""
        side = self._side(request, contract)
        command = ClaimCredit(
            credit, side, evidence, self._answer_by(contract, request.at), request.at
        )
        return self._move(request, contract, command)

    def withdraw(self, request: Request, contract: str, credit: str) -> Outcome:
        """Take back a claim that is not answered yet."""
        return self._move(request, contract, WithdrawClaim(credit, self._side(request, contract)))

    def admit(self, request: Request, contract: str, credit: str) -> Outcome:
        """Agree that a claim is right, and grant it."""
        return self._move(request, contract, AdmitClaim(credit, self._side(request, contract)))

    def reject(self, request: Request, contract: str, credit: str, because: str) -> Outcome:
        """Say why a claim is not right."""
        side = self._side(request, contract)
        return self._move(request, contract, RejectClaim(credit, side, because))

    def grant(
        self, request: Request, contract: str, credit: str, amount: Decimal, because: str
    ) -> Outcome:
        """Give a credit after all that lapsed or was rejected, wholly or in part."""
        side = self._side(request, contract)
        return self._move(request, contract, GrantCredit(credit, side, amount, because))

    def apply(self, request: Request, contract: str, command: ApplyCredit) -> Outcome:
        """Record what was deducted, paid or given otherwise; the side is the asker's."""
        return self._move(request, contract, command)

    def side(self, request: Request, contract: str) -> Side:
        """Return the asker's side, if they may move; raises NotFound or NotAllowed."""
        return self._side(request, contract)

    def credits(self, contract: str) -> Stream:
        """Return the credits of a contract; raises NotFound for what was never concluded."""
        self._agreed.of(contract)
        return self._desk.ledger.load(CREDITS, credits_of(contract))

    def statements(self, contract: str) -> list[Recorded]:
        """Return every statement of a contract, the first one first; raises NotFound."""
        self._agreed.of(contract)
        history = self._desk.ledger.history(credits_of(contract))
        return [one for one in history if isinstance(one.fact, StatementIssued | StatementRestated)]

    def statement(self, contract: str, number: int) -> Recorded:
        """Return one statement; raises NotFound."""
        for event in self.statements(contract):
            if event.fact.statement == number:
                return event
        raise NotFound("such statement")

    def _answer_by(self, contract: str, now: datetime) -> datetime:
        zone = self._agreed.of(contract).latest.zone
        return midnight(local_day(now, zone) + ANSWER_WITHIN + ONE_DAY, zone)

    def _side(self, request: Request, contract: str) -> Side:
        side = self._desk.side(request, Action.CLAIM, str(relationship_of(contract)))
        self._agreed.of(contract)
        return side

    def _move(self, request: Request, contract: str, command: CreditCommand) -> Outcome:
        step = Step(CREDITS, credits_of(contract), command, request.expected)
        return self._desk.record(request, step)
