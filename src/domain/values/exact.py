"""Exact numbers as they travel: decimals and percentages are strings in JSON, never floats.

A float has already lost the figure before anybody could check it (RFC 8785 would sign ``1.0`` as
``1``), and a bare JSON number invites one, so both are refused at the door, by name.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

DECIMAL_PATTERN: Final = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$"
AMOUNT_PATTERN: Final = r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$"
PERCENT_PATTERN: Final = r"^(100(\.0{1,12})?|[1-9]?[0-9](\.[0-9]{1,12})?)$"


def _exact(pattern: str, what: str) -> BeforeValidator:
    shape = re.compile(pattern)

    @lru_cache(maxsize=1024)  # the same few stand in every agreement, and each is read often
    def read(text: str) -> Decimal:
        if not shape.fullmatch(text):
            raise ValueError(f'{what} must look like "99.5"; {text[:40]!r} does not')
        return Decimal(text)

    def check(value: object) -> Decimal:
        if isinstance(value, str):
            return read(value)
        if isinstance(value, Decimal):
            return read(f"{value:f}")
        raise ValueError(
            f'{what} must be written as a string, such as "99.5"; '
            f"a {type(value).__name__} may already have lost its exact value"
        )

    return BeforeValidator(check)


def _written(value: Decimal) -> str:
    return f"{value:f}"


Exact = Annotated[
    Decimal,
    _exact(DECIMAL_PATTERN, "a number"),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": DECIMAL_PATTERN, "examples": ["20"]}),
]
"""A signed decimal of at most 18 + 12 digits, kept exactly as it was written."""

Amount = Annotated[
    Decimal,
    _exact(AMOUNT_PATTERN, "an amount"),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["12000.00"]}),
]
"""An amount of money without its currency, not negative, kept exactly as it was written."""

Percentage = Annotated[
    Decimal,
    _exact(PERCENT_PATTERN, "a percentage"),
    PlainSerializer(_written, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PERCENT_PATTERN, "examples": ["99.95"]}),
]
"""A percentage from 0 to 100 with at most 12 places, kept exactly as it was written."""
