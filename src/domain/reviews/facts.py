"""Facts of a service review, seen by both sides. Stored names: change with care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.decider import fact
from domain.values.sides import Side


@fact
class ReviewCalled:
    """A side called the meeting; ``at`` is UTC."""

    by: Side
    at: datetime
    agenda: str
    attended_by: tuple[str, ...]


@fact
class ReviewMoved:
    """The meeting was moved."""

    by: Side
    at: datetime


@fact
class ReviewCancelled:
    """There is no such meeting."""

    by: Side
    because: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody is to do something by a day; a plan to improve is one or several of these.

    ``improves`` names the objective that it is to bring back within its target, if any.
    """

    action: str
    what: str
    side: Side
    owner: str
    due: date
    improves: str | None = None


@fact
class MinutesWritten:
    """A side wrote the minutes, or wrote them anew; whoever wrote them approves them.

    What they say is to be done is owed once the other side has approved them too.
    """

    by: Side
    edition: int
    text: str
    actions: tuple[Planned, ...]


@fact
class MinutesApproved:
    """The other side approved them: both sides say that this is what was said."""

    by: Side
    edition: int


@fact
class MinutesObjected:
    """The other side does not approve them, and says why."""

    by: Side
    edition: int
    because: str


@fact
class ActionAgreed:
    """Both sides approved the minutes that hold it: from now on it is owed."""

    planned: Planned


@fact
class ActionDone:
    """The side that owed it says that it is done."""

    action: str
    by: Side
    note: str


@fact
class ActionAccepted:
    """The other side agrees that it is done."""

    action: str
    by: Side


@fact
class ActionReopened:
    """The other side does not agree."""

    action: str
    by: Side
    because: str


@fact
class ActionOverdue:
    """It was not done by its day."""

    action: str


ReviewFact = (
    ReviewCalled
    | ReviewMoved
    | ReviewCancelled
    | MinutesWritten
    | MinutesApproved
    | MinutesObjected
    | ActionAgreed
    | ActionDone
    | ActionAccepted
    | ActionReopened
    | ActionOverdue
)
"""What happens around a review."""
