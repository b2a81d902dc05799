"""What waits for somebody in all relationships of their party, a page at a time, soonest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any, Final

from application.access import ROLES, Action, Principal, Seat, authorise
from application.desk import Desk
from application.errors import NotAllowed, NotFound
from application.ledger import Stream
from application.projections.base import Projection, Views
from application.projections.due_dates import DueDates, DueRow
from application.projections.each_side import SideList, query_of
from application.projections.open_matters import OpenMatter, OpenMatters
from application.projections.paging import every
from application.reading import shows
from domain.relationships.relationship import RELATIONSHIP

CHUNK: Final = 200
"""How many rows to read at once, of however many are asked for."""


class Part(StrEnum):
    """The parts of an inbox."""

    YOURS = "yours"
    SIGN = "sign"
    RISK = "risk"
    EITHER = "either"
    THEIRS = "theirs"
    DUE = "due"


_MATTERS, _DATES = OpenMatters(), DueDates()
_LISTS: Final[dict[Part, tuple[tuple[Projection[Any], SideList], ...]]] = {
    Part.YOURS: ((_MATTERS, SideList.YOURS),),
    Part.SIGN: ((_MATTERS, SideList.SIGN),),
    Part.RISK: ((_MATTERS, SideList.RISK), (_DATES, SideList.OWED)),
    Part.EITHER: ((_MATTERS, SideList.EITHER),),
    Part.THEIRS: ((_MATTERS, SideList.THEIRS),),
    Part.DUE: ((_DATES, SideList.OWED), (_DATES, SideList.DUE)),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits, the reader's seat in its relationship, and where it stands in its part.

    ``relationship`` is as it was when the seat was found in it.
    """

    row: OpenMatter | DueRow
    relationship: Stream
    seat: Seat
    cursor: tuple[str, str]


class Inbox:
    """The inbox of one principal at one instant (UTC); a seat is asked for once."""

    def __init__(self, desk: Desk, views: Views, principal: Principal, at: datetime) -> None:
        self._desk = desk
        self._views = views
        self._principal = principal
        self._at = at
        self._seats: dict[str, tuple[Stream, Seat] | None] = {}

    def part(
        self,
        part: Part,
        limit: int,
        after: tuple[str, str] | None = None,
        until: datetime | None = None,
    ) -> list[Waiting]:
        """Return a part from a cursor on, of the due dates only those up to an instant (UTC).

        Empty for whoever represents no party or has no role, and of what a party audits.
        """
        found = (self._list(board, name, limit, after, until) for board, name in _LISTS[part])
        return list(islice(merge(*found, key=lambda one: one.cursor), limit))

    def _list(
        self,
        board: Projection[Any],
        name: SideList,
        limit: int,
        after: tuple[str, str] | None,
        until: datetime | None,
    ) -> Iterator[Waiting]:
        party = self._principal.party
        if party is None or not self._principal.roles.intersection(ROLES[Action.READ]):
            return
        query = query_of(party, name, after, min(limit, CHUNK))
        for row in every(self._views.view(board), board, query):
            if until is not None and isinstance(row, DueRow) and _after(row, until):
                return  # the earliest come first
            known = self._seat(row.relationship)
            if known is not None and shows(known[1], row.stream):
                place = board.place(row)
                yield Waiting(row, *known, (place.sort, place.key))

    def _seat(self, relationship: str) -> tuple[Stream, Seat] | None:
        """Return a relationship with the reader's seat in it; the lists only say where to look."""
        if relationship not in self._seats:
            found = self._desk.ledger.load(RELATIONSHIP, relationship)
            try:
                seat = authorise(self._principal, Action.READ, found.state, self._at)
            except (NotFound, NotAllowed):
                self._seats[relationship] = None
            else:
                # What an auditor reads is put on record, and nothing waits for one.
                self._seats[relationship] = None if seat.side is None else (found, seat)
        return self._seats[relationship]


def _after(row: DueRow, instant: datetime) -> bool:
    return row.due is not None and row.due > instant


class Inboxes:
    """Everybody's inbox."""

    def __init__(self, desk: Desk, views: Views) -> None:
        self._desk = desk
        self._views = views

    def of(self, principal: Principal, at: datetime) -> Inbox:
        """Return somebody's inbox at an instant (UTC)."""
        return Inbox(self._desk, self._views, principal, at)
