"""What was said in a dispute or a review, as a talk between two sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import Final

from application.recorded import Recorded
from domain.disputes.facts import (
    DisputeAnswered,
    DisputeEscalated,
    DisputeOpened,
    DisputeSettled,
    DisputeWithdrawn,
    MediatorCalled,
    SettlementDeclined,
    SettlementProposed,
)
from domain.improvement.facts import (
    MeasureOverdue,
    MeasureProgressed,
    PlanAgreed,
    PlanBegun,
    PlanChangesAsked,
    PlanClosed,
    PlanProposed,
    PlanWithdrawn,
)
from domain.reviews.facts import (
    ActionAccepted,
    ActionDone,
    ActionOverdue,
    ActionReopened,
    MinutesApproved,
    MinutesObjected,
    MinutesWritten,
    ReviewCalled,
    ReviewCancelled,
    ReviewMoved,
)
from domain.values.sides import Side


@dataclass(frozen=True)
class Said:
    """One thing that was said or done: by which side (None: it fell due), when, what."""

    by: Side | None
    at: datetime
    did: str
    words: str = ""


_DID: Final[dict[type, tuple[str, str]]] = {
    DisputeOpened: ("opened the dispute", "because"),
    DisputeAnswered: ("answered", "says"),
    DisputeEscalated: ("went up to level {level}: {role}", ""),
    MediatorCalled: ("would hear {mediator}", ""),
    SettlementProposed: ("proposed to end it so", "terms"),
    SettlementDeclined: ("declined the proposal", "because"),
    DisputeSettled: ("agreed: it is settled", ""),
    DisputeWithdrawn: ("took the dispute back", "because"),
    ReviewCalled: ("called the review", "agenda"),
    ReviewMoved: ("moved it to {at:%Y-%m-%d %H:%M} UTC", ""),
    ReviewCancelled: ("called it off", "because"),
    MinutesWritten: ("wrote the minutes, edition {edition}", ""),
    MinutesApproved: ("approved edition {edition} of the minutes", ""),
    MinutesObjected: ("did not approve edition {edition}", "because"),
    ActionDone: ("said that an action is done", "note"),
    ActionAccepted: ("accepted an action as done", ""),
    ActionReopened: ("did not accept an action as done", "because"),
    ActionOverdue: ("an action is overdue", ""),
    PlanBegun: ("asked for a plan", "because"),
    PlanProposed: ("proposed a plan, edition {edition}", "cause"),
    PlanChangesAsked: ("would have edition {edition} otherwise", "because"),
    PlanAgreed: ("agreed to edition {edition}", ""),
    MeasureProgressed: ("said how far a measure is", "note"),
    MeasureOverdue: ("a measure is overdue", ""),
    PlanClosed: ("said whether it helped", "because"),
    PlanWithdrawn: ("does not ask for it any more", "because"),
}
"""What each fact says that somebody did, and which of its fields are their own words."""


def talk(history: Iterable[Recorded]) -> list[Said]:
    """Return what was said, the first word first."""
    opener: Side | None = None
    found = []
    for event in history:
        fact = event.fact
        if isinstance(fact, DisputeOpened):
            opener = fact.by
        if type(fact) not in _DID:
            continue
        did, words = _DID[type(fact)]
        by = opener if isinstance(fact, DisputeWithdrawn) else getattr(fact, "by", None)
        values = {one.name: getattr(fact, one.name) for one in dataclass_fields(fact)}
        texts = [values.get(name) for name in (words, "evidence")]
        said = "\n\n".join(text for text in texts if text)
        found.append(Said(by, event.at, did.format_map(values), said))
    return found
