"""Relationships as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from application.access import Seat
from application.ledger import Stream
from application.projections.relationships import RelationshipRow
from application.relating import Admission, Invitation
from domain.parties.keys import Thumbprint
from domain.relationships.facts import AuditorAdmitted, RelationshipInvited
from domain.relationships.relationship import Invited, Joined, NoRelationship, Refusal, State
from domain.values.ids import SUFFIX_PATTERN, PartyId, StreamId, id_pattern
from domain.values.sides import Side
from interfaces.http.conventions import THUMBPRINT_PATTERN
from interfaces.http.schemas.base import Answer, Body, Instant, Said

PartyRef = Annotated[str, StringConstraints(pattern=id_pattern("party"))]
ThumbprintText = Annotated[str, StringConstraints(pattern=THUMBPRINT_PATTERN)]
SharedStream = Annotated[
    str,
    StringConstraints(
        pattern=f"{id_pattern('relationship')[:-1]}/"
        f"(requirements|negotiation|contract)-{SUFFIX_PATTERN}$",
        max_length=120,
    ),
]
"""The id of something two sides share; their private files are not named."""

Status = Literal["invited", "joined", "over", "ended"]


class InvitationBody(Body):
    """With whom to work together, and on which side you stand yourselves."""

    other: PartyRef
    our_side: Side
    purpose: Said
    answer_by: Instant | None = None
    """From this instant on it can no longer be accepted."""


class JoiningBody(Body):
    """Joining names the keys one was invited with, as one learnt them."""

    their_keys: Annotated[tuple[ThumbprintText, ...], Field(max_length=100)]


class AdmissionBody(Body):
    """Which auditor to let in, and to what."""

    auditor: PartyRef
    streams: Annotated[tuple[SharedStream, ...], Field(max_length=100)] | None = None
    """These and all inside them; without it, everything the two sides share."""
    own_private_side: bool = False
    """Whether your own side's private files on them are shown as well."""
    until: Instant | None = None
    """The first instant at which the auditor is out again."""


class AdmissionAnswer(Answer):
    """An admission that was not ended; past ``until`` it shows nothing any more."""

    id: str
    auditor: str
    admitted_by: Side
    streams: list[str] | None
    private_side: Side | None
    until: datetime | None


class RelationshipAnswer(Answer):
    """A relationship as it stands; ``version`` is the ETag.

    ``keys`` are those pinned so far. An auditor sees its own admissions only.
    """

    id: str
    version: int
    status: Status
    seat: Literal["provider", "client", "auditor"]
    provider: str
    client: str
    invited_by: Side
    purpose: str
    answer_by: datetime | None
    keys: dict[Side, list[str]]
    admissions: list[AdmissionAnswer]


class RelationshipSummary(Answer):
    """A relationship in a listing."""

    id: str
    version: int
    status: Status
    seat: Literal["provider", "client", "auditor"]
    provider: str
    client: str
    invited_by: Side
    purpose: str
    invited_at: datetime
    changed_at: datetime


def invitation(body: InvitationBody) -> Invitation:
    """Return the invitation that a body holds."""
    return Invitation(PartyId(body.other), body.our_side, body.purpose, body.answer_by)


def admission(body: AdmissionBody) -> Admission:
    """Return the admission that a body holds."""
    streams = None if body.streams is None else tuple(StreamId(one) for one in body.streams)
    return Admission(PartyId(body.auditor), streams, body.own_private_side, body.until)


def relationship_answer(stream: Stream, seat: Seat) -> RelationshipAnswer:
    """Show a relationship to whoever has a seat; raises ValueError where there is none."""
    state: State = stream.state
    if isinstance(state, NoRelationship):
        raise ValueError("a relationship to which nobody was invited cannot be shown")
    invited = state.invitation
    return RelationshipAnswer(
        id=stream.id,
        version=stream.version,
        status=_status(state),
        seat=seat.side or "auditor",
        provider=invited.provider,
        client=invited.client,
        invited_by=invited.invited_by,
        purpose=invited.purpose,
        answer_by=invited.answer_by,
        keys=_keys(state, invited),
        admissions=_admissions(state, seat),
    )


def relationship_summary(row: RelationshipRow) -> RelationshipSummary:
    """Show a relationship in a listing."""
    shown = row.model_dump(exclude={"relationship", "party", "auditors"})
    return RelationshipSummary.model_validate({"id": row.relationship, **shown})


def _status(state: Invited | Refusal | Joined) -> Status:
    match state:
        case Invited():
            return "invited"
        case Refusal():
            return "over"
        case Joined(ended=ended):
            return "ended" if ended else "joined"


def _keys(
    state: Invited | Refusal | Joined, invited: RelationshipInvited
) -> dict[Side, list[Thumbprint]]:
    pinned = state.keys if isinstance(state, Joined) else {invited.invited_by: invited.keys}
    return {side: list(keys) for side, keys in sorted(pinned.items())}


def _admissions(state: State, seat: Seat) -> list[AdmissionAnswer]:
    if not isinstance(state, Joined):
        return []
    return [
        _admission(admitted)
        for admitted in state.admissions.values()
        if seat.scope is None or admitted.auditor == seat.party
    ]


def _admission(admitted: AuditorAdmitted) -> AdmissionAnswer:
    streams = admitted.grant.streams
    return AdmissionAnswer(
        id=admitted.admission,
        auditor=admitted.auditor,
        admitted_by=admitted.admitted_by,
        streams=None if streams is None else list(streams),
        private_side=admitted.grant.private_side,
        until=admitted.until,
    )
