"""One target of an OpenSLO objective as one objective of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from domain.terms.query import PROMQL_PATTERN
from interfaces.bridges.openslo.indicators import PROMETHEUS
from interfaces.bridges.openslo.model import (
    Indicator,
    Metric,
    Objective,
    RatioMetric,
    Slo,
    TimeWindow,
)
from interfaces.bridges.telling import Unsaid

_SELECTOR: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^{}]*\})?")
_PERIODS: Final = {
    "1w": "calendar week",
    "7d": "calendar week",
    "1M": "calendar month",
    "1Q": "calendar quarter",
    "3M": "calendar quarter",
    "1Y": "calendar year",
    "12M": "calendar year",
    "4Q": "calendar year",
}
_MOST_DAYS: Final = 999
_LONGEST_LINE: Final = 300
_LONGEST_QUERY: Final = 2000
_FINEST: Final = 12
_INDICATORS: Final = (
    "availability",
    "success ratio",
    "latency",
    "waiting time",
    "response time",
    "resolution time",
    "share within a limit",
)


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a target makes no objective."""

    place: str
    because: str


@dataclass(slots=True)
class Taken:
    """An objective without its id, what was assumed for it, and what it does not say."""

    objective: dict[str, Any]
    zone: str | None = None
    assumed: list[tuple[str, str]] = field(default_factory=list)
    """Fields of the objective, and what they were taken to be."""
    lost: list[Unsaid] = field(default_factory=list)


def promise(document: Slo, indicator: Indicator, target: Objective, place: str) -> Taken | Lost:
    """Return a target as an objective, or why it makes none."""
    taken = Taken({})
    share = _percent(target)
    if share is None:
        return Lost(place, "the target has more places than a percentage of ours")
    metric = indicator.spec.ratio_metric
    budgeting = document.spec.budgeting_method
    if metric is not None:
        method, bound = _ratio(metric, budgeting, target, taken, place), {"at_least": share}
    else:
        found = _threshold(indicator, budgeting, target, share, taken, place)
        if isinstance(found, Lost):
            return found
        method, bound = found
    period = _period(document.spec.time_window, taken, place.rsplit("/objectives", 1)[0])
    said = document.metadata.labels.get("indicator")
    taken.objective |= {
        "indicator": said if said in _INDICATORS else _INDICATOR_OF.get(method["by"], "custom"),
        "measured": method,
        "period": period,
        "targets": [bound],
    }
    if target.display_name and document.metadata.display_name:
        taken.lost.append(Unsaid(f"{place}/displayName", "a target of ours has no title"))
    return taken


_INDICATOR_OF: Final = {
    "elapsed time": "availability",
    "time slices": "availability",
    "event ratio": "success ratio",
    "mean of interval rates": "success ratio",
}


def short(text: str) -> str:
    """Return text as one line of at most 300 characters."""
    return " ".join(text.replace("\x00", " ").split())[:_LONGEST_LINE].strip() or "not named"


def _percent(target: Objective) -> str | None:
    exact = target.target_percent
    if exact is None:
        exact = Decimal(target.target or 0) * 100
        text = f"{exact:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{Decimal(exact):f}"
    return text if len(text.partition(".")[2]) <= _FINEST else None


# Ratios ---------------------------------------------------------------------------------------


def _ratio(
    metric: RatioMetric, budgeting: str, target: Objective, taken: Taken, place: str
) -> dict[str, Any]:
    if target.op is not None:
        taken.lost.append(Unsaid(f"{place}/op", "it has no meaning for a ratio"))
    if metric.raw is not None:
        return _of_raw(metric, metric.raw, budgeting, target, taken)
    if metric.total is None:
        raise AssertionError("a ratio without raw has a total")
    total = _query(metric.total, taken, counter=metric.counter)
    some = _query(metric.good or metric.bad, taken, counter=metric.counter)
    words = _words(metric.good or metric.bad, "good events" if metric.good else "bad events")
    of = _words(metric.total, "all events")
    both = some is not None and total is not None
    if budgeting == "Occurrences":
        method: dict[str, Any] = {"by": "event ratio", "good": words, "of": of}
        if metric.bad is not None:
            method["good"] = short(f"all but: {words}")
        if both:
            good = some if metric.good is not None else _joined("({}) - ({})", total, some)
            method["query"] = {"good": good, "of": total}
    elif budgeting == "RatioTimeslices":
        method = {"by": "mean of interval rates", "interval": _slice(target), "rate": words}
        method["missing"] = _missing(taken)
        if both:
            bad = some if metric.bad is not None else _joined("({}) - ({})", total, some)
            method["query"] = {"bad": bad, "of": total}
    else:
        shares = "({0}) / ({1})" if metric.good is not None else "1 - ({0}) / ({1})"
        up = _joined(f"{shares} >= bool {target.time_slice_target}", some, total)
        return _slices(target, up, taken)
    return _without_odd_queries(method, taken)


