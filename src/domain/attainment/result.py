"""What a measurement comes to, with its working."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from domain.terms.measurement import WhenEmpty
from domain.terms.objective import Target
from domain.terms.part import magnitude

Unit = Literal["µs", "slices", "events", "intervals", "cases", "units"]


@dataclass(frozen=True, slots=True)
class Working:
    """One line of the working: what was counted, and how much."""

    says: str
    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one window (or severity) came to.

    ``value`` is exact: a percentage, microseconds, or a number of the method's unit. It is None
    where there was nothing to measure (``judged`` tells whether that counts) and where the result
    is worse than any value. ``pending`` counts what may still come in.
    """

    value: Fraction | None
    working: tuple[Working, ...] = ()
    empty: WhenEmpty | None = None
    worst: bool = False
    pending: int = 0

    def meets(self, target: Target) -> bool | None:
        """Tell whether a target is met; None when it is not judged. The bound itself meets it."""
        if self.worst:
            return False
        if self.value is None:
            return {"counts as met": True, "counts as missed": False}.get(self.empty or "")
        bound = magnitude(target.bound)
        return self.value >= bound if target.more_is_better else self.value <= bound


def nothing(empty: WhenEmpty, working: tuple[Working, ...] = ()) -> Measurement:
    """Return the measurement of a period in which there was nothing to measure."""
    return Measurement(None, working, empty=empty)


def share(good: int, of: int) -> Fraction:
    """Return a share in percent, exactly; ``of`` is more than nothing."""
    return Fraction(good * 100, of)
