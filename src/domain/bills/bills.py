"""The bills of a contract: one side records what was billed, the other contests what is wrong.

One stream for each contract. What a side records counts until that side corrects or cancels it: a
contest says that the other does not agree, and moves no money by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Literal, assert_never

from domain.bills.commands import (
    BillCommand,
    CancelBill,
    ContestBill,
    CorrectBill,
    RecordBill,
    WithdrawContest,
)
from domain.bills.facts import (
    BillCancelled,
    BillContested,
    BillCorrected,
    BillFact,
    BillRecorded,
    ContestWithdrawn,
)
from domain.decider import Decider, Refused, state
from domain.settlement.charges import Billed
from domain.values.periods import Days
from domain.values.sides import Side

Standing = Literal["recorded", "contested", "corrected", "cancelled"]
ONE_DAY = timedelta(days=1)


@state
class Bill:
    """A bill as it was recorded, what it comes to now, and how it stands.

    ``because`` is the reason of the last contest, correction or cancellation, if there was one.
    """

    recorded: BillRecorded
    amount: Decimal
    invoice: str
    standing: Standing = "recorded"
    because: str | None = None
    before: Standing = "recorded"

    @property
    def days(self) -> Days:
        """The days it is for."""
        return Days(self.recorded.first, self.recorded.last + ONE_DAY)


@state
class Bills:
    """Every bill of a contract, in the order they were recorded."""

    bills: Mapping[str, Bill] = field(default_factory=dict)

    def billed(self) -> tuple[Billed, ...]:
        """Return what counts for settlement: everything but what was cancelled."""
        return tuple(
            Billed(one.recorded.charge, one.days, one.amount)
            for one in self.bills.values()
            if one.standing != "cancelled"
        )


def decide(command: BillCommand, state: Bills) -> list[BillFact]:
    """Decide about a bill.

    Raises Refused: unknown-charge, bill-outside-contract, bill-without-days, bill-twice,
    blank-invoice, blank-reason, other-currency, unknown-bill, own-bill, not-your-bill,
    bill-contested, bill-not-contested, bill-cancelled, nothing-corrected.
    """
    match command:
        case RecordBill():
            return _record(command, state)
        case ContestBill():
            return _contest(command, state)
        case WithdrawContest(bill=bill, by=by):
            known = _of_the_other(bill, by, state)
            if known.standing != "contested":
                raise Refused("bill-not-contested", f"the bill is {known.standing}")
            return [ContestWithdrawn(bill, by)]
        case CorrectBill():
            return _correct(command, state)
        case CancelBill(bill=bill, by=by, because=because):
            known = _own(bill, by, state)
            if known.standing == "cancelled":
                return []
            _refuse_blank(because)
            return [BillCancelled(bill, by, because)]
        case _:
            assert_never(command)


def _record(command: RecordBill, state: Bills) -> list[BillFact]:
    recorded = BillRecorded(
        command.bill,
        command.by,
        command.charge,
        command.first,
        command.last,
        command.amount,
        command.currency,
        command.invoice.strip(),
    )
    known = state.bills.get(command.bill)
    if known is not None and known.recorded == recorded:
        return []
    if known is not None:
        raise Refused("bill-twice", f"{command.bill} is on record with other figures")
    _refuse_wrong_days(command)
    _refuse_unagreed(command)
    if not recorded.invoice:
        raise Refused("blank-invoice", "name the invoice it is on", place="invoice")
    _refuse_twice(recorded, state)
    return [recorded]


def _refuse_wrong_days(command: RecordBill) -> None:
    if command.last < command.first:
        raise Refused("bill-without-days", "the last day is not before the first", place="last")
    early = command.first < command.begins
    if early or (command.ends is not None and command.last >= command.ends):
        until = "" if command.ends is None else f" until before {command.ends}"
        raise Refused(
            "bill-outside-contract",
            f"the contract charges from {command.begins}{until}: "
            "record what was billed for days in that",
            place="first" if early else "last",
        )


def _refuse_unagreed(command: RecordBill) -> None:
    known = list(dict.fromkeys(one.id for terms in command.terms for one in terms.charges))
    if command.charge not in known:
        names = ", ".join(known) or "none"
        raise Refused(
            "unknown-charge",
            f"the terms of those days know no charge {command.charge}; there are: {names}",
            place="charge",
        )
    currencies = list(dict.fromkeys(terms.currency for terms in command.terms))
    if currencies != [command.currency]:
        raise Refused(
            "other-currency",
            f"the terms of those days are in {' and '.join(currencies)}, not {command.currency}",
            place="currency",
        )


def _refuse_twice(recorded: BillRecorded, state: Bills) -> None:
    """Refuse a charge of an invoice that either side recorded already: it would count twice."""
    days = Days(recorded.first, recorded.last + ONE_DAY)
    for known in state.bills.values():
        same = known.recorded.charge == recorded.charge and recorded.invoice.casefold() in (
            known.invoice.casefold(),
            known.recorded.invoice.casefold(),
        )
        if same and known.standing != "cancelled" and known.days.within(days) is not None:
            raise Refused(
                "bill-twice",
                f"{known.recorded.bill} has this charge of {recorded.invoice} for these days: "
                "contest or correct that one",
                place="invoice",
            )


def _contest(command: ContestBill, state: Bills) -> list[BillFact]:
    known = _of_the_other(command.bill, command.by, state)
    _refuse_cancelled(known)
    _refuse_blank(command.because)
    if known.standing == "contested":
        if known.because == command.because:
            return []
        raise Refused("bill-contested", "it is contested already: say more in a dispute")
    return [BillContested(command.bill, command.by, command.because)]


def _correct(command: CorrectBill, state: Bills) -> list[BillFact]:
    known = _own(command.bill, command.by, state)
    _refuse_cancelled(known)
    _refuse_blank(command.because)
    invoice = command.invoice.strip()
    if not invoice:
        raise Refused("blank-invoice", "name the invoice it is on", place="invoice")
    corrected = BillCorrected(command.bill, command.by, command.amount, invoice, command.because)
    if (known.amount, known.invoice) == (command.amount, invoice):
        if known.standing == "corrected" and known.because == command.because:
            return []
        raise Refused(
            "nothing-corrected", "it is on record with this amount and invoice", place="amount"
        )
    return [corrected]


def _known(bill: str, state: Bills) -> Bill:
    if bill not in state.bills:
        raise Refused("unknown-bill", f"there is no bill {bill}")
    return state.bills[bill]


def _own(bill: str, by: Side, state: Bills) -> Bill:
    known = _known(bill, state)
    if known.recorded.by is not by:
        raise Refused("not-your-bill", f"the {known.recorded.by} recorded it: contest it")
    return known


def _of_the_other(bill: str, by: Side, state: Bills) -> Bill:
    known = _known(bill, state)
    if known.recorded.by is by:
        raise Refused("own-bill", f"the {by} recorded it: correct or cancel it")
    return known


def _refuse_cancelled(known: Bill) -> None:
    if known.standing == "cancelled":
        raise Refused("bill-cancelled", "it was cancelled: record another")


def _refuse_blank(because: str) -> None:
    if not because.strip():
        raise Refused("blank-reason", "say why", place="because")


def evolve(state: Bills, fact: BillFact) -> Bills:
    """Replay one fact. Total: a fact about a bill that is not there leaves the state as it is."""
    if isinstance(fact, BillRecorded):
        bill = Bill(fact, fact.amount, fact.invoice)
        return Bills({**state.bills, fact.bill: bill})
    known = state.bills.get(fact.bill)
    return state if known is None else Bills({**state.bills, fact.bill: _after(known, fact)})


def _after(
    known: Bill, fact: BillContested | ContestWithdrawn | BillCorrected | BillCancelled
) -> Bill:
    match fact:
        case BillContested(because=because):
            return replace(known, standing="contested", because=because, before=known.standing)
        case ContestWithdrawn():
            return replace(known, standing=known.before, because=None)
        case BillCorrected(amount=amount, invoice=invoice, because=because):
            return replace(
                known, amount=amount, invoice=invoice, standing="corrected", because=because
            )
        case BillCancelled(because=because):
            return replace(known, standing="cancelled", because=because)
        case _:
            assert_never(fact)


BILLS: Decider[BillCommand, Bills, BillFact] = Decider("bills", decide, evolve, Bills())
