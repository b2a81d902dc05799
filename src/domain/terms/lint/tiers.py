"""Tiers: every result under the target has one credit, and a worse result never a smaller one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from domain.terms.agreement import AgreementTerms
from domain.terms.figures import result
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.measurement import Scale
from domain.terms.objective import Objective, Target
from domain.terms.part import Bound, magnitude, written
from domain.terms.remedy import Remedy, Tier
from domain.terms.stakes import credit_of, period_charge

Quality = Fraction | None
"""How good a result is: itself where more is better, its negative where less is. None: no bound."""


@dataclass(frozen=True, slots=True)
class Step:
    """A tier as a half-open stretch of quality, from the worse bound to the better one."""

    tier: Tier
    place: str
    worst: Quality
    best: Quality
    floor: Quality
    """The worst quality there can be."""

    @property
    def empty(self) -> bool:
        """Whether no result lies in it."""
        worst = self.floor if self.worst is None else self.worst
        return worst is not None and self.best is not None and worst >= self.best


def tiers_cover(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse tiers that are upside down, overlap, leave a gap, or pay for a target that is met."""
    for objective in terms.objectives:
        remedy = objective.remedy
        if remedy is None:
            continue
        targets = {(target.window, target.severity): target for target in objective.targets}
        for tier in remedy.tiers:
            if (tier.window, tier.severity) not in targets:
                yield error(
                    "tier-without-target",
                    f"no target is promised for {tier.key().rsplit('/', 1)[0]}",
                    f"objectives/{objective.id}/remedy/tiers/{tier.key()}",
                )
        for target in objective.targets:
            yield from _covers(terms, objective, remedy, target)


def _covers(
    terms: AgreementTerms, objective: Objective, remedy: Remedy, target: Target
) -> Iterator[Finding]:
    steps = steps_of(objective, remedy, target)
    if not all(_alike(step.tier, target) for step in steps):
        return  # bounds of two kinds cannot be compared, and are named by that rule
    if not steps:
        if remedy.tiers:
            yield warning(
                "target-without-tier",
                f"a miss of {target.key()} costs nothing, while a miss of another target does",
                f"objectives/{objective.id}/targets/{target.key()}",
            )
        return
    empty = [step for step in steps if step.empty]
    for step in empty:
        yield error(
            "tier-upside-down",
            "its worse bound is not below its better one, so no result lies in it",
            step.place,
        )
    if empty:
        return  # the gap it leaves is not another mistake
    steps.sort(key=lambda step: (step.worst is not None, step.worst or Fraction(0)))
    yield from _neighbours(steps, target)
    yield from _ends(steps, target, objective)
    yield from _credits(terms, objective, steps)


def _alike(tier: Tier, target: Target) -> bool:
    bounds = (tier.at_least, tier.below, tier.above, tier.at_most)
    return all(type(bound) is type(target.bound) for bound in bounds if bound is not None)


def steps_of(objective: Objective, remedy: Remedy, target: Target) -> list[Step]:
    """Return the tiers that belong to a target and point the same way, as stretches of quality."""
    floor = _floor(objective, target)
    return [
        Step(
            tier,
            f"objectives/{objective.id}/remedy/tiers/{tier.key()}",
            _quality(tier.at_least if tier.more_is_better else tier.at_most, tier, floor),
            _quality(tier.below if tier.more_is_better else tier.above, tier, None),
            floor,
        )
        for tier in remedy.tiers
        if (tier.window, tier.severity) == (target.window, target.severity)
        and tier.more_is_better == target.more_is_better
    ]


def _floor(objective: Objective, target: Target) -> Quality:
    """Return the worst quality there can be, or None when there is no such thing."""
    if objective.measured.scale is Scale.PERCENT:
        return Fraction(0) if target.more_is_better else Fraction(-100)
    return Fraction(0) if objective.measured.scale is Scale.TIME and target.more_is_better else None


def _quality(bound: Bound | None, tier: Tier, floor: Quality) -> Quality:
    if bound is None:
        return None
    quality = magnitude(bound) if tier.more_is_better else -magnitude(bound)
    return None if floor is not None and quality <= floor else quality


