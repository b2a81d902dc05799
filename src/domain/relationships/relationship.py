"""A relationship: invited by one side, joined by the other, open to the auditors either admits.

The handshake pins both sides' signing keys: whoever joins names the keys it was invited with, so
neither can later claim to have dealt with other keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.parties.keys import Thumbprint
from domain.relationships.facts import (
    AdmissionId,
    AuditorAdmitted,
    AuditorDismissed,
    Grant,
    RelationshipDeclined,
    RelationshipEnded,
    RelationshipFact,
    RelationshipInvitationLapsed,
    RelationshipInvitationWithdrawn,
    RelationshipInvited,
    RelationshipJoined,
)
from domain.values.ids import PartyId, StreamId
from domain.values.moments import Moment
from domain.values.sides import Side
from domain.values.words import Words


@command
class InviteToRelationship:
    """Propose to work together (see RelationshipInvited)."""

    provider: PartyId
    client: PartyId
    invited_by: Side
    purpose: Words
    keys: tuple[Thumbprint, ...]
    answer_by: Moment | None
    now: Moment


@command
class JoinRelationship:
    """Agree to an invitation, naming one's own keys and those one was invited with."""

    by: Side
    keys: tuple[Thumbprint, ...]
    their_keys: tuple[Thumbprint, ...]
    now: Moment


@command
class DeclineRelationship:
    """Say no to an invitation."""

    by: Side
    because: Words


@command
class WithdrawInvitation:
    """Take one's own invitation back."""

    by: Side
    because: Words


@command
class LapseInvitation:
    """Record that nobody answered in time; nothing when there is still time or an answer."""

    now: Moment


@command
class AdmitAuditor:
    """Let an auditor see what is shared: all of it, or ``streams`` and what is inside them.

    ``own_private_side`` adds the admitting side's private files; nobody can open the other's.
    """

    by: Side
    admission: AdmissionId
    auditor: PartyId
    streams: tuple[StreamId, ...] | None
    own_private_side: bool
    until: Moment | None
    now: Moment


@command
class DismissAuditor:
    """End an admission one has given."""

    by: Side
    admission: AdmissionId
    because: Words


@command
class EndRelationship:
    """Stop working together (the caller has checked that no contract is in force)."""

    by: Side
    because: Words


Command = (
    InviteToRelationship
    | JoinRelationship
    | DeclineRelationship
    | WithdrawInvitation
    | LapseInvitation
    | AdmitAuditor
    | DismissAuditor
    | EndRelationship
)


@dataclass(frozen=True, slots=True)
class Sides:
    """The two parties."""

    provider: PartyId
    client: PartyId


@state
class NoRelationship:
    """Nobody has invited anybody."""


@state
class Invited:
    """One side waits for the other's answer."""

    sides: Sides
    invitation: RelationshipInvited


@state
class Refusal:
    """The invitation was declined, withdrawn or lapsed: nothing came of it."""

    sides: Sides
    invitation: RelationshipInvited


@state
class Joined:
    """The two work together, or did: ``ended`` keeps what they shared readable.

    ``keys`` are those pinned by the handshake. Admissions last until dismissed or past ``until``.
    """

    sides: Sides
    invitation: RelationshipInvited
    keys: Mapping[Side, tuple[Thumbprint, ...]]
    ended: bool = False
    admissions: Mapping[AdmissionId, AuditorAdmitted] = field(default_factory=dict)
    dismissed: frozenset[AdmissionId] = frozenset()


State = NoRelationship | Invited | Refusal | Joined


def decide(command: Command, state: State) -> list[RelationshipFact]:
    """Decide what a command does to a relationship. Raises Refused by the rule broken."""
    match state:
        case NoRelationship():
            if isinstance(command, InviteToRelationship):
                return _invite(command)
            raise Refused("no-relationship", "no such relationship; invite the other side first")
        case Invited():
            return _while_invited(command, state)
        case Refusal():
            raise Refused("invitation-over", "this invitation is over; invite anew")
        case Joined():
            return _once_joined(command, state)
        case _:
            assert_never(state)


def _invite(command: InviteToRelationship) -> list[RelationshipFact]:
    if command.provider == command.client:
        raise Refused("same-party", "provider and client are two parties", place="client")
    if command.answer_by is not None and command.answer_by <= command.now:
        raise Refused("answer-by-past", "an invitation leaves time to answer", place="answer_by")
    return [
        RelationshipInvited(
            command.provider,
            command.client,
            command.invited_by,
            command.purpose,
            _pinned(command.keys),
            command.answer_by,
        )
    ]


