"""What happens between a provider and a client as such."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from domain.decider import fact
from domain.parties.keys import Thumbprint
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.sides import Side

AdmissionId = NewType("AdmissionId", str)


@dataclass(frozen=True, slots=True)
class Grant:
    """What one admission lets an auditor see.

    ``streams`` None is everything the two sides share; otherwise these streams and all inside
    them. ``private_side`` is the side whose private files on them may be seen too; None for an
    independent auditor.
    """

    streams: tuple[StreamId, ...] | None
    private_side: Side | None


@fact
class RelationshipInvited:
    """One side proposes to work together and pins its signing keys.

    ``answer_by`` is the instant from which the invitation can no longer be accepted; None is no
    such limit.
    """

    provider: PartyId
    client: PartyId
    invited_by: Side
    purpose: str
    keys: tuple[Thumbprint, ...]
    answer_by: datetime | None


@fact
class RelationshipJoined:
    """The other side agrees, pins its own keys, and names the keys it was invited with."""

    by: Side
    keys: tuple[Thumbprint, ...]
    their_keys: tuple[Thumbprint, ...]


@fact
class RelationshipDeclined:
    """The invited side does not agree."""

    because: str


@fact
class RelationshipInvitationWithdrawn:
    """The inviting side takes its invitation back."""

    because: str


@fact
class RelationshipInvitationLapsed:
    """Nobody answered the invitation in time."""


@fact
class AuditorAdmitted:
    """A side lets an auditor in; ``until`` is the first instant it is out again, if any."""

    admission: AdmissionId
    auditor: PartyId
    admitted_by: Side
    grant: Grant
    until: datetime | None


@fact
class AuditorDismissed:
    """The side that let an auditor in ends that admission."""

    admission: AdmissionId
    because: str


@fact
class RelationshipEnded:
    """The two no longer work together; what they shared stays readable."""

    by: Side
    because: str


@fact
class RecordsInspected:
    """An auditor read something: ``what`` names the operation and the stream."""

    reading: str
    auditor: PartyId
    person: PersonId
    what: str


RelationshipFact = (
    RelationshipInvited
    | RelationshipJoined
    | RelationshipDeclined
    | RelationshipInvitationWithdrawn
    | RelationshipInvitationLapsed
    | AuditorAdmitted
    | AuditorDismissed
    | RelationshipEnded
)
