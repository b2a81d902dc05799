"""A place within a relationship: who the two are to the visitor, and where one can go there."""

from __future__ import annotations

from dataclasses import dataclass

from application.access import Seat
from application.ledger import Stream
from domain.relationships.access import party_on
from domain.relationships.relationship import RELATIONSHIP
from domain.values.sides import Side
from interfaces.web.navigation import Tab, within
from interfaces.web.visits import Visit


@dataclass(frozen=True)
class RelationshipPlace:
    """A relationship as its pages show it at their head."""

    id: str
    seat: Seat
    stream: Stream
    provider: str
    client: str

    @property
    def to(self) -> str:
        """The relationship's own page."""
        return f"/relationships/{self.id}"

    @property
    def side(self) -> Side | None:
        """The visitor's side; None for an auditor."""
        return self.seat.side

    @property
    def name(self) -> str:
        """The other party's name, or both for an auditor."""
        match self.side:
            case Side.PROVIDER:
                return self.client
            case Side.CLIENT:
                return self.provider
            case _:
                return f"{self.provider} · {self.client}"

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Where one can go within it."""
        return within(self.id)

    @property
    def live(self) -> str:
        """The stream that its pages follow."""
        return f"{self.to}/follow"

    def called(self, side: Side | str) -> str:
        """Return the name of the party on a side."""
        return self.provider if Side(side) is Side.PROVIDER else self.client

    def whose(self, side: Side | str | None) -> str:
        """Say whose something is, as seen from here: yours, theirs, or the side's."""
        if side is None:
            return "both"
        if self.side is None:
            return str(side)
        return "yours" if Side(side) is self.side else "theirs"


def place(visit: Visit, relationship: str, what: str) -> RelationshipPlace:
    """Return a relationship that the visitor may see; raises NotFound for any other.

    ``what`` says what is read there, for the record that is kept of what auditors read. For a page
    about one stream it is that stream, and the visitor has to be let in to it.
    """
    reading = visit.house.reading
    if "/" in what:
        return seated(visit, relationship, reading.admit(visit.asked, what))
    return placed(visit, relationship, *reading.seated(visit.asked, relationship, what))


def seated(visit: Visit, relationship: str, seat: Seat) -> RelationshipPlace:
    """Return a relationship's place for a visitor whose seat is found already."""
    return placed(visit, relationship, seat, visit.house.ledger.load(RELATIONSHIP, relationship))


def placed(visit: Visit, relationship: str, seat: Seat, found: Stream) -> RelationshipPlace:
    """Return the place of a relationship that was looked up, for a visitor seated in it."""
    names = [
        party_name(visit, party_on(found.state, side)) for side in (Side.PROVIDER, Side.CLIENT)
    ]
    return RelationshipPlace(relationship, seat, found, *names)


def party_name(visit: Visit, party: str | None) -> str:
    """Return a party's name."""
    if party is None:
        return "nobody"
    found = visit.meet(party)
    return "nobody" if found is None else found.name
