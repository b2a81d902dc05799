"""Who may do what: one function, deny by default, and strangers learn nothing.

``authorise`` answers with a seat (a side's, or an auditor's) or raises: NotFound to whoever may
not even know the relationship exists, NotAllowed to a member whose role does not cover the action.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from application.errors import NotAllowed, NotFound
from domain.parties.facts import Role
from domain.relationships.access import Scope, auditor_scope, side_of
from domain.relationships.relationship import State as RelationshipState
from domain.values.ids import PartyId, PersonId, StreamId
from domain.values.sides import Side


class Action(StrEnum):
    """What a request sets out to do; each route names exactly one."""

    READ = "read"
    READ_PRIVATE = "read their own side's private file"
    REPRESENT = "represent a party"
    ADMINISTER = "administer a party"
    LEAD = "lead a relationship"
    ADMIT_AUDITORS = "admit auditors"
    OFFER_SERVICES = "offer services"
    STATE_REQUIREMENTS = "state requirements"
    ENGINEER_REQUIREMENTS = "engineer requirements"
    NEGOTIATE = "negotiate"
    COMMENT = "comment"
    PREPARE = "prepare a position"
    APPROVE_TECHNICAL = "approve technically"
    APPROVE_COMMERCIAL = "approve commercially"
    APPROVE_MANDATE = "approve up to a mandate"
    SIGN = "sign"
    ISSUE_DOCUMENTS = "issue documents"
    GIVE_NOTICE = "give notice"
    WITNESS = "cosign checkpoints"
    MEASURE = "hand in figures and report on them"
    EXCLUDE = "ask for exclusions and answer them"
    CLAIM = "claim credits, answer claims and record what was billed and paid"
    DISPUTE = "open disputes and agree how they end"
    ACKNOWLEDGE = "say that somebody is at what was missed"
    REVIEW = "hold service reviews and agree what is to be done"


_SERVICE = (Role.REQUIREMENTS_ENGINEER, Role.SERVICE_MANAGER)
_DEAL = (Role.NEGOTIATOR, Role.SIGNATORY, Role.LEGAL, Role.FINANCE, *_SERVICE)

ROLES: Final[dict[Action, tuple[Role, ...]]] = {
    Action.READ: tuple(Role),
    Action.READ_PRIVATE: (*_DEAL, Role.AUDITOR),
    Action.REPRESENT: tuple(Role),
    Action.ADMINISTER: (Role.ADMINISTRATOR,),
    Action.LEAD: (Role.ADMINISTRATOR, Role.NEGOTIATOR),
    Action.ADMIT_AUDITORS: (Role.ADMINISTRATOR, Role.LEGAL),
    Action.OFFER_SERVICES: (Role.SERVICE_MANAGER, Role.NEGOTIATOR),
    Action.STATE_REQUIREMENTS: (Role.NEGOTIATOR, *_SERVICE),
    Action.ENGINEER_REQUIREMENTS: _SERVICE,
    Action.NEGOTIATE: (Role.NEGOTIATOR,),
    Action.COMMENT: _DEAL,
    Action.PREPARE: _DEAL,
    Action.APPROVE_TECHNICAL: _SERVICE,
    Action.APPROVE_COMMERCIAL: (Role.FINANCE,),
    Action.APPROVE_MANDATE: (Role.SIGNATORY,),
    Action.SIGN: (Role.SIGNATORY,),
    Action.ISSUE_DOCUMENTS: _DEAL,
    Action.GIVE_NOTICE: (Role.NEGOTIATOR, Role.SIGNATORY),
    Action.WITNESS: tuple(Role),
    Action.MEASURE: _SERVICE,
    Action.EXCLUDE: (Role.SERVICE_MANAGER, Role.NEGOTIATOR),
    Action.CLAIM: (Role.FINANCE, Role.SERVICE_MANAGER, Role.NEGOTIATOR),
    Action.DISPUTE: (Role.NEGOTIATOR, Role.LEGAL, Role.FINANCE, Role.SERVICE_MANAGER),
    Action.ACKNOWLEDGE: _DEAL,
    Action.REVIEW: (Role.SERVICE_MANAGER, Role.NEGOTIATOR),
}
"""The roles that cover each action; an action that is not named here is nobody's."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: an identity, and the representative it is bound to, if any.

    ``identity`` is the identity's stream id; ``person`` and ``party`` are None for somebody who
    signed in but represents nobody yet.
    """

    identity: str
    person: PersonId | None = None
    party: PartyId | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def name(self) -> str:
        """The id under which the principal's acts are recorded."""
        return self.person or self.identity


@dataclass(frozen=True, slots=True)
class Seat:
    """The place somebody has at a relationship's table.

    A side's seat has a ``side``; ``private`` tells whether its holder may read that side's private
    file. An auditor's seat has a ``scope`` instead.
    """

    party: PartyId
    side: Side | None = None
    private: bool = False
    scope: Scope | None = None

    def shows(self, stream: str, private_to: Side | None = None) -> bool:
        """Tell whether this seat may read a stream, shared or private to a side."""
        if self.scope is not None:
            return self.scope.shows(StreamId(stream), private_to)
        return private_to is None or (self.private and private_to is self.side)

    def as_side(self) -> Side:
        """Return the side; only for actions that ``authorise`` grants to sides alone."""
        if self.side is None:
            raise NotFound("such action")
        return self.side


AUDITOR_ACTIONS: Final = frozenset({Action.READ})
"""An auditor with a private side reads its facts in the audit trail, as everything else."""


def require_role(principal: Principal, action: Action) -> None:
    """Raise NotAllowed unless one of the principal's roles covers the action."""
    covered = ROLES.get(action, ())
    if not principal.roles.intersection(covered):
        raise NotAllowed(action, covered)


def authorise(
    principal: Principal, action: Action, relationship: RelationshipState, at: datetime
) -> Seat:
    """Return the principal's seat at a relationship, for one action.

    Raises NotFound for strangers, auditors out of scope or time, and side-only actions of
    auditors; NotAllowed for members without the role.
    """
    party = principal.party
    if party is None:
        raise NotFound("such relationship")
    side = side_of(relationship, party)
    if side is not None:
        require_role(principal, action)
        private = bool(principal.roles.intersection(ROLES[Action.READ_PRIVATE]))
        return Seat(party, side, private)
    scope = auditor_scope(relationship, party, at)
    if scope is None or Role.AUDITOR not in principal.roles or action not in AUDITOR_ACTIONS:
        raise NotFound("such relationship")
    return Seat(party, scope=scope)


def authorise_party(principal: Principal, action: Action, party: str) -> PartyId:
    """Return the party if the principal represents it in a role that covers the action.

    To represent it is enough, even without any role, for ``REPRESENT``. Raises NotFound for
    everybody else's parties, NotAllowed for one's own without the role.
    """
    if principal.party is None or principal.party != party:
        raise NotFound("such party")
    if action is not Action.REPRESENT:
        require_role(principal, action)
    return principal.party
