"""Relationships: the list, and the overview of one."""

from __future__ import annotations

from fastapi import APIRouter, Response

from application.projections.base import Query
from interfaces.http.conventions import Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.web.navigation import address
from interfaces.web.places import party_name, place
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit

router = APIRouter(include_in_schema=False)

MOST = 50


@router.get("/relationships")
def relationships_page(visit: AVisit, after: Cursor = None) -> Response:
    """List the relationships of the visitor's party, and those it audits."""
    house = visit.house
    rows = house.relating.mine(visit.asked, read_cursor(after), MOST + 1)
    shown = listed(house.projections.relationships, rows, MOST, lambda row: row)
    names = {
        party: party_name(visit, party)
        for row in shown["items"]
        for party in (row.provider, row.client)
    }
    return page(visit, "relationships.html", names=names, live="/follow", **shown)


@router.get("/relationships/{relationship}")
def relationship_page(visit: AVisit, relationship: RelationshipPath) -> Response:
    """Show what there is in a relationship."""
    found = place(visit, relationship, relationship)
    house, query = visit.house, Query(relationship=relationship, limit=MOST)
    boards = house.projections
    return page(
        visit,
        "relationship_overview.html",
        relationship=found,
        negotiations=house.reading.page(boards.negotiation_board, found.seat, query),
        contracts=house.reading.page(boards.contract_register, found.seat, query),
        requirements=house.reading.page(boards.requirements_board, found.seat, query),
        address=address,
        now=visit.asked.at,
        live=found.live,
    )
