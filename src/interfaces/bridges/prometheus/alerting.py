"""Alerting rules: a budget that burns too fast, a threshold of concern, a target that is missed.

Rates of burning are the usual ones: 2 % of a period's budget in an hour, 5 % in six hours, 10 % in
three days, each seen over a short lookback as well, so that an alarm ends soon after its cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from domain.terms.objective import Objective, Target
from domain.terms.part import written
from domain.terms.support import EscalationLevel
from interfaces.bridges.prometheus.promql import (
    Series,
    figure,
    literal,
    milliseconds,
    per_cent,
    span,
    untemplated,
)
from interfaces.bridges.prometheus.recording import Recording, Rule, record

_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE


@dataclass(frozen=True, slots=True)
class Pace:
    """A share of a period's budget, used in ``long`` and still being used in ``short``."""

    share: Fraction
    long: int
    short: int
    urgency: str


PACES: Final = (
    Pace(Fraction(2, 100), _HOUR, 5 * _MINUTE, "page"),
    Pace(Fraction(5, 100), 6 * _HOUR, 30 * _MINUTE, "page"),
    Pace(Fraction(10, 100), 72 * _HOUR, 6 * _HOUR, "ticket"),
)
PERIOD: Final = "period"


@dataclass(frozen=True, slots=True)
class Watched:
    """One target, what is recorded of it, and who is told."""

    objective: Objective
    target: Target
    series: Series
    recording: Recording
    period: int
    """How long a period is taken to be, in milliseconds."""
    window: Fraction
    """The share of all time that the target's window covers."""
    told: tuple[EscalationLevel, ...]
    annotations: dict[str, str]


def watch(watched: Watched) -> Iterator[Rule]:
    """Yield the rules that follow from one target, recordings first."""
    yield from watched.recording.rules
    if watched.recording.good_share is None:
        yield from _of_figure(watched)
    else:
        yield from _of_share(watched)


def budget(target: Target) -> Fraction:
    """Return the share of one that may be bad (or, where less is better, that may be at all)."""
    share = figure(target.bound) / 100
    return 1 - share if target.more_is_better else share


def _of_share(watched: Watched) -> Iterator[Rule]:
    allowed, series, first = budget(watched.target), watched.series, _told_first(watched)
    paces = tuple(_burning(watched, allowed))
    lookbacks = sorted({at for pace, _ in paces for at in (pace.short, pace.long)})
    for lookback in lookbacks:
        yield _error_ratio(watched, span(lookback), span(lookback))
    yield _error_ratio(watched, PERIOD, span(watched.period))
    if allowed:
        used = f"{series.of(_ratio(PERIOD))} / {literal(allowed)}"
        yield record("parley:budget_used:period", used, series.labels)
    for pace, threshold in paces:
        over = [f"{series.of(_ratio(span(at)))} > {threshold}" for at in (pace.long, pace.short)]
        said = f"{literal(pace.share * 100)} % of a period's error budget used in {span(pace.long)}"
        labels = {"urgency": pace.urgency, "lookback": span(pace.long)}
        yield _alert(
            watched, "ParleyBudgetBurn", " and ".join(over), labels=labels, said=said, step=first
        )
    if allowed:
        for used_up in watched.objective.concern_at:
            expression = f"{series.of('parley:budget_used:period')} >= {literal(per_cent(used_up))}"
            said = f"{used_up:f} % of the error budget is used"
            labels = {"urgency": "ticket", "used": f"{used_up:f}"}
            yield _alert(
                watched,
                "ParleyThresholdOfConcern",
                expression,
                labels=labels,
                said=said,
                step=first,
            )
    yield from _missed(watched, f"{series.of(_ratio(PERIOD))} > {literal(allowed)}")


def _of_figure(watched: Watched) -> Iterator[Rule]:
    if watched.recording.figure is None:
        raise AssertionError("what has no share has a figure")
    name = "parley:result:period"
    result = watched.recording.figure(span(watched.period))
    yield record(name, result, watched.series.labels)
    sign = "<" if watched.target.more_is_better else ">"
    bound = literal(figure(watched.target.bound))
    yield from _missed(watched, f"{watched.series.of(name)} {sign} {bound}")


def _ratio(lookback: str) -> str:
    return f"parley:error_ratio:{lookback}"


def _error_ratio(watched: Watched, name: str, lookback: str) -> Rule:
    if watched.recording.good_share is None:
        raise AssertionError("only a share has an error ratio")
    share = watched.recording.good_share(lookback)
    bad = f"1 - ({share})" if watched.target.more_is_better else share
    return record(_ratio(name), bad, watched.series.labels)


def _burning(watched: Watched, allowed: Fraction) -> Iterator[tuple[Pace, str]]:
    """Yield each pace that is faster than even and can be reached, with its error ratio."""
    for pace in PACES:
        rate = pace.share * watched.period * watched.window / pace.long
        if rate >= 1 and rate * allowed < 1 and pace.short >= watched.recording.interval:
            yield pace, literal(rate * allowed)


def _missed(watched: Watched, expression: str) -> Iterator[Rule]:
    said = "over the period so far, the target is missed"
    for step in watched.told or (None,):
        rule = _alert(
            watched,
            "ParleyTargetMissed",
            expression,
            labels={"urgency": "page"},
            said=said,
            step=step,
        )
        if step is not None:
            rule["for"] = span(milliseconds(step.after)[0])
        yield rule


def _told_first(watched: Watched) -> EscalationLevel | None:
    return watched.told[0] if watched.told else None


def _alert(  # noqa: PLR0913 - an alert has as many parts
    watched: Watched,
    name: str,
    expression: str,
    *,
    labels: dict[str, str],
    said: str,
    step: EscalationLevel | None,
) -> Rule:
    word = "at least" if watched.target.more_is_better else "at most"
    severity = f"level-{step.level}" if step is not None else "unassigned"
    annotations = {
        "summary": untemplated(f"{watched.objective.name}: {said}"),
        "promised": f"{word} {written(watched.target.bound)}",
        **watched.annotations,
    }
    if step is not None:
        annotations["tell"] = untemplated(step.role)
    return {
        "alert": name,
        "expr": expression,
        "labels": {
            **watched.series.labels,
            "severity": severity,
            "kind": watched.objective.kind,
            **labels,
        },
        "annotations": annotations,
    }
