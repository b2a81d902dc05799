"""Batches out of Prometheus: the query that the terms bind an objective to, asked for a range.

| the method | what is asked | what becomes of it |
|---|---|---|
| time slices | ``up`` once a slice | a check a slice, failed where it is 0 |
| elapsed time | ``up`` once a minute | down from a 0 until the next instant |
| event ratio | both rates over each hour | whole events of each hour |
| mean of interval rates | both rates over each interval | whole requests of each interval |
| custom unit | the value once an hour | a reading |

Cases cannot be had from rates: methods by cases take figures that are handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from typing import Final

import numpy as np

from application.measuring import Handed
from domain.attainment.records import Checks, Counts, Outages, Reading, Readings, Records
from domain.attainment.spans import Spans, instant, micros
from domain.performance.figures import digest_of_sheets, shape_of, sheets_of
from domain.terms.measurement import CustomUnit, ElapsedTime, EventRatio, IntervalRates, TimeSlices
from domain.terms.objective import Objective
from interfaces.measurements.prometheus import SECOND, Asked, Prometheus, Sample

MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
MILLISECOND: Final = SECOND // 1000
LONGEST_SOURCE: Final = 200


class NotBound(Exception):  # noqa: N818 - it is an answer: there is nothing to ask for
    """The terms bind the objective to no query that figures can be had by."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What to ask for: the expressions by name, and how far apart (µs)."""

    queries: dict[str, str]
    step: int


def pull_of(promised: Objective) -> Pull:
    """Return what the terms have asked for an objective; raises NotBound."""
    match promised.measured:
        case TimeSlices(query=query, slice=length) if query is not None:
            return Pull({"up": f"min({query.up})"}, length.elapsed)
        case ElapsedTime(query=query) if query is not None:
            return Pull({"up": f"min({query.up})"}, MINUTE)
        case EventRatio(query=query) if query is not None:
            return Pull(_rates({"good": query.good, "of": query.of}, HOUR), HOUR)
        case IntervalRates(query=query, interval=interval) if query is not None:
            step = interval.elapsed
            return Pull(_rates({"bad": query.bad, "of": query.of}, step), step)
        case CustomUnit(query=query) if query is not None:
            of = {} if query.of is None else {"of": f"sum({query.of})"}
            return Pull({"value": f"sum({query.value})", **of}, HOUR)
        case method:
            raise NotBound(
                f"{promised.id} is measured by {method.by}: the terms name no query that its "
                "figures can be had by; hand them in instead"
            )


def pulled(server: Prometheus, promised: Objective, starts: datetime, ends: datetime) -> Handed:
    """Ask for a range and return it as a batch, named by what is in it.

    The range is that of the whole steps within. Raises NotBound, PrometheusSilent, and ValueError
    when there is no whole step.
    """
    pull = pull_of(promised)
    first, end = whole_steps(pull, starts, ends)
    if first >= end:
        raise ValueError("there is no whole step in that range")
    shift = 0 if "up" in pull.queries or "value" in pull.queries else pull.step
    asked = Asked(first + shift, end - pull.step + shift, pull.step)
    answers = {name: server.range(query, asked) for name, query in pull.queries.items()}
    told = {name: [(at - shift, value) for at, value in one] for name, one in answers.items()}
    records = _records(promised, told, pull.step)
    starts, ends = instant(first), instant(end)
    sheets = sheets_of(records, starts, ends)
    digest = digest_of_sheets(shape_of(records), starts, ends, sheets)
    name = f"{starts:%Y-%m-%dT%H:%M:%SZ} {ends:%Y-%m-%dT%H:%M:%SZ} {digest[7:19]}"
    return Handed(source_of(server, promised), name, starts, ends, records)


def whole_steps(pull: Pull, starts: datetime, ends: datetime) -> tuple[int, int]:
    """Return where the whole steps within a range begin and end (µs); nowhere if there is none."""
    return -(-micros(starts) // pull.step) * pull.step, micros(ends) // pull.step * pull.step


def source_of(server: Prometheus, promised: Objective) -> str:
    """Name the source of what is pulled: the server and the queries, a long one by its digest."""
    whole = f"{server.label} {' '.join(pull_of(promised).queries.values())}"
    if len(whole) <= LONGEST_SOURCE:
        return whole
    mark = sha256(whole.encode()).hexdigest()[:16]
    return f"{whole[: LONGEST_SOURCE - 20].rstrip()}... {mark}"


def _rates(queries: dict[str, str], step: int) -> dict[str, str]:
    """Return how much there was in each step, from how much there is per second."""
    seconds, span = Decimal(step) / SECOND, f"{step // MILLISECOND}ms"
    return {
        name: f"sum(avg_over_time(({query})[{span}:])) * {seconds:f}"
        for name, query in queries.items()
    }


def _records(promised: Objective, told: dict[str, list[Sample]], step: int) -> Records:
    match promised.measured:
        case TimeSlices():
            at = _array([at for at, _ in told["up"]])
            failed = _array([int(value == 0) for _, value in told["up"]])
            return Checks(at, np.ones_like(at), failed)
        case ElapsedTime():
            down = Spans.of((at, at + step) for at, value in told["up"] if value == 0)
            return Outages(down, Spans.of((at, at + step) for at, _ in told["up"]))
        case EventRatio():
            return _counts(told["of"], dict(told["good"]))
        case IntervalRates():
            bad = dict(told["bad"])  # a series of errors begins with the first one
            return _counts(
                told["of"], {at: value - bad.get(at, Decimal(0)) for at, value in told["of"]}
            )
        case _:
            of = dict(told.get("of", ()))
            return Readings(
                tuple(
                    Reading(at, Fraction(value), Fraction(of[at]) if at in of else None)
                    for at, value in told["value"]
                )
            )


def _counts(of: list[Sample], good: dict[int, Decimal]) -> Counts:
    """Return whole events; those of which nothing is said have no outcome on record."""
    rows = []
    for at, value in of:
        events = max(round(value), 0)
        fine = min(max(round(good[at]), 0), events) if at in good else 0
        rows.append((at, events, fine, 0 if at in good else events))
    return Counts(*(_array([row[place] for row in rows]) for place in range(4)))


def _array(values: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)
