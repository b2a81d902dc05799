"""Whom a reader sees behind an id: by name whoever the API names to them too, others by party."""

from __future__ import annotations

from collections.abc import Mapping

from application.errors import NotAllowed, NotFound
from domain.parties.registered import Registered, Representative
from domain.relationships.access import party_on
from domain.values.ids import PersonId
from domain.values.sides import Side
from interfaces.web.places import RelationshipPlace, party_name
from interfaces.web.visits import Visit

SERVICE = "Parley"


class People:
    """Names for the ids in one relationship's records, as one visitor may know them.

    The visitor may know who represents a party wherever its party card tells them: their own
    people, and those of parties that theirs has to do with now. Each party is asked for once.
    """

    def __init__(self, visit: Visit, relationship: RelationshipPlace) -> None:
        self._visit = visit
        self._relationship = relationship
        self._parties: dict[str, str] = {}
        self._met: dict[str, Mapping[PersonId, Representative]] = {}

    def person(self, person: str, party: str | None) -> str:
        """Return a person's name, with their party's unless it is the visitor's; else the party's.

        Such as ``Ada Lind of Northwind``.
        """
        if party is None:
            return self.known(person) or SERVICE
        name = self.name(person, party)
        if name is None:
            return self.party(party)
        own = party == self._visit.principal.party
        return name if own else f"{name} of {self.party(party)}"

    def name(self, person: str, party: str | None) -> str | None:
        """Return the name of somebody who represents a party, if the visitor may know it."""
        found = None if party is None else self._representatives(party).get(PersonId(person))
        return None if found is None else found.details.name

    def known(self, person: str) -> str | None:
        """Return a person's name if they are the visitor's own."""
        return self.name(person, self._visit.principal.party)

    def on(self, side: Side | str, person: str) -> str:
        """Return the name of somebody who acted for a side."""
        return self.person(person, self._on(side))

    def named(self, person: str, side: Side) -> str:
        """Return the bare name of somebody who acted for a side, where the side is plain to see."""
        return self.name(person, self._on(side)) or self.side(side)

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

    def _on(self, side: Side | str) -> str | None:
        return party_on(self._relationship.stream.state, Side(side))

    def _representatives(self, party: str) -> Mapping[PersonId, Representative]:
        """Return who represents a party, as ``GET /v1/parties/{party}`` tells the visitor."""
        if party not in self._met:
            try:
                state = self._visit.house.registering.read(self._visit.asked, party).stream.state
            except (NotFound, NotAllowed):
                state = None
            self._met[party] = state.representatives if isinstance(state, Registered) else {}
        return self._met[party]
