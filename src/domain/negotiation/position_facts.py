"""Facts of one side's private file. Stored names: change with care. The other side never sees them.

A file belongs to a negotiation or to requirements; the side is in the stream's name
(``.../position-provider``).
"""

from __future__ import annotations

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
    | ApprovalRequested
    | ApprovalGiven
    | ApprovalRefused
    | OfferReleased
)
