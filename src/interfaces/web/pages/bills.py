"""Bills, on the page of a contract's credits: recorded, contested, corrected, cancelled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Final

from fastapi import Path, Response
from pydantic import TypeAdapter

from application.billing import BillDraft, Correction
from domain.values.exact import Amount
from domain.values.ids import id_pattern, within
from domain.values.periods import Day
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.routing import Routes
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.pages.claims import show_credits
from interfaces.web.trouble import do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/bills", include_in_schema=False
)

BillPath = Annotated[str, Path(pattern=id_pattern("bill"))]
LINE: Final = 200
_AMOUNT: Final = TypeAdapter[Decimal](Amount)
_DAY: Final = TypeAdapter[date](Day)


@router.post("")
def record_bill_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Say what was billed; statements on those days are restated by it."""

    def act(stream: str) -> None:
        with fields(form):
            invoice = form.text("invoice", most=LINE, what="the number of the invoice")
            draft = BillDraft(
                form.text("charge", most=LINE, what="which charge of the terms it is"),
                _day(form, "first"),
                _day(form, "last"),
                _amount(form),
                visit.house.agreed.of(stream).latest.currency,
                invoice,
            )
        visit.house.billing.record(visit.command(form), stream, draft)

    return _move(visit, form, (relationship, contract), act, Notice.BILL_RECORDED)


@router.post("/{bill}/contest")
def contest_bill_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    bill: BillPath,
) -> Response:
    """Do not agree to what the other side recorded; it counts until it is corrected."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why the bill is not right")
        visit.house.billing.contest(visit.command(form), stream, bill, because)

    return _move(visit, form, (relationship, contract), act, Notice.BILL_ANSWERED)


@router.post("/{bill}/contest/withdrawal")
def withdraw_contest_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    bill: BillPath,
) -> Response:
    """Agree to a bill after all."""

    def act(stream: str) -> None:
        visit.house.billing.withdraw_contest(visit.command(form), stream, bill)

    return _move(visit, form, (relationship, contract), act, Notice.BILL_ANSWERED)


@router.post("/{bill}/corrections")
def correct_bill_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    bill: BillPath,
) -> Response:
    """Say what one's own bill comes to after all."""

    def act(stream: str) -> None:
        with fields(form):
            invoice = form.text("invoice", most=LINE, what="the number of the invoice")
            because = form.text("because", what="why it is corrected")
            wanted = Correction(_amount(form), invoice, because)
        visit.house.billing.correct(visit.command(form), stream, bill, wanted)

    return _move(visit, form, (relationship, contract), act, Notice.BILL_RECORDED)


@router.post("/{bill}/cancellation")
def cancel_bill_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    bill: BillPath,
) -> Response:
    """Say that there is no such bill; for its days the terms count again."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why there is no such bill")
        visit.house.billing.cancel(visit.command(form), stream, bill, because)

    return _move(visit, form, (relationship, contract), act, Notice.BILL_RECORDED)


def _amount(form: Form) -> Decimal:
    return form.read("amount", _AMOUNT.validate_python, "Give an amount, like 11500.00.")


def _day(form: Form, name: str) -> date:
    return form.read(name, _DAY.validate_python, "Give a day, such as 2026-03-31.")


def _move(
    visit: Visit,
    form: Form,
    place: tuple[str, str],
    act: Callable[[str], None],
    done: Notice,
) -> Response:
    """Do something about a bill and come back to the list."""
    relationship, contract = place

    def acted() -> str:
        act(within(relationship, contract))
        return f"/relationships/{relationship}/contracts/{contract}/credits#bills"

    return do(form, acted, lambda trouble: show_credits(visit, *place, trouble), done)
