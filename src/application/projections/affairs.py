"""The disputes, reviews and improvement plans of each contract, and how each stands."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned
from domain.disputes.facts import DisputeOpened, DisputeSettled, DisputeWithdrawn
from domain.improvement.facts import (
    PlanAgreed,
    PlanBegun,
    PlanChangesAsked,
    PlanClosed,
    PlanProposed,
    PlanWithdrawn,
)
from domain.reviews.facts import (
    MinutesApproved,
    MinutesWritten,
    ReviewCalled,
    ReviewCancelled,
    ReviewMoved,
)

STANDING = {
    DisputeSettled: "settled",
    DisputeWithdrawn: "withdrawn",
    ReviewCancelled: "cancelled",
    MinutesWritten: "minuted",
    MinutesApproved: "approved",
    PlanProposed: "proposed",
    PlanChangesAsked: "changes-asked",
    PlanAgreed: "agreed",
    PlanWithdrawn: "withdrawn",
}


class AffairRow(Row):
    """A dispute, a review or a plan: who began it and when, what it is about, how it stands.

    ``at`` is when a meeting is held; ``standing`` is open, settled or withdrawn of a dispute,
    called, cancelled, minuted or approved of a review, wanted, proposed, changes-asked, agreed,
    effective, not-effective or withdrawn of a plan.
    """

    id: str
    contract: str
    relationship: str
    kind: Literal["dispute", "review", "plan"]
    by: str
    about: str
    began_at: datetime
    at: datetime | None = None
    standing: str


class Affairs(Projection[AffairRow]):
    """One row a dispute, review or plan, by contract and in the order they began."""

    name = "affairs"
    version = 2
    row = AffairRow

    def place(self, row: AffairRow) -> Place:
        """By when it began."""
        return Place(row.id, row.began_at.isoformat(), row.relationship, row.contract)

    def process(self, recorded: Positioned, rows: Rows[AffairRow]) -> None:
        """Write down what began and how it stands."""
        event, known = recorded.event, rows.get(recorded.event.stream)
        match event.fact:
            case DisputeOpened(by=by, because=because):
                kind, standing, at = "dispute", "open", None
                about = because
            case ReviewCalled(by=by, at=at, agenda=agenda):
                kind, standing, about = "review", "called", agenda
            case PlanBegun(by=by, objective=objective, because=because):
                kind, standing, at = "plan", "wanted", None
                about = f"{objective}: {because}"
            case PlanClosed(effective=effective) if known is not None:
                verdict = "effective" if effective else "not-effective"
                rows.put(known.model_copy(update={"standing": verdict}))
                return
            case ReviewMoved(at=at) if known is not None:
                rows.put(known.model_copy(update={"at": at}))
                return
            case fact if known is not None and type(fact) in STANDING:
                rows.put(known.model_copy(update={"standing": STANDING[type(fact)]}))
                return
            case _:
                return
        rows.put(
            AffairRow.model_validate(
                {
                    "id": event.stream,
                    "contract": event.stream.rsplit("/", 1)[0],
                    "relationship": str(event.relationship),
                    "kind": kind,
                    "by": str(by),
                    "about": about,
                    "began_at": event.at,
                    "at": at,
                    "standing": standing,
                }
            )
        )
