"""The audit trail: every fact of a relationship in the order it was recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic_core import to_json

from application.mapper import fact_json
from application.projections.base import SHARED, Place, Projection, Row, Rows
from application.recorded import Positioned
from domain.values.ids import private_side


class AuditRow(Row):
    """One recorded fact: where it stands, when (UTC), by whom, for which party, and what."""

    position: int
    relationship: str
    stream: str
    version: int
    at: datetime
    by: str
    party: str | None
    key: str
    audience: str
    name: str
    fact: dict[str, Any]


class AuditTrail(Projection[AuditRow]):
    """One row a fact; facts of no relationship (parties, identities) are not in it."""

    name = "audit_trail"
    version = 1
    row = AuditRow

    def place(self, row: AuditRow) -> Place:
        """Ordered by position, which is also the cursor and the id of the event stream."""
        return Place(
            key=f"{row.position:019d}",
            sort=f"{row.position:019d}",
            relationship=row.relationship,
            stream=row.stream,
            audience=row.audience,
        )

    def process(self, recorded: Positioned, rows: Rows[AuditRow]) -> None:
        """Write the fact down."""
        event = recorded.event
        if event.relationship is None:
            return
        trail = f"{recorded.position:019d}"
        audience = private_side(event.stream) or SHARED
        row = {
            "position": recorded.position,
            "relationship": event.relationship,
            "stream": event.stream,
            "version": event.version,
            "at": event.at,
            "by": event.by,
            "party": event.party,
            "key": event.key,
            "audience": audience,
            "name": type(event.fact).__name__,
        }
        place = Place(trail, trail, event.relationship, event.stream, audience)
        rows.write(place, to_json(row)[:-1] + b',"fact":' + fact_json(event) + b"}")
