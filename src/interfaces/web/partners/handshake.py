"""An invitation, the keys that it pins, and the auditors that either side admits later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.parties.keys import Thumbprint
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.relationships.access import party_on
from domain.relationships.relationship import Invited, Joined, Refusal
from domain.values.sides import Side
from interfaces.web.places import RelationshipPlace, party_name
from interfaces.web.visits import Visit


@dataclass(frozen=True)
class KeyShown:
    """A key to compare, and whose it is."""

    thumbprint: Thumbprint
    owner: str


@dataclass(frozen=True)
class Handshake:
    """How an invitation stands; ``status`` is invited, over, joined or ended."""

    status: str
    invited_by: Side
    purpose: str
    answer_by: datetime | None
    keys: tuple[tuple[Side, tuple[KeyShown, ...]], ...]
    """The keys pinned so far, by side."""

    @property
    def theirs(self) -> tuple[KeyShown, ...]:
        """The keys that the inviting side invited with."""
        return dict(self.keys).get(self.invited_by, ())


@dataclass(frozen=True)
class AdmissionShown:
    """An auditor who was let in, to what and until when."""

    id: str
    auditor: str
    admitted_by: Side
    streams: tuple[str, ...] | None
    private_side: Side | None
    until: datetime | None
    over: bool


def handshake(visit: Visit, found: RelationshipPlace) -> Handshake:
    """Return how an invitation stands; raises ValueError where there was none."""
    state = found.stream.state
    if not isinstance(state, Invited | Refusal | Joined):
        raise ValueError("a relationship to which nobody was invited has no page")
    invited = state.invitation
    pinned = dict(state.keys) if isinstance(state, Joined) else {invited.invited_by: invited.keys}
    keys = tuple(
        (side, tuple(_key(visit, found, side, key) for key in pinned.get(side, ())))
        for side in Side
    )
    return Handshake(_status(state), invited.invited_by, invited.purpose, invited.answer_by, keys)


def _status(state: Invited | Refusal | Joined) -> str:
    match state:
        case Joined():
            return "ended" if state.ended else "joined"
        case Invited():
            return "invited"
        case Refusal():
            return "over"


def admissions(visit: Visit, found: RelationshipPlace) -> list[AdmissionShown]:
    """Return who was let in; an auditor sees its own admissions only."""
    state = found.stream.state
    if not isinstance(state, Joined):
        return []
    now = visit.asked.at
    return [
        AdmissionShown(
            one.admission,
            party_name(visit, one.auditor),
            one.admitted_by,
            None if one.grant.streams is None else tuple(one.grant.streams),
            one.grant.private_side,
            one.until,
            one.until is not None and one.until <= now,
        )
        for one in state.admissions.values()
        if found.seat.scope is None or one.auditor == found.seat.party
    ]


def _key(visit: Visit, found: RelationshipPlace, side: Side, key: Thumbprint) -> KeyShown:
    party = visit.house.ledger.load(PARTY, str(party_on(found.stream.state, side))).state
    if not isinstance(party, Registered) or key not in party.keys:
        return KeyShown(key, "no longer in use")
    person = party.keys[key].person
    one = party.representatives.get(person)
    return KeyShown(key, "nobody" if one is None else one.details.name)
