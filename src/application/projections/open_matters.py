"""What is open: every matter that somebody may still have to act on, and nothing that is closed.

The other boards keep what is over as well, so asking them what is open costs what ever was. Here a
row goes when its matter does: what an inbox costs grows with what is open alone.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from application.projections.base import SERVICE, Place, Projection, Rows
from application.projections.each_side import (
    EachSide,
    SideList,
    WaitingRow,
    place_of_copy,
    sides_in,
)
from application.projections.negotiation_board import NegotiationRow, changes_of, opened_row
from application.recorded import Positioned, Recorded
from domain.bills.facts import BillCancelled, BillContested, BillCorrected, ContestWithdrawn
from domain.contract.facts import ContractExpired, ContractTerminated
from domain.disputes.facts import DisputeOpened, DisputeSettled, DisputeWithdrawn
from domain.escalations.facts import EscalationAcknowledged, EscalationBegun, EscalationEnded
from domain.exclusions.facts import (
    ExclusionGranted,
    ExclusionRefused,
    ExclusionRequested,
    ExclusionWithdrawn,
)
from domain.negotiation.facts import NegotiationBrokenOff, NegotiationConcluded, NegotiationOpened
from domain.performance.facts import Result, ResultEstablished, ResultRestated
from domain.relationships.facts import (
    RelationshipDeclined,
    RelationshipInvitationLapsed,
    RelationshipInvitationWithdrawn,
    RelationshipInvited,
    RelationshipJoined,
)
from domain.reviews.facts import (
    MinutesApproved,
    MinutesObjected,
    MinutesWritten,
    ReviewCalled,
    ReviewCancelled,
)
from domain.values.sides import Side


class MatterKind(StrEnum):
    """What is open."""

    INVITATION = "invitation"
    NEGOTIATION = "negotiation"
    DISPUTE = "dispute"
    EXCLUSION = "exclusion"
    MINUTES = "minutes"
    CONTESTED_BILL = "contested-bill"
    ESCALATION = "escalation"
    MISSED = "missed"


class OpenMatter(WaitingRow):
    """One open matter; ``awaits`` is the side that has to act, None for both or neither.

    ``negotiation`` is how a negotiation stands. A row of kind None is kept for the view itself:
    the ``objectives`` of a contract whose last period was missed, and whether it is over.
    """

    kind: MatterKind | None
    item: str
    about: str = ""
    awaits: str | None = None
    since: datetime
    until: datetime | None = None
    negotiation: NegotiationRow | None = None
    objectives: tuple[str, ...] = ()
    over: bool = False

    @property
    def due(self) -> datetime | None:
        """When it comes due; ``until`` of an objective that was missed is when its period ended."""
        return None if self.kind is MatterKind.MISSED else self.until


class OpenMatters(Projection[OpenMatter]):
    """One row an open matter, those that began first before the others; a copy for each side.

    A side finds its copies in the order in which they come due, what never does at the end.
    """

    name = "open_matters"
    version = 3
    row = OpenMatter

    def place(self, row: OpenMatter) -> Place:
        """By when it began; what the view keeps for itself lies in no relationship."""
        if row.kind is None:
            return Place(_key(row.stream, None), "", audience=SERVICE)
        key = _key(row.stream, row.kind, row.item)
        if row.listing is not None:
            return place_of_copy(key, _by_when(row), row.listing)
        return Place(key, row.since.isoformat(), row.relationship, row.stream)

    def process(self, recorded: Positioned, rows: Rows[OpenMatter]) -> None:
        """Open a matter, move it on, or close it."""
        event = recorded.event
        rows = EachSide(rows, lambda relationship: _key(relationship, None), _listed)
        if (sides := sides_in(event.fact)) is not None:
            rows.put(_matter(event, None).model_copy(update={"sides": sides}))
        match event.fact:
            case ResultEstablished(result=result) | ResultRestated(result=result):
                _judged(event, result, rows)
            case ContractTerminated() | ContractExpired():
                _over(event, rows)
            case EscalationBegun() | EscalationAcknowledged() | EscalationEnded():
                _escalation(event, event.fact, rows)
            case ExclusionRequested() | ExclusionGranted() | ExclusionRefused():
                _exclusion(event, event.fact, rows)
            case ExclusionWithdrawn():
                rows.delete(_key(event.stream, MatterKind.EXCLUSION, event.fact.case))
            case BillContested(bill=bill, by=by, because=because):
                kind = MatterKind.CONTESTED_BILL
                rows.put(_matter(event, kind, because, by.other, item=bill))
            case ContestWithdrawn() | BillCorrected() | BillCancelled():
                rows.delete(_key(event.stream, MatterKind.CONTESTED_BILL, event.fact.bill))
            case _:
                _affair(event, rows)
                _negotiation(event, rows)


NEVER: Final = "9999-12-31"
"""After every instant that something is due at."""


def _by_when(row: OpenMatter) -> str:
    return f"{NEVER} {row.since.isoformat()}" if row.due is None else row.due.isoformat()


def _listed(row: OpenMatter, side: Side) -> SideList | None:
    """Tell in which list of a side a matter stands."""
    match row.kind:
        case None:
            return None
        case MatterKind.NEGOTIATION:
            return None if row.negotiation is None else _talk_listed(row.negotiation, side)
        case MatterKind.INVITATION:
            return SideList.YOURS if row.awaits == side else SideList.THEIRS
        case MatterKind.EXCLUSION | MatterKind.MINUTES | MatterKind.CONTESTED_BILL:
            return SideList.RISK if row.awaits == side else SideList.THEIRS
        case MatterKind.DISPUTE | MatterKind.ESCALATION | MatterKind.MISSED:
            return SideList.RISK


def _talk_listed(row: NegotiationRow, side: Side) -> SideList:
    if row.status == "awaiting-signatures":
        return SideList.THEIRS if side in row.signed else SideList.SIGN
    if row.turn is None:
        return SideList.EITHER
    return SideList.YOURS if row.turn == side else SideList.THEIRS


def _key(stream: str, kind: MatterKind | None, item: str = "") -> str:
    return f"{stream}#{kind or 'state'}:{item}"


def _matter(  # noqa: PLR0913 - the parts of a matter
    event: Recorded,
    kind: MatterKind | None,
    about: str = "",
    awaits: Side | None = None,
    *,
    item: str = "",
    until: datetime | None = None,
) -> OpenMatter:
    return OpenMatter(
        stream=event.stream,
        relationship=str(event.relationship),
        kind=kind,
        item=item,
        about=about,
        awaits=None if awaits is None else str(awaits),
        since=event.at,
        until=until,
    )


def _affair(event: Recorded, rows: Rows[OpenMatter]) -> None:
    match event.fact:
        case RelationshipInvited(invited_by=by, purpose=purpose, answer_by=until):
            rows.put(_matter(event, MatterKind.INVITATION, purpose, by.other, until=until))
        case (
            RelationshipJoined()
            | RelationshipDeclined()
            | RelationshipInvitationWithdrawn()
            | RelationshipInvitationLapsed()
        ):
            rows.delete(_key(event.stream, MatterKind.INVITATION))
        case DisputeOpened(because=because):
            rows.put(_matter(event, MatterKind.DISPUTE, because))
        case DisputeSettled() | DisputeWithdrawn():
            rows.delete(_key(event.stream, MatterKind.DISPUTE))
        case MinutesWritten(by=by, text=text):
            rows.put(_matter(event, MatterKind.MINUTES, text, by.other))
        case MinutesObjected(by=by, because=because):
            rows.put(_matter(event, MatterKind.MINUTES, because, by.other))
        case MinutesApproved() | ReviewCalled() | ReviewCancelled():
            rows.delete(_key(event.stream, MatterKind.MINUTES))
        case _:
            return


def _negotiation(event: Recorded, rows: Rows[OpenMatter]) -> None:
    key = _key(event.stream, MatterKind.NEGOTIATION)
    match event.fact:
        case NegotiationOpened(title=title) as opened:
            row = opened_row(event, opened)
            matter = _matter(event, MatterKind.NEGOTIATION, title)
            rows.put(matter.model_copy(update={"negotiation": row}))
        case NegotiationConcluded() | NegotiationBrokenOff():
            rows.delete(key)
        case fact:
            known = rows.get(key)
            if known is None or known.negotiation is None:
                return
            changes = {**changes_of(known.negotiation, fact), "changed_at": event.at}
            row = known.negotiation.model_copy(update={**changes, "version": event.version})
            due = row.sign_by or (row.tabled.valid_until if row.tabled else None)
            moved = {"negotiation": row, "awaits": row.turn, "until": due}
            rows.put(known.model_copy(update=moved))


def _exclusion(
    event: Recorded,
    fact: ExclusionRequested | ExclusionGranted | ExclusionRefused,
    rows: Rows[OpenMatter],
) -> None:
    match fact:
        case ExclusionRequested(granted_by_itself=False, because=because, by=by, case=case):
            rows.put(_matter(event, MatterKind.EXCLUSION, because, by.other, item=case))
        case _:
            rows.delete(_key(event.stream, MatterKind.EXCLUSION, fact.case))


def _escalation(
    event: Recorded,
    fact: EscalationBegun | EscalationAcknowledged | EscalationEnded,
    rows: Rows[OpenMatter],
) -> None:
    item = str(fact.escalation)
    match fact:
        case EscalationBegun(objective=objective, period=period, threshold=threshold):
            what = "was missed" if threshold is None else f"reached {threshold}"
            about = f"{objective}, {period}: {what}"
            rows.put(_matter(event, MatterKind.ESCALATION, about, Side.PROVIDER, item=item))
        case EscalationAcknowledged() | EscalationEnded():
            rows.delete(_key(event.stream, MatterKind.ESCALATION, item))


def _judged(event: Recorded, result: Result, rows: Rows[OpenMatter]) -> None:
    """Show an objective for as long as the last period that came to a result was missed."""
    contract, place, _ = event.stream.rsplit("/", 2)
    objective = place.removeprefix("objective-")
    kept = rows.get(_key(contract, None)) or _kept(event, contract)
    known = rows.get(_key(contract, MatterKind.MISSED, objective))
    if kept.over or (known is not None and known.until is not None and known.until > result.ends):
        return
    if not result.missed:
        rows.delete(_key(contract, MatterKind.MISSED, objective))
        return
    missed = _matter(event, MatterKind.MISSED, f"{objective}, {result.period}", item=objective)
    rows.put(missed.model_copy(update={"stream": contract, "until": result.ends}))
    named = tuple(sorted({*kept.objectives, objective}))
    rows.put(kept.model_copy(update={"objectives": named}))


def _over(event: Recorded, rows: Rows[OpenMatter]) -> None:
    """Let the objectives of a contract that is over rest; what is owed still falls due."""
    kept = rows.get(_key(event.stream, None)) or _kept(event, event.stream)
    for objective in kept.objectives:
        rows.delete(_key(event.stream, MatterKind.MISSED, objective))
    rows.put(kept.model_copy(update={"objectives": (), "over": True}))


def _kept(event: Recorded, contract: str) -> OpenMatter:
    return _matter(event, None).model_copy(update={"stream": contract})
