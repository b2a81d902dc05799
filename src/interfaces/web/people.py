"""Whom a reader sees behind an id: their own people by name, everybody else by their party's."""

from __future__ import annotations

from domain.relationships.access import party_on
from domain.values.ids import PersonId
from domain.values.sides import Side
from interfaces.web.places import RelationshipPlace, party_name
from interfaces.web.visits import Visit

SERVICE = "Parley"


class People:
    """Names for the ids in one relationship's records, as one visitor may know them."""

    def __init__(self, visit: Visit, relationship: RelationshipPlace) -> None:
        self._visit = visit
        self._relationship = relationship
        self._parties: dict[str, str] = {}

    def person(self, person: str, party: str | None) -> str:
        """Return a person's name if they are the visitor's own, else their party's."""
        return self.known(person) or (SERVICE if party is None else self.party(party))

    def known(self, person: str) -> str | None:
        """Return a person's name if they are the visitor's own."""
        own = self._visit.party
        found = None if own is None else own.representatives.get(PersonId(person))
        return None if found is None else found.details.name

    def on(self, side: Side | str, person: str) -> str:
        """Return the name of somebody who acted for a side."""
        return self.person(person, party_on(self._relationship.stream.state, Side(side)))

    def party(self, party: str) -> str:
        """Return a party's name."""
        if party not in self._parties:
            self._parties[party] = party_name(self._visit, party)
        return self._parties[party]

    def side(self, side: Side | str) -> str:
        """Return the name of the party on a side."""
        return self._relationship.called(side)

    def own(self, side: Side | str) -> bool:
        """Tell whether a side is the visitor's."""
        return self._relationship.side is Side(side)
