"""The settlement of a period: lines that each cite a term, a version and an event, and money.

Every amount is kept twice: as an exact fraction, and as money rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from domain.terms.paths import TermPath
from domain.values.canonical import Digest, canonical_json, digest_of
from domain.values.periods import Days

SCHEMA: Final = "parley/settlement/1"


@dataclass(frozen=True, slots=True)
class Citation:
    """An event: a stream, and the version at which it stands in it."""

    stream: str
    version: int


class Step(StrEnum):
    """What a line of a settlement does."""

    CHARGED = "charged"
    NOT_CHARGED = "not charged"
    REACHED = "reached"
    NO_REPORT = "no report"
    CREDIT = "credit"
    LARGEST_ONLY = "largest only"
    BONUS = "bonus"
    CAP = "cap"
    MINIMUM = "minimum"


@dataclass(frozen=True, slots=True)
class Line:
    """One step of the arithmetic: which term of which version led to it, from which event.

    ``amount`` is the charge, or what the step adds to the credit or takes off it; None: no money.
    """

    step: Step
    place: TermPath
    version: int
    event: Citation
    says: str
    amount: Fraction | None = None

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        found = {
            "step": str(self.step),
            "place": self.place,
            "version": self.version,
            "event": {"stream": self.event.stream, "version": self.event.version},
            "says": self.says,
        }
        return found if self.amount is None else {**found, "amount": str(self.amount)}


@dataclass(frozen=True, slots=True)
class Owed:
    """An amount of money, and the exact fraction it was rounded from."""

    amount: Decimal
    exact: Fraction

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"amount": f"{self.amount:f}", "exact": str(self.exact)}


@dataclass(frozen=True, slots=True)
class ObjectiveSettled:
    """What one objective's period costs.

    ``version`` governs at its end: by it, credits are automatic (``claim_until`` None) or can be
    claimed until before ``claim_until``. ``missed`` None is not judged. ``bonus`` is what the
    client owes; ``not_charged`` needs no claim and is no credit.
    """

    objective: str
    version: int
    missed: bool | None
    credit: Owed
    not_charged: Owed
    bonus: Owed
    claim_until: datetime | None
    lines: tuple[Line, ...]

    @property
    def automatic(self) -> bool:
        """Whether the credit is due without a claim."""
        return self.claim_until is None

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        claim = None if self.claim_until is None else {"before": _written(self.claim_until)}
        return {
            "objective": self.objective,
            "version": self.version,
            "missed": self.missed,
            "credit": self.credit.document(),
            "not_charged": self.not_charged.document(),
            "bonus": self.bonus.document(),
            "claim": claim,
            "lines": [line.document() for line in self.lines],
        }


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a period of a contract costs, objective by objective.

    ``period`` names it: its first local day; of a cut rolling one, the first it would have had.
    """

    contract: str
    period: date
    days: Days
    currency: str
    objectives: tuple[ObjectiveSettled, ...]

    @property
    def credit(self) -> Decimal:
        """The credits of all objectives together, rounded each."""
        return sum((one.credit.amount for one in self.objectives), Decimal(0))

    def objective(self, name: str) -> ObjectiveSettled:
        """Return what one objective costs; raises KeyError when it is not settled here."""
        return {one.objective: one for one in self.objectives}[name]

    def document(self) -> dict[str, Any]:
        """Return the statement as JSON: amounts and fractions are strings."""
        return {
            "schema": SCHEMA,
            "contract": self.contract,
            "period": self.period.isoformat(),
            "days": {"first": self.days.first.isoformat(), "last": self.days.last.isoformat()},
            "currency": self.currency,
            "credit": f"{self.credit:f}",
            "objectives": [one.document() for one in self.objectives],
        }

    def canonical(self) -> bytes:
        """Return the statement in canonical JSON (RFC 8785)."""
        return canonical_json(self.document())

    @property
    def digest(self) -> Digest:
        """The SHA-256 of the canonical bytes."""
        return digest_of(self.document())


def _written(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
