"""What every part of the terms has in common: frozen, no unknown fields, a stable key."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    ConfigDict,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from domain.values.described import Described
from domain.values.durations import DURATION_PATTERN, Duration
from domain.values.exact import DECIMAL_PATTERN, Exact

ID_PATTERN: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
ALWAYS: Final = "always"
OTHERWISE: Final = "otherwise"
ALL_CHARGES: Final = "all-charges"
RESERVED: Final = frozenset({ALWAYS, OTHERWISE, ALL_CHARGES})
"""Words with a meaning of their own, which no part can take as its id."""


class Part(Described):
    """A part of the terms. A field left at its default is not written into the document."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )

    def key(self) -> str:
        """Name this part among its siblings, stably from version to version."""
        return str(getattr(self, "id", ""))


Id = Annotated[str, StringConstraints(strict=True, pattern=ID_PATTERN, max_length=60)]
"""A stable name for a part: lower-case words joined by hyphens."""


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("text cannot hold a null character")
    return text


def _saying_something(text: str) -> str:
    # The pattern says as much, but leaves out the control characters that are white space too.
    if not text.strip():
        raise ValueError("text needs words")
    return text


Line = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=300, pattern=r"^\S(.*\S)?$"),
    AfterValidator(_storable),
]
"""One line of text, with no space at its ends."""

Text = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=200_000, pattern=r"\S"),
    AfterValidator(_storable),
    AfterValidator(_saying_something),
]
"""Text of any length that says something, kept to the letter."""

Bound = Decimal | Duration
_NUMBER: Final = TypeAdapter[Decimal](Exact)


def _read_bound(value: object) -> Bound:
    if isinstance(value, str) and value.startswith("P"):
        value = Duration.parse(value)
    if isinstance(value, Duration):
        if not value.fixed:
            raise ValueError(f"{value} has no fixed length: write days or hours, like P2D or PT4H")
        return value
    try:
        return _NUMBER.validate_python(value)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None


def written(bound: Bound) -> str:
    """Write a bound the way the document does: ``99.5`` or ``PT4H``."""
    return str(bound) if isinstance(bound, Duration) else f"{bound:f}"


def magnitude(bound: Bound) -> Fraction:
    """Return a bound as an exact number: itself, or a duration's microseconds."""
    return Fraction(bound.elapsed) if isinstance(bound, Duration) else Fraction(bound)


def plain(bound: Bound) -> str:
    """Write a bound without trailing zeros, for use in a key: ``99.0`` and ``99`` are one bound."""
    text = written(bound)
    return text.rstrip("0").rstrip(".") if "." in text and not text.startswith("P") else text


Bounded = Annotated[
    Bound,
    PlainValidator(_read_bound),
    PlainSerializer(written, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"pattern": DECIMAL_PATTERN}, {"pattern": DURATION_PATTERN}],
            "examples": ["99.5", "PT4H"],
        }
    ),
]
"""A bound on what is measured: a percentage or number (``"99.5"``), or a duration (``PT4H``)."""
