"""The relationships of each party, so that somebody who signs in finds theirs."""

from __future__ import annotations

from datetime import datetime

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.relationships.facts import (
    AuditorAdmitted,
    AuditorDismissed,
    RelationshipDeclined,
    RelationshipEnded,
    RelationshipInvitationLapsed,
    RelationshipInvitationWithdrawn,
    RelationshipInvited,
    RelationshipJoined,
)


class RelationshipRow(Row):
    """One relationship as one of its parties finds it.

    ``seat`` is provider, client or auditor; ``status`` is invited, joined, over or ended.
    ``auditors`` are those ever admitted.
    """

    relationship: str
    party: str
    seat: str
    provider: str
    client: str
    invited_by: str
    purpose: str
    status: str
    invited_at: datetime
    changed_at: datetime
    version: int
    auditors: tuple[str, ...] = ()


class Relationships(Projection[RelationshipRow]):
    """One row a relationship and party: both sides, and every auditor ever admitted.

    It is a way to find things; who may read what is decided by the relationship itself.
    """

    name = "relationships"
    version = 1
    row = RelationshipRow

    def place(self, row: RelationshipRow) -> Place:
        """The party is what one looks by; the oldest relationship first."""
        return Place(_key(row.relationship, row.party), row.relationship, None, row.party)

    def process(self, recorded: Positioned, rows: Rows[RelationshipRow]) -> None:
        """Open the two rows, or move every row of the relationship on."""
        event = recorded.event
        match event.fact:
            case RelationshipInvited() as invited:
                rows.put(_row(event, invited, invited.provider, "provider"))
                rows.put(_row(event, invited, invited.client, "client"))
                rows.put(_row(event, invited, event.stream, "record"))
            case AuditorAdmitted(auditor=auditor):
                _admit(event, rows, auditor)
                _move(event, rows)
            case RelationshipJoined():
                _move(event, rows, "joined")
            case (
                RelationshipDeclined()
                | RelationshipInvitationWithdrawn()
                | RelationshipInvitationLapsed()
            ):
                _move(event, rows, "over")
            case RelationshipEnded():
                _move(event, rows, "ended")
            case AuditorDismissed():
                _move(event, rows)
            case _:
                return


def _key(relationship: str, party: str) -> str:
    return f"{party}#{relationship}"


def _row(event: Recorded, invited: RelationshipInvited, party: str, seat: str) -> RelationshipRow:
    return RelationshipRow(
        relationship=event.stream,
        party=party,
        seat=seat,
        provider=invited.provider,
        client=invited.client,
        invited_by=invited.invited_by,
        purpose=invited.purpose,
        status="invited",
        invited_at=event.at,
        changed_at=event.at,
        version=event.version,
    )


def _admit(event: Recorded, rows: Rows[RelationshipRow], auditor: str) -> None:
    record = rows.get(_key(event.stream, event.stream))
    if record is None or auditor in record.auditors:
        return
    record = record.model_copy(update={"auditors": (*record.auditors, auditor)})
    rows.put(record)
    rows.put(record.model_copy(update={"party": auditor, "seat": "auditor"}))


def _move(event: Recorded, rows: Rows[RelationshipRow], status: str | None = None) -> None:
    record = rows.get(_key(event.stream, event.stream))
    if record is None:
        return
    changes = {
        "status": status or record.status,
        "changed_at": event.at,
        "version": event.version,
    }
    for party in (record.provider, record.client, *record.auditors, event.stream):
        row = rows.get(_key(event.stream, party))
        if row is not None:
            rows.put(row.model_copy(update=changes))
