"""Pieces of PromQL, put together so that nothing written by people can reach out of its piece."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.terms.part import Bound
from domain.values.durations import MICROSECONDS_PER_SECOND, Duration

_UNITS: Final = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1))
_MICROSECONDS_PER_MILLISECOND: Final = 1000
_PLACES: Final = 18


def held(expression: str) -> str:
    """Return an expression of people's own, in brackets that a comment in it cannot swallow."""
    return f"(\n  {expression}\n)"


def literal(value: Fraction) -> str:
    """Write a number: exactly where a decimal can, otherwise to more places than a float has."""
    whole, rest = divmod(abs(value), 1)
    digits = ""
    while rest and len(digits) < _PLACES:
        digit, rest = divmod(rest * 10, 1)
        digits += str(digit)
    return f"{'-' if value < 0 else ''}{whole}{f'.{digits}' if digits else ''}"


def figure(bound: Bound) -> Fraction:
    """Return a bound as Prometheus counts: itself, or a length of time in seconds."""
    if isinstance(bound, Duration):
        return Fraction(bound.elapsed, MICROSECONDS_PER_SECOND)
    return Fraction(bound)


def span(milliseconds: int) -> str:
    """Write a length of time in the largest unit that divides it: ``30d``, ``90m``, ``0s``."""
    if not milliseconds:
        return "0s"
    unit, size = next((unit, size) for unit, size in _UNITS if milliseconds % size == 0)
    return f"{milliseconds // size}{unit}"


def milliseconds(duration: Duration) -> tuple[int, bool]:
    """Return a fixed length in whole milliseconds, and whether that is all of it."""
    whole, rest = divmod(duration.elapsed, _MICROSECONDS_PER_MILLISECOND)
    return whole, not rest


@dataclass(frozen=True, slots=True)
class Series:
    """Whose series these are: the labels that every rule of one target has."""

    agreement: str
    objective: str
    window: str

    @property
    def labels(self) -> dict[str, str]:
        """The labels."""
        return {"agreement": self.agreement, "objective": self.objective, "window": self.window}

    def of(self, name: str, lookback: str = "") -> str:
        """Select one of these series, over a range when one is given."""
        matchers = ",".join(f"{label}={json.dumps(text)}" for label, text in self.labels.items())
        return f"{name}{{{matchers}}}{f'[{lookback}]' if lookback else ''}"


def per_cent(value: Decimal) -> Fraction:
    """Return a percentage as a share of one."""
    return Fraction(value) / 100


def untemplated(text: str) -> str:
    """Write text for a label or annotation of an alert, where ``{{`` would begin a template."""
    return text.replace("{{", '{{"{{"}}')
