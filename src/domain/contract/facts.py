"""Facts of a contract, seen by both sides. Stored names: change with care.

Instants are UTC; they were worked out from local days in the terms' zone when the fact was
decided, so that a later change of the zone's rules cannot move what was agreed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from domain.decider import fact
from domain.negotiation.facts import Terms
from domain.values.canonical import Digest
from domain.values.ids import NegotiationId, OfferId, PartyId
from domain.values.sides import Side


class Ground(StrEnum):
    """Why a contract ends early."""

    CONVENIENCE = "convenience"
    CAUSE = "cause"
    CHRONIC_FAILURE = "chronic-failure"
    BY_AGREEMENT = "by-agreement"


@fact
class ContractConcluded:
    """Both sides signed version 1; it governs from ``begins_at`` until before ``ends_at``."""

    provider: PartyId
    client: PartyId
    negotiation: NegotiationId
    offer: OfferId
    terms: Terms
    terms_digest: Digest
    begins_at: datetime
    ends_at: datetime | None


@fact
class ContractCameIntoForce:
    """The first day has begun."""


@fact
class ContractAmended:
    """Both sides signed a further version; it governs from ``effective_from`` on."""

    version: int
    negotiation: NegotiationId
    offer: OfferId
    terms: Terms
    terms_digest: Digest
    effective_from: datetime
    ends_at: datetime | None


@fact
class RenewalDeclined:
    """A side does not want the contract to go on by itself."""

    by: Side
    because: str


@fact
class ContractRenewed:
    """The contract goes on by itself until before ``ends_at``, on the same terms."""

    renewals: int
    ends_at: datetime


@fact
class TerminationRightOpened:
    """Repeated misses of an objective gave the client the right to end the contract.

    It can be used before ``until``; None: at any time. A later one for the same objective stands
    in the place of the earlier.
    """

    objective: str
    because: str
    until: datetime | None = None


@fact
class TerminationRightLapsed:
    """The client did not use its right before ``until``."""

    objective: str
    until: datetime


@fact
class TerminationNoticeGiven:
    """A side ends the contract early, at ``ends_at``."""

    notice: str
    by: Side
    ground: Ground
    because: str
    ends_at: datetime


@fact
class TerminationNoticeWithdrawn:
    """The side that gave notice took it back before it took effect."""

    notice: str
    by: Side


@fact
class TerminationAgreed:
    """Both sides signed that the contract ends at ``ends_at``."""

    negotiation: NegotiationId
    offer: OfferId
    terms_digest: Digest
    ends_at: datetime


@fact
class ContractTerminated:
    """The contract ended early."""

    ground: Ground
    ended_at: datetime


@fact
class ContractExpired:
    """The contract ended on its last day."""

    ended_at: datetime


ContractFact = (
    ContractConcluded
    | ContractCameIntoForce
    | ContractAmended
    | RenewalDeclined
    | ContractRenewed
    | TerminationRightOpened
    | TerminationRightLapsed
    | TerminationNoticeGiven
    | TerminationNoticeWithdrawn
    | TerminationAgreed
    | ContractTerminated
    | ContractExpired
)
