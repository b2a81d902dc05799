"""The inbox: whose move it is, across every relationship of the visitor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fastapi import APIRouter, Response

from application.access import Action
from application.projections.base import Query
from application.projections.due_dates import DueRow
from application.projections.negotiation_board import NegotiationRow
from interfaces.web.navigation import address
from interfaces.web.places import RelationshipPlace, place
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit, Visit

router = APIRouter(include_in_schema=False)

SOON: Final = timedelta(days=14)
MOST: Final = 200


@dataclass(frozen=True)
class Item:
    """One thing in the inbox: what it is, where, since when, and until when it can wait."""

    title: str
    said: str
    to: str
    relationship: RelationshipPlace
    changed_at: datetime
    due: datetime | None = None


@dataclass(frozen=True)
class Due:
    """Something that falls due, and in which relationship."""

    relationship: RelationshipPlace
    row: DueRow
    due: datetime


@router.get("/")
def inbox_page(visit: AVisit) -> Response:
    """Show what waits for the visitor, what waits for others, and what falls due."""
    mine = visit.house.relating.mine(visit.asked, None, MOST) if visit.may(Action.READ) else []
    places = [place(visit, row.relationship, "inbox") for row in mine]
    turns: dict[str, list[Item]] = {"yours": [], "theirs": [], "either": [], "sign": []}
    for found in places:
        for kind, item in _negotiations(visit, found):
            turns[kind].append(item)
    due = sorted((one for found in places for one in _due(visit, found)), key=lambda one: one.due)
    return page(
        visit,
        "inbox.html",
        turns=turns,
        due=due,
        places=places,
        now=visit.asked.at,
        address=address,
        live="/follow",
    )


def _negotiations(visit: Visit, found: RelationshipPlace) -> Iterator[tuple[str, Item]]:
    board = visit.house.projections.negotiation_board
    query = Query(relationship=found.id, limit=MOST)
    for row in visit.house.reading.page(board, found.seat, query):
        kind = _kind(row, found)
        if kind is not None:
            due = row.tabled.valid_until if row.tabled else None
            yield (
                kind,
                Item(
                    row.title,
                    _said(row, found),
                    address(row.negotiation),
                    found,
                    row.changed_at,
                    row.sign_by or due,
                ),
            )


def _kind(row: NegotiationRow, found: RelationshipPlace) -> str | None:
    if row.status == "awaiting-signatures":
        return "theirs" if found.side in row.signed else "sign"
    if row.status != "open":
        return None
    if row.turn is None:
        return "either"
    return "yours" if row.turn == found.side else "theirs"


def _said(row: NegotiationRow, found: RelationshipPlace) -> str:
    if row.status == "awaiting-signatures":
        signed = ", ".join(found.called(side) for side in row.signed) or "nobody yet"
        return f"accepted; signed by {signed}"
    if row.tabled is None:
        return "nothing on the table"
    return f"offer {row.offers} by {found.called(row.tabled.by)}, {row.tabled.firmness}"


def _due(visit: Visit, found: RelationshipPlace) -> Iterator[Due]:
    due_dates = visit.house.projections.due_dates
    query = Query(relationship=found.id, limit=MOST)
    rows = visit.house.reading.page(due_dates, found.seat, query, lambda row: row.stream)
    for row in rows:
        if row.due is not None and row.due - visit.asked.at <= SOON:
            yield Due(found, row, row.due)
