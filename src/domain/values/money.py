"""An amount with its currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from domain.values.exact import Amount

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code of three letters, such as ``EUR``."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, not negative and exact, in one currency."""

    amount: Amount
    currency: Currency

    def covers(self, other: Money) -> bool:
        """Tell whether this is at least ``other``; money in another currency covers nothing."""
        return self.currency == other.currency and self.amount >= other.amount

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"
