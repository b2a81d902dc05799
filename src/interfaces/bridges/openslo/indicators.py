"""How each way of measuring is said as an OpenSLO indicator, or why it cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, assert_never

from domain.terms.measurement import (
    CustomUnit,
    ElapsedTime,
    EventRatio,
    HandlingTime,
    IntervalRates,
    Percentile,
    ShareWithin,
    TimeSlices,
)
from domain.terms.objective import Objective, Target
from domain.terms.part import Bound
from domain.terms.query import Query
from domain.terms.words.spans import span
from domain.values.durations import MICROSECONDS_PER_SECOND, Duration

PROMETHEUS: Final = "Prometheus"
WORDS: Final = "Words"
"""The type of a source that is said in words only."""
_MINUTE: Final = 60 * MICROSECONDS_PER_SECOND
_NO_FULL_TARGET: Final = "an OpenSLO target is below 100 %"
_NO_UPPER_SHARE: Final = "an OpenSLO target is the least share of what is good"


@dataclass(frozen=True, slots=True)
class Said:
    """An indicator, how its budget is counted, and the target."""

    indicator: dict[str, Any]
    budgeting: str
    target: dict[str, Any]
    fields: tuple[str, ...]
    """The fields of the method that are said."""


def indicator(objective: Objective, target: Target) -> Said | str:
    """Return how a promise is said, or why OpenSLO cannot say it."""
    method = objective.measured
    said: Said | str
    match method:
        case ElapsedTime():
            said = _share(target, _raw(method), "Occurrences", ("by", "query"))
        case TimeSlices():
            said = _slices(method, target)
        case EventRatio():
            good = _metric(method.query, "good", method.good)
            ratio = _ratio("good", good, _metric(method.query, "of", method.of))
            said = _share(target, ratio, "Occurrences", ("by", "query", "good", "of"))
        case IntervalRates():
            said = _intervals(method, target)
        case Percentile():
            said = _percentile(method, target)
        case HandlingTime():
            said = _handling(method, target)
        case ShareWithin():
            words = f"{method.of} within {span(method.limit)}"
            ratio = _ratio(
                "good",
                _metric(method.query, "good", words),
                _metric(method.query, "of", method.of),
            )
            said = _share(target, ratio, "Occurrences", ("by", "query", "of", "limit"))
        case CustomUnit():
            said = _units(method, target)
        case _:
            assert_never(method)
    return said


def shorthand(duration: Duration) -> str | None:
    """Write a length as whole days or whole minutes, or None for one that is neither."""
    if duration.days and not duration.microseconds:
        return f"{duration.days}d"
    whole, rest = divmod(duration.elapsed, _MINUTE)
    return None if rest else f"{whole}m"


def _metric(query: Query | None, field: str, words: str) -> dict[str, Any]:
    """Return one expression of a query with its words, or the words alone."""
    text = getattr(query, field, None)
    spec = {"words": words} if text is None else {"query": text, "words": words}
    return {"metricSource": {"type": WORDS if text is None else PROMETHEUS, "spec": spec}}


def _raw(method: ElapsedTime | TimeSlices) -> dict[str, Any]:
    up = _metric(method.query, "up", "whether the service is up")
    return {"ratioMetric": {"counter": False, "rawType": "success", "raw": up}}


def _ratio(side: str, some: dict[str, Any], total: dict[str, Any]) -> dict[str, Any]:
    return {"ratioMetric": {"counter": False, side: some, "total": total}}


def _share(
    target: Target, metric: dict[str, Any], budgeting: str, fields: tuple[str, ...], **more: Any
) -> Said | str:
    """Say a target that is the least share of what is good."""
    if not target.more_is_better or isinstance(target.bound, Duration):
        return _NO_UPPER_SHARE
    share = _below_full(target.bound)
    if share is None:
        return _NO_FULL_TARGET
    return Said(metric, budgeting, {"targetPercent": share, **more}, fields)


def _below_full(share: Decimal) -> Decimal | None:
    return share if 0 <= share < 100 else None  # noqa: PLR2004 - per cent


def _slices(method: TimeSlices, target: Target) -> Said | str:
    length = shorthand(method.slice)
    if length is None or length == "0m":
        return "OpenSLO counts slices in whole minutes"
    good = (100 - (method.down_above or Decimal(0))) / 100
    if not good:
        return "a slice of which every check may fail is never down"
    return _share(
        target,
        _raw(method),
        "Timeslices",
        ("by", "query", "slice", "down_above"),
        timeSliceTarget=good,
        timeSliceWindow=length,
    )


def _intervals(method: IntervalRates, target: Target) -> Said | str:
    length = shorthand(method.interval)
    if length is None or length == "0m":
        return "OpenSLO counts intervals in whole minutes"
    ratio = _ratio(
        "bad",
        _metric(method.query, "bad", method.rate),
        _metric(method.query, "of", method.rate),
    )
    fields = ("by", "query", "interval", "rate")
    return _share(target, ratio, "RatioTimeslices", fields, timeSliceWindow=length)


def _percentile(method: Percentile, target: Target) -> Said | str:
    metric = _metric(method.query, "buckets", method.of)
    metric["metricSource"]["spec"]["unit"] = method.unit
    fields = ("by", "query", "percentile", "of", "unit")
    return _threshold(metric, method.percentile, target, fields)


def _handling(method: HandlingTime, target: Target) -> Said | str:
    words = f"{method.by} of {method.of}"
    if method.take == "share in time":
        good = _metric(method.query, "good", f"{words}, in time")
        ratio = _ratio("good", good, _metric(method.query, "of", method.of))
        return _share(target, ratio, "Occurrences", ("by", "query", "of", "take"))
    if method.percentile is not None:
        metric = _metric(None, "", words)
        metric["metricSource"]["spec"]["unit"] = "time"
        return _threshold(metric, method.percentile, target, ("by", "of", "take", "percentile"))
    return f"OpenSLO has no target for {method.take}"


def _units(method: CustomUnit, target: Target) -> Said | str:
    if method.take != "share":
        return f"OpenSLO has no target for the {method.take} of readings"
    ratio = _ratio(
        "good",
        _metric(method.query, "value", method.reads),
        _metric(method.query, "of", method.unit),
    )
    fields = ("by", "query", "unit", "reads", "take")
    return _share(target, ratio, "Occurrences", fields)


def _threshold(
    metric: dict[str, Any], percentile: Decimal, target: Target, fields: tuple[str, ...]
) -> Said | str:
    """Say a percentile: so many percent of the values are at most the bound."""
    share = _below_full(percentile)
    if share is None:
        return _NO_FULL_TARGET
    if target.more_is_better:
        return "a percentile that is at least so much is no share of values at or under a bound"
    value = _figure(target.bound)
    if value is None:
        return "the bound is no decimal number of seconds"
    figures = {"op": "lte", "value": value, "targetPercent": share}
    return Said({"thresholdMetric": metric}, "Occurrences", figures, fields)


def _figure(bound: Bound) -> Decimal | None:
    """Return a bound as a number: itself, or a length of time in seconds."""
    if isinstance(bound, Duration):
        return Decimal(bound.elapsed).scaleb(-6)
    return bound
