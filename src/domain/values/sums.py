"""A sum of money as people write it in a command, and as a fact keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.values.exact import Amount
from domain.values.money import Currency, Money


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount, not negative and exactly as written, in one currency (ISO 4217)."""

    amount: Amount
    currency: Currency

    def covers(self, other: Sum | Money) -> bool:
        """Tell whether this is at least ``other``; a sum in another currency covers nothing."""
        return self.currency == other.currency and self.amount >= other.amount

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
