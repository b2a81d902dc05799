"""Limits that a side puts on what is offered: a range or a choice for one term.

A limit holds for every offer made while it stands, for those of the side that declared it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from domain.decider import fact
from domain.terms.paths import TermPath
from domain.values.durations import Duration
from domain.values.sides import Side


class Weight(StrEnum):
    """Whether an offer outside the limit is refused or only marked."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@fact
class Constraint:
    """A limit on the term at ``path``, as it stands in the terms' flat form.

    ``at_least`` and ``at_most`` are decimals, ISO dates or durations of fixed length, both
    included; ``one_of`` lists the values that will do. A term that is absent breaks a limit on it.
    """

    id: str
    by: Side
    path: TermPath
    weight: Weight
    at_least: str | None = None
    at_most: str | None = None
    one_of: tuple[str, ...] = ()

    def says(self) -> str:
        """Return the limit in words, to be put into a refusal."""
        limits = []
        if self.at_least is not None:
            limits.append(f"at least {self.at_least}")
        if self.at_most is not None:
            limits.append(f"at most {self.at_most}")
        if self.one_of:
            limits.append("one of " + ", ".join(self.one_of))
        return f"{self.path} must be {' and '.join(limits)} ({self.weight} by the {self.by})"


def comparable(text: str) -> Decimal | date | timedelta | None:
    """Read a limit or a term's value as a number, date or length of time; None when it is none."""
    if text.startswith("P"):
        return _length(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        pass
    else:
        return number if number.is_finite() else None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _length(text: str) -> timedelta | None:
    try:
        return timedelta(microseconds=Duration.parse(text).elapsed)
    except ValueError:  # not a duration, or one in months, which have no fixed length
        return None


def admits(constraint: Constraint, values: Mapping[TermPath, str]) -> bool:
    """Tell whether flat terms respect a limit."""
    value = values.get(constraint.path)
    if value is None:
        return False
    if constraint.one_of and value not in constraint.one_of:
        return False
    return in_range(constraint.at_least, value) and in_range(value, constraint.at_most)


def broken(
    constraints: Iterable[Constraint], values: Mapping[TermPath, str]
) -> tuple[Constraint, ...]:
    """Return the limits that flat terms do not respect."""
    return tuple(constraint for constraint in constraints if not admits(constraint, values))


def in_range(lower: str | None, upper: str | None) -> bool:
    """Compare two written values; an open end is always respected, unlike kinds never are."""
    if lower is None or upper is None:
        return True
    match comparable(lower), comparable(upper):
        case Decimal() as low, Decimal() as high:
            return low <= high
        case date() as low, date() as high:
            return low <= high
        case timedelta() as low, timedelta() as high:
            return low <= high
        case _:
            return False
