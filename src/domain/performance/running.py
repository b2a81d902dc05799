"""A period that is still running: what it comes to so far, and how much of what it allows is left.

The error budget of a target is what may go wrong before it is missed. By time it is a length of
time, for the whole period; by events or cases it is a share of those there were so far. The burn
rate compares: at 1, all of it is used up just at the end; at 2, at half-time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from domain.attainment.attainment import Attainment, Reached
from domain.attainment.windows import window_spans
from domain.performance.facts import ThresholdReached
from domain.performance.periods import JudgedPeriod
from domain.settlement.governing import Governed
from domain.settlement.tiers import tier_hit
from domain.terms.measurement import Scale, TimeSlices
from domain.terms.objective import Objective
from domain.terms.part import magnitude
from domain.terms.stakes import credit_of, largest_credit, period_charge
from domain.values.money import Money
from domain.values.periods import Period

_ONE = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """The error budget of one target.

    ``allowed`` and ``used`` are microseconds where the target is one of time, else None.
    ``share_used`` is 1 when all is used up, and may be more. ``used_up_at`` is when all would be at
    the rate so far; None: not within the period.
    """

    allowed: Fraction | None
    used: Fraction | None
    share_used: Fraction
    burn_rate: Fraction
    used_up_at: datetime | None

    @property
    def left(self) -> Fraction | None:
        """How many microseconds are left, nothing when it is overdrawn."""
        if self.allowed is None or self.used is None:
            return None
        return max(self.allowed - self.used, Fraction(0))


@dataclass(frozen=True, slots=True)
class RunningTarget:
    """One target so far; ``forecast`` tells whether it will be met if it goes on like this."""

    reached: Reached
    budget: Budget | None
    forecast: bool | None


@dataclass(frozen=True, slots=True)
class Running:
    """A running period so far, by the version that governs now.

    Figures speak up to ``until``. ``owed`` is the credit of a period that ended like this,
    ``at_stake`` what can still be lost beyond that; None where nothing is credited.
    """

    judged: JudgedPeriod
    part: Governed
    until: datetime
    targets: tuple[RunningTarget, ...]
    owed: Money | None
    at_stake: Money | None


def running(judged: JudgedPeriod, part: Governed, until: datetime, so_far: Attainment) -> Running:
    """Say how a running period stands, by what a part of it came to up to an instant."""
    promised = part.version.terms.objective(so_far.objective)
    if promised is None:
        raise KeyError(f"version {part.version.number} has no objective {so_far.objective}")
    elapsed = Period(part.period.starts, until)
    targets = tuple(_target(part, promised, one, elapsed) for one in so_far.reached)
    owed = _owed(part, promised, so_far.reached)
    most = largest_credit(part.version.terms, promised)
    left = None
    if owed is not None and most is not None:
        left = Money(max(most.amount - owed.amount, most.amount * 0), most.currency)
    return Running(judged, part, until, targets, owed, left)


def concerns(standing: Running, objective: Objective) -> list[ThresholdReached]:
    """Return the thresholds of concern that a running period has reached."""
    found = []
    for one in standing.targets:
        if one.budget is None:
            continue
        used = one.budget.share_used * 100
        found += [
            ThresholdReached(
                standing.judged.key,
                one.reached.target.window,
                one.reached.target.severity,
                f"{percent:f}",
                f"{float_free(used)}",
            )
            for percent in objective.concern_at
            if used >= Fraction(percent)
        ]
    return found


def float_free(percent: Fraction) -> str:
    """Write a percentage to one place, half to even, without a binary float."""
    tenths = round(percent * 10)
    return f"{tenths // 10}.{tenths % 10}"


def _target(
    part: Governed, promised: Objective, reached: Reached, elapsed: Period
) -> RunningTarget:
    budget = _budget(part, promised, reached, elapsed)
    forecast = reached.met
    if budget is not None and budget.allowed is not None:
        forecast = budget.used_up_at is None and budget.share_used <= 1
    return RunningTarget(reached, budget, forecast)


def _budget(
    part: Governed, promised: Objective, reached: Reached, elapsed: Period
) -> Budget | None:
    target, value = reached.target, reached.measurement.value
    if promised.measured.scale is not Scale.PERCENT or not target.more_is_better or value is None:
        return None
    allows = 100 - magnitude(target.bound)
    if allows <= 0:
        return None  # nothing may go wrong: there is no budget
    rate = (100 - value) / allows
    amounts = {line.says: line.amount for line in reached.measurement.working}
    units = {line.unit for line in reached.measurement.working}
    if not units & {"µs", "slices"}:
        return Budget(None, None, rate, rate, None)
    length = promised.measured.slice.elapsed if isinstance(promised.measured, TimeSlices) else 1
    among = [one.window for one in promised.targets]
    window = window_spans(part.version.terms, target.window, part.period, among)
    left_out = (amounts["in the window"] - amounts["counted"]) * length
    allowed = Fraction(max(window.total - left_out, 0)) * allows / 100
    used = Fraction(amounts["down"] * length)
    share = used / allowed if allowed else Fraction(1 if used else 0)
    return Budget(allowed, used, share, rate, _used_up_at(share, elapsed, part.period))


def _used_up_at(share: Fraction, elapsed: Period, whole: Period) -> datetime | None:
    """Return when all of a budget is used up at the rate so far, if within the period."""
    if not share:
        return None
    after = Fraction(elapsed.microseconds) / share
    if after >= whole.microseconds:
        return None
    return whole.starts + int(after) * _ONE


def _owed(part: Governed, promised: Objective, reached: Sequence[Reached]) -> Money | None:
    remedy, terms = promised.remedy, part.version.terms
    if remedy is None:
        return None
    charge = period_charge(terms, remedy.of, promised.period)
    if charge is None:
        return None
    tiers = [tier for tier in (tier_hit(remedy, one) for one in reached) if tier is not None]
    amounts = [credit_of(tier, charge) for tier in tiers]
    if remedy.several_windows == "largest only":
        amounts = [max(amounts, default=Fraction(0))]
    owed = sum(amounts, Fraction(0))
    most = largest_credit(terms, promised)
    exact = owed if most is None else min(owed, Fraction(most.amount))
    return Money.rounded_from(exact, terms.currency)