def _while_invited(command: Command, state: Invited) -> list[RelationshipFact]:
    inviting = state.invitation.invited_by
    match command:
        case InviteToRelationship():
            raise Refused("already-invited", "the invitation is out; it waits for an answer")
        case JoinRelationship() | DeclineRelationship() if command.by == inviting:
            raise Refused(
                "own-invitation", f"the {inviting.other} answers; the {inviting} may withdraw it"
            )
        case JoinRelationship():
            return _join(command, state.invitation)
        case DeclineRelationship(because=because):
            return [RelationshipDeclined(because)]
        case WithdrawInvitation(by=by) if by != inviting:
            raise Refused("not-your-invitation", f"only the {inviting} may withdraw; decline it")
        case WithdrawInvitation(because=because):
            return [RelationshipInvitationWithdrawn(because)]
        case LapseInvitation(now=now):
            return [RelationshipInvitationLapsed()] if _late(state.invitation, now) else []
        case AdmitAuditor() | DismissAuditor() | EndRelationship():
            raise Refused("not-joined", f"the {inviting.other} has not joined yet")
        case _:
            assert_never(command)


def _join(command: JoinRelationship, invitation: RelationshipInvited) -> list[RelationshipFact]:
    if _late(invitation, command.now):
        raise Refused("invitation-lapsed", f"it could be answered until {invitation.answer_by}")
    if set(command.their_keys) != set(invitation.keys):
        raise Refused(
            "keys-differ",
            f"the {invitation.invited_by} invited with the keys {', '.join(invitation.keys)}",
            place="their_keys",
        )
    keys = _pinned(command.keys)
    if set(keys) & set(invitation.keys):
        raise Refused("keys-shared", "each side pins keys of its own", place="keys")
    return [RelationshipJoined(command.by, keys, invitation.keys)]


def _once_joined(command: Command, state: Joined) -> list[RelationshipFact]:
    match command:
        case LapseInvitation():
            return []
        case AdmitAuditor():
            return _admit(command, state)
        case DismissAuditor():
            return _dismiss(command, state)
        case EndRelationship(by=by, because=because):
            return [] if state.ended else [RelationshipEnded(by, because)]
        case (
            InviteToRelationship()
            | JoinRelationship()
            | DeclineRelationship()
            | WithdrawInvitation()
        ):
            raise Refused("already-joined", "both sides have joined this relationship")
        case _:
            assert_never(command)


def _admit(command: AdmitAuditor, state: Joined) -> list[RelationshipFact]:
    if command.auditor in (state.sides.provider, state.sides.client):
        raise Refused("auditor-is-a-side", "an auditor is neither provider nor client")
    if command.streams == ():
        raise Refused("nothing-to-audit", "name a stream, or everything shared", place="streams")
    grant = Grant(command.streams, command.by if command.own_private_side else None)
    admitted = AuditorAdmitted(command.admission, command.auditor, command.by, grant, command.until)
    if state.admissions.get(command.admission) == admitted:
        return []
    if command.admission in state.admissions or command.admission in state.dismissed:
        raise Refused("admission-exists", "this admission was given before; name a new one")
    if command.until is not None and command.until <= command.now:
        raise Refused("until-past", "an admission ends in the future", place="until")
    return [admitted]


def _dismiss(command: DismissAuditor, state: Joined) -> list[RelationshipFact]:
    if command.admission in state.dismissed:
        return []
    admitted = state.admissions.get(command.admission)
    if admitted is None:
        raise Refused("unknown-admission", "no such admission", place="admission")
    if admitted.admitted_by != command.by:
        raise Refused("not-your-auditor", f"only the {admitted.admitted_by} may dismiss it")
    return [AuditorDismissed(command.admission, command.because)]


def _pinned(keys: tuple[Thumbprint, ...]) -> tuple[Thumbprint, ...]:
    if not keys:
        raise Refused("no-keys", "a side pins at least one signing key", place="keys")
    return tuple(dict.fromkeys(keys))


def _late(invitation: RelationshipInvited, now: Moment) -> bool:
    return invitation.answer_by is not None and now >= invitation.answer_by


def evolve(state: State, fact: RelationshipFact) -> State:
    """Replay one fact; a fact that does not fit the state changes nothing."""
    match state, fact:
        case NoRelationship(), RelationshipInvited(provider, client):
            return Invited(Sides(provider, client), fact)
        case Invited(), RelationshipJoined(by, keys, their_keys):
            return Joined(state.sides, state.invitation, {by: keys, by.other: their_keys})
        case (
            Invited(),
            RelationshipDeclined()
            | RelationshipInvitationWithdrawn()
            | RelationshipInvitationLapsed(),
        ):
            return Refusal(state.sides, state.invitation)
        case Joined(), AuditorAdmitted(admission=admission):
            return replace(state, admissions={**state.admissions, admission: fact})
        case Joined(), AuditorDismissed(admission):
            left = {one: a for one, a in state.admissions.items() if one != admission}
            return replace(state, admissions=left, dismissed=state.dismissed | {admission})
        case Joined(), RelationshipEnded():
            return replace(state, ended=True)
        case _:
            return state


RELATIONSHIP: Decider[Command, State, RelationshipFact] = Decider(
    "relationship", decide, evolve, NoRelationship()
)
