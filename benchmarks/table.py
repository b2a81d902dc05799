"""A small table of medians and ratios, and how they are taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

Case = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to measure: the two sizes compared, how many rounds, how many calls in each."""

    few: int
    many: int
    rounds: int
    calls: int


@dataclass(frozen=True, slots=True)
class Line:
    """One case: its median in microseconds, and how it compares with the first case.

    ``ratio`` is the median of the rounds' own ratios; half of the rounds lay within ``low`` and
    ``high``. ``best`` compares the two quickest rounds, which other work on the machine disturbed
    the least.
    """

    name: str
    microseconds: float
    ratio: float
    low: float
    high: float
    best: float


@dataclass(frozen=True, slots=True)
class Table:
    """What was measured, the cases in order, and what else is to be known."""

    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]

    def __str__(self) -> str:
        """Write it for a terminal."""
        width = max(len(line.name) for line in self.lines)
        rows = [
            f"  {line.name:<{width}}  {line.microseconds:>10,.0f} us  {line.ratio:>6.2f}x"
            f"  ({line.low:.2f} to {line.high:.2f})  {line.best:>6.2f}x"
            for line in self.lines
        ]
        return "\n".join([self.title, *rows, *(f"  {note}" for note in self.notes), ""])


def interleaved(title: str, cases: Mapping[str, Case], sizes: Sizes, *notes: str) -> Table:
    """Time the cases in turn, round after round, so that a noisy moment hits all of them.

    A round's figure is the mean of its calls. The first case is what the others are held against;
    each round begins with another case, so that none is always the one after.
    """
    names = list(cases)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for case in cases.values():
        _timed(case, sizes.calls)
    for number in range(sizes.rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            taken[name].append(_timed(cases[name], sizes.calls))
    first = taken[names[0]]
    lines = tuple(_line(name, figures, first) for name, figures in taken.items())
    how = (
        f"medians of {sizes.rounds} interleaved rounds of {sizes.calls} calls; half of the rounds' "
        "ratios lay in the brackets; last, the ratio of the two quickest rounds"
    )
    return Table(title, lines, (*notes, how))


def _timed(case: Case, calls: int) -> float:
    """Return the mean of some calls, in microseconds."""
    began = time.perf_counter_ns()
    for _ in range(calls):
        case()
    return (time.perf_counter_ns() - began) / calls / 1000


def _line(name: str, figures: list[float], first: list[float]) -> Line:
    ratios = [one / other for one, other in zip(figures, first, strict=True)]
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return Line(name, median(figures), median(ratios), low, high, min(figures) / min(first))
