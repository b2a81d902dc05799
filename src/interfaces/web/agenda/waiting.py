"""What is open across somebody's relationships: whose move it is, and what is at risk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.access import Action
from application.inbox import Part, Waiting
from application.projections.due_dates import DueKind, DueRow
from application.projections.negotiation_board import NegotiationRow
from application.projections.open_matters import MatterKind, OpenMatter
from domain.parties.facts import Role
from domain.values.ids import private_side
from interfaces.http.conventions import write_cursor
from interfaces.web.figures import words
from interfaces.web.navigation import address
from interfaces.web.places import RelationshipPlace, placed
from interfaces.web.visits import Visit

SOON: Final = timedelta(days=14)
SHOWN: Final = 20
"""How many things of each part, the soonest; a thousand contracts report in the same week."""
MOST: Final = 100
"""How many relationships are looked through for those that one audits."""
LONGEST: Final = 120

INSIDE: Final = {
    "exclusions": "performance/exclusions",
    "credits": "credits",
    "bills": "credits",
    "escalations": "performance",
}
"""The page, below its contract's own, of what lies inside a contract."""

ACTING: Final = {
    MatterKind.INVITATION: Action.LEAD,
    MatterKind.EXCLUSION: Action.EXCLUDE,
    MatterKind.MINUTES: Action.REVIEW,
    MatterKind.ESCALATION: Action.ACKNOWLEDGE,
    MatterKind.CONTESTED_BILL: Action.CLAIM,
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
class Shown:
    """One part of an inbox: its first things, and where the rest of it begins."""

    items: tuple[Item, ...]
    next: str | None = None

    @property
    def count(self) -> str:
        """How many there are, or that there are more than are shown."""
        return f"{len(self.items)}+" if self.next else str(len(self.items))


@dataclass(frozen=True)
class Inbox:
    """What the inbox shows, and whether the visitor's party works with anybody yet."""

    parts: dict[Part, Shown]
    acquainted: bool
    audited: str | None
    """How many relationships the visitor audits; opening one is what is put on record."""


NOTHING: Final = Inbox(dict.fromkeys(Part, Shown(())), acquainted=False, audited=None)


def inbox_of(visit: Visit) -> Inbox:
    """Return the inbox of somebody who represents a party in a role."""
    looking = Looking(visit)
    parts = {part: looking.at(part) for part in Part}
    acquainted = any(shown.items for shown in parts.values())
    if acquainted and Role.AUDITOR not in visit.principal.roles:
        return Inbox(parts, acquainted, None)
    rows = visit.house.relating.mine(visit.asked, None, MOST)
    audited = sum(row.seat == "auditor" for row in rows)
    more = "+" if len(rows) == MOST else ""
    return Inbox(
        parts,
        acquainted or any(row.seat != "auditor" and row.status != "over" for row in rows),
        f"{audited}{more}" if audited else None,
    )


class Looking:
    """Looks through an inbox: each relationship is asked for once in a visit."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._inbox = visit.house.inboxes.of(visit.principal, visit.asked.at)
        self._places: dict[str, RelationshipPlace] = {}

    def at(
        self,
        part: Part,
        limit: int | None = None,
        after: tuple[str, str] | None = None,
        within: timedelta | None = SOON,
    ) -> Shown:
        """Return a page of a part: of the due dates those within a time from now."""
        limit = limit or SHOWN
        until = None if within is None else self._visit.asked.at + within
        found = self._inbox.part(part, limit + 1, after, until)
        shown = tuple(self._item(one) for one in found[:limit])
        more = write_cursor(*found[limit - 1].cursor) if len(found) > limit else None
        return Shown(shown, more)

    def _item(self, one: Waiting) -> Item:
        here = self._place(one)
        if isinstance(one.row, DueRow):
            return due_item(self._visit, here, one.row)
        if one.row.negotiation is not None:
            return _negotiation(one.row.negotiation, here)
        return _matter(self._visit, one.row, here)

    def _place(self, one: Waiting) -> RelationshipPlace:
        known = self._places.get(one.row.relationship)
        if known is None:
            known = placed(self._visit, one.row.relationship, one.seat, one.relationship)
            self._places[one.row.relationship] = known
        return known


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


def _matter(visit: Visit, row: OpenMatter, found: RelationshipPlace) -> Item:
    titles = {
        MatterKind.INVITATION: "Invitation to work together",
        MatterKind.EXCLUSION: "Exclusion asked for",
        MatterKind.MINUTES: "Minutes to approve",
        MatterKind.CONTESTED_BILL: "Contested bill",
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
        row.due,
        colleague=mine and not _may(visit, row.kind),
    )


def _negotiation(row: NegotiationRow, found: RelationshipPlace) -> Item:
    due = row.sign_by or (row.tabled.valid_until if row.tabled else None)
    said = f"{found.name} · {_stands(row, found)}"
    return Item(row.title, said, address(row.negotiation), found, row.changed_at, due)


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
