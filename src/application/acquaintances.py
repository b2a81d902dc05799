"""Whether two parties know each other: as the two sides of a relationship, or one audits it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from application.access import Action
from application.desk import Desk, Request
from application.errors import NotFound
from application.projections.base import Query, ViewStore
from application.projections.paging import every
from application.projections.relationships import Relationships
from domain.relationships.access import auditor_scope, side_of
from domain.relationships.relationship import Invited, Refusal
from domain.values.ids import PartyId

CHUNK: Final = 50


class Acquaintances:
    """The view finds relationships in common; each relationship itself says who belongs to it."""

    def __init__(self, desk: Desk, store: ViewStore) -> None:
        self._desk = desk
        self._projection = Relationships()
        self._view = store.view(self._projection)

    def knows(self, request: Request, own: PartyId, other: PartyId) -> bool:
        """Tell whether the asker's party and another have anything to do with each other now.

        An invitation introduces the inviting side to the invited one, not the other way round: who
        could invite anybody would see everybody. One that came to nothing does not count. Raises
        NotAllowed for an asker who has no role in a party that knows the other.
        """
        return any(
            self._meet(request, relationship, own, other)
            for relationship in self._common(own, other)
        )

    def _common(self, own: PartyId, other: PartyId) -> Iterator[str]:
        for party, side_of_it in ((own, other), (other, own)):
            for side in ("provider", "client"):
                query = Query(stream=party, matching=((side, side_of_it),), limit=CHUNK)
                rows = every(self._view, self._projection, query)
                yield from (row.relationship for row in rows)

    def _meet(self, request: Request, relationship: str, own: PartyId, other: PartyId) -> bool:
        try:
            self._desk.seat(request.principal, Action.READ, relationship, request.at)
        except NotFound:
            return False
        state = self._desk.relationship(relationship)
        if isinstance(state, Refusal):
            return False
        if isinstance(state, Invited):
            return side_of(state, own) is state.invitation.invited_by.other
        audits = auditor_scope(state, other, request.at) is not None
        return audits or side_of(state, other) is not None
