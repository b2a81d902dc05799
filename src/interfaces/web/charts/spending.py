"""How the error budget of a running period is being spent: up to now, and on to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

WIDTH: Final = 360
HEIGHT: Final = 128
LEFT: Final = 8
RIGHT: Final = 352
TOP: Final = 22
BOTTOM: Final = 100
MOST: Final = Fraction(5, 4)
"""The least that the chart reaches up to, so that the limit does not lie on its edge."""
CUT: Final = Fraction(2)
"""What is spent beyond this is drawn at the edge; the words have the figure."""


@dataclass(frozen=True, slots=True)
class Spent:
    """A point of the way: which share of the period had passed, and of the budget was used."""

    passed: Fraction
    used: Fraction


@dataclass(frozen=True, slots=True)
class Threshold:
    """A level that is told of once it is reached, with its words."""

    y: int
    says: str
    reached: bool


@dataclass(frozen=True, slots=True)
class SpendingChart:
    """A chart to draw: what was spent, how it goes on at that rate, the limit, and today."""

    title: str
    says: str
    spent: str
    onward: str
    area: str
    limit: int
    now_x: int
    now_y: int
    over: bool
    thresholds: tuple[Threshold, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = RIGHT
    top: int = TOP
    bottom: int = BOTTOM


def spending_chart(
    title: str, says: str, way: Sequence[Spent], concern_at: Sequence[Fraction] = ()
) -> SpendingChart | None:
    """Draw the way a budget was spent, the latest point last; None where there is no way yet."""
    if not way or not way[-1].passed:
        return None
    last = way[-1]
    at_end = last.used / last.passed
    most = min(max(MOST, last.used * Fraction(9, 8), at_end), CUT)
    points = [(_across(Fraction(0)), _up(Fraction(0), most))]
    points += [(_across(one.passed), _up(one.used, most)) for one in way]
    now_x, now_y = points[-1]
    end_x, end_y = _across(Fraction(1)), _up(at_end, most)
    if at_end > most > last.used:
        meets = last.passed * most / last.used
        end_x, end_y = _across(meets), _up(most, most)
    return SpendingChart(
        title,
        says,
        _path(points),
        _path([(now_x, now_y), (end_x, end_y)]),
        f"{_path(points)} L{now_x} {BOTTOM} Z",
        _up(Fraction(1), most),
        now_x,
        now_y,
        last.used > 1,
        tuple(
            Threshold(_up(one, most), f"{float_free(one * 100)} %", last.used >= one)
            for one in concern_at
            if one <= most
        ),
    )


def float_free(value: Fraction) -> str:
    """Write a percentage to at most one place, without a binary float."""
    tenths = round(value * 10)
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else f"{whole}"


def _across(share: Fraction) -> int:
    return LEFT + round((RIGHT - LEFT) * min(max(share, Fraction(0)), Fraction(1)))


def _up(share: Fraction, most: Fraction) -> int:
    return BOTTOM - round((BOTTOM - TOP) * min(share, most) / most)


def _path(points: Sequence[tuple[int, int]]) -> str:
    return " ".join(f"{'L' if number else 'M'}{x} {y}" for number, (x, y) in enumerate(points))
