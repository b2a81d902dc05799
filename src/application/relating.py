"""Use cases: invite, join, admit auditors, and part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from application.access import Action, require_role
from application.desk import Check, Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from application.projections.base import Query, Views
from application.projections.contracts import ContractRegister
from application.projections.paging import every
from application.projections.relationships import RelationshipRow, Relationships
from domain.decider import Refused
from domain.parties.facts import Role
from domain.parties.keys import Thumbprint
from domain.parties.party import PARTY
from domain.parties.registered import Unregistered
from domain.parties.standing import keys_of_party
from domain.relationships.access import auditor_scope
from domain.relationships.facts import AdmissionId
from domain.relationships.relationship import (
    RELATIONSHIP,
    AdmitAuditor,
    Command,
    DeclineRelationship,
    DismissAuditor,
    EndRelationship,
    InviteToRelationship,
    JoinRelationship,
    WithdrawInvitation,
)
from domain.values.ids import PartyId, StreamId, relationship_of
from domain.values.sides import Side

RUNNING: Final = ("pending", "in-force")


@dataclass(frozen=True, slots=True)
class Invitation:
    """To whom, on which side one stands oneself, and what for; see RelationshipInvited."""

    other: PartyId
    our_side: Side
    purpose: str
    answer_by: datetime | None


@dataclass(frozen=True, slots=True)
class Admission:
    """Whom to let in, and to what; see AdmitAuditor."""

    auditor: PartyId
    streams: tuple[StreamId, ...] | None
    own_private_side: bool
    until: datetime | None


class Relating:
    """What the two sides do with their relationship, each raising Refused by the rule it breaks.

    ``kept`` are the views that commands look at, ``shown`` those that readers are shown.
    """

    def __init__(self, desk: Desk, kept: Views, shown: Views) -> None:
        self._desk = desk
        self._projection = Relationships()
        self._view = shown.view(self._projection)
        self._contracts = kept.view(ContractRegister())

    def invite(self, request: Request, invitation: Invitation) -> Outcome:
        """Propose to work together, pinning one's own party's keys."""
        own = self._own(request)
        require_role(request.principal, Action.LEAD)
        self._refuse_unknown(invitation.other)
        provider, client = own, invitation.other
        if invitation.our_side is Side.CLIENT:
            provider, client = client, provider
        command = InviteToRelationship(
            provider,
            client,
            invitation.our_side,
            invitation.purpose,
            self._keys(own),
            invitation.answer_by,
            request.at,
        )
        return self._move(request, self._desk.new("relationship"), command)

    def join(
        self, request: Request, relationship: str, their_keys: tuple[Thumbprint, ...]
    ) -> Outcome:
        """Agree to an invitation, pinning one's own keys and naming those one was invited with."""
        side = self._desk.side(request, Action.LEAD, relationship)
        keys = self._keys(self._own(request))
        return self._move(
            request, relationship, JoinRelationship(side, keys, their_keys, request.at)
        )

    def decline(self, request: Request, relationship: str, because: str) -> Outcome:
        """Say no to an invitation."""
        side = self._desk.side(request, Action.LEAD, relationship)
        return self._move(request, relationship, DeclineRelationship(side, because))

    def withdraw(self, request: Request, relationship: str, because: str) -> Outcome:
        """Take one's own invitation back."""
        side = self._desk.side(request, Action.LEAD, relationship)
        return self._move(request, relationship, WithdrawInvitation(side, because))

    def admit(self, request: Request, relationship: str, admission: Admission) -> Outcome:
        """Let an auditor in."""
        side = self._desk.side(request, Action.ADMIT_AUDITORS, relationship)
        self._refuse_unknown(admission.auditor)
        command = AdmitAuditor(
            side,
            AdmissionId(self._desk.new("admission")),
            admission.auditor,
            admission.streams,
            admission.own_private_side,
            admission.until,
            request.at,
        )
        check = partial(self._refuse_elsewhere, relationship, admission.streams or ())
        return self._move(request, relationship, command, check)

    def dismiss(
        self, request: Request, relationship: str, admission: AdmissionId, because: str
    ) -> Outcome:
        """End an admission one has given."""
        side = self._desk.side(request, Action.ADMIT_AUDITORS, relationship)
        return self._move(request, relationship, DismissAuditor(side, admission, because))

    def end(self, request: Request, relationship: str, because: str) -> Outcome:
        """Stop working together; not while a contract is running."""
        side = self._desk.side(request, Action.LEAD, relationship)
        check = partial(self._refuse_while_running, relationship)
        return self._move(request, relationship, EndRelationship(side, because), check)

    def mine(
        self, request: Request, after: tuple[str, str] | None, limit: int
    ) -> list[RelationshipRow]:
        """Return the relationships of the asker's party, the oldest first, up to a limit."""
        party = request.principal.party
        if party is None:
            return []
        require_role(request.principal, Action.READ)
        found: list[RelationshipRow] = []
        for row in self._rows(party, after, limit):
            if row.seat in tuple(Side) or self._audits(request, party, row.relationship):
                found.append(row)
            if len(found) == limit:
                break
        return found

    def _rows(
        self, party: PartyId, after: tuple[str, str] | None, limit: int
    ) -> Iterator[RelationshipRow]:
        query = Query(stream=party, after=after, limit=limit)
        return every(self._view, self._projection, query)

    def _audits(self, request: Request, party: PartyId, relationship: str) -> bool:
        """Tell whether an auditor is admitted now: the view keeps those who were, too."""
        if Role.AUDITOR not in request.principal.roles:
            return False
        return auditor_scope(self._desk.relationship(relationship), party, request.at) is not None

    def _own(self, request: Request) -> PartyId:
        if request.principal.party is None:
            raise NotFound("party that you represent")
        return request.principal.party

    def _keys(self, party: PartyId) -> tuple[Thumbprint, ...]:
        return keys_of_party(self._desk.ledger.load(PARTY, party).state)

    def _move(
        self, request: Request, relationship: str, command: Command, check: Check | None = None
    ) -> Outcome:
        step = Step(RELATIONSHIP, relationship, command, request.expected)
        return self._desk.record(request, step, check=check)

    def _refuse_unknown(self, party: PartyId) -> None:
        if isinstance(self._desk.ledger.load(PARTY, party).state, Unregistered):
            raise NotFound("such party")

    def _refuse_elsewhere(self, relationship: str, streams: tuple[StreamId, ...]) -> None:
        for stream in streams:
            if relationship_of(stream) != relationship or not self._desk.ledger.exists(stream):
                raise Refused(
                    "unknown-stream",
                    f"{stream} is nothing of this relationship; name what the two sides share",
                    place="streams",
                )

    def _refuse_while_running(self, relationship: str) -> None:
        for status in RUNNING:
            query = Query(relationship=relationship, matching=(("status", status),), limit=1)
            for contract in self._contracts.find(query):
                raise Refused(
                    "contract-running",
                    f"{contract.contract} ({contract.title}) is {status}; end it first, "
                    "or let it run out",
                )
