"""The audit trail, its live stream, and the due dates of a relationship."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import Depends, Header, Query
from fastapi import Request as HttpRequest
from fastapi.responses import StreamingResponse

from application.desk import Request
from application.projections.audit_trail import AuditRow
from application.projections.base import Query as ViewQuery
from application.projections.due_dates import DueRow
from interfaces.composition import House
from interfaces.http.conventions import (
    Cursor,
    Limit,
    Reading,
    RelationshipPath,
    TheHouse,
    read_cursor,
)
from interfaces.http.following import looking_at, news, pulse_of
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.records import AuditAnswer, DueAnswer, audit_answer, due_answer
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}", tags=["records"])

STREAM = r"^[a-z0-9/-]+$"
WORD = r"^[A-Za-z]+$"


@router.get("/audit-trail", operation_id="readAuditTrail")
def read_audit_trail(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    stream: Annotated[
        str | None, Query(max_length=200, pattern=STREAM, description="Only this stream")
    ] = None,
    name: Annotated[
        str | None, Query(max_length=80, pattern=WORD, description="Only facts so named")
    ] = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[AuditAnswer]:
    """Read every fact of a relationship that is yours to see, in the order it was recorded."""
    seat = house.reading.seat(asked, relationship, "audit-trail")
    trail = house.projections.audit_trail
    query = ViewQuery(
        relationship=relationship,
        stream=stream,
        matching=() if name is None else (("name", name),),
        after=read_cursor(after),
        limit=limit + 1,
    )
    rows = house.reading.page(trail, seat, query)
    return Page[AuditAnswer].model_validate(page(trail, rows, limit, audit_answer))


@router.get("/due-dates", operation_id="listDueDates")
def list_due_dates(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[DueAnswer]:
    """List what falls due, the earliest first, and who has to act before."""
    seat = house.reading.seat(asked, relationship, "due-dates")
    due_dates = house.projections.due_dates
    query = ViewQuery(relationship=relationship, after=read_cursor(after), limit=limit + 1)
    rows = house.reading.page(due_dates, seat, query, lambda row: row.stream)
    return Page[DueAnswer].model_validate(page(due_dates, rows, limit, _due))


def _due(row: DueRow) -> DueAnswer:
    return due_answer(row)


def _followed(house: TheHouse, asked: Reading) -> Iterator[None]:
    with house.followers.one_more(asked.principal.identity):
        yield


@router.get(
    "/events",
    operation_id="streamEvents",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    dependencies=[Depends(_followed)],
)
def stream_events(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    http: HttpRequest,
    last_event_id: Annotated[
        str | None, Header(pattern=r"^[0-9]{1,18}$", description="Go on after this event")
    ] = None,
) -> StreamingResponse:
    """Follow a relationship live: one server-sent event a fact, its position as the id.

    Without Last-Event-ID it begins with what is recorded from now on.
    """
    house.reading.seat(asked, relationship, "events")
    after = house.ledger.head(relationship) if last_event_id is None else int(last_event_id)
    return StreamingResponse(
        _events(house, asked, relationship, after, http),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    house: House, asked: Request, relationship: str, after: int, http: HttpRequest
) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    pulse = pulse_of(http)
    async for rows in news(pulse, looking_at(house, asked, relationship, pulse), after):
        for row in rows:
            yield _event(row)
        if not rows:
            yield ": still here\n\n"
        if await http.is_disconnected():
            return


def _event(row: AuditRow) -> str:
    document: dict[str, Any] = audit_answer(row).model_dump(mode="json")
    return f"id: {row.position}\nevent: {row.name}\ndata: {json.dumps(document)}\n\n"
