"""What others ask of a relationship: which side a party is on, what an auditor may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.relationships.facts import AuditorAdmitted, Grant
from domain.relationships.relationship import Invited, Joined, Refusal, State
from domain.values.ids import PartyId, StreamId
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Scope:
    """All that an auditor's admissions in force let it see, one grant for each."""

    grants: tuple[Grant, ...]

    def shows(self, stream: StreamId, private_to: Side | None = None) -> bool:
        """Tell whether a stream of this relationship is in scope.

        ``private_to`` is the side whose private file the stream is; None for what both share.
        """
        return any(
            _reaches(grant, stream) and private_to in (None, grant.private_side)
            for grant in self.grants
        )


def is_open(state: State) -> bool:
    """Tell whether both sides have joined and neither has ended it: new work may begin."""
    return isinstance(state, Joined) and not state.ended


def party_on(state: State, side: Side) -> PartyId | None:
    """Return the party on a side; None while there is no relationship."""
    match state:
        case Invited(sides=sides) | Refusal(sides=sides) | Joined(sides=sides):
            return sides.provider if side is Side.PROVIDER else sides.client
        case _:
            return None


def side_of(state: State, party: PartyId) -> Side | None:
    """Return the side a party is on, from the invitation onwards; None for everybody else."""
    return next((side for side in Side if party_on(state, side) == party), None)


def auditor_scope(state: State, party: PartyId, at: datetime) -> Scope | None:
    """Return what an auditor may see at an instant; None for whoever is not admitted then.

    An admission outlives the end of the relationship: what was shared can be audited after it.
    """
    if not isinstance(state, Joined):
        return None
    grants = tuple(
        admitted.grant
        for admitted in state.admissions.values()
        if admitted.auditor == party and _lasts(admitted, at)
    )
    return Scope(grants) if grants else None


def _lasts(admitted: AuditorAdmitted, at: datetime) -> bool:
    return admitted.until is None or at < admitted.until


def _reaches(grant: Grant, stream: StreamId) -> bool:
    if grant.streams is None:
        return True
    return any(stream == named or stream.startswith(f"{named}/") for named in grant.streams)
