"""The results of an objective: a period is reported, closed with a result, and perhaps restated.

A result is worked out elsewhere, by pure functions from what was agreed and received; here is only
whether it may be recorded, and as what. A result on record is never edited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.performance.facts import (
    PerformanceFact,
    PeriodReported,
    PeriodSetAside,
    PeriodTakenUp,
    Result,
    ResultEstablished,
    ResultRestated,
    ThresholdReached,
)
from domain.values.sides import Side


@command
class ReportPeriod:
    """Say that one's figures of a period are complete; it ended at ``ends``."""

    period: date
    ends: datetime
    by: Side
    note: str
    now: datetime


@command
class EstablishResult:
    """Close a period with a result, or restate the one it was closed with."""

    result: Result
    because: str
    now: datetime


@command
class ReachThreshold:
    """Record that a running period used up a threshold of concern."""

    reached: ThresholdReached


@command
class SetPeriodAside:
    """Record that a period cannot be worked out, and why."""

    period: date
    because: str


@command
class TakePeriodUp:
    """Record that a period that was set aside can be worked out again."""

    period: date


ResultsCommand = ReportPeriod | EstablishResult | ReachThreshold | SetPeriodAside | TakePeriodUp


@state
class Results:
    """What is on record of each period, by its first day."""

    reported: Mapping[date, Side] = field(default_factory=dict)
    results: Mapping[date, Result] = field(default_factory=dict)
    thresholds: frozenset[ThresholdReached] = frozenset()
    aside: Mapping[date, str] = field(default_factory=dict)

    def reached(self, wanted: ThresholdReached) -> bool:
        """Tell whether a threshold is on record, whatever share was used up when it was."""
        return any(replace(one, used=wanted.used) == wanted for one in self.thresholds)


def decide(command: ResultsCommand, state: Results) -> list[PerformanceFact]:
    """Decide what is recorded.

    Raises Refused: period-not-over, period-reported, result-pending.
    """
    match command:
        case ReportPeriod():
            return _report(command, state)
        case EstablishResult():
            return _establish(command, state)
        case ReachThreshold(reached=reached):
            return [] if state.reached(reached) else [reached]
        case SetPeriodAside(period=period, because=because):
            return [] if period in state.aside else [PeriodSetAside(period, because)]
        case TakePeriodUp(period=period):
            return [PeriodTakenUp(period)] if period in state.aside else []
        case _:
            assert_never(command)


def _report(command: ReportPeriod, state: Results) -> list[PerformanceFact]:
    if command.now < command.ends:
        raise Refused(
            "period-not-over",
            f"the period ends at {command.ends:%Y-%m-%dT%H:%M:%SZ}; report it from then on",
        )
    reported = state.reported.get(command.period)
    if reported is command.by:
        return []
    if reported is not None:
        raise Refused("period-reported", f"the {reported} has reported this period")
    return [PeriodReported(command.period, command.by, command.note)]


def _establish(command: EstablishResult, state: Results) -> list[PerformanceFact]:
    result = command.result
    if command.now < result.ends:
        raise Refused("period-not-over", f"the period ends at {result.ends:%Y-%m-%dT%H:%M:%SZ}")
    pending = sum(target.pending for part in result.parts for target in part.targets)
    if pending:
        raise Refused(
            "result-pending", f"{pending} cases are open and may still be in time: wait for them"
        )
    known = state.results.get(result.period)
    if known is None:
        return [ResultEstablished(result)]
    if replace(known, figures=result.figures) == result:
        return []  # the same outcome, whatever else came in
    return [ResultRestated(result, command.because)]


def evolve(state: Results, fact: PerformanceFact) -> Results:
    """Replay one fact."""
    match fact:
        case PeriodReported(period=period, by=by):
            return replace(state, reported={**state.reported, period: by})
        case ResultEstablished(result=result) | ResultRestated(result=result):
            return replace(state, results={**state.results, result.period: result})
        case ThresholdReached():
            return replace(state, thresholds=state.thresholds | {fact})
        case PeriodSetAside(period=period, because=because):
            return replace(state, aside={**state.aside, period: because})
        case PeriodTakenUp(period=period):
            aside = {known: why for known, why in state.aside.items() if known != period}
            return replace(state, aside=aside)
        case _:
            assert_never(fact)


RESULTS: Decider[ResultsCommand, Results, PerformanceFact] = Decider(
    "results", decide, evolve, Results()
)
