"""What a back-test comes to: period by period, in total, and what might have been promised."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from domain.attainment.attainment import Reached
from domain.backtest.best import Best, as_promised, as_target
from domain.performance.outcomes import shown, value_text
from domain.settlement.charges import Charged
from domain.settlement.chronic import RightOpened
from domain.settlement.statement import ObjectiveSettled
from domain.terms.objective import Objective
from domain.values.canonical import Digest
from domain.values.periods import Days

SCHEMA: Final = "parley/backtest/1"
_FULL: Final = 100


@dataclass(frozen=True, slots=True)
class PeriodReplayed:
    """One judged period: what each target came to, what it costs, and the right it opened."""

    days: Days
    reached: tuple[Reached, ...]
    settled: ObjectiveSettled
    right: RightOpened | None

    @property
    def missed(self) -> bool | None:
        """Whether it was missed; None is not judged."""
        return self.settled.missed


@dataclass(frozen=True, slots=True)
class Composed:
    """What an objective's dependencies allow together, in percent, and each entry's share of it.

    ``promised`` is the highest target it is held against.
    """

    allows: Fraction
    promised: Fraction
    entries: tuple[tuple[str, Fraction], ...]

    @property
    def kept(self) -> bool:
        """Whether they allow what is promised."""
        return self.allows >= self.promised


@dataclass(frozen=True, slots=True)
class ObjectiveReplayed:
    """An objective over its past: its periods in order, and the best of each of its targets."""

    objective: Objective
    periods: tuple[PeriodReplayed, ...]
    bests: tuple[Best, ...]
    composed: Composed | None

    @property
    def misses(self) -> int:
        """How many periods were missed."""
        return sum(one.missed is True for one in self.periods)

    @property
    def credit(self) -> Decimal:
        """The credits of all periods."""
        return sum((one.settled.credit.amount for one in self.periods), Decimal(0))

    @property
    def right(self) -> RightOpened | None:
        """The right of chronic failure as it opened first."""
        return next((one.right for one in self.periods if one.right is not None), None)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What terms would have come to over a past.

    ``terms`` and ``data`` are the digests of the terms and of what is on record; ``charged`` are
    all charges of ``days``, from the first period replayed to the last.
    """

    terms: Digest
    data: Digest
    days: Days
    currency: str
    objectives: tuple[ObjectiveReplayed, ...]
    charged: Charged
    assumed: tuple[str, ...]

    @property
    def periods(self) -> int:
        """How many periods were replayed."""
        return sum(len(one.periods) for one in self.objectives)

    @property
    def misses(self) -> int:
        """How many periods were missed."""
        return sum(one.misses for one in self.objectives)

    @property
    def credit(self) -> Decimal:
        """The credits of all periods and objectives, each rounded once."""
        return sum((one.credit for one in self.objectives), Decimal(0))

    @property
    def share(self) -> Fraction | None:
        """What the credits are of the charges, in percent; None: nothing was charged."""
        return Fraction(self.credit) * _FULL / self.charged.amount if self.charged.amount else None

    def document(self) -> dict[str, Any]:
        """Return it as JSON: amounts and fractions are strings."""
        return {
            "schema": SCHEMA,
            "terms": self.terms,
            "data": self.data,
            "first": self.days.first.isoformat(),
            "last": self.days.last.isoformat(),
            "currency": self.currency,
            "periods": self.periods,
            "misses": self.misses,
            "credit": f"{self.credit:f}",
            "charged": str(self.charged.amount),
            "share": None if self.share is None else str(self.share),
            "objectives": [_objective(one) for one in self.objectives],
            "assumed": list(self.assumed),
        }


def _objective(one: ObjectiveReplayed) -> dict[str, Any]:
    targets = one.objective.targets
    return {
        "objective": one.objective.id,
        "misses": one.misses,
        "credit": f"{one.credit:f}",
        "periods": [_period(period, one.objective) for period in one.periods],
        "best": [
            {
                "target": target.key(),
                "promised": as_promised(target),
                "met_in": best.k,
                "of": best.of,
                "is": best.kind,
                "value": None if best.value is None else str(best.value),
                "as_target": None if best.value is None else as_target(best.value, target),
            }
            for target, best in zip(targets, one.bests, strict=True)
        ],
        "right": None if one.right is None else _right(one.right),
        "dependencies": None if one.composed is None else _composed(one.composed),
    }


def _period(period: PeriodReplayed, objective: Objective) -> dict[str, Any]:
    return {
        "first": period.days.first.isoformat(),
        "last": period.days.last.isoformat(),
        "missed": period.missed,
        "credit": f"{period.settled.credit.amount:f}",
        "not_charged": f"{period.settled.not_charged.amount:f}",
        "bonus": f"{period.settled.bonus.amount:f}",
        "reached": [_reached(one, objective) for one in period.reached],
    }


def _reached(one: Reached, objective: Objective) -> dict[str, Any]:
    value, more = one.measurement.value, one.target.more_is_better
    return {
        "target": one.target.key(),
        "value": None if value is None else value_text(value, more_is_better=more),
        "shown": shown(one, objective),
        "met": one.met,
        "pending": one.measurement.pending,
    }


def _right(right: RightOpened) -> dict[str, Any]:
    return {
        "right": right.right,
        "after": right.missed[-1].last.isoformat(),
        "because": right.because,
    }


def _composed(composed: Composed) -> dict[str, Any]:
    return {
        "allow": str(composed.allows),
        "promised": str(composed.promised),
        "kept": composed.kept,
        "each": [{"rests_on": name, "allows": str(share)} for name, share in composed.entries],
    }
