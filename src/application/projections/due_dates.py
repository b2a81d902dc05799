"""What falls due: when, of what, and who has to act before.

The daily sheet works through what is due; people read the rest as their agenda.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from application.projections.base import SERVICE, Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.contract.contract import CONTRACT
from domain.contract.facts import ContractFact
from domain.contract.standing import (
    ContractState,
    InForce,
    NotConcluded,
    Pending,
    Standing,
    comes_to_end_at,
    renewal_decided_at,
)
from domain.negotiation.facts import (
    CounterOfferMade,
    NegotiationBrokenOff,
    NegotiationConcluded,
    OfferAccepted,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    SignatureDeclined,
    SignatureRequested,
    SigningPeriodExpired,
)
from domain.relationships.facts import (
    RelationshipDeclined,
    RelationshipInvitationLapsed,
    RelationshipInvitationWithdrawn,
    RelationshipInvited,
    RelationshipJoined,
)


class DueKind(StrEnum):
    """What comes about at the due instant."""

    INVITATION_LAPSES = "invitation-lapses"
    OFFER_EXPIRES = "offer-expires"
    SIGNING_PERIOD_ENDS = "signing-period-ends"
    CONTRACT_BEGINS = "contract-begins"
    RENEWAL_DECIDED = "renewal-decided"
    CONTRACT_ENDS = "contract-ends"


class DueRow(Row):
    """One due date (UTC); ``awaits`` is the side that can still act, None for both or neither.

    A row of kind None keeps how a live contract stands for the view itself and is due never.
    """

    stream: str
    relationship: str
    kind: DueKind | None
    due: datetime | None
    awaits: str | None = None
    subject: str | None = None
    standing: Standing | None = None
    in_force: bool = False


class DueDates(Projection[DueRow]):
    """One row a due date; a date that no longer holds has no row."""

    name = "due_dates"
    version = 3
    row = DueRow

    def place(self, row: DueRow) -> Place:
        """The earliest first."""
        if row.kind is None or row.due is None:
            # Kept out of the relationship, or its agenda would begin with a row a live contract.
            return Place(_held(row.stream), "", audience=SERVICE)
        return Place(
            key=_key(row.stream, row.kind),
            sort=row.due.isoformat(),
            relationship=row.relationship,
            stream=row.stream,
            due=row.due,
        )

    def process(self, recorded: Positioned, rows: Rows[DueRow]) -> None:
        """Set, move or strike the due dates that a fact concerns."""
        event = recorded.event
        if isinstance(event.fact, ContractFact):
            _contract(event, rows)
        else:
            _negotiation(event, rows)


def _key(stream: str, kind: DueKind) -> str:
    return f"{stream}#{kind}"


def _held(stream: str) -> str:
    return f"{stream}#state"


def _negotiation(event: Recorded, rows: Rows[DueRow]) -> None:
    match event.fact:
        case RelationshipInvited(answer_by=answer_by, invited_by=by) if answer_by is not None:
            rows.put(_due(event, DueKind.INVITATION_LAPSES, answer_by, by.other))
        case (
            RelationshipJoined()
            | RelationshipDeclined()
            | RelationshipInvitationWithdrawn()
            | RelationshipInvitationLapsed()
        ):
            rows.delete(_key(event.stream, DueKind.INVITATION_LAPSES))
        case ProposalMade(offer=offer) | CounterOfferMade(offer=offer):
            rows.put(
                _due(event, DueKind.OFFER_EXPIRES, offer.valid_until, offer.by.other, offer.id)
            )
        case OfferWithdrawn() | OfferRejected() | OfferExpired() | NegotiationBrokenOff():
            rows.delete(_key(event.stream, DueKind.OFFER_EXPIRES))
        case OfferAccepted():
            rows.delete(_key(event.stream, DueKind.OFFER_EXPIRES))
        case SignatureRequested(sign_by=sign_by, offer=offer_id):
            rows.put(_due(event, DueKind.SIGNING_PERIOD_ENDS, sign_by, None, offer_id))
        case SignatureDeclined() | SigningPeriodExpired() | NegotiationConcluded():
            rows.delete(_key(event.stream, DueKind.SIGNING_PERIOD_ENDS))
        case _:
            return


def _contract(event: Recorded, rows: Rows[DueRow]) -> None:
    after = CONTRACT.evolve(_before(rows.get(_held(event.stream))), event.fact)
    _hold(event, after, rows)
    dates = _dates(after)
    for kind in (DueKind.CONTRACT_BEGINS, DueKind.RENEWAL_DECIDED, DueKind.CONTRACT_ENDS):
        due = dates.get(kind)
        if due is None:
            rows.delete(_key(event.stream, kind))
        else:
            rows.put(_due(event, kind, due, None))


def _before(held: DueRow | None) -> ContractState:
    if held is None or held.standing is None:
        return NotConcluded()
    # Both states look alike once stored, so the row says which one it was.
    return InForce(held.standing) if held.in_force else Pending(held.standing)


def _hold(event: Recorded, state: ContractState, rows: Rows[DueRow]) -> None:
    """Keep how a live contract stands; nothing of one that is over falls due any more."""
    if not isinstance(state, Pending | InForce):
        rows.delete(_held(event.stream))
        return
    rows.put(
        DueRow(
            stream=event.stream,
            relationship=str(event.relationship),
            kind=None,
            due=None,
            standing=state.standing,
            in_force=isinstance(state, InForce),
        )
    )


def _dates(state: ContractState) -> dict[DueKind, datetime | None]:
    match state:
        case Pending(standing=standing):
            begins = {DueKind.CONTRACT_BEGINS: standing.begins_at}
        case InForce(standing=standing):
            begins = {}
        case _:
            return {}
    decided = renewal_decided_at(standing)
    if decided is not None:
        return {**begins, DueKind.RENEWAL_DECIDED: decided}
    return {**begins, DueKind.CONTRACT_ENDS: comes_to_end_at(standing)}


def _due(
    event: Recorded,
    kind: DueKind,
    due: datetime,
    awaits: str | None,
    subject: str | None = None,
) -> DueRow:
    return DueRow(
        stream=event.stream,
        relationship=str(event.relationship),
        kind=kind,
        due=due,
        awaits=awaits,
        subject=subject,
    )
