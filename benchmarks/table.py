"""Tables of medians and ratios, the aims they are held against, and how they are taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final, TypeVar

T = TypeVar("T")
Case = Callable[[], object]
MICROSECONDS: Final = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much to measure.

    ``few`` and ``many`` are the two sizes compared; ``rounds`` how many times each case has its
    turn; ``calls`` how many calls a turn takes, or ``seconds`` how long it is, where callers come
    at once; ``contracts`` how many contracts a large installation has.
    """

    few: int
    many: int
    rounds: int
    calls: int
    seconds: float = 2.0
    contracts: int = 100_000


@dataclass(frozen=True, slots=True)
class Aim:
    """What one case is to reach against another: so much of its speed, or so much of its cost."""

    what: str
    case: str
    against: str
    at_least: float | None = None
    """Of the other's speed."""
    at_most: float | None = None
    """Times the other's cost."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An aim and what was measured: the median of the rounds' ratios, and half of them."""

    aim: Aim
    ratio: float
    low: float
    high: float

    @property
    def reached(self) -> bool:
        """Whether the median reaches the aim."""
        if self.aim.at_least is not None:
            return self.ratio >= self.aim.at_least
        return self.aim.at_most is None or self.ratio <= self.aim.at_most

    @property
    def wanted(self) -> str:
        """The aim in words."""
        if self.aim.at_least is not None:
            return f"at least {self.aim.at_least:g}"
        return f"at most {self.aim.at_most:g}"

    @property
    def verdict(self) -> str:
        """Whether it was reached, in words."""
        return "reached" if self.reached else "NOT REACHED"

    def __str__(self) -> str:
        """Write it for a terminal."""
        return (
            f"{self.verdict}: {self.aim.what}: {self.ratio:.2f}"
            f" ({self.low:.2f} to {self.high:.2f}), aim {self.wanted}"
        )


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
    """What was measured, the cases in order, what else is to be known, and the aims.

    ``rate`` tells that many callers came at once: what counts is how many were served in a second,
    and the ratios are of speeds, not of costs.
    """

    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    judged: tuple[Judged, ...] = ()
    rate: bool = False

    def figure(self, line: Line) -> str:
        """Return a case's figure with its unit."""
        if self.rate:
            return f"{MICROSECONDS / line.microseconds:>10,.0f} /s"
        return f"{line.microseconds:>10,.0f} us"

    def __str__(self) -> str:
        """Write it for a terminal."""
        width = max(len(line.name) for line in self.lines)
        rows = [
            f"  {line.name:<{width}}  {self.figure(line)}  {line.ratio:>6.2f}x"
            f"  ({line.low:.2f} to {line.high:.2f})  {line.best:>6.2f}x"
            for line in self.lines
        ]
        notes = [f"  {note}" for note in (*self.notes, *map(str, self.judged))]
        return "\n".join([self.title, *rows, *notes, ""])


def interleaved(
    title: str, cases: Mapping[str, Case], sizes: Sizes, *notes: str, aims: Sequence[Aim] = ()
) -> Table:
    """Time the cases in turn, round after round, so that a noisy moment hits all of them.

    A round's figure is the mean of its calls. The first case is what the others are held against;
    each round begins with another case, so that none is always the one after.
    """
    for case in cases.values():
        _timed(case, sizes.calls)
    timed = {name: lambda case=case: _timed(case, sizes.calls) for name, case in cases.items()}
    taken = in_turn(timed, sizes.rounds)
    how = f"medians of {sizes.rounds} interleaved rounds of {sizes.calls} calls; {BRACKETS}"
    return compared(title, taken, (*notes, how), aims)


BRACKETS: Final = (
    "half of the rounds' ratios lay in the brackets; last, the ratio of the two quickest rounds"
)


def in_turn(turns: Mapping[str, Callable[[], T]], rounds: int) -> dict[str, list[T]]:
    """Let each have its turn, round after round, each round beginning with another one."""
    names = list(turns)
    taken: dict[str, list[T]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            taken[name].append(turns[name]())
    return taken


def compared(
    title: str,
    taken: Mapping[str, list[float]],
    notes: tuple[str, ...],
    aims: Sequence[Aim] = (),
    *,
    rate: bool = False,
) -> Table:
    """Hold the rounds of each case (microseconds) against the first case's, and judge the aims."""
    first = next(iter(taken.values()))
    lines = tuple(_line(name, figures, first, rate) for name, figures in taken.items())
    judged = tuple(
        _judged(aim, taken) for aim in aims if aim.case in taken and aim.against in taken
    )
    return Table(title, lines, notes, judged, rate)


def _timed(case: Case, calls: int) -> float:
    """Return the mean of some calls, in microseconds."""
    began = time.perf_counter_ns()
    for _ in range(calls):
        case()
    return (time.perf_counter_ns() - began) / calls / 1000


def _line(name: str, figures: list[float], first: list[float], rate: bool) -> Line:  # noqa: FBT001 - the table's own
    ratios = _ratios(first, figures) if rate else _ratios(figures, first)
    best = min(first) / min(figures) if rate else min(figures) / min(first)
    return Line(name, median(figures), *_middle(ratios), best)


def _judged(aim: Aim, taken: Mapping[str, list[float]]) -> Judged:
    own, other = taken[aim.case], taken[aim.against]
    return Judged(
        aim, *_middle(_ratios(own, other) if aim.at_least is None else _ratios(other, own))
    )


def _ratios(figures: list[float], others: list[float]) -> list[float]:
    return [one / other for one, other in zip(figures, others, strict=True)]


def _middle(ratios: list[float]) -> tuple[float, float, float]:
    low, _, high = quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return median(ratios), low, high
