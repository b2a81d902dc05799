"""The best target that would have been met in k of n periods: the k-th best result, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from domain.attainment.result import Measurement
from domain.terms.figures import decimal
from domain.terms.objective import Target
from domain.terms.part import plain, written
from domain.values.durations import Duration

PLACES: Final = 6
"""How many decimals a target is suggested with."""


class Kind(StrEnum):
    """What the best target is."""

    VALUE = "a value"
    ANY = "any"
    NONE = "none"
    TOO_FEW = "too few periods"


@dataclass(frozen=True, slots=True)
class Best:
    """The best target met in ``k`` of ``of`` periods that can be judged.

    A ``value`` is exact: a percentage, microseconds, or a number of the method's unit. ANY: in so
    many periods there was nothing to measure, which meets whatever is promised. NONE: no target is
    met as often. TOO_FEW: there are not so many periods.
    """

    k: int
    of: int
    kind: Kind
    value: Fraction | None = None


def best_met(results: Sequence[Measurement], k: int, *, more_is_better: bool) -> Best:
    """Return the best target met in ``k`` of the results; those not judged are not counted.

    A result with cases still open is not counted either: a stricter target may yet be missed by
    them. Raises ValueError when ``k`` is less than 1.
    """
    if k < 1:
        raise ValueError("a target is met in 1 period or more")
    judged = [one for one in results if counted(one)]
    if k > len(judged):
        return Best(k, len(judged), Kind.TOO_FEW)
    ranked = sorted(judged, key=lambda one: _rank(one, more_is_better=more_is_better), reverse=True)
    found = ranked[k - 1]
    level, _ = _rank(found, more_is_better=more_is_better)
    kind = {1: Kind.ANY, 0: Kind.VALUE, -1: Kind.NONE}[level]
    return Best(k, len(judged), kind, found.value if kind is Kind.VALUE else None)


def counted(one: Measurement) -> bool:
    """Tell whether a result is one of the n: judged, and with no case left open."""
    if one.pending:
        return False
    return one.worst or one.value is not None or one.empty in ("counts as met", "counts as missed")


def _rank(one: Measurement, *, more_is_better: bool) -> tuple[int, Fraction]:
    if one.worst:
        return -1, Fraction(0)
    if one.value is None:
        return (1 if one.empty == "counts as met" else -1), Fraction(0)
    return 0, one.value if more_is_better else -one.value


def as_target(value: Fraction, like: Target) -> str:
    """Write a result as a target that it meets: ``99.95``, ``PT4H``.

    Rounded, where it takes more than 6 decimals or a fraction of a microsecond, to what is easier
    to keep.
    """
    bound = like.bound
    scale = 1 if isinstance(bound, Duration) else 10**PLACES
    scaled = value * scale
    kept = scaled.__floor__() if like.more_is_better else scaled.__ceil__()
    if isinstance(bound, Duration):
        return written(Duration(microseconds=kept))
    return decimal(Fraction(kept, scale))


def as_promised(target: Target) -> str:
    """Write what a target promises: ``at least 99.5``."""
    return f"at {'least' if target.more_is_better else 'most'} {plain(target.bound)}"
