"""A contract's place: its head and the ways between its pages, the same on every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from application.errors import NotFound
from application.ledger import Stream
from domain.contract.contract import CONTRACT
from domain.contract.standing import Ended, Ending, InForce, Pending, Standing, comes_to_end_at
from domain.values.ids import within
from interfaces.web.navigation import Tab
from interfaces.web.places import RelationshipPlace, seated
from interfaces.web.visits import Visit


@dataclass(frozen=True)
class ContractPlace:
    """A contract as its pages show it at their head."""

    relationship: RelationshipPlace
    id: str
    """The contract's own id, without the relationship's."""
    stream: Stream
    state: Pending | InForce | Ended

    @property
    def to(self) -> str:
        """The contract's own page."""
        return f"{self.relationship.to}/contracts/{self.id}"

    @property
    def standing(self) -> Standing:
        """What holds for it whatever its status."""
        return self.state.standing

    @property
    def title(self) -> str:
        """What its latest terms call it."""
        return self.standing.terms.title

    @property
    def ending(self) -> Ending | None:
        """An early end on its way; None once it has ended."""
        return None if isinstance(self.state, Ended) else self.standing.ending

    @property
    def status(self) -> str:
        """How it stands: ``pending``, ``in-force``, ``ending`` or ``ended``."""
        match self.state:
            case Ended():
                return "ended"
            case _ if self.ending is not None:
                return "ending"
            case Pending():
                return "pending"
            case InForce():
                return "in-force"

    @property
    def tone(self) -> str:
        """The colour of its status."""
        tones = {"in-force": "good", "pending": "warn", "ending": "warn"}
        return tones.get(self.status, "calm")

    @property
    def ends_at(self) -> datetime | None:
        """When it ends as things stand (UTC), or ended; None while it has no end."""
        if isinstance(self.state, Ended):
            return self.state.ended_at
        return comes_to_end_at(self.standing)

    def negotiate(self, kind: str) -> str:
        """Return where a change of it is negotiated: an amendment, a renewal, an end by consent."""
        asked = urlencode({"contract": self.stream.id, "kind": kind})
        return f"{self.relationship.to}/negotiations/new?{asked}"

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """The pages of the contract."""
        here = self.to
        return (
            Tab("Terms", here, f"{here}/terms"),
            *(
                Tab(name, f"{here}/{name.lower()}", f"{here}/{name.lower()}")
                for name in (
                    "Versions",
                    "Documents",
                    "Performance",
                    "Credits",
                    "Disputes",
                    "Reviews",
                )
            ),
        )


def contract_place(visit: Visit, relationship: str, contract: str) -> ContractPlace:
    """Return a contract that the visitor may see; raises NotFound for any other."""
    stream = within(relationship, contract)
    seat = visit.house.reading.admit(visit.asked, stream)
    found = visit.house.ledger.load(CONTRACT, stream)
    if not isinstance(found.state, Pending | InForce | Ended):
        raise NotFound("such contract")
    return ContractPlace(seated(visit, relationship, seat), contract, found, found.state)
