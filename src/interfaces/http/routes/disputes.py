"""Disputes: opened, answered, escalated by the agreed ladder, settled or taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response

from application.ledger import Outcome
from application.projections.affairs import AffairRow
from application.projections.base import Query as ViewQuery
from domain.disputes.dispute import DISPUTE
from domain.values.ids import id_pattern, within
from interfaces.http.conventions import (
    ContractStream,
    Cursor,
    Fresh,
    Limit,
    Reading,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.disputes import (
    AnswerBody,
    DisputeAnswer,
    DisputeBody,
    MediatorBody,
    ProposalBody,
    dispute_answer,
)
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.routing import Routes

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/disputes", tags=["disputes"]
)

DisputePath = Annotated[
    str, Path(pattern=id_pattern("dispute"), examples=["dispute-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]
ProposalPath = Annotated[
    str, Path(pattern=id_pattern("proposal"), examples=["proposal-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]


def dispute_stream(stream: ContractStream, dispute: DisputePath) -> str:
    """Return the stream that a path names."""
    return within(stream, dispute)


DisputeStream = Annotated[str, Depends(dispute_stream)]


@router.get("", operation_id="listDisputes")
def list_disputes(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[AffairRow]:
    """List the disputes of a contract, the first one first."""
    house.reading.admit(asked, stream)
    house.agreed.of(stream)
    view = house.projections.affairs
    query = ViewQuery(
        stream=stream,
        matching=(("kind", "dispute"),),
        after=read_cursor(after),
        limit=limit + 1,
    )
    rows = house.shown.view(view).find(query)
    return Page[AffairRow].model_validate(page(view, rows, limit, lambda row: row))


@router.post("", operation_id="openDispute", status_code=201)
def open_dispute(
    house: TheHouse, asked: Fresh, stream: ContractStream, body: DisputeBody, response: Response
) -> DisputeAnswer:
    """Disagree with an event of the contract, by the ladder of the terms that govern now."""
    opened = house.disputing.open(
        asked, stream, body.about, body.about_version, body.because, body.evidence
    )
    contract, dispute = opened.stream.id.rsplit("/", 1)
    place = contract.replace("/contract-", "/contracts/contract-")
    response.headers["Location"] = f"/v1/relationships/{place}/disputes/{dispute}"
    return _answer(opened, response)


@router.get("/{dispute}", operation_id="getDispute")
def get_dispute(
    house: TheHouse,
    asked: Reading,
    contract: ContractStream,
    stream: DisputeStream,
    response: Response,
) -> DisputeAnswer:
    """Show a dispute as it stands."""
    house.reading.admit(asked, contract)
    found = house.ledger.load(DISPUTE, stream)
    tag(response, found.version)
    return dispute_answer(found)


@router.post("/{dispute}/answers", operation_id="answerDispute", status_code=201)
def answer_dispute(
    house: TheHouse, asked: Versioned, stream: DisputeStream, body: AnswerBody, response: Response
) -> DisputeAnswer:
    """Say what one thinks."""
    return _answer(house.disputing.answer(asked, stream, body.says), response)


@router.post("/{dispute}/mediators", operation_id="callMediator", status_code=201)
def call_mediator(
    house: TheHouse,
    asked: Versioned,
    stream: DisputeStream,
    body: MediatorBody,
    response: Response,
) -> DisputeAnswer:
    """Propose, or agree to, somebody else to be heard."""
    return _answer(house.disputing.call_mediator(asked, stream, body.mediator), response)


@router.post("/{dispute}/proposals", operation_id="proposeSettlement", status_code=201)
def propose_settlement(
    house: TheHouse,
    asked: Versioned,
    stream: DisputeStream,
    body: ProposalBody,
    response: Response,
) -> DisputeAnswer:
    """Propose how to end it."""
    return _answer(house.disputing.propose(asked, stream, body.terms), response)


@router.post("/{dispute}/proposals/{proposal}/acceptance", operation_id="acceptSettlement")
def accept_settlement(
    house: TheHouse,
    asked: Versioned,
    stream: DisputeStream,
    proposal: ProposalPath,
    response: Response,
) -> DisputeAnswer:
    """Agree to the other side's proposal: that is how the dispute ends."""
    return _answer(house.disputing.accept(asked, stream, proposal), response)


@router.post("/{dispute}/proposals/{proposal}/refusal", operation_id="declineSettlement")
def decline_settlement(
    house: TheHouse,
    asked: Versioned,
    stream: DisputeStream,
    proposal: ProposalPath,
    body: BecauseBody,
    response: Response,
) -> DisputeAnswer:
    """Do not agree to the other side's proposal."""
    return _answer(house.disputing.decline(asked, stream, proposal, body.because), response)


@router.post("/{dispute}/withdrawal", operation_id="withdrawDispute")
def withdraw_dispute(
    house: TheHouse,
    asked: Versioned,
    stream: DisputeStream,
    body: BecauseBody,
    response: Response,
) -> DisputeAnswer:
    """Take one's own dispute back."""
    return _answer(house.disputing.withdraw(asked, stream, body.because), response)


def _answer(outcome: Outcome, response: Response) -> DisputeAnswer:
    tag(response, outcome.stream.version)
    return dispute_answer(outcome.stream)
