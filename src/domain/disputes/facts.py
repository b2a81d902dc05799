"""Facts of a dispute, seen by both sides. Stored names: change with care. Instants are UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.decider import fact
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder, as the terms had it when the dispute began, and when it is reached."""

    level: int
    role: str
    at: datetime


@fact
class DisputeOpened:
    """A side disagrees with something on record; ``about`` names the stream and its version.

    ``ladder`` is who is to be told from when on, in order.
    """

    by: Side
    about: str
    about_version: int
    because: str
    evidence: str
    ladder: tuple[Rung, ...]


@fact
class DisputeAnswered:
    """The other side, or again the first, said what it thinks."""

    by: Side
    says: str


@fact
class DisputeEscalated:
    """It was not over in time: the next role has to act."""

    level: int
    role: str


@fact
class MediatorCalled:
    """Both sides agreed to hear somebody else."""

    mediator: str
    by: Side


@fact
class SettlementProposed:
    """A side proposed how to end it."""

    proposal: str
    by: Side
    terms: str


@fact
class SettlementDeclined:
    """The other side did not agree to a proposal."""

    proposal: str
    by: Side
    because: str


@fact
class DisputeSettled:
    """The other side agreed to a proposal: that is how it ended."""

    proposal: str
    by: Side


@fact
class DisputeWithdrawn:
    """The side that opened it took it back."""

    because: str


DisputeFact = (
    DisputeOpened
    | DisputeAnswered
    | DisputeEscalated
    | MediatorCalled
    | SettlementProposed
    | SettlementDeclined
    | DisputeSettled
    | DisputeWithdrawn
)
"""What happens in a dispute."""
