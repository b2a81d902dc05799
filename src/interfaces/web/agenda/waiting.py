"""What is open across somebody's relationships: whose move it is, and what is at risk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.access import Action
from application.projections.base import Query
from application.projections.due_dates import DueKind, DueRow
from application.projections.negotiation_board import NegotiationRow
from application.projections.open_matters import MatterKind, OpenMatter
from domain.values.ids import private_side
from interfaces.web.figures import words
from interfaces.web.navigation import address
from interfaces.web.places import RelationshipPlace, place
from interfaces.web.visits import Visit

SOON: Final = timedelta(days=14)
MOST: Final = 200
SHOWN: Final = 20
"""Of what falls due soon, so many in the inbox; a thousand contracts report in the same week."""
"""How many relationships, and open matters of each, an inbox looks through."""
LONGEST: Final = 120

INSIDE: Final = {
    "exclusions": "performance/exclusions",
    "credits": "credits",
    "escalations": "performance",
}
"""The page, below its contract's own, of what lies inside a contract."""

ACTING: Final = {
    MatterKind.INVITATION: Action.LEAD,
    MatterKind.EXCLUSION: Action.EXCLUDE,
    MatterKind.MINUTES: Action.REVIEW,
    MatterKind.ESCALATION: Action.ACKNOWLEDGE,
    DueKind.CLAIM_LAPSES: Action.CLAIM,
    DueKind.CLAIM_ANSWER_DUE: Action.CLAIM,
    DueKind.CREDIT_PAYMENT_DUE: Action.CLAIM,
    DueKind.ACTION_DUE: Action.REVIEW,
}
"""Whose role it takes to act on what waits for a side."""


@dataclass(frozen=True)
class Item:
    """One thing: what it is, where, since when, until when, and whether the visitor can act."""

    title: str
    said: str
    to: str
    relationship: RelationshipPlace
    since: datetime | None = None
    due: datetime | None = None
    colleague: bool = False
    """Whether it waits for one's own side, but for somebody in another role."""


@dataclass(frozen=True)
class Inbox:
    """Everything that the inbox shows; each list begins with what is most urgent."""

    places: tuple[RelationshipPlace, ...]
    audited: tuple[str, ...]
    """The relationships that the visitor audits; opening one is what is put on record."""
    yours: tuple[Item, ...]
    sign: tuple[Item, ...]
    risk: tuple[Item, ...]
    either: tuple[Item, ...]
    theirs: tuple[Item, ...]
    due: tuple[Item, ...]
    """What falls due first; all of it is on a page of its own."""
    all_due: int
    """How much falls due as soon, shown or not."""


def inbox_of(visit: Visit) -> Inbox:
    """Return the inbox of somebody who represents a party in a role."""
    rows = visit.house.relating.mine(visit.asked, None, MOST)
    places = tuple(
        place(visit, row.relationship, "inbox")
        for row in rows
        if row.seat != "auditor" and row.status != "over"
    )
    lists: dict[str, list[Item]] = {name: [] for name in ("yours", "sign", "risk", "either")}
    lists["theirs"] = []
    for found in places:
        for name, item in _matters(visit, found):
            lists[name].append(item)
    known = {found.id: found for found in places}
    now = visit.asked.at
    soon = visit.house.telling.agenda.until(now + SOON, known)
    here = [(known[row.relationship], row) for row in soon]
    due = tuple(due_item(visit, found, row) for found, row in here[:SHOWN])
    lists["risk"] += [
        due_item(visit, found, row)
        for found, row in here
        if row.kind in ACTING and row.awaits == found.side
    ]
    end = now + timedelta(days=36500)
    ordered = {
        name: tuple(sorted(items, key=lambda one: one.due or end)) for name, items in lists.items()
    }
    audited = tuple(row.relationship for row in rows if row.seat == "auditor")
    return Inbox(places, audited, due=due, all_due=len(here), **ordered)


def where(stream: str) -> str:
    """Return the page on which a stream is shown, or what lies inside it."""
    parent, _, last = stream.rpartition("/")
    if private_side(stream) is not None:
        return address(parent)
    if last in INSIDE:
        return f"{address(parent)}/{INSIDE[last]}"
    return address(stream)


def due_item(visit: Visit, found: RelationshipPlace, row: DueRow) -> Item:
    """Return a due date as it is listed."""
    to = where(row.stream)
    if row.kind in (DueKind.REPORT_DUE, DueKind.FIGURES_SPOILT):
        to = f"{to}/performance"
    said = found.name if row.awaits is None else f"{found.name} · {found.whose(row.awaits)} to act"
    subject = "" if row.subject is None or row.subject.startswith("offer-") else row.subject
    return Item(
        words(row.kind).capitalize(),
        f"{said} · {_short(subject)}" if subject else said,
        to,
        found,
        due=row.due,
        colleague=row.awaits == found.side and not _may(visit, row.kind),
    )


def _matters(visit: Visit, found: RelationshipPlace) -> Iterator[tuple[str, Item]]:
    board = visit.house.projections.open_matters
    query = Query(relationship=found.id, limit=MOST)
    for row in visit.house.reading.page(board, found.seat, query):
        if row.negotiation is not None:
            yield _negotiation(row.negotiation, found)
        elif row.kind is not None:
            yield _list(row, found), _item(visit, row, found)


def _list(row: OpenMatter, found: RelationshipPlace) -> str:
    match row.kind:
        case MatterKind.INVITATION:
            return "yours" if row.awaits == found.side else "theirs"
        case MatterKind.EXCLUSION | MatterKind.MINUTES if row.awaits != found.side:
            return "theirs"
        case _:
            return "risk"


def _item(visit: Visit, row: OpenMatter, found: RelationshipPlace) -> Item:
    titles = {
        MatterKind.INVITATION: "Invitation to work together",
        MatterKind.EXCLUSION: "Exclusion asked for",
        MatterKind.MINUTES: "Minutes to approve",
        MatterKind.ESCALATION: "Miss or threshold not acknowledged",
        MatterKind.MISSED: "The last period was missed",
        MatterKind.DISPUTE: "Open dispute",
    }
    missed = row.kind is MatterKind.MISSED
    to = f"{address(row.stream)}/performance" if missed else where(row.stream)
    mine = row.awaits == found.side
    return Item(
        titles[row.kind] if row.kind in titles else words(row.kind),
        f"{found.name} · {_short(row.about)}",
        to,
        found,
        row.since,
        None if missed else row.until,
        colleague=mine and not _may(visit, row.kind),
    )


def _negotiation(row: NegotiationRow, found: RelationshipPlace) -> tuple[str, Item]:
    due = row.sign_by or (row.tabled.valid_until if row.tabled else None)
    said = f"{found.name} · {_stands(row, found)}"
    item = Item(row.title, said, address(row.negotiation), found, row.changed_at, due)
    if row.status == "awaiting-signatures":
        return ("theirs" if found.side in row.signed else "sign"), item
    if row.turn is None:
        return "either", item
    return ("yours" if row.turn == found.side else "theirs"), item


def _stands(row: NegotiationRow, found: RelationshipPlace) -> str:
    if row.status == "awaiting-signatures":
        signed = ", ".join(found.called(side) for side in row.signed) or "nobody yet"
        return f"accepted; signed by {signed}"
    if row.tabled is None:
        return "nothing on the table"
    return f"offer {row.offers} by {found.called(row.tabled.by)}, {row.tabled.firmness}"


def _may(visit: Visit, kind: MatterKind | DueKind | None) -> bool:
    action = None if kind is None else ACTING.get(kind)
    return action is None or visit.may(action)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
