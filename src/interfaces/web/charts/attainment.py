"""Attainment over periods against the target: one mark a judged part, one line for the target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

WIDTH: Final = 360
HEIGHT: Final = 128
LEFT: Final = 8
RIGHT: Final = 352
TOP: Final = 22
BOTTOM: Final = 100
MOST_LABELS: Final = 6

Outcome = Literal["met", "missed", "unjudged"]


@dataclass(frozen=True, slots=True)
class Point:
    """One part of a period: what it came to, and what was promised, as exact numbers.

    ``value`` None: nothing was measured, or it is worse than any value.
    """

    value: Fraction | None
    bound: Fraction
    outcome: Outcome
    says: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One period, in one part or several."""

    label: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure on the chart; its shape tells whether it met the target."""

    x: int
    y: int
    outcome: Outcome
    says: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A stretch of the target's line."""

    x1: int
    x2: int
    y: int


@dataclass(frozen=True, slots=True)
class Label:
    """A word under the chart, at the middle of its period."""

    x: int
    text: str


@dataclass(frozen=True, slots=True)
class AttainmentChart:
    """A chart to draw: ``path`` joins the marks; ``says`` is all of it in words."""

    title: str
    says: str
    marks: tuple[Mark, ...]
    rules: tuple[Rule, ...]
    labels: tuple[Label, ...]
    path: str
    width: int = WIDTH
    height: int = HEIGHT
    top: int = TOP
    bottom: int = BOTTOM


def attainment_chart(title: str, slots: Sequence[Slot]) -> AttainmentChart | None:
    """Draw periods, the earliest first; None where there is nothing to draw."""
    points = [point for slot in slots for point in slot.points]
    if not points:
        return None
    height = _Height.of(points)
    marks: list[Mark] = []
    rules: list[Rule] = []
    labels: list[Label] = []
    every = -(-len(slots) // MOST_LABELS)
    for number, slot in enumerate(slots):
        if not slot.points:
            continue
        left, right = _across(number, len(slots)), _across(number + 1, len(slots))
        if (len(slots) - 1 - number) % every == 0:
            labels.append(Label((left + right) // 2, slot.label))
        for place, point in enumerate(slot.points):
            x1 = left + (right - left) * place // len(slot.points)
            x2 = left + (right - left) * (place + 1) // len(slot.points)
            rules.append(Rule(x1, x2, height.at(point.bound)))
            y = BOTTOM if point.value is None else height.at(point.value)
            marks.append(Mark((x1 + x2) // 2, y, point.outcome, point.says))
    path = " ".join(f"{'L' if number else 'M'}{one.x} {one.y}" for number, one in enumerate(marks))
    says = "; ".join(one.says for one in marks)
    return AttainmentChart(title, f"{says}.", tuple(marks), tuple(rules), tuple(labels), path)


def _across(number: int, of: int) -> int:
    return LEFT + (RIGHT - LEFT) * number // of


@dataclass(frozen=True, slots=True)
class _Height:
    """The scale from the least to the most there is, with a little room at both ends."""

    low: Fraction
    high: Fraction

    @classmethod
    def of(cls, points: Sequence[Point]) -> _Height:
        values = [point.bound for point in points]
        values += [point.value for point in points if point.value is not None]
        low, high = min(values), max(values)
        room = (high - low) / 8 or Fraction(1)
        return cls(low - room, high + room)

    def at(self, value: Fraction) -> int:
        return BOTTOM - round((value - self.low) / (self.high - self.low) * (BOTTOM - TOP))