def _of_raw(
    metric: RatioMetric, raw: Metric, budgeting: str, target: Objective, taken: Taken
) -> dict[str, Any]:
    query = _query(raw, taken, counter=False)
    if query is not None and metric.raw_type == "failure":
        query = _joined("1 - ({})", query)
    if budgeting == "Timeslices":
        method = _slices(target, query, taken)
        _down_above(method, target, taken)
        return method
    if budgeting == "RatioTimeslices":
        taken.assumed.append(("measured", "a stored ratio of slices is taken as time up"))
    method = {"by": "elapsed time", "missing": _missing(taken)}
    if query is not None:
        method["query"] = {"up": query}
    return _without_odd_queries(method, taken)


def _slices(target: Objective, up: str | None, taken: Taken) -> dict[str, Any]:
    method: dict[str, Any] = {"by": "time slices", "slice": _slice(target)}
    method["missing"] = _missing(taken)
    if up is not None:
        method["query"] = {"up": up}
    return _without_odd_queries(method, taken)


def _down_above(method: dict[str, Any], target: Objective, taken: Taken) -> None:
    good = Decimal(target.time_slice_target or 1)
    allowed = f"{(1 - good) * 100:f}"
    allowed = allowed.rstrip("0").rstrip(".") if "." in allowed else allowed
    if good != 1 and len(allowed.partition(".")[2]) <= _FINEST:
        method["down_above"] = allowed
    elif good != 1:
        taken.assumed.append(("measured/down_above", "a slice is down when any check fails"))


def _slice(target: Objective) -> str:
    window = target.time_slice_window
    if not isinstance(window, str):
        return f"PT{window or 1}M"  # a bare number counts minutes
    number, unit = int(window[:-1]), window[-1]
    if unit in "mh":
        return f"PT{number}{unit.upper()}"
    return f"P{number * {'d': 1, 'w': 7, 'M': 30, 'Q': 91, 'Y': 365}[unit]}D"


def _missing(taken: Taken) -> str:
    taken.assumed.append(("measured/missing", "OpenSLO does not say: what is missing is left out"))
    return "left out"


# Thresholds -----------------------------------------------------------------------------------


def _threshold(  # noqa: PLR0913, PLR0917 - as many things decide how it is said
    indicator: Indicator, budgeting: str, target: Objective, share: str, taken: Taken, place: str
) -> tuple[dict[str, Any], dict[str, str]] | Lost:
    metric = indicator.spec.threshold_metric
    if metric is None or target.op is None or target.value is None:
        raise AssertionError("a thresholdMetric has op and value")
    value = Decimal(target.value)
    query, words = _query(metric, taken, counter=False), _words(metric, "values")
    if budgeting != "Occurrences":
        signs = {"lte": "<=", "gte": ">=", "lt": "<", "gt": ">"}
        up = _joined(f"({{}}) {signs[target.op]} bool {value:f}", query)
        return _slices(target, up, taken), {"at_least": share}
    if target.op in ("lt", "lte"):
        return _percentile(metric, query, words, target, share, taken, place)
    method = {"by": "event ratio", "good": short(f"{words} {_OVER[target.op]} {value:f}")}
    if query is not None:
        taken.lost.append(Unsaid(place, "there is no method for values at or over a bound"))
    return {**method, "of": words}, {"at_least": share}


_OVER: Final = {"gt": "over", "gte": "at or over"}


