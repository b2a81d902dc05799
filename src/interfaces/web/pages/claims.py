"""Credits: statements with the working of every line, claims and what became of them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Final

from fastapi import Path, Response
from pydantic import TypeAdapter

from application.access import Action
from application.measuring import promises
from domain.credits.account import Account
from domain.credits.commands import ApplyCredit
from domain.values.exact import Amount, Exact
from domain.values.ids import within
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.http.schemas.credits import (
    CREDIT_PATTERN,
    statement_answer,
    statement_summary,
)
from interfaces.routing import Routes
from interfaces.web.contract_places import contract_place
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.performance.bills import bills_shown, charges_of
from interfaces.web.performance.credits import credits_shown, settled_shown, slug_of
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}", include_in_schema=False
)

CreditPath = Annotated[str, Path(pattern=CREDIT_PATTERN)]
StatementNumber = Annotated[int, Path(ge=1, le=10**9)]
LINE: Final = 200
HOW: Final = ("deducted", "paid", "extension of the term")
_AMOUNT: Final = TypeAdapter[Decimal](Amount)
_EXACT: Final = TypeAdapter[Decimal](Exact)


@router.get("/credits")
def credits_page(visit: AVisit, relationship: RelationshipPath, contract: ContractPath) -> Response:
    """List the statements and every amount, how it stands, and what is to be done by when."""
    return show_credits(visit, relationship, contract)


def show_credits(
    visit: Visit, relationship: str, contract: str, trouble: Trouble | None = None
) -> Response:
    """Show credits, statements and bills, and what went wrong with a form of theirs, if any."""
    found = contract_place(visit, relationship, contract)
    stream = found.stream.id
    credits = visit.house.claiming.credits(stream)  # noqa: A001 - the field's own word
    account: Account = credits.state
    agreed = visit.house.agreed.of(stream)
    bills = visit.house.billing.bills(stream)
    statements = [statement_summary(one) for one in visit.house.claiming.statements(stream)]
    return page(
        visit,
        "credits.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        statements=list(reversed(statements)),
        credits=credits_shown(account, found.relationship.side, may=visit.may(Action.CLAIM)),
        currency=account.currency or agreed.latest.currency,
        version=credits.version,
        bills=bills_shown(
            bills.state, agreed, found.relationship.side, may=visit.may(Action.CLAIM)
        ),
        bills_version=bills.version,
        charges=charges_of(agreed),
        may_bill=visit.may(Action.CLAIM) and found.relationship.side is not None,
        names={one: promises(agreed, one)[-1].name for one in agreed.objectives()},
        zone=agreed.latest.zone,
        how=[(one, one.capitalize()) for one in HOW],
        now=visit.asked.at,
        live=found.relationship.live,
    )


@router.get("/credits/statements/{statement}")
def statement_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    statement: StatementNumber,
) -> Response:
    """Show the working of a statement: every line cites a term, its version and an event."""
    found = contract_place(visit, relationship, contract)
    stream = found.stream.id
    agreed = visit.house.agreed.of(stream)
    answer = statement_answer(visit.house.claiming.statement(stream, statement))
    later = [
        one.fact.statement
        for one in visit.house.claiming.statements(stream)
        if getattr(one.fact, "restates", None) == statement
    ]
    names = {one: promises(agreed, one)[-1].name for one in agreed.objectives()}
    return page(
        visit,
        "statement.html",
        relationship=found.relationship,
        contract=found,
        statement=answer,
        objectives=settled_shown(answer, names, found.to),
        later=later,
        zone=agreed.latest.zone,
        now=visit.asked.at,
        live=found.relationship.live,
    )


@router.post("/credits/{credit:path}/claim")
def claim_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    credit: CreditPath,
) -> Response:
    """Ask for a credit, in time."""

    def act(stream: str) -> None:
        with fields(form):
            evidence = form.text("evidence", what="what shows that it is due")
        visit.house.claiming.claim(visit.command(form), stream, credit, evidence)

    return _move(visit, form, (relationship, contract, credit), act, Notice.CLAIM_LODGED)


@router.post("/credits/{credit:path}/claim/withdrawal")
def withdraw_claim_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    credit: CreditPath,
) -> Response:
    """Take back a claim that is not answered yet."""

    def act(stream: str) -> None:
        visit.house.claiming.withdraw(visit.command(form), stream, credit)

    return _move(visit, form, (relationship, contract, credit), act, Notice.CLAIM_WITHDRAWN)


@router.post("/credits/{credit:path}/claim/admission")
def admit_claim_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    credit: CreditPath,
) -> Response:
    """Agree that a claim is right; with it the credit is granted."""

    def act(stream: str) -> None:
        visit.house.claiming.admit(visit.command(form), stream, credit)

    return _move(visit, form, (relationship, contract, credit), act, Notice.CREDIT_GRANTED)


@router.post("/credits/{credit:path}/claim/rejection")
def reject_claim_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    credit: CreditPath,
) -> Response:
    """Say why a claim is not right."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why the claim is not right")
        visit.house.claiming.reject(visit.command(form), stream, credit, because)

    return _move(visit, form, (relationship, contract, credit), act, Notice.CLAIM_ANSWERED)


@router.post("/credits/{credit:path}/grant")
def grant_credit_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    credit: CreditPath,
) -> Response:
    """Give a credit after all that lapsed or was rejected."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why it is granted after all")
            amount = form.read("amount", _AMOUNT.validate_python, "Give an amount, like 600.00.")
        visit.house.claiming.grant(visit.command(form), stream, credit, amount, because)

    return _move(visit, form, (relationship, contract, credit), act, Notice.CREDIT_GRANTED)


@router.post("/credits/{credit:path}/applications")
def apply_credit_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    credit: CreditPath,
) -> Response:
    """Record what was deducted, paid or given otherwise, under a reference."""

    def act(stream: str) -> None:
        asked = visit.command(form)
        with fields(form):
            reference = form.text("reference", most=LINE, what="a reference, such as an invoice")
            how = form.one_of("how", _how)
            amount = form.read("amount", _EXACT.validate_python, "Give an amount, like 1200.00.")
        side = visit.house.claiming.side(asked, stream)
        command = ApplyCredit(credit, side, amount, how, reference)
        visit.house.claiming.apply(asked, stream, command)

    return _move(visit, form, (relationship, contract, credit), act, Notice.CREDIT_APPLIED)


def _how(text: str) -> str:
    if text not in HOW:
        raise ValueError(text)
    return text


def _move(
    visit: Visit,
    form: Form,
    place: tuple[str, str, str],
    act: Callable[[str], None],
    done: Notice,
) -> Response:
    """Do something about a credit and come back to it."""
    relationship, contract, credit = place

    def acted() -> str:
        act(within(relationship, contract))
        return f"/relationships/{relationship}/contracts/{contract}/credits#{slug_of(credit)}"

    return do(
        form, acted, lambda trouble: show_credits(visit, relationship, contract, trouble), done
    )
