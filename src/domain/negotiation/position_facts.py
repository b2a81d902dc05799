"""Facts of one side's private file. Stored names: change with care. The other side never sees them.

A file belongs to a negotiation or to requirements; the side is in the stream's name
(``.../position-provider``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.decider import fact
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.ids import PersonId
from domain.values.sides import Side


class ApprovalKind(StrEnum):
    """What a side makes sure of before it binds itself."""

    TECHNICAL = "technical"
    COMMERCIAL = "commercial"
    MANDATE = "mandate"


REQUIRED_APPROVALS: dict[Side, frozenset[ApprovalKind]] = {
    Side.PROVIDER: frozenset(ApprovalKind),
    Side.CLIENT: frozenset({ApprovalKind.COMMERCIAL, ApprovalKind.MANDATE}),
}
"""A client promises no service level, so nobody has to find its promise technically feasible."""


class Verdict(StrEnum):
    """Whether something can be provided."""

    FEASIBLE = "feasible"
    WITH_CONDITIONS = "feasible with conditions"
    INFEASIBLE = "infeasible"


@fact
class DraftSaved:
    """A side saved terms it is still working on; they need not hold together yet."""

    side: Side
    document: dict[str, Any]
    note: str = ""


@fact
class NoteMade:
    """A side wrote an internal note."""

    side: Side
    id: str
    text: str
    path: TermPath | None = None


@fact
class ReservePositionSet:
    """A side fixed the value beyond which it would rather walk away."""

    side: Side
    path: TermPath
    value: str
    because: str = ""


@fact
class FeasibilityAssessed:
    """The side found out whether something can be provided, technically and commercially.

    ``of`` is a requirement id or the digest of terms.
    """

    side: Side
    of: str
    technical: Verdict
    commercial: Verdict
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetBacktested:
    """The best that a target (by window and severity) could have been, in ``met_in`` of ``of``.

    ``promised`` is the target as proposed; ``best`` is a target it could have been, and ``value``
    the exact result it rests on, both None where ``found`` says that there is none.
    """

    target: str
    promised: str
    met_in: int
    of: int
    found: str
    best: str | None
    value: str | None


@dataclass(frozen=True, slots=True)
class ObjectiveBacktested:
    """What an objective's past came to; ``allows`` is the share that what it rests on allows."""

    objective: str
    periods: int
    misses: int
    credit: str
    targets: tuple[TargetBacktested, ...]
    allows: str | None


@fact
class BacktestRecorded:
    """The side held terms against a past: from the first day to the last, as known by a digest.

    ``charged`` is an exact fraction; the credits are rounded as they would have been paid.
    """

    side: Side
    terms_digest: Digest
    data_digest: Digest
    first: date
    last: date
    currency: str
    charged: str
    objectives: tuple[ObjectiveBacktested, ...]


@fact
class ApprovalRequested:
    """The side's own people are asked to approve terms before they go out as a firm offer."""

    side: Side
    kind: ApprovalKind
    terms_digest: Digest


@fact
class ApprovalGiven:
    """Someone entitled to approved these terms."""

    side: Side
    kind: ApprovalKind
    terms_digest: Digest
    by: PersonId


@fact
class ApprovalRefused:
    """Someone entitled to said no to these terms."""

    side: Side
    kind: ApprovalKind
    terms_digest: Digest
    by: PersonId
    because: str


@fact
class OfferReleased:
    """Approved terms left the house as a firm offer; saved together with the offer."""

    side: Side
    terms_digest: Digest


PositionFact = (
    DraftSaved
    | NoteMade
    | ReservePositionSet
    | FeasibilityAssessed
    | BacktestRecorded
    | ApprovalRequested
    | ApprovalGiven
    | ApprovalRefused
    | OfferReleased
)
