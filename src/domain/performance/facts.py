"""Facts about measured performance, seen by both sides. Stored names: change with care.

Raw figures are no facts: they sit in a store of their own. A fact is that a batch came in, with the
digest of its figures, and what a period came to, with its working. Instants are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from domain.decider import fact
from domain.values.canonical import Digest
from domain.values.sides import Side

Shape = Literal["outages", "checks", "counts", "cases", "readings"]
"""What figures are of: see ``domain.attainment.records``."""

Basis = Literal["reported", "not reported: worst", "not reported: met", "other side's figures"]
"""What a result rests on: figures that were reported, or the agreed rule for want of a report."""


@fact
class MeasurementsReceived:
    """A side handed in a batch of figures; it speaks for all time from ``starts`` until ``ends``.

    What an earlier batch of the same source said about that time no longer counts.
    """

    by: Side
    source: str
    batch: str
    shape: Shape
    digest: Digest
    rows: int
    starts: datetime
    ends: datetime


@fact
class PeriodReported:
    """The side that reports said that its figures of a period are complete."""

    period: date
    by: Side
    note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working: what was counted, and how much of which unit."""

    says: str
    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class TargetResult:
    """What one target came to: ``value`` is exact, ``shown`` is for people.

    ``value`` None: nothing was measured, or it is worse than any value. ``met`` None: not judged.
    """

    window: str
    severity: str | None
    bound: str
    value: str | None
    shown: str
    met: bool | None
    pending: int
    working: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class PartResult:
    """A part of a period, by the version of the terms that governed it."""

    version: int
    terms_digest: Digest
    starts: datetime
    ends: datetime
    targets: tuple[TargetResult, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What a period came to. ``period`` is its first local day, whole or not.

    ``figures`` is the digest over everything it was worked out from.
    """

    period: date
    starts: datetime
    ends: datetime
    basis: Basis
    figures: Digest
    parts: tuple[PartResult, ...]

    @property
    def missed(self) -> bool:
        """Whether any target of any part was missed."""
        return any(target.met is False for part in self.parts for target in part.targets)


@fact
class ResultEstablished:
    """A period was closed with this result."""

    result: Result


@fact
class ResultRestated:
    """Late or corrected figures changed a result; the earlier one stays on record."""

    result: Result
    because: str


@fact
class ThresholdReached:
    """A running period used up so much of what a target allows, in percent of its error budget."""

    period: date
    window: str
    severity: str | None
    percent: str
    used: str


@fact
class PeriodSetAside:
    """A period cannot be worked out: what is kept of its figures is not what was received.

    What is on record of it stays; nothing is worked out of it until it is taken up again.
    """

    period: date
    because: str


@fact
class PeriodTakenUp:
    """The figures of a period that was set aside are again what was received."""

    period: date


MeasurementFact = MeasurementsReceived
PerformanceFact = (
    PeriodReported
    | ResultEstablished
    | ResultRestated
    | ThresholdReached
    | PeriodSetAside
    | PeriodTakenUp
)
