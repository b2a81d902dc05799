"""The inbox: whose move it is, and what is at risk, across every relationship of the visitor."""

from __future__ import annotations

from fastapi import Response

from interfaces.routing import Routes
from interfaces.web.agenda.waiting import Inbox, inbox_of
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit

router = Routes(include_in_schema=False)

NOTHING = Inbox((), (), (), (), (), (), (), (), 0)


@router.get("/")
def inbox_page(visit: AVisit) -> Response:
    """Show what waits for the visitor, what waits for others, what is at risk, what falls due."""
    if visit.waits:
        return page(visit, "no_role.html")
    inbox = inbox_of(visit) if visit.works else NOTHING
    return page(visit, "inbox.html", inbox=inbox, now=visit.asked.at, live="/follow")
