"""Facts of the escalations of a contract, seen by both sides. Stored names: change with care.

An escalation climbs the path that the terms in force had when it began, one level after another,
until the provider says that somebody is at it. Instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from domain.decider import fact
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the path: who is told and must act, on which side (None: on both), from when."""

    level: int
    role: str
    side: Side | None
    at: datetime


@fact
class EscalationBegun:
    """A period was missed, or a threshold of it reached (``threshold``; None: it was missed).

    ``escalation`` counts those of the contract from 1; ``about`` names the event that began it.
    """

    escalation: int
    objective: str
    period: date
    threshold: str | None
    about: str
    about_version: int
    path: tuple[Level, ...]


@fact
class EscalationClimbed:
    """Nobody said in time that they are at it: the next level is told."""

    escalation: int
    level: int
    role: str
    side: Side | None


@fact
class EscalationAcknowledged:
    """A side says that somebody is at it, so nobody further is told."""

    escalation: int
    by: Side
    says: str


@fact
class EscalationEnded:
    """There is nothing to be told of any more."""

    escalation: int
    because: str


EscalationFact = EscalationBegun | EscalationClimbed | EscalationAcknowledged | EscalationEnded
"""What happens in the escalations of a contract."""
