"""The audit trail and due dates as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from application.projections.audit_trail import AuditRow
from application.projections.due_dates import DueKind, DueRow
from application.projections.open_matters import MatterKind, OpenMatter
from interfaces.http.schemas.base import Answer


class AuditAnswer(Answer):
    """One recorded fact: where it stands, when, by whom, for which party, and what."""

    position: int
    stream: str
    version: int
    at: datetime
    by: str
    party: str | None
    audience: str
    """``shared``, or the side that alone may read it."""
    name: str
    fact: dict[str, Any]


class DueAnswer(Answer):
    """One due date; ``awaits`` is the side that can still act, None for both or neither."""

    stream: str
    kind: DueKind
    due: datetime
    awaits: str | None
    subject: str | None


class WaitingAnswer(Answer):
    """One thing that waits: what, of which stream, since when, and until when it can be acted on.

    ``awaits`` is the side that can act, None for both or neither. A due date waits since no
    instant, and of what never falls due ``due`` is None.
    """

    kind: MatterKind | DueKind
    relationship: str
    stream: str
    about: str | None
    awaits: str | None
    since: datetime | None
    due: datetime | None


def audit_answer(row: AuditRow) -> AuditAnswer:
    """Show a recorded fact."""
    return AuditAnswer.model_validate(row.model_dump(exclude={"relationship", "key"}))


def due_answer(row: DueRow) -> DueAnswer:
    """Show a due date; raises ValueError for a row that the view keeps for itself."""
    if row.kind is None or row.due is None:
        raise ValueError("not a due date")
    return DueAnswer(
        stream=row.stream, kind=row.kind, due=row.due, awaits=row.awaits, subject=row.subject
    )


def waiting_answer(row: OpenMatter | DueRow) -> WaitingAnswer:
    """Show what waits; raises ValueError for a row that the view keeps for itself."""
    if row.kind is None:
        raise ValueError("nothing that waits")
    about, since = (row.subject, None) if isinstance(row, DueRow) else (row.about, row.since)
    return WaitingAnswer(
        kind=row.kind,
        relationship=row.relationship,
        stream=row.stream,
        about=about,
        awaits=row.awaits,
        since=since,
        due=row.due,
    )
