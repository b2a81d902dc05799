"""Your inbox: what waits for your party in all of its relationships."""

from __future__ import annotations

from application.inbox import Part
from interfaces.http.conventions import (
    Cursor,
    Limit,
    Reading,
    TheHouse,
    read_cursor,
    write_cursor,
)
from interfaces.http.schemas.base import Page
from interfaces.http.schemas.records import WaitingAnswer, waiting_answer
from interfaces.routing import Routes

router = Routes(prefix="/inbox", tags=["inbox"])


@router.get("/{part}", operation_id="listInbox")
def list_inbox(
    house: TheHouse, asked: Reading, part: Part, limit: Limit = 50, after: Cursor = None
) -> Page[WaitingAnswer]:
    """List one part of what waits in your party's relationships, the soonest first.

    `yours` is your turn, `sign` is to be signed by you, `risk` costs you something, `either` side
    can move on, `theirs` waits for the others, `due` is everything that falls due. Empty for
    whoever represents no party, and of what your party audits.
    """
    inbox = house.inboxes.of(asked.principal, asked.at)
    found = inbox.part(part, limit + 1, read_cursor(after))
    return Page(
        items=[waiting_answer(one.row) for one in found[:limit]],
        next=write_cursor(*found[limit - 1].cursor) if len(found) > limit else None,
    )
