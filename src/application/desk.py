"""What every use case does: find the asker's seat, decide under a key, record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from application.access import Action, Principal, Seat, authorise
from application.errors import NotFound
from application.ledger import Act, Ledger, Outcome, Plan, Step
from application.ports import NewId
from application.recorded import Recorded
from domain.decider import Decider, Refused
from domain.relationships.access import is_open, party_on
from domain.relationships.relationship import RELATIONSHIP
from domain.relationships.relationship import State as RelationshipState
from domain.values.ids import PartyId, typed_id, within
from domain.values.sides import Side

Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks for something, when (UTC), under which key, expecting which version.

    ``fingerprint`` stands for the whole request; ``expected`` None expects nothing.
    """

    principal: Principal
    at: datetime
    key: str
    fingerprint: str = ""
    expected: int | None = None


class Desk:
    """The ledger as use cases see it."""

    def __init__(self, ledger: Ledger, new_id: NewId) -> None:
        self.ledger = ledger
        self._new_id = new_id

    def new(self, kind: str, parent: str | None = None) -> str:
        """Return a fresh id, inside a parent stream if there is one."""
        fresh = typed_id(kind, self._new_id())
        return fresh if parent is None else within(parent, fresh)

    def relationship(self, relationship: str) -> RelationshipState:
        """Return a relationship as it stands."""
        return self.ledger.load(RELATIONSHIP, relationship).state  # type: ignore[no-any-return]

    def seat(self, principal: Principal, action: Action, relationship: str, at: datetime) -> Seat:
        """Return the asker's seat for an action; raises NotFound or NotAllowed."""
        return authorise(principal, action, self.relationship(relationship), at)

    def side(self, request: Request, action: Action, relationship: str) -> Side:
        """Return the asker's side for a move; raises NotFound or NotAllowed."""
        return self.seat(request.principal, action, relationship, request.at).as_side()

    def refuse_unless_open(self, relationship: str) -> None:
        """Raise Refused unless both sides have joined, so that something new can begin."""
        if not is_open(self.relationship(relationship)):
            raise Refused(
                "relationship-not-open", "both sides have to be in the relationship to begin this"
            )

    def party(self, relationship: str, side: Side) -> PartyId:
        """Return the party on a side; raises NotFound while there is no relationship."""
        party = party_on(self.relationship(relationship), side)
        if party is None:
            raise NotFound("such relationship")
        return party

    def record(self, request: Request, *steps: Step, check: Check | None = None) -> Outcome:
        """Check what no single stream can know, decide and save; see ``Ledger.perform``.

        A check raises Refused. It is part of the command: a request that is repeated after it was
        recorded gets its first answer, though the check would refuse it by now.
        """

        def plan() -> Sequence[Step]:
            if check is not None:
                check()
            return steps

        return self.carry_out(request, steps[0].decider, plan)

    def carry_out(self, request: Request, main: Decider[Any, Any, Any], plan: Plan) -> Outcome:
        """Make a plan, decide and save it; see ``Ledger.carry_out``."""
        return self.ledger.carry_out(_act(request), main, plan)

    def rehearse(self, request: Request, *steps: Step) -> tuple[Recorded, ...]:
        """Decide without saving, and return what would be recorded."""
        return self.ledger.rehearse(_act(request), *steps)


def _act(request: Request) -> Act:
    principal = request.principal
    return Act(principal.name, principal.party, request.at, request.key, request.fingerprint)
