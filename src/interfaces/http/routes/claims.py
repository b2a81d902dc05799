"""Statements and credits: what a miss costs, claimed, answered, deducted or paid."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from application.ledger import Outcome
from domain.credits.commands import ApplyCredit
from interfaces.http.conventions import ContractStream, Reading, TheHouse, Versioned, tag
from interfaces.http.schemas.credits import (
    CREDIT_PATTERN,
    ApplicationBody,
    ClaimBody,
    CreditsAnswer,
    GrantBody,
    StatementAnswer,
    StatementSummary,
    credits_answer,
    statement_answer,
    statement_summary,
)
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/contracts/{contract}", tags=["credits"])

CreditPath = Annotated[
    str,
    Path(
        pattern=CREDIT_PATTERN,
        description="As statements name it: the objective, the period, and what it is "
        "unless it is a credit.",
        examples=["availability/20260301"],
    ),
]
StatementNumber = Annotated[int, Path(ge=1, le=10**9)]


@router.get("/statements", operation_id="listStatements")
def list_statements(
    house: TheHouse, asked: Reading, stream: ContractStream
) -> list[StatementSummary]:
    """List the statements of a contract, the first one first."""
    house.reading.admit(asked, stream)
    return [statement_summary(one) for one in house.claiming.statements(stream)]


@router.get("/statements/{statement}", operation_id="getStatement")
def get_statement(
    house: TheHouse, asked: Reading, stream: ContractStream, statement: StatementNumber
) -> StatementAnswer:
    """Show a statement: every line cites a term, its version, and an event."""
    house.reading.admit(asked, stream)
    return statement_answer(house.claiming.statement(stream, statement))


@router.get("/credits", operation_id="listCredits")
def list_credits(
    house: TheHouse, asked: Reading, stream: ContractStream, response: Response
) -> CreditsAnswer:
    """List every amount of a contract, and how each stands."""
    house.reading.admit(asked, stream)
    found = house.claiming.credits(stream)
    tag(response, found.version)
    return credits_answer(found)


@router.post("/credits/{credit:path}/claim", operation_id="claimCredit", status_code=201)
def claim_credit(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    credit: CreditPath,
    body: ClaimBody,
    response: Response,
) -> CreditsAnswer:
    """Ask for a credit, in time."""
    return _answer(house.claiming.claim(asked, stream, credit, body.evidence), response)


@router.delete("/credits/{credit:path}/claim", operation_id="withdrawClaim")
def withdraw_claim(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    credit: CreditPath,
    response: Response,
) -> CreditsAnswer:
    """Take back a claim that is not answered yet."""
    return _answer(house.claiming.withdraw(asked, stream, credit), response)


@router.post("/credits/{credit:path}/claim/admission", operation_id="admitClaim")
def admit_claim(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    credit: CreditPath,
    response: Response,
) -> CreditsAnswer:
    """Agree that a claim is right; with it the credit is granted."""
    return _answer(house.claiming.admit(asked, stream, credit), response)


@router.post("/credits/{credit:path}/claim/rejection", operation_id="rejectClaim")
def reject_claim(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    credit: CreditPath,
    body: BecauseBody,
    response: Response,
) -> CreditsAnswer:
    """Say why a claim is not right."""
    return _answer(house.claiming.reject(asked, stream, credit, body.because), response)


@router.post("/credits/{credit:path}/grant", operation_id="grantCredit")
def grant_credit(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    credit: CreditPath,
    body: GrantBody,
    response: Response,
) -> CreditsAnswer:
    """Give a credit after all that lapsed or was rejected, as when a dispute was settled so."""
    granted = house.claiming.grant(asked, stream, credit, body.amount, body.because)
    return _answer(granted, response)


@router.post("/credits/{credit:path}/applications", operation_id="applyCredit", status_code=201)
def apply_credit(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    credit: CreditPath,
    body: ApplicationBody,
    response: Response,
) -> CreditsAnswer:
    """Record what was deducted, paid or given otherwise, under a reference."""
    side = house.claiming.side(asked, stream)
    command = ApplyCredit(credit, side, body.amount, body.how, body.reference)
    return _answer(house.claiming.apply(asked, stream, command), response)


def _answer(outcome: Outcome, response: Response) -> CreditsAnswer:
    tag(response, outcome.stream.version)
    return credits_answer(outcome.stream)
