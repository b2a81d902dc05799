"""Money: an exact amount in one currency, rounded only where somebody says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact
from fractions import Fraction
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

CURRENCY_PATTERN: Final = r"^[A-Z]{3}$"

_MINOR_UNITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"), 0),
    **dict.fromkeys(("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""ISO 4217 currencies whose minor unit is not a hundredth."""

_EXACTLY: Final = Context(prec=60, traps=[Inexact])


def minor_units(currency: str) -> int:
    """Return how many decimal places the currency's smallest unit has (ISO 4217)."""
    return _MINOR_UNITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency; it may be finer than the currency's smallest unit."""

    amount: Decimal
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Money:
        """Return nothing, in a currency."""
        return cls(Decimal(0), currency)

    @classmethod
    def rounded_from(cls, amount: Fraction, currency: str) -> Money:
        """Round an exact fraction half-even to the currency's smallest unit."""
        units = round(amount * 10 ** minor_units(currency))  # Fraction.__round__ is half-even
        return cls(Decimal(units).scaleb(-minor_units(currency), _EXACTLY), currency)

    def rounded(self) -> Money:
        """Round half-even to the currency's smallest unit."""
        step = Decimal(1).scaleb(-minor_units(self.currency))
        wide = Context(prec=60, rounding=ROUND_HALF_EVEN)
        return Money(self.amount.quantize(step, context=wide), self.currency)

    def times(self, factor: int) -> Money:
        """Return a whole multiple, exactly."""
        return Money(_EXACTLY.multiply(self.amount, Decimal(factor)), self.currency)

    def share(self, percent: Decimal) -> Fraction:
        """Return a percentage of the amount as an exact fraction; the caller rounds once."""
        return Fraction(self.amount) * Fraction(percent) / 100

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(_EXACTLY.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(_EXACTLY.subtract(self.amount, other.amount), self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __str__(self) -> str:
        """Write the amount with at least the currency's decimal places: ``3000.00 EUR``."""
        places = max(minor_units(self.currency), -int(self.amount.as_tuple().exponent))
        return f"{self.amount:.{places}f} {self.currency}"

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self} and {other} are in different currencies")


def _currency(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(CURRENCY_PATTERN, value):
        raise ValueError("a currency is its ISO 4217 code, like EUR")
    return value


Currency = Annotated[
    str,
    BeforeValidator(_currency),
    WithJsonSchema({"type": "string", "pattern": CURRENCY_PATTERN, "examples": ["EUR"]}),
]
"""An ISO 4217 currency code."""