def _percentile(  # noqa: PLR0913, PLR0917 - as many things decide how it is said
    metric: Metric,
    query: str | None,
    words: str,
    target: Objective,
    share: str,
    taken: Taken,
    place: str,
) -> tuple[dict[str, Any], dict[str, str]] | Lost:
    if target.op == "lt":
        because = "a value exactly on the bound meets it"
        taken.assumed.append(("targets/always/at_most", because))
    unit = metric.metric_source.spec.get("unit")
    method: dict[str, Any] = {"by": "percentile", "percentile": share, "of": words}
    method["unit"] = short(unit) if isinstance(unit, str) else "units"
    value = Decimal(target.value or 0)
    bound = _seconds(value) if unit == "time" else f"{value:f}"
    if bound is None:
        return Lost(f"{place}/value", "a length of time has at most microseconds")
    if unit is None:
        taken.assumed.append(("measured/unit", "OpenSLO does not say in which unit"))
    if query is not None and _SELECTOR.fullmatch(query):
        method["query"] = {"buckets": query}
    elif query is not None:
        taken.lost.append(Unsaid(place, "a percentile is read from a histogram's buckets only"))
    return method, {"at_most": bound}


def _seconds(value: Decimal) -> str | None:
    whole = f"{value:f}"
    return None if value < 0 or len(whole.partition(".")[2]) > 6 else f"PT{whole}S"  # noqa: PLR2004 - microseconds


# Queries and windows --------------------------------------------------------------------------


def _query(metric: Metric | None, taken: Taken, *, counter: bool | None) -> str | None:
    """Return a metric's PromQL, as a rate where it is a counter that can be read as one."""
    if metric is None:
        return None
    source = metric.metric_source
    query = source.spec.get("query")
    is_promql = (source.type or "").lower() == PROMETHEUS.lower()
    if not is_promql or not isinstance(query, str):
        if query is not None:
            taken.assumed.append(
                ("measured", f"a query of {source.type or 'unnamed'} is no PromQL")
            )
        return None
    query = " ".join(query.split()) if "#" not in query else query.strip()
    if not counter:
        return query
    if _SELECTOR.fullmatch(query):
        taken.assumed.append(("measured/query", "a counter is read as a rate over 5 minutes"))
        return f"rate({query}[5m])"
    taken.assumed.append(("measured", f"a counter that is no plain selector: {query[:200]}"))
    return None


def _joined(form: str, *parts: str | None) -> str | None:
    """Put queries into a larger one; None where one is missing or a comment would swallow it."""
    return None if any(not part or "#" in part for part in parts) else form.format(*parts)


def _without_odd_queries(method: dict[str, Any], taken: Taken) -> dict[str, Any]:
    """Leave out a query that no terms can hold: too long, or of several lines with comments."""
    query = method.get("query", {})
    if any(
        text is None or len(text) > _LONGEST_QUERY or not re.match(PROMQL_PATTERN, text)
        for text in query.values()
    ):
        taken.assumed.append(("measured", "its query is no PromQL on one line"))
        return {name: value for name, value in method.items() if name != "query"}
    return method


def _words(metric: Metric | None, otherwise: str) -> str:
    """Return a metric in words: its own, or its query, or what it stands for."""
    spec = metric.metric_source.spec if metric is not None else {}
    said = spec.get("words") or spec.get("query")
    return short(said) if isinstance(said, str) else otherwise


def _period(windows: list[TimeWindow], taken: Taken, place: str) -> str:
    if not windows:
        taken.assumed.append(("period", "OpenSLO does not say over what: a calendar month"))
        return "calendar month"
    (window,) = windows
    if window.calendar is not None:
        taken.zone = window.calendar.time_zone
        if not window.calendar.start_time.endswith("-01 00:00:00") and window.duration != "1w":
            because = "periods of ours begin with the calendar"
            taken.lost.append(Unsaid(f"{place}/timeWindow/0/calendar/startTime", because))
        if window.duration in _PERIODS:
            return _PERIODS[window.duration]
    days = int(window.duration[:-1]) * {"d": 1, "w": 7}.get(window.duration[-1], 0)
    if window.calendar is None and 0 < days <= _MOST_DAYS:
        return f"rolling {days} days"
    taken.lost.append(Unsaid(f"{place}/timeWindow/0/duration", "no period of ours is as long"))
    taken.assumed.append(("period", "it is judged over a calendar month"))
    return "calendar month"