def _neighbours(steps: Sequence[Step], target: Target) -> Iterator[Finding]:
    """Compare each tier with the furthest-reaching one before it."""
    goal = _goal(target)
    reach = steps[0]
    for step in steps[1:]:
        if step.worst is None or reach.best is None or step.worst < reach.best:
            yield error(
                "tiers-overlap",
                f"a result of {_result(step, reach, target)} lies in both tiers",
                reach.place,
                step.place,
            )
        elif reach.best < min(step.worst, goal):
            gap = _between(reach.best, min(step.worst, goal), target)
            yield error(
                "tier-gap",
                f"a result {gap} lies in no tier",
                reach.place,
                step.place,
            )
        if reach.best is not None and (step.best is None or step.best > reach.best):
            reach = step


def _ends(steps: Sequence[Step], target: Target, objective: Objective) -> Iterator[Finding]:
    goal = _goal(target)
    place = f"objectives/{objective.id}/targets/{target.key()}"
    worst = steps[0]
    if worst.worst is not None:
        yield error(
            "tier-gap",
            f"a result worse than {_figure(worst.worst, target)} lies in no tier, and costs "
            "nothing",
            worst.place,
        )
    best = max(steps, key=lambda step: (step.best is None, step.best or Fraction(0)))
    if best.best is None or best.best > goal:
        yield error(
            "tier-above-target",
            f"a result of {written(target.bound)} meets the target, and this tier would still "
            "give a credit for it",
            best.place,
            place,
        )
    elif best.best < goal:
        yield error(
            "tier-gap",
            f"a result {_between(best.best, goal, target)} misses the target and lies in no tier",
            best.place,
            place,
        )


def _goal(target: Target) -> Fraction:
    """Return the quality that just meets a target."""
    return magnitude(target.bound) if target.more_is_better else -magnitude(target.bound)


def _credits(
    terms: AgreementTerms, objective: Objective, steps: Sequence[Step]
) -> Iterator[Finding]:
    remedy = objective.remedy
    if remedy is None:
        return
    charge = period_charge(terms, remedy.of, objective.period)
    for step in steps:
        if credit_of(step.tier, charge) == 0 and step.tier.amount is None:
            yield warning("dead-term", "a credit of nothing is no remedy", step.place)
    for worse, better in pairwise(steps):
        if (worse.tier.credit is None) != (better.tier.credit is None) and charge is None:
            continue
        less, more = credit_of(worse.tier, charge), credit_of(better.tier, charge)
        if more > less:
            yield error(
                "better-service-larger-credit",
                f"the better result leads to a credit of {_credit(better.tier)}, the worse one to "
                f"{_credit(worse.tier)}",
                worse.place,
                better.place,
            )
        elif more == less:
            yield warning(
                "tiers-alike",
                f"both tiers lead to a credit of {_credit(worse.tier)}; one tier would do",
                worse.place,
                better.place,
            )


def bonus_needs_improvement(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a bonus for what is promised anyway."""
    for objective in terms.objectives:
        for bonus in objective.remedy.bonus if objective.remedy else ():
            place = f"objectives/{objective.id}/remedy/bonus/{bonus.key()}"
            bound = bonus.at_least if bonus.at_least is not None else bonus.at_most
            target = next(
                (
                    target
                    for target in objective.targets
                    if (target.window, target.severity) == (bonus.window, bonus.severity)
                ),
                None,
            )
            if target is None or bound is None:
                yield error("bonus-without-target", "no target is promised there", place)
            elif target.more_is_better == (bonus.at_least is not None) and not _better(
                bound, target
            ):
                yield error(
                    "bonus-without-improvement",
                    f"{written(target.bound)} is promised anyway; a bonus is for a better result",
                    place,
                    f"objectives/{objective.id}/targets/{target.key()}",
                )


def _better(bound: Bound, target: Target) -> bool:
    if target.more_is_better:
        return magnitude(bound) > magnitude(target.bound)
    return magnitude(bound) < magnitude(target.bound)


def _credit(tier: Tier) -> str:
    return f"{tier.credit} %" if tier.credit is not None else f"{tier.amount}"


def _figure(quality: Fraction, target: Target) -> str:
    return result(abs(quality), target.bound)


def _between(worse: Fraction, better: Fraction, target: Target) -> str:
    if target.more_is_better:
        return f"from {_figure(worse, target)} to under {_figure(better, target)}"
    return f"over {_figure(better, target)} up to {_figure(worse, target)}"


def _result(step: Step, reach: Step, target: Target) -> str:
    """Name a result that lies in both tiers: the worst one where more is better, or the best."""
    worst = step.worst if step.worst is not None else reach.worst
    if worst is not None:
        return _figure(worst, target)
    return "0" if target.more_is_better else "any size"


RULES = (tiers_cover, bonus_needs_improvement)
