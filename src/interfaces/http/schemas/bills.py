"""Bills as they travel."""

from __future__ import annotations

from datetime import date
from typing import Literal

from application.ledger import Stream
from domain.bills.bills import Bill, Bills
from domain.terms.part import Id
from domain.values.exact import Amount
from domain.values.money import Currency
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Named, Said
from interfaces.http.schemas.contracts import Day


class BillBody(Body):
    """Recording what was billed for one charge of the terms."""

    charge: Id
    """Which charge of the terms it is."""
    first: Day
    """The first local day that it is for."""
    last: Day
    """The last one."""
    amount: Amount
    """Before any credit."""
    currency: Currency
    invoice: Named
    """The number of the invoice it stands on."""


class CorrectionBody(Body):
    """Saying what a bill comes to after all."""

    amount: Amount
    invoice: Named
    """The number of the corrected invoice, or of the same one."""
    because: Said


class BillAnswer(Answer):
    """A bill, and how it stands."""

    bill: str
    by: Side
    """The side that recorded it."""
    charge: str
    first: date
    last: date
    recorded: Amount
    """What it was recorded with."""
    amount: Amount
    """What it comes to now; that counts, contested or not, unless it was cancelled."""
    currency: str
    invoice: str
    standing: Literal["recorded", "contested", "corrected", "cancelled"]
    because: str | None
    """Why it is contested, was corrected or was cancelled."""


class BillsAnswer(Answer):
    """The bills of a contract in the order they were recorded; ``stream_version`` is the ETag."""

    stream_version: int
    bills: list[BillAnswer]


def bills_answer(stream: Stream) -> BillsAnswer:
    """Show the bills of a contract."""
    state: Bills = stream.state
    bills = [bill_answer(one) for one in state.bills.values()]
    return BillsAnswer(stream_version=stream.version, bills=bills)


def bill_answer(bill: Bill) -> BillAnswer:
    """Show a bill."""
    recorded = bill.recorded
    return BillAnswer(
        bill=recorded.bill,
        by=recorded.by,
        charge=recorded.charge,
        first=recorded.first,
        last=recorded.last,
        recorded=recorded.amount,
        amount=bill.amount,
        currency=recorded.currency,
        invoice=bill.invoice,
        standing=bill.standing,
        because=bill.because,
    )
