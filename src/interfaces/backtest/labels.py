"""How periods, figures and money of a back-test are written, in tables and pictures alike."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.backtest.best import Kind, as_target
from domain.backtest.outcome import Backtest, ObjectiveReplayed
from domain.terms.figures import decimal
from domain.terms.measurement import Scale
from domain.terms.objective import Objective, Target
from domain.terms.part import plain
from domain.values.money import Money
from domain.values.periods import Days, PeriodRule

_PLACES: Final = 3


def period_label(days: Days, rule: PeriodRule) -> str:
    """Name a whole period: ``2026-03``, ``2026 Q1``, ``2026``, ``week of 2026-03-02``."""
    first = days.first
    match rule.kind:
        case "calendar month":
            return f"{first:%Y-%m}"
        case "calendar quarter":
            return f"{first.year} Q{(first.month + 2) // 3}"
        case "calendar year":
            return str(first.year)
        case "calendar week":
            return f"week of {first}"
        case _:
            return f"to {days.last}"


def unit_of(objective: Objective) -> str:
    """Return the unit results are in: `` %``, `` vehicle-days``; a length of time has its own."""
    match objective.measured.scale:
        case Scale.PERCENT:
            return " %"
        case Scale.TIME:
            return ""
        case _:
            return f" {getattr(objective.measured, 'unit', '')}".rstrip()


def promised(target: Target, objective: Objective) -> str:
    """Write a target: ``at least 99.5 %``."""
    sign = "at least" if target.more_is_better else "at most"
    return f"{sign} {plain(target.bound)}{unit_of(objective)}"


def window(target: Target) -> str:
    """Name a target's window and severity; none where it is always."""
    return "" if target.key() == "always" else target.key()


def money(amount: Decimal) -> str:
    """Write money with its thousands apart: ``1,200.00``."""
    return f"{amount:,f}"


def rounded(value: Fraction, places: int = _PLACES) -> str:
    """Write a figure with a few decimals, half to even; one that is not exact says *about*."""
    near = round(value, places)
    text = decimal(near)
    return text if near == value else f"about {text}"


def best_lines(one: ObjectiveReplayed) -> list[str]:
    """Say of each target what the best one would have been."""
    return [
        f"{f'{window(target)}: ' if window(target) else ''}{_best(one, place)}"
        for place, target in enumerate(one.objective.targets)
    ]


def _best(one: ObjectiveReplayed, place: int) -> str:
    best, target = one.bests[place], one.objective.targets[place]
    often = f"met in {best.k} of {best.of} periods"
    match best.kind:
        case Kind.VALUE if best.value is not None:
            sign = "at least" if target.more_is_better else "at most"
            return f"{sign} {as_target(best.value, target)}{unit_of(one.objective)} is {often}"
        case Kind.ANY:
            return f"any target is {often}: there was nothing to measure"
        case Kind.NONE:
            return f"no target is {often}"
        case _:
            return f"only {best.of} periods can be judged: none is met in {best.k}"


def _charged(exact: Fraction, currency: str) -> str:
    near = Money.rounded_from(exact, currency).amount
    return money(near) if Fraction(near) == exact else f"about {money(near)}"


def total_line(found: Backtest) -> str:
    """Say what all comes to."""
    periods = f"{found.misses} of {found.periods} period{'s' * (found.periods != 1)} missed"
    charged = found.charged.amount
    share = "" if found.share is None else f", {rounded(found.share)} % of charges of "
    of = "" if found.share is None else f"{_charged(charged, found.currency)} {found.currency}"
    return f"{periods}; credits {money(found.credit)} {found.currency}{share}{of}"
