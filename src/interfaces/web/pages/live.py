"""What the pages follow: that something moved, and one line to say what; never what is in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from application.projections.audit_trail import AuditRow
from domain.relationships.facts import RecordsInspected
from interfaces.http.conventions import RelationshipPath
from interfaces.http.following import news, pulse_of, visible
from interfaces.web.saying import deed
from interfaces.web.visits import AVisit, Visit, session_of

router = APIRouter(include_in_schema=False)

LastSeen = Annotated[str | None, Header(pattern=r"^[0-9]{1,18}$")]
Look = Callable[[int], list[AuditRow] | None]


@router.get("/relationships/{relationship}/follow")
def follow_relationship(
    visit: AVisit, relationship: RelationshipPath, last_event_id: LastSeen = None
) -> StreamingResponse:
    """Tell when something that the visitor may see is recorded in a relationship."""
    visit.seat(relationship, "events")
    look = partial(visible, visit.house, visit.asked, relationship)
    return _streamed(visit, look, last_event_id)


@router.get("/follow")
def follow_inbox(visit: AVisit, last_event_id: LastSeen = None) -> StreamingResponse:
    """Tell when something is recorded in any of the visitor's relationships."""
    return _streamed(visit, partial(_anywhere, visit), last_event_id)


def _anywhere(visit: Visit, after: int) -> list[AuditRow] | None:
    rows: list[AuditRow] = []
    if not visit.works:
        return rows
    for mine in visit.house.relating.mine(visit.asked, None, 200):
        rows += visible(visit.house, visit.asked, mine.relationship, after) or []
    return sorted(rows, key=lambda row: row.position)


def _streamed(visit: Visit, look: Look, last_seen: str | None) -> StreamingResponse:
    after = visit.house.ledger.head() if last_seen is None else int(last_seen)
    return StreamingResponse(
        _events(visit, look, after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(visit: Visit, look: Look, after: int) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    async for rows in news(pulse_of(visit.http), partial(_while_signed_in, visit, look), after):
        yield "".join(_event(visit, row) for row in rows) or ": still here\n\n"


def _while_signed_in(visit: Visit, look: Look, after: int) -> list[AuditRow] | None:
    return None if session_of(visit.http) is None else look(after)


def _event(visit: Visit, row: AuditRow) -> str:
    own = row.by == visit.principal.name
    data = {"stream": row.stream, "said": None if own else deed(row.name)}
    # An auditor's page that is fetched anew puts one more reading on record: it would never end.
    kind = "read" if row.name == RecordsInspected.__name__ else "moved"
    return f"id: {row.position}\nevent: {kind}\ndata: {json.dumps(data)}\n\n"
