"""Back-tests on one's own side of a negotiation: the other side never learns of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Response

from domain.values.canonical import Digest
from domain.values.ids import relationship_of, within
from domain.values.periods import Days
from interfaces.http.conventions import TheHouse, Versioned, negotiation_stream, tag
from interfaces.http.schemas.backtests import BacktestBody, BacktestedAnswer
from interfaces.routing import Routes

router = Routes(
    prefix="/relationships/{relationship}/negotiations/{negotiation}/position", tags=["positions"]
)


@router.post("/backtests", operation_id="recordNegotiationBacktest", status_code=201)
def record_backtest(
    house: TheHouse,
    asked: Versioned,
    body: BacktestBody,
    response: Response,
    about: Annotated[str, Depends(negotiation_stream)],
) -> BacktestedAnswer:
    """Hold terms against a past; what it came to is kept in your own side's private file."""
    terms = house.backtesting.proposed(asked, about, Digest(body.terms_digest))
    if body.recorded is None:
        past = body.past(terms)
    else:
        days = Days(body.recorded.first, body.recorded.last + timedelta(days=1))
        contract = within(str(relationship_of(about)), body.recorded.contract)
        past = house.backtesting.of_contract(asked, about, contract, terms, days)
    outcome, found = house.backtesting.record(asked, about, body.asked(), past)
    tag(response, outcome.stream.version)
    return BacktestedAnswer(version=outcome.stream.version, outcome=found.document())
