"""The inbox: whose move it is, and what is at risk, across every relationship of the visitor."""

from __future__ import annotations

from fastapi import Response

from application.inbox import Part
from interfaces.http.conventions import Cursor, read_cursor
from interfaces.routing import Routes
from interfaces.web.agenda.waiting import NOTHING, Looking, Shown, inbox_of
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit

router = Routes(include_in_schema=False)

MOST = 50


@router.get("/")
def inbox_page(visit: AVisit) -> Response:
    """Show what waits for the visitor, what waits for others, what is at risk, what falls due."""
    if visit.waits:
        return page(visit, "no_role.html")
    inbox = inbox_of(visit) if visit.works else NOTHING
    return page(visit, "inbox.html", inbox=inbox, now=visit.asked.at, live="/follow")


@router.get("/inbox/{part}")
def inbox_part_page(visit: AVisit, part: Part, after: Cursor = None) -> Response:
    """Show one part of the inbox in full, a page at a time."""
    if visit.waits:
        return page(visit, "no_role.html")
    shown = Looking(visit).at(part, MOST, read_cursor(after)) if visit.works else Shown(())
    return page(visit, "inbox_part.html", part=part, shown=shown, now=visit.asked.at)
