"""Service reviews: called, minuted by one side, approved by the other, acted upon."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response

from application.ledger import Outcome
from application.projections.affairs import AffairRow
from application.projections.base import Query as ViewQuery
from domain.reviews.review import REVIEW
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
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.reviews import (
    DoneBody,
    EditionBody,
    MinutesBody,
    MoveBody,
    ObjectionBody,
    ReviewAnswer,
    ReviewBody,
    plan_of,
    review_answer,
)
from interfaces.routing import Routes

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/reviews", tags=["reviews"]
)

ReviewPath = Annotated[
    str, Path(pattern=id_pattern("review"), examples=["review-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]
ActionPath = Annotated[
    str, Path(pattern=id_pattern("action"), examples=["action-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]


def review_stream(stream: ContractStream, review: ReviewPath) -> str:
    """Return the stream that a path names."""
    return within(stream, review)


ReviewStream = Annotated[str, Depends(review_stream)]


@router.get("", operation_id="listReviews")
def list_reviews(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[AffairRow]:
    """List the reviews of a contract, the first one first."""
    house.reading.admit(asked, stream)
    house.agreed.of(stream)
    view = house.projections.affairs
    query = ViewQuery(
        stream=stream,
        matching=(("kind", "review"),),
        after=read_cursor(after),
        limit=limit + 1,
    )
    rows = house.shown.view(view).find(query)
    return Page[AffairRow].model_validate(page(view, rows, limit, lambda row: row))


@router.post("", operation_id="callReview", status_code=201)
def call_review(
    house: TheHouse, asked: Fresh, stream: ContractStream, body: ReviewBody, response: Response
) -> ReviewAnswer:
    """Call a meeting of both sides."""
    called = house.reviewing.call(asked, stream, body.at, body.agenda, body.attended_by)
    contract, review = called.stream.id.rsplit("/", 1)
    place = contract.replace("/contract-", "/contracts/contract-")
    response.headers["Location"] = f"/v1/relationships/{place}/reviews/{review}"
    return _answer(called, response)


@router.get("/{review}", operation_id="getReview")
def get_review(
    house: TheHouse,
    asked: Reading,
    contract: ContractStream,
    stream: ReviewStream,
    response: Response,
) -> ReviewAnswer:
    """Show a review, its minutes and its actions."""
    house.reading.admit(asked, contract)
    found = house.ledger.load(REVIEW, stream)
    tag(response, found.version)
    return review_answer(found)


@router.post("/{review}/move", operation_id="moveReview")
def move_review(
    house: TheHouse, asked: Versioned, stream: ReviewStream, body: MoveBody, response: Response
) -> ReviewAnswer:
    """Move the meeting to another time."""
    return _answer(house.reviewing.move(asked, stream, body.at), response)


@router.post("/{review}/cancellation", operation_id="cancelReview")
def cancel_review(
    house: TheHouse, asked: Versioned, stream: ReviewStream, body: BecauseBody, response: Response
) -> ReviewAnswer:
    """Call the meeting off."""
    return _answer(house.reviewing.cancel(asked, stream, body.because), response)


@router.put("/{review}/minutes", operation_id="writeMinutes")
def write_minutes(
    house: TheHouse, asked: Versioned, stream: ReviewStream, body: MinutesBody, response: Response
) -> ReviewAnswer:
    """Write the minutes once the meeting has begun, with what is to be done."""
    plans = [plan_of(one) for one in body.actions]
    return _answer(house.reviewing.write(asked, stream, body.text, plans), response)


@router.post("/{review}/minutes/approval", operation_id="approveMinutes")
def approve_minutes(
    house: TheHouse, asked: Versioned, stream: ReviewStream, body: EditionBody, response: Response
) -> ReviewAnswer:
    """Approve the other side's minutes: what they say is to be done is owed from now on."""
    return _answer(house.reviewing.approve(asked, stream, body.edition), response)


@router.post("/{review}/minutes/objection", operation_id="objectToMinutes")
def object_to_minutes(
    house: TheHouse,
    asked: Versioned,
    stream: ReviewStream,
    body: ObjectionBody,
    response: Response,
) -> ReviewAnswer:
    """Do not approve the other side's minutes."""
    return _answer(house.reviewing.object(asked, stream, body.edition, body.because), response)


@router.post("/{review}/actions/{action}/completion", operation_id="completeAction")
def complete_action(
    house: TheHouse,
    asked: Versioned,
    stream: ReviewStream,
    action: ActionPath,
    body: DoneBody,
    response: Response,
) -> ReviewAnswer:
    """Say that an action one owes is done."""
    return _answer(house.reviewing.complete(asked, stream, action, body.note), response)


@router.post("/{review}/actions/{action}/acceptance", operation_id="acceptAction")
def accept_action(
    house: TheHouse, asked: Versioned, stream: ReviewStream, action: ActionPath, response: Response
) -> ReviewAnswer:
    """Agree that the other side's action is done."""
    return _answer(house.reviewing.accept(asked, stream, action), response)


@router.post("/{review}/actions/{action}/reopening", operation_id="reopenAction")
def reopen_action(
    house: TheHouse,
    asked: Versioned,
    stream: ReviewStream,
    action: ActionPath,
    body: BecauseBody,
    response: Response,
) -> ReviewAnswer:
    """Do not agree that it is done."""
    return _answer(house.reviewing.reopen(asked, stream, action, body.because), response)


def _answer(outcome: Outcome, response: Response) -> ReviewAnswer:
    tag(response, outcome.stream.version)
    return review_answer(outcome.stream)
