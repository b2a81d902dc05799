"""Limits that a side puts on the other's offers: a range or a choice for one term."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from domain.decider import fact
from domain.terms.paths import TermPath
from domain.values.sides import Side


class Weight(StrEnum):
    """Whether an offer outside the limit is refused or only marked."""

    REQUIRED = "required"
    OPTIONAL = "optional"


@fact
class Constraint:
    """A limit on the term at ``path``, as it stands in the terms' flat form.

    ``at_least`` and ``at_most`` are decimals or ISO dates, both included; ``one_of`` lists the
    values that will do. A term that is absent breaks a limit on it.
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


def comparable(text: str) -> Decimal | date | None:
    """Read a limit or a term's value as a number or a date; None when it is neither."""
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


def admits(constraint: Constraint, values: Mapping[TermPath, str]) -> bool:
    """Tell whether flat terms respect a limit."""
    value = values.get(constraint.path)
    if value is None:
        return False
    if constraint.one_of and value not in constraint.one_of:
        return False
    return _not_below(value, constraint.at_least) and _not_below(constraint.at_most, value)


def broken(
    constraints: Iterable[Constraint], values: Mapping[TermPath, str]
) -> tuple[Constraint, ...]:
    """Return the limits that flat terms do not respect."""
    return tuple(constraint for constraint in constraints if not admits(constraint, values))


def _not_below(higher: str | None, lower: str | None) -> bool:
    """Compare two written values; an open end is always respected, unlike kinds never are."""
    if higher is None or lower is None:
        return True
    match comparable(higher), comparable(lower):
        case Decimal() as a, Decimal() as b:
            return a >= b
        case date() as a, date() as b:
            return a >= b
        case _:
            return False
