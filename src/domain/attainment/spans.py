"""Sets of instants as sorted, disjoint, half-open spans of whole microseconds since 1970 (UTC)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domain.values.periods import Period

Micros = NDArray[np.int64]
"""Instants or lengths in whole microseconds."""

Mask = NDArray[np.bool_]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(instant: datetime) -> int:
    """Return an aware instant in microseconds since 1970, exactly."""
    return (instant - EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """Return the instant (UTC) that many microseconds since 1970."""
    return EPOCH + timedelta(microseconds=int(at))


@dataclass(frozen=True, slots=True, eq=False)
class Spans:
    """Spans in order; none is empty, none touches the next. ``ends`` are excluded."""

    starts: Micros
    ends: Micros

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int]]) -> Spans:
        """Return the union of spans in any order; one that ends before it begins is empty."""
        rows = np.array([pair for pair in pairs if pair[0] < pair[1]], dtype=np.int64)
        return cls.joined(rows[:, 0], rows[:, 1]) if len(rows) else NOTHING

    @classmethod
    def joined(cls, starts: Micros, ends: Micros) -> Spans:
        """Return the union of spans given as arrays, in any order, overlapping or not."""
        some = starts < ends
        starts, ends = starts[some], ends[some]
        if not len(starts):
            return NOTHING
        order = np.argsort(starts, kind="stable")
        starts, reached = starts[order], np.maximum.accumulate(ends[order])
        fresh = np.concatenate(([True], starts[1:] > reached[:-1]))
        last = np.concatenate((fresh[1:], [True]))
        return cls(starts[fresh], reached[last])

    @classmethod
    def over(cls, period: Period) -> Spans:
        """Return a period as one span."""
        return cls.of([(micros(period.starts), micros(period.ends))])

    @property
    def total(self) -> int:
        """The length of all spans together, in microseconds."""
        return int((self.ends - self.starts).sum())

    def __bool__(self) -> bool:
        return len(self.starts) > 0

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.starts.tolist(), self.ends.tolist(), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spans) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __or__(self, other: Spans) -> Spans:
        if not (self and other):
            return self or other
        return Spans.joined(
            np.concatenate((self.starts, other.starts)), np.concatenate((self.ends, other.ends))
        )

    def __and__(self, other: Spans) -> Spans:
        return self._combined(other, np.logical_and)

    def __sub__(self, other: Spans) -> Spans:
        return self._combined(other, lambda mine, theirs: mine & ~theirs)

    def covers(self, at: Micros) -> Mask:
        """Tell for each instant whether it lies in a span."""
        if not self:
            return np.zeros(len(at), dtype=np.bool_)
        index = np.searchsorted(self.starts, at, side="right") - 1
        return (index >= 0) & (at < self.ends[index])

    def on_grid(self, first: int, count: int, step: int) -> Mask:
        """Tell for each of the instants ``first * step``, ``(first + 1) * step``, ... the same.

        Takes time by the number of spans; the instants need not be there.
        """
        edges = np.zeros(count + 1, dtype=np.int8)
        for bounds, sign in ((self.starts, 1), (self.ends, -1)):
            np.add.at(edges, np.clip(-(-bounds // step) - first, 0, count), sign)
        return np.cumsum(edges[:-1], dtype=np.int8).view(np.bool_)

    def before(self, at: Micros) -> Micros:
        """Return for each instant how much of the spans lies before it, in microseconds."""
        if not self:
            return np.zeros(len(at), dtype=np.int64)
        lengths = self.ends - self.starts
        whole = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
        index = np.searchsorted(self.starts, at, side="right")
        over = np.where(index > 0, np.maximum(self.ends[index - 1] - at, 0), 0)
        return np.asarray(whole[index] - over, dtype=np.int64)

    def no_shorter_than(self, length: int) -> Spans:
        """Return the spans that last at least so many microseconds."""
        some = self.ends - self.starts >= length
        return Spans(self.starts[some], self.ends[some])

    def first(self, length: int) -> Spans:
        """Return the first so many microseconds of the spans, in order of time."""
        reached = np.cumsum(self.ends - self.starts)
        over = np.maximum(reached - length, 0)
        return Spans.joined(self.starts, self.ends - over)

    def _combined(self, other: Spans, keep: Callable[[Mask, Mask], Mask]) -> Spans:
        edges = np.unique(np.concatenate((self.starts, self.ends, other.starts, other.ends)))
        if not len(edges):
            return NOTHING
        # Each stretch between two neighbouring edges lies wholly in or wholly out of either set.
        kept = keep(self.covers(edges), other.covers(edges))
        earlier = np.concatenate(([False], kept[:-1]))
        return Spans(edges[kept & ~earlier], edges[earlier & ~kept])


NOTHING: Final = Spans(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
"""No instant at all."""
