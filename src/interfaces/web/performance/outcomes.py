"""How an objective came out, period by period, and how it stands: as the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from application.settling import judged_by
from domain.credits.account import Entry
from domain.performance.facts import Result, TargetResult, ThresholdReached
from domain.performance.outcomes import attained, read_value, shown
from domain.performance.running import Budget, Running, RunningTarget, running
from domain.settlement.governing import Governed, Version
from domain.terms.figures import elapsed
from domain.terms.objective import Objective
from domain.terms.part import magnitude
from domain.values.money import Money
from domain.values.periods import Period
from interfaces.web.charts.attainment import (
    AttainmentChart,
    Outcome,
    Point,
    Slot,
    attainment_chart,
)
from interfaces.web.charts.spending import SpendingChart, Spent, spending_chart
from interfaces.web.performance.words import (
    near,
    period_name,
    promise,
    seconds,
    share,
    short_name,
    where,
)

SAID: Final[dict[bool | None, str]] = {True: "met", False: "missed", None: "not judged"}
OUTCOMES: Final[dict[bool | None, Outcome]] = {True: "met", False: "missed", None: "unjudged"}


@dataclass(frozen=True)
class BudgetShown:
    """What a target allows to go wrong, and how much of it did; lengths only of targets of time."""

    allowed: str | None
    used: str | None
    left: str | None
    left_seconds: str | None
    share_used: str
    overdrawn: bool
    burn_rate: str
    used_up_at: datetime | None


@dataclass(frozen=True)
class TargetShown:
    """One target: what was promised and attained; ``said`` is the outcome in words."""

    where: str
    bound: str
    shown: str
    value: str | None
    met: bool | None
    budget: BudgetShown | None
    forecast: bool | None = None
    chart: SpendingChart | None = None

    @property
    def said(self) -> str:
        """Met, missed, or not judged."""
        return SAID[self.met]

    @property
    def outcome(self) -> Outcome:
        """The name of its shape."""
        return OUTCOMES[self.met]


@dataclass(frozen=True)
class PartShown:
    """A part of a period under one version of the terms."""

    version: int
    starts: datetime
    ends: datetime
    targets: tuple[TargetShown, ...]


@dataclass(frozen=True)
class PeriodShown:
    """A period that has its result; ``credit`` is what it costs as last stated."""

    key: date
    name: str
    to: str
    basis: str
    missed: bool
    parts: tuple[PartShown, ...]
    credit: Entry | None
    currency: str | None


@dataclass(frozen=True)
class RunningShown:
    """The period that runs: how it stands by what was told up to ``told_until``."""

    name: str
    to: str
    ends: datetime
    version: int
    told_until: datetime
    targets: tuple[TargetShown, ...]
    owed: Money | None
    at_stake: Money | None
    gaps: Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Waiting:
    """A period that is over and waits for its result, and for what."""

    name: str
    key: date
    because: str
    reported: bool
    report_until: datetime | None


@dataclass(frozen=True)
class ObjectiveShown:
    """One objective on the page; ``spoilt`` says why its running period cannot be shown."""

    id: str
    name: str
    zone: str
    to: str
    promises: tuple[str, ...]
    periods: tuple[PeriodShown, ...]
    charts: tuple[AttainmentChart, ...]
    running: RunningShown | None
    waiting: tuple[Waiting, ...]
    thresholds: tuple[ThresholdReached, ...]
    spoilt: str | None = None
    violations: tuple[PeriodShown, ...] = field(default=())


def budget_shown(budget: Budget | None) -> BudgetShown | None:
    """Say what a budget is, exactly where it is a length of time."""
    if budget is None:
        return None
    left = budget.left
    return BudgetShown(
        None if budget.allowed is None else elapsed(budget.allowed),
        None if budget.used is None else elapsed(budget.used),
        None if left is None else elapsed(left),
        None if left is None else seconds(left),
        share(budget.share_used),
        budget.share_used > 1,
        near(budget.burn_rate, Fraction(1)),
        budget.used_up_at,
    )


def period_shown(
    objective: str, result: Result, versions: Sequence[Version], to: str, credit: Entry | None
) -> PeriodShown:
    """Show a period that has its result, with what each target allowed."""
    judged = judged_by(result, versions)
    parts = []
    for part, outcome in zip(judged.parts, result.parts, strict=True):
        reached = attained(part, objective, outcome)
        budgets = running(judged, part, part.period.ends, reached).targets
        targets = tuple(
            _closed_target(part, objective, one, budget)
            for one, budget in zip(outcome.targets, budgets, strict=True)
        )
        parts.append(PartShown(outcome.version, outcome.starts, outcome.ends, targets))
    whole = Period(result.starts, result.ends)
    return PeriodShown(
        result.period,
        period_name(whole, judged.zone),
        f"{to}/{result.period}",
        result.basis,
        result.missed,
        tuple(parts),
        credit,
        None if credit is None else judged.last.currency,
    )


def _closed_target(
    part: Governed, objective: str, result: TargetResult, budget: RunningTarget
) -> TargetShown:
    promised = promised_in(part, objective)
    return TargetShown(
        where(result.window, result.severity),
        promise(budget.reached.target, promised),
        result.shown,
        result.value,
        result.met,
        budget_shown(budget.budget),
    )


def promised_in(part: Governed, objective: str) -> Objective:
    """Return an objective as the version that governs a part has it; raises KeyError."""
    found = part.version.terms.objective(objective)
    if found is None:
        raise KeyError(f"version {part.version.number} has no objective {objective}")
    return found


def running_shown(
    standing: Running,
    objective: str,
    to: str,
    told_gaps: Sequence[tuple[datetime, datetime]],
    way: Sequence[Running] = (),
) -> RunningShown:
    """Show the running period; ``way`` is how it stood at earlier instants, the earliest first."""
    promised = promised_in(standing.part, objective)
    return RunningShown(
        period_name(standing.judged.period, standing.judged.zone),
        f"{to}/{standing.judged.key}",
        standing.judged.period.ends,
        standing.part.version.number,
        standing.until,
        tuple(
            _running_target(standing, promised, number, way)
            for number in range(len(standing.targets))
        ),
        standing.owed,
        standing.at_stake,
        told_gaps,
    )


def _running_target(
    standing: Running, promised: Objective, number: int, way: Sequence[Running]
) -> TargetShown:
    one = standing.targets[number]
    target = one.reached.target
    value = one.reached.measurement.value
    return TargetShown(
        where(target.window, target.severity),
        promise(target, promised),
        shown(one.reached, promised),
        None if value is None else str(value),
        one.reached.met,
        budget_shown(one.budget),
        one.forecast,
        _spending(standing, promised, number, way),
    )


def _spending(
    standing: Running, promised: Objective, number: int, way: Sequence[Running]
) -> SpendingChart | None:
    one = standing.targets[number]
    if one.budget is None:
        return None
    points = [_spent(earlier, number) for earlier in (*way, standing)]
    passed = _spent(standing, number).passed
    name = where(one.reached.target.window, one.reached.target.severity)
    says = (
        f"{share(passed)} of the period has passed and {share(one.budget.share_used)} of what "
        f"{name.lower()} allows is used: a burn rate of {near(one.budget.burn_rate, Fraction(1))}."
    )
    levels = [Fraction(percent) / 100 for percent in promised.concern_at]
    return spending_chart(f"Budget spent, {name.lower()}", says, points, levels)


def _spent(standing: Running, number: int) -> Spent:
    whole = standing.part.period
    passed = Fraction(Period(whole.starts, standing.until).microseconds, whole.microseconds)
    budget = standing.targets[number].budget
    return Spent(passed, Fraction(0) if budget is None else budget.share_used)


def charts_of(
    objective: str, results: Sequence[Result], versions: Sequence[Version]
) -> tuple[AttainmentChart, ...]:
    """Draw each target of an objective over its periods, the earliest first."""
    slots: dict[str, list[Slot]] = {}
    titles: dict[str, str] = {}
    for result in results:
        judged = judged_by(result, versions)
        whole = Period(result.starts, result.ends)
        points: dict[str, list[Point]] = {}
        for part, outcome in zip(judged.parts, result.parts, strict=True):
            for one, target in zip(
                outcome.targets, promised_in(part, objective).targets, strict=True
            ):
                name = where(one.window, one.severity)
                says = (
                    f"{period_name(whole, judged.zone)}: {one.shown}, {SAID[one.met]}, "
                    f"against {promise(target, promised_in(part, objective))}"
                )
                point = Point(
                    None if one.value is None else read_value(one.value),
                    magnitude(target.bound),
                    OUTCOMES[one.met],
                    says,
                )
                points.setdefault(name, []).append(point)
                titles[name] = f"{name}, {promise(target, promised_in(part, objective))}"
        for name, found in points.items():
            label = short_name(whole, judged.zone)
            slots.setdefault(name, []).append(Slot(label, tuple(found)))
    drawn = (attainment_chart(titles[name], found) for name, found in slots.items())
    return tuple(one for one in drawn if one is not None)
