"""How an objective is measured, in words."""

from __future__ import annotations

from typing import assert_never

from domain.terms.figures import length
from domain.terms.measurement import (
    CustomUnit,
    ElapsedTime,
    EventRatio,
    HandlingTime,
    IntervalRates,
    Measured,
    Percentile,
    ShareWithin,
    TimeSlices,
)
from domain.terms.query import Query
from domain.terms.words.spans import during, span


def measured(method: Measured) -> str:
    """Say in one sentence how a result comes about, missing data included."""
    text = f"{_how(method)} What is missing {method.missing}."
    if method.source is not None or method.by_whom is not None:
        whom = f" by the {method.by_whom}" if method.by_whom in ("provider", "client") else ""
        whom = f" by {method.by_whom}" if method.by_whom in ("both", "third party") else whom
        text += f" Measured{whom}{f' from {method.source}' if method.source else ''}."
    return text + _queried(method.query)


def _queried(query: Query | None) -> str:
    """Give the PromQL as it stands, since it is read by a program and by people alike."""
    if query is None:
        return ""
    parts = ((name, getattr(query, name)) for name in type(query).model_fields)
    said = ", ".join(f"{name} = `{text}`" for name, text in parts if text is not None)
    return f" Read from Prometheus: {said}."


def _how(method: Measured) -> str:
    match method:
        case ElapsedTime():
            return f"Time up as a share of the time agreed, to the microsecond.{_outage(method)}"
        case TimeSlices():
            bad = "any check" if method.down_above is None else f"over {method.down_above} %"
            of = "" if method.down_above is None else " of its checks"
            return (
                f"Slices of {length(method.slice)} that were up, as a share of those agreed; a "
                f"slice is down when {bad}{of} failed.{_outage(method)}"
            )
        case EventRatio():
            return f"{method.good}, as a share of {method.of}. With none, the period " + _empty(
                method.when_empty
            )
        case IntervalRates():
            return (
                f"100 % minus the mean of {method.rate} in every {length(method.interval)}; "
                f"intervals without a request {method.empty_intervals}."
            )
        case Percentile():
            unit = "" if method.unit == "time" else f", in {method.unit}"
            return (
                f"Percentile {method.percentile:f} ({method.rule}) of {method.of}{unit}. With "
                f"none, the period {_empty(method.when_empty)}"
            )
        case HandlingTime():
            return _handling(method)
        case ShareWithin():
            return (
                f"The share of {method.of} within {span(method.limit)}, {during(method.hours)}"
                f"{_stopped(method.stopped_while)}.{_person(method.answered_by)} A case counts in "
                f"the {method.belongs_to}. With none, the period {_empty(method.when_empty)}"
            )
        case CustomUnit():
            return (
                f"The {method.take} of {method.unit}: {method.reads}. With none, the period "
                f"{_empty(method.when_empty)}"
            )
        case _:
            assert_never(method)


def _handling(method: HandlingTime) -> str:
    taken = {
        "every case": "The slowest",
        "mean": "The mean",
        "percentile": f"Percentile {method.percentile} of the",
    }.get(method.take, "")
    what = f"{taken} {method.by} of {method.of}"
    if method.take == "share in time":
        answered = "answered" if method.by == "response time" else "resolved"
        what = f"The share of {method.of} {answered} in time"
    return (
        f"{what}, {during(method.hours)}"
        f"{_stopped(method.stopped_while)}.{_person(method.answered_by)} With none, the period "
        f"{_empty(method.when_empty)}"
    )


def _outage(method: ElapsedTime | TimeSlices) -> str:
    if method.shortest_outage is None:
        return ""
    return f" An outage shorter than {length(method.shortest_outage)} does not count."


def _stopped(reasons: tuple[str, ...]) -> str:
    return f"; the clock stands still while {' or '.join(reasons)}" if reasons else ""


def _person(answered_by: str | None) -> str:
    return " Only a person's answer counts." if answered_by == "a person" else ""


def _empty(rule: str) -> str:
    return "is not judged." if rule == "not judged" else f"{rule}."
