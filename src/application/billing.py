"""Use cases: record what was billed, contest the other side's bill, correct one's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from application.access import Action
from application.agreed import Agreed, AgreedTerms
from application.desk import Desk, Request
from application.ledger import Outcome, Step, Stream
from domain.bills.bills import BILLS
from domain.bills.commands import (
    BillCommand,
    CancelBill,
    ContestBill,
    CorrectBill,
    RecordBill,
    WithdrawContest,
)
from domain.performance.periods import local_day
from domain.settlement.governing import governed
from domain.terms.agreement import AgreementTerms
from domain.values.ids import relationship_of, within
from domain.values.periods import Days
from domain.values.sides import Side

ONE_DAY: Final = timedelta(days=1)
_A_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class BillDraft:
    """What was billed, as it is written down: ``last`` is the last local day it is for."""

    charge: str
    first: date
    last: date
    amount: Decimal
    currency: str
    invoice: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a bill comes to after all, on which invoice, and why."""

    amount: Decimal
    invoice: str
    because: str


def bills_of(contract: str) -> str:
    """Name the stream of a contract's bills."""
    return within(contract, "bills")


class Billing:
    """What either side does about bills; each move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def bills(self, contract: str) -> Stream:
        """Return the bills of a contract; raises NotFound for what was never concluded."""
        self._agreed.of(contract)
        return self._desk.ledger.load(BILLS, bills_of(contract))

    def record(self, request: Request, contract: str, draft: BillDraft) -> Outcome:
        """Say what was billed for a charge of the terms."""
        side = self._side(request, contract)
        agreed = self._agreed.of(contract)
        first, *_ = agreed.versions
        command = RecordBill(
            self._desk.new("bill"),
            side,
            draft.charge,
            draft.first,
            draft.last,
            draft.amount,
            draft.currency,
            draft.invoice,
            local_day(first.since, first.terms.zone),
            _ends(agreed),
            _terms(agreed, draft),
        )
        return self._move(request, contract, command)

    def contest(self, request: Request, contract: str, bill: str, because: str) -> Outcome:
        """Do not agree to what the other side recorded."""
        side = self._side(request, contract)
        return self._move(request, contract, ContestBill(bill, side, because))

    def withdraw_contest(self, request: Request, contract: str, bill: str) -> Outcome:
        """Agree to a bill after all that one contested."""
        side = self._side(request, contract)
        return self._move(request, contract, WithdrawContest(bill, side))

    def correct(self, request: Request, contract: str, bill: str, wanted: Correction) -> Outcome:
        """Say what one's own bill comes to after all."""
        side = self._side(request, contract)
        command = CorrectBill(bill, side, wanted.amount, wanted.invoice, wanted.because)
        return self._move(request, contract, command)

    def cancel(self, request: Request, contract: str, bill: str, because: str) -> Outcome:
        """Say that there is no such bill."""
        side = self._side(request, contract)
        return self._move(request, contract, CancelBill(bill, side, because))

    def _side(self, request: Request, contract: str) -> Side:
        side = self._desk.side(request, Action.CLAIM, str(relationship_of(contract)))
        self._agreed.of(contract)
        return side

    def _move(self, request: Request, contract: str, command: BillCommand) -> Outcome:
        step = Step(BILLS, bills_of(contract), command, request.expected)
        return self._desk.record(request, step)


def _ends(agreed: Agreed) -> date | None:
    """Return the first local day on which nothing is charged any more."""
    if agreed.ends is None:
        return None
    return local_day(agreed.ends - _A_MOMENT, agreed.latest.zone) + ONE_DAY


def _terms(agreed: Agreed, draft: BillDraft) -> tuple[AgreementTerms, ...]:
    """Return the terms that govern on the days of a bill, in order."""
    if draft.last < draft.first:
        return ()
    period = Days(draft.first, draft.last + ONE_DAY).instants(agreed.latest.zone)
    return tuple(part.version.terms for part in governed(agreed.versions, period))
