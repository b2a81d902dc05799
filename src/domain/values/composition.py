"""The availability that a service can reach over what it depends on, exact.

What is needed together stands in series, and every part must be up: the product of the parts. What
can replace one another stands in parallel, and one of them must be up: one minus the product of
their unavailabilities. Both assume that the parts fail independently of each other, so the result
is a bound on what can be promised, not a forecast.

Source: reliability block diagrams, IEC 61078:2016, series and parallel structures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod

_PLACES = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One thing a service depends on: its availability in percent (0 to 100), and its group.

    Parts of the same ``group`` replace one another; a part without a group is needed by itself.
    """

    availability: Decimal
    group: str | None = None


def composed(parts: Iterable[Part]) -> Fraction:
    """Return the availability of all ``parts`` together, as a share from 0 to 1.

    Groups are parallel inside and in series with each other and with every ungrouped part. No
    parts at all limit nothing: 1.
    """
    alone: list[Fraction] = []
    groups: dict[str, list[Fraction]] = {}
    for part in parts:
        if part.group is None:
            alone.append(_share(part.availability))
        else:
            groups.setdefault(part.group, []).append(_share(part.availability))
    return in_series([*alone, *(in_parallel(members) for members in groups.values())])


def in_series(shares: Iterable[Fraction]) -> Fraction:
    """Return the availability of parts that are all needed: the product of their shares."""
    return prod(shares, start=Fraction(1))


def in_parallel(shares: Iterable[Fraction]) -> Fraction:
    """Return the availability of parts of which one is enough: 1 - the product of (1 - share)."""
    return 1 - prod((1 - share for share in shares), start=Fraction(1))


def in_percent(share: Fraction) -> Decimal:
    """Write a share as a percentage of at most 12 places, rounded down: a bound is never raised.

    >>> in_percent(Fraction(1, 3))
    Decimal('33.333333333333')
    """
    scaled = share * 100 * 10**_PLACES
    digits = scaled.numerator // scaled.denominator
    whole, rest = divmod(digits, 10**_PLACES)
    places = f"{rest:0{_PLACES}d}".rstrip("0")
    return Decimal(f"{whole}.{places}" if places else f"{whole}")


def _share(percent: Decimal) -> Fraction:
    return Fraction(percent) / 100
