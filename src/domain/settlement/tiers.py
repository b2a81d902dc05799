"""Which tier a result falls into. Half-open: a value exactly on a bound is in the better one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from domain.attainment.attainment import Reached
from domain.terms.objective import Target
from domain.terms.part import Bound, magnitude
from domain.terms.remedy import Bonus, Remedy, Tier


def tiers_of(remedy: Remedy, target: Target) -> tuple[Tier, ...]:
    """Return the tiers that belong to a target and point the same way."""
    return tuple(
        tier
        for tier in remedy.tiers
        if (tier.window, tier.severity) == (target.window, target.severity)
        and tier.more_is_better == target.more_is_better
    )


def tier_hit(remedy: Remedy, reached: Reached) -> Tier | None:
    """Return the tier of a result, None for a target that is met, not judged or has no such tier.

    A miss without a value (nothing measured that counts as missed, or worse than any value) is of
    the lowest tier.
    """
    if reached.met is not False:
        return None
    tiers, value = tiers_of(remedy, reached.target), reached.measurement.value
    if value is None or reached.measurement.worst:
        return lowest(tiers)
    return next((tier for tier in tiers if _holds(tier, value)), None)


def lowest(tiers: Sequence[Tier]) -> Tier | None:
    """Return the tier for the worst results, None when there is no tier."""
    return min(tiers, key=_worst, default=None)


def bonus_hit(remedy: Remedy, reached: Reached) -> Bonus | None:
    """Return the largest bonus whose bound a result reaches; on the bound it is reached."""
    value = reached.measurement.value
    if not reached.met or value is None:
        return None
    target = reached.target
    due = [
        bonus
        for bonus in remedy.bonus
        if (bonus.window, bonus.severity) == (target.window, target.severity)
        and _earned(bonus, value)
    ]
    return max(due, key=lambda bonus: bonus.percent, default=None)


def _earned(bonus: Bonus, value: Fraction) -> bool:
    if bonus.at_least is not None:
        return value >= magnitude(bonus.at_least)
    return bonus.at_most is not None and value <= magnitude(bonus.at_most)


def _holds(tier: Tier, value: Fraction) -> bool:
    if tier.more_is_better:
        low, high = _number(tier.at_least), _number(tier.below)
        return (low is None or value >= low) and (high is None or value < high)
    low, high = _number(tier.above), _number(tier.at_most)
    return (low is None or value > low) and (high is None or value <= high)


def _number(bound: Bound | None) -> Fraction | None:
    return None if bound is None else magnitude(bound)


def _worst(tier: Tier) -> tuple[bool, Fraction]:
    """Order tiers by the worst result in each, the worst first; without a bound it is endless."""
    bound = tier.at_least if tier.more_is_better else tier.at_most
    if bound is None:
        return False, Fraction(0)
    return True, magnitude(bound) if tier.more_is_better else -magnitude(bound)
