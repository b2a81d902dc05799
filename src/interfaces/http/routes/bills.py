"""Bills: what was billed for which days, contested and corrected."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response

from application.billing import BillDraft, Correction
from application.ledger import Outcome
from domain.values.ids import id_pattern
from interfaces.http.conventions import ContractStream, Reading, TheHouse, Versioned, tag
from interfaces.http.schemas.bills import BillBody, BillsAnswer, CorrectionBody, bills_answer
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/contracts/{contract}/bills", tags=["credits"])

BillPath = Annotated[
    str, Path(pattern=id_pattern("bill"), examples=["bill-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]


@router.get("", operation_id="listBills")
def list_bills(
    house: TheHouse, asked: Reading, stream: ContractStream, response: Response
) -> BillsAnswer:
    """List what was billed for which days, and how each bill stands."""
    house.reading.admit(asked, stream)
    found = house.billing.bills(stream)
    tag(response, found.version)
    return bills_answer(found)


@router.post("", operation_id="recordBill", status_code=201)
def record_bill(
    house: TheHouse, asked: Versioned, stream: ContractStream, body: BillBody, response: Response
) -> BillsAnswer:
    """Say what was billed; statements on those days are restated by it."""
    draft = BillDraft(body.charge, body.first, body.last, body.amount, body.currency, body.invoice)
    return _answer(house.billing.record(asked, stream, draft), response)


@router.post("/{bill}/contest", operation_id="contestBill", status_code=201)
def contest_bill(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    bill: BillPath,
    body: BecauseBody,
    response: Response,
) -> BillsAnswer:
    """Do not agree to what the other side recorded; it counts until it is corrected."""
    return _answer(house.billing.contest(asked, stream, bill, body.because), response)


@router.delete("/{bill}/contest", operation_id="withdrawContest")
def withdraw_contest(
    house: TheHouse, asked: Versioned, stream: ContractStream, bill: BillPath, response: Response
) -> BillsAnswer:
    """Agree to a bill after all."""
    return _answer(house.billing.withdraw_contest(asked, stream, bill), response)


@router.post("/{bill}/corrections", operation_id="correctBill", status_code=201)
def correct_bill(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    bill: BillPath,
    body: CorrectionBody,
    response: Response,
) -> BillsAnswer:
    """Say what one's own bill comes to after all; statements are restated by it."""
    wanted = Correction(body.amount, body.invoice, body.because)
    return _answer(house.billing.correct(asked, stream, bill, wanted), response)


@router.post("/{bill}/cancellation", operation_id="cancelBill")
def cancel_bill(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    bill: BillPath,
    body: BecauseBody,
    response: Response,
) -> BillsAnswer:
    """Say that there is no such bill; for its days the terms count again."""
    return _answer(house.billing.cancel(asked, stream, bill, body.because), response)


def _answer(outcome: Outcome, response: Response) -> BillsAnswer:
    tag(response, outcome.stream.version)
    return bills_answer(outcome.stream)
