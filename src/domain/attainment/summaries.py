"""Many figures taken as one: a percentile, the mean, the share of those that are good enough.

A figure that is not there counts by the rule of the method: as worse than any value, as better
than any, or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from domain.attainment.result import Measurement, Working, nothing, share
from domain.terms.measurement import HandlingTime, Percentile, ShareWithin

Rules = Percentile | HandlingTime | ShareWithin
"""What says how a missing figure counts, and a period without any."""

Lines = tuple[Working, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case by what it came to: ``figure`` None has nothing on record, ``within`` its limit."""

    figure: Fraction | None
    within: bool | None = None


def at_percentile(
    figures: Sequence[Fraction | None],
    rank: Fraction,
    rules: Rules,
    lines: Lines,
    *,
    linear: bool = False,
) -> Measurement:
    """Return the figure that the given percentage stays at or under.

    By nearest rank it is one of the figures; linear, in proportion between two neighbours.
    """
    known = sorted(figure for figure in figures if figure is not None)
    gone = len(figures) - len(known)
    better = gone if rules.missing == "counts as met" else 0
    count = len(known) + (0 if rules.missing == "left out" else gone)
    if not count:
        return nothing(rules.when_empty, lines)
    place = rank * (count - 1) / 100 if linear else Fraction(max(-(-rank * count // 100) - 1, 0))
    low, part = int(place), place - int(place)
    high = low + (part > 0) - better
    if high >= len(known):
        return Measurement(None, lines, worst=True)
    if low < better:
        return nothing("counts as met", lines)
    value = known[low - better]
    return Measurement(value + part * (known[high] - value), lines)


def mean(figures: Sequence[Fraction | None], rules: Rules, lines: Lines) -> Measurement:
    """Return the mean; with a missing figure that counts as missed it is worse than any value."""
    known = [figure for figure in figures if figure is not None]
    gone = len(figures) - len(known)
    if gone and rules.missing == "counts as missed":
        return Measurement(None, lines, worst=True)
    if not known:
        met = gone and rules.missing == "counts as met"
        return nothing("counts as met" if met else rules.when_empty, lines)
    return Measurement(sum(known, Fraction(0)) / len(known), lines)


def share_of(judged: Sequence[Judged], rules: Rules, lines: Lines) -> Measurement:
    """Return the share of cases within their limit, in percent."""
    gone = sum(one.figure is None for one in judged)
    good = sum(one.within is True for one in judged)
    of = len(judged)
    match rules.missing:
        case "left out":
            of -= gone
        case "counts as met":
            good += gone
        case "counts as missed":
            pass
        case _:
            assert_never(rules.missing)
    return Measurement(share(good, of), lines) if of else nothing(rules.when_empty, lines)
