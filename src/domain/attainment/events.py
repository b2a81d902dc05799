"""Methods by events: good ones as a share of all, and the mean of the rates of equal intervals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from domain.attainment.excused import Excused
from domain.attainment.records import Counts
from domain.attainment.result import Measurement, Working, nothing, share
from domain.attainment.spans import Mask, Micros, Spans
from domain.terms.measurement import EventRatio, IntervalRates


def event_ratio(
    method: EventRatio, records: Counts, window: Spans, reasons: Sequence[Excused]
) -> Measurement:
    """Measure by events; they belong to what the interval they were counted in begins in."""
    inside = window.covers(records.at)
    left_out, up, working = _excuse(records, inside, reasons)
    judged = inside & ~left_out
    events, good = int(records.events[judged].sum()), int(records.good[judged].sum())
    good += int((records.events - records.good)[judged & up].sum())
    unknown = int(records.unknown[judged & ~up].sum())
    match method.missing:
        case "left out":
            events -= unknown
        case "counts as met":
            good += unknown
        case "counts as missed":
            pass
    lines = (
        Working("in the window", int(records.events[inside].sum()), "events"),
        *working,
        Working("with no outcome on record", unknown, "events"),
        Working("good", good, "events"),
        Working("counted", events, "events"),
    )
    if not events:
        return nothing(method.when_empty, lines)
    return Measurement(share(good, events), lines)


def _excuse(
    records: Counts, inside: Mask, reasons: Sequence[Excused]
) -> tuple[Mask, Mask, list[Working]]:
    left_out, up = np.zeros_like(inside), np.zeros_like(inside)
    working = []
    for reason in reasons:
        here = inside & reason.spans.covers(records.at)
        if reason.up:
            up |= here
        else:
            left_out |= here
        how = "counted as good" if reason.up else "left out"
        working.append(
            Working(f"{how}: {reason.exclusion}", int(records.events[here].sum()), "events")
        )
    return left_out, up, working


def interval_rates(
    method: IntervalRates, records: Counts, window: Spans, reasons: Sequence[Excused]
) -> Measurement:
    """Measure 100 % minus the mean error rate of the intervals, each weighing the same.

    An interval belongs to what it begins in. Requests without an outcome are in no rate.
    """
    if not window:
        return nothing("not judged")
    length = method.interval.elapsed
    first = int(window.starts[0]) // length
    count = (int(window.ends[-1]) - 1) // length + 1 - first
    begin = (first + np.arange(count, dtype=np.int64)) * length
    inside = window.covers(begin)
    requests, errors, recorded = _by_interval(records, length, first, count)
    left_out, up = np.zeros_like(inside), np.zeros_like(inside)
    working = []
    for reason in reasons:
        here = inside & reason.spans.covers(begin)
        left_out, up = (left_out, up | here) if reason.up else (left_out | here, up)
        how = "counted as good" if reason.up else "left out"
        working.append(Working(f"{how}: {reason.exclusion}", int(here.sum()), "intervals"))
    judged, missing = inside & ~left_out & ~up, ~recorded
    counted = inside & ~left_out
    if method.missing == "left out":
        counted &= ~(judged & missing)
    if method.empty_intervals == "left out":
        counted &= ~(judged & recorded & (requests == 0))
    bad = judged & counted
    lost = _sum_of_rates(errors[bad], requests[bad])
    lost += _lost_without_record(method, bad & missing, errors, requests)
    of = int(counted.sum())
    lines = (
        Working("in the window", int(inside.sum()), "intervals"),
        *working,
        Working("without a record", int((judged & missing).sum()), "intervals"),
        Working("with errors", int((bad & (errors > 0)).sum()), "intervals"),
        Working("counted", of, "intervals"),
    )
    if not of:
        return nothing("not judged", lines)
    return Measurement(100 - 100 * lost / of, lines)


def _by_interval(
    records: Counts, length: int, first: int, count: int
) -> tuple[Micros, Micros, Mask]:
    index = records.at // length - first
    here = (index >= 0) & (index < count)
    requests, errors = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    known = records.events - records.unknown
    np.add.at(requests, index[here], known[here])
    np.add.at(errors, index[here], (known - records.good)[here])
    recorded = np.zeros(count, dtype=np.bool_)
    recorded[index[here]] = True
    return requests, errors, recorded


def _lost_without_record(
    method: IntervalRates, missing: Mask, errors: Micros, requests: Micros
) -> Fraction:
    """Return the error rates that intervals without a record count with, added up."""
    if method.missing == "counts as down":
        return Fraction(int(missing.sum()))
    if method.missing != "last known state holds":
        return Fraction(0)
    place = np.arange(len(missing))
    last = np.maximum.accumulate(np.where(requests > 0, place, -1))[missing]
    last = last[last >= 0]
    return _sum_of_rates(errors[last], requests[last])


def _sum_of_rates(errors: Micros, requests: Micros) -> Fraction:
    """Add up errors / requests exactly; intervals without a request add nothing.

    Rates over the same number of requests are added first: exact fractions over many different
    numbers are long, and adding neighbours in pairs keeps them as short as they can be.
    """
    some = requests > 0
    sizes, which = np.unique(requests[some], return_inverse=True)
    totals = np.zeros(len(sizes), dtype=np.int64)
    np.add.at(totals, which, errors[some])
    parts = [
        Fraction(total, size)
        for total, size in zip(totals.tolist(), sizes.tolist(), strict=True)
        if total
    ]
    while len(parts) > 1:
        parts = [sum(parts[at : at + 2], Fraction(0)) for at in range(0, len(parts), 2)]
    return parts[0] if parts else Fraction(0)
