"""What either side asks of a contract's bills."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.decider import command
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side


@command
class RecordBill:
    """Say what was billed for one charge, for the days from ``first`` to ``last``.

    The contract charges from the local day ``begins`` until before ``ends`` (None: it has no end
    yet); ``terms`` are those that govern on the bill's own days, in order.
    """

    bill: str
    by: Side
    charge: str
    first: date
    last: date
    amount: Decimal
    currency: str
    invoice: str
    begins: date
    ends: date | None
    terms: tuple[AgreementTerms, ...]


@command
class ContestBill:
    """Do not agree to what the other side recorded."""

    bill: str
    by: Side
    because: str


@command
class WithdrawContest:
    """Agree to a bill after all that one contested."""

    bill: str
    by: Side


@command
class CorrectBill:
    """Say what one's own bill comes to after all."""

    bill: str
    by: Side
    amount: Decimal
    invoice: str
    because: str


@command
class CancelBill:
    """Say that there is no such bill, such as one for the wrong days."""

    bill: str
    by: Side
    because: str


BillCommand = RecordBill | ContestBill | WithdrawContest | CorrectBill | CancelBill
