"""Methods by time: time up as a share of the time agreed, to the microsecond or in slices."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np

from domain.attainment.excused import Excused
from domain.attainment.records import Checks, Outages
from domain.attainment.result import Measurement, Unit, Working, nothing, share
from domain.attainment.spans import NOTHING, Mask, Micros, Spans
from domain.terms.measurement import ElapsedTime, TimeSlices
from domain.values.durations import Duration

DOWN: Final = "counts as down"
UP: Final = "counts as up"
LEFT_OUT: Final = "left out"


def elapsed_time(
    method: ElapsedTime, records: Outages, window: Spans, reasons: Sequence[Excused]
) -> Measurement:
    """Measure a window by outages with both ends.

    An outage is as long as it was, however much of it lies in the window: whether it is too short
    to count is asked before anything is cut off.
    """
    down = _outages(records.down, method.shortest_outage)
    left_out, up, working = _excuse(window, reasons)
    agreed = window - left_out
    judged = agreed - up
    known = judged & (records.recorded | records.down)
    missing = judged - known
    bad = down & known
    match method.missing:
        case "counts as down":
            bad |= missing
        case "left out":
            agreed -= missing
        case "last known state holds":
            bad |= missing & _held(records.down, records.recorded | records.down)
        case "counts as up":
            pass
    lines = [Working("in the window", window.total, "µs"), *working]
    lines += [
        Working("without a record", missing.total, "µs"),
        Working("down", bad.total, "µs"),
        Working("counted", agreed.total, "µs"),
    ]
    if not agreed:
        return nothing("not judged", tuple(lines))
    return Measurement(share(agreed.total - bad.total, agreed.total), tuple(lines))


def _outages(down: Spans, shortest: Duration | None) -> Spans:
    return down if shortest is None else down.no_shorter_than(shortest.elapsed)


def _held(down: Spans, known: Spans) -> Spans:
    """Return the time after each stretch of record that ended in an outage, until the next one."""
    if not known:
        return NOTHING
    ended_down = down.covers(known.ends - 1)
    until = np.append(known.starts[1:], np.iinfo(np.int64).max)
    return Spans(known.ends[ended_down], until[ended_down])


def _excuse(window: Spans, reasons: Sequence[Excused]) -> tuple[Spans, Spans, list[Working]]:
    left_out, up, working = NOTHING, NOTHING, []
    for reason in reasons:
        here = reason.spans & window
        if reason.up:
            up |= here
        else:
            left_out |= here
        how = "counted as up" if reason.up else "left out"
        working.append(Working(f"{how}: {reason.exclusion}", here.total, "µs"))
    return left_out, up, working


class Slices:
    """Checks laid out in slices once, so that every window can be measured by them.

    A slice belongs to what the instant it begins at belongs to.
    """

    def __init__(
        self, method: TimeSlices, records: Checks, reasons: Sequence[Excused], whole: Spans
    ) -> None:
        self._step = method.slice.elapsed
        self._first, end = _from_to(whole, records, self._step)
        self._count = end - self._first
        made, failed = self._checked(records)
        self._down, self._missing = _states(method, made, failed)
        self._drop_missing = method.missing == LEFT_OUT
        self._reasons = [(reason, self._where(reason.spans)) for reason in reasons]

    def measure(self, window: Spans) -> Measurement:
        """Measure one window."""
        inside = self._where(window)
        left_out = up = np.zeros(self._count, dtype=np.bool_)
        working = []
        for reason, where in self._reasons:
            here = inside & where
            left_out, up = (left_out, up | here) if reason.up else (left_out | here, up)
            how = "counted as up" if reason.up else "left out"
            working.append(_line(f"{how}: {reason.exclusion}", here))
        counted = inside & ~left_out
        judged = counted & ~up
        missing = judged & self._missing
        if self._drop_missing:
            counted = counted & ~missing
            judged = judged & ~missing
        bad, of = int((self._down & judged).sum()), int(counted.sum())
        lines = (
            _line("in the window", inside),
            *working,
            _line("without a check", missing),
            Working("down", bad, "slices"),
            Working("counted", of, "slices"),
        )
        return Measurement(share(of - bad, of), lines) if of else nothing("not judged", lines)

    def _where(self, spans: Spans) -> Mask:
        return spans.on_grid(self._first, self._count, self._step)

    def _checked(self, records: Checks) -> tuple[Micros, Micros]:
        """Return for each slice how many checks were made in it, and how many failed."""
        index = records.at // self._step - self._first
        made, failed = (np.zeros(self._count, dtype=np.int64) for _ in range(2))
        if len(index) < 2 or (np.diff(index) > 0).all():  # noqa: PLR2004 - one check is in order
            made[index], failed[index] = records.made, records.failed  # one check a slice at most
        else:
            np.add.at(made, index, records.made)
            np.add.at(failed, index, records.failed)
        return made, failed


def _from_to(window: Spans, records: Checks, length: int) -> tuple[int, int]:
    """Return the slices that a window and all the checks lie in.

    What went before the window tells which state it begins in, and how long an outage has lasted.
    """
    first, last = int(window.starts[0]), int(window.ends[-1]) - 1
    if len(records.at):
        first, last = min(first, int(records.at.min())), max(last, int(records.at.max()))
    return first // length, last // length + 1


def _states(method: TimeSlices, made: Micros, failed: Micros) -> tuple[Mask, Mask]:
    """Return which slices are down, by the agreed rule also where no check was made.

    Whether an outage is too short to count is asked of what was seen: a slice without a check is
    none, and the state that holds after it is the one last seen.
    """
    missing = made == 0
    if method.down_above is None:
        down = failed > 0
    else:
        sizes, which = np.unique(made, return_inverse=True)
        endured = [int(size * Fraction(method.down_above) / 100) for size in sizes.tolist()]
        down = failed > np.array(endured, dtype=np.int64)[which]
    outage = down
    if method.shortest_outage is not None:
        outage = _runs(down, -(-method.shortest_outage.elapsed // method.slice.elapsed))
    match method.missing:
        case "counts as down":
            outage = outage | missing
        case "last known state holds":
            last = np.maximum.accumulate(np.where(missing, -1, np.arange(len(made))))
            outage = outage | (missing & (last >= 0) & down[np.maximum(last, 0)])
        case _:
            pass
    return outage, missing


def _runs(down: Mask, least: int) -> Mask:
    """Keep what is down so many slices in a row or more."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], down.view(np.int8), [0]))))
    begin, end = edges[::2], edges[1::2]
    long = end - begin >= least
    kept = np.zeros(len(down) + 1, dtype=np.int8)
    np.add.at(kept, begin[long], 1)
    np.add.at(kept, end[long], -1)
    return np.asarray(np.cumsum(kept[:-1]) > 0)


def _line(says: str, which: Mask, unit: Unit = "slices") -> Working:
    return Working(says, int(which.sum()), unit)
