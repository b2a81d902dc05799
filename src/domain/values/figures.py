"""A figure that is promised or wanted: a bound, an exact value and its unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.values.exact import Exact

PERCENT: Final = "%"


class Bound(StrEnum):
    """On which side of the value it is good."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Figure:
    """``at least 99.5 %``, ``at most 200 ms``; units are compared as written."""

    bound: Bound
    value: Exact
    unit: str

    def comparable(self, other: Figure) -> bool:
        """Tell whether two figures bound the same thing in the same unit."""
        return (self.bound, self.unit) == (other.bound, other.unit)

    def short_of(self, wanted: Figure) -> Decimal:
        """Return by how much this misses what is wanted; zero or less when it reaches it.

        Raises ValueError when the two cannot be compared.
        """
        if not self.comparable(wanted):
            raise ValueError(f"{self} and {wanted} cannot be compared")
        missing = wanted.value - self.value
        return missing if self.bound is Bound.AT_LEAST else -missing

    def possible(self) -> bool:
        """Tell whether there is such a figure: no percentage below 0 or above 100."""
        return self.unit != PERCENT or Decimal(0) <= self.value <= Decimal(100)

    def __str__(self) -> str:
        return f"{self.bound} {self.value:f} {self.unit}"
