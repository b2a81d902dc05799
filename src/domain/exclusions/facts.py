"""Facts about exclusions, seen by both sides. Stored names: change with care.

Instants are UTC. ``exclusion`` names the exclusion of the terms that a case appeals to.
"""

from __future__ import annotations

from datetime import datetime

from domain.decider import fact
from domain.values.sides import Side


@fact
class ExclusionRequested:
    """A side says that a stretch of time falls under an exclusion, announced at this instant.

    ``granted_by_itself`` tells that the terms ask for nobody's consent.
    """

    case: str
    exclusion: str
    by: Side
    starts: datetime
    ends: datetime
    because: str
    evidence: str
    announced_at: datetime
    granted_by_itself: bool


@fact
class ExclusionGranted:
    """The other side agrees."""

    case: str
    by: Side


@fact
class ExclusionRefused:
    """The other side does not agree; the time counts."""

    case: str
    by: Side
    because: str


@fact
class ExclusionWithdrawn:
    """The side that asked takes it back; the time counts."""

    case: str
    by: Side


ExclusionFact = ExclusionRequested | ExclusionGranted | ExclusionRefused | ExclusionWithdrawn
"""What happens to a case of an exclusion."""
