"""Recording rules: an objective's query as series, and what its result is over any lookback."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from domain.terms.measurement import (
    TIME_BASED,
    CustomUnit,
    ElapsedTime,
    IntervalRates,
    Percentile,
    TimeSlices,
)
from domain.terms.objective import Objective
from domain.terms.query import ErrorQuery, HistogramQuery, ReadingQuery, ShareQuery, UpQuery
from interfaces.bridges.prometheus.promql import (
    Series,
    held,
    literal,
    milliseconds,
    per_cent,
)

Rule = dict[str, Any]
ORDINARY_INTERVAL: Final = 60_000
_UP, _GOOD, _BAD, _ALL = "parley:up", "parley:good:rate", "parley:bad:rate", "parley:all:rate"
_INTERVAL_BAD, _VALUE = "parley:bad_share:interval", "parley:value"
OPEN: Final = "parley:open"

_EACH: Final = {
    "mean": ("avg", "avg_over_time"),
    "lowest": ("min", "min_over_time"),
    "highest": ("max", "max_over_time"),
    "last": ("sum", "last_over_time"),
}
"""How the series of one instant, and then the instants of a period, become one figure."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What is recorded of one target, and how its result is read from it."""

    rules: tuple[Rule, ...]
    interval: int
    """How often, in milliseconds."""
    said: tuple[str, ...]
    """The fields of the method that the rules say."""
    good_share: Callable[[str], str] | None = None
    """The share of one that was good over a lookback."""
    figure: Callable[[str], str] | None = None
    """The figure over a lookback, for a method that has no share."""


def record(name: str, expression: str, labels: dict[str, str]) -> Rule:
    """Return a recording rule."""
    return {"record": name, "expr": expression, "labels": dict(labels)}


def recording(objective: Objective, series: Series, *, masked: bool) -> Recording | str:
    """Return what is recorded for a target, or why PromQL cannot say it.

    ``masked`` keeps to the instants at which the window's own series is 1.
    """
    within = f" and on() ({series.of(OPEN)} == 1)" if masked else ""
    method = objective.measured
    found: Recording | str = "no query says where Prometheus has its figures"
    match method.query:
        case None:
            pass
        case UpQuery(up=up) if isinstance(method, TIME_BASED):
            found = _up(method, up, series, within)
        case ShareQuery(good=good, of=of):
            found = _share(series, within, (good, of), ("by", "query"))
        case ReadingQuery(value=value, of=str(of)):
            found = _share(series, within, (value, of), ("by", "query", "take"))
        case ErrorQuery() if isinstance(method, IntervalRates):
            found = _interval_rates(method, method.query, series, within)
        case HistogramQuery(buckets=buckets) if isinstance(method, Percentile):
            found = _percentile(method, buckets, masked=masked)
        case ReadingQuery(value=value) if isinstance(method, CustomUnit):
            found = _figure(method, value, series, within)
        case _:
            raise AssertionError(f"{method.by} has no such query")
    return found


def _up(method: ElapsedTime | TimeSlices, up: str, series: Series, within: str) -> Recording:
    state = f"min({held(up)}) != bool 0"
    filled = {"counts as down": " or vector(0)", "counts as up": " or vector(1)"}.get(
        method.missing, ""
    )
    expression = f"({state}{filled}){within}" if within else f"{state}{filled}"
    said = ["by", "query"]
    if method.missing != "last known state holds":
        said.append("missing")
    interval = ORDINARY_INTERVAL
    if isinstance(method, TimeSlices) and milliseconds(method.slice)[0]:
        interval, exact = milliseconds(method.slice)
        said += ["slice"] if exact else []
    return Recording(
        (record(_UP, expression, series.labels),),
        interval,
        tuple(said),
        good_share=lambda lookback: f"avg_over_time({series.of(_UP, lookback)})",
    )


def _share(series: Series, within: str, query: tuple[str, str], said: tuple[str, ...]) -> Recording:
    good, of = query
    every = f"sum({held(of)})"
    rules = (
        record(_ALL, f"{every}{within}", series.labels),
        record(_GOOD, f"(sum({held(good)}) or 0 * {every}){within}", series.labels),
    )
    return Recording(
        rules,
        ORDINARY_INTERVAL,
        said,
        good_share=lambda lookback: (
            f"sum_over_time({series.of(_GOOD, lookback)}) / "
            f"sum_over_time({series.of(_ALL, lookback)})"
        ),
    )


def _interval_rates(
    method: IntervalRates, query: ErrorQuery, series: Series, within: str
) -> Recording:
    bad, of = query.bad, query.of
    every, wrong = series.of(_ALL), series.of(_BAD)
    share = f"{wrong} / ({every} > 0)"
    if method.empty_intervals == "count as good":
        share += f" or 0 * {every}"
    filled = {"counts as down": 1, "counts as up": 0}.get(method.missing)
    if filled is not None:
        missing = f"(vector({filled}) unless on() {every})"
        share += f" or ({missing}{within})" if within else f" or {missing}"
    rules = (
        record(_ALL, f"sum({held(of)}){within}", series.labels),
        record(_BAD, f"(sum({held(bad)}) or 0 * sum({held(of)})){within}", series.labels),
        record(_INTERVAL_BAD, share, series.labels),
    )
    said = ["by", "query", "empty_intervals"]
    said += ["missing"] if method.missing != "last known state holds" else []
    interval, exact = milliseconds(method.interval)
    said += ["interval"] if exact and interval else []
    return Recording(
        rules,
        interval or ORDINARY_INTERVAL,
        tuple(said),
        good_share=lambda lookback: f"1 - avg_over_time({series.of(_INTERVAL_BAD, lookback)})",
    )


def _percentile(method: Percentile, buckets: str, *, masked: bool) -> Recording | str:
    if masked:
        return "a histogram cannot be confined to a window afterwards"
    quantile = literal(per_cent(method.percentile))
    return Recording(
        (),
        ORDINARY_INTERVAL,
        ("by", "query", "percentile"),
        figure=lambda lookback: (
            f"histogram_quantile({quantile}, sum by (le) (rate(\n  {buckets}\n  [{lookback}])))"
        ),
    )


def _figure(method: CustomUnit, value: str, series: Series, within: str) -> Recording | str:
    if method.take not in _EACH:
        return "a sum of readings needs to know when each one was taken"
    at_once, over_time = _EACH[method.take]
    return Recording(
        (record(_VALUE, f"{at_once}({held(value)}){within}", series.labels),),
        ORDINARY_INTERVAL,
        ("by", "query", "take"),
        figure=lambda lookback: f"{over_time}({series.of(_VALUE, lookback)})",
    )
