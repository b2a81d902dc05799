"""Promises: figures that fit what they measure, and that can be kept."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from domain.terms.agreement import AgreementTerms
from domain.terms.composition import best_promise, promise_of
from domain.terms.downtime import ORDINARY_MONTH, downtime
from domain.terms.figures import elapsed, percent
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.measurement import HandlingTime, Scale, TimeSlices
from domain.terms.objective import AnyOf, Objective, Target
from domain.terms.part import Bound, magnitude, written
from domain.values.durations import Duration

_METHODS = {
    "availability": {
        "elapsed time",
        "time slices",
        "event ratio",
        "mean of interval rates",
        "custom unit",
    },
    "success ratio": {"event ratio", "mean of interval rates", "time slices"},
    "latency": {"percentile", "share within a limit"},
    "waiting time": {"percentile", "share within a limit"},
    "response time": {"response time", "share within a limit", "percentile"},
    "resolution time": {"resolution time", "share within a limit", "percentile"},
    "share within a limit": {"share within a limit"},
}
"""The methods that can show an indicator; a custom one can be shown by any."""

_FULL = 100


def indicator_fits(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a method that cannot show the indicator."""
    for objective in terms.objectives:
        methods = _METHODS.get(objective.indicator)
        if methods is not None and objective.measured.by not in methods:
            yield error(
                "method-does-not-show-indicator",
                f"{objective.measured.by} does not show {objective.indicator}; "
                f"{' or '.join(sorted(methods))} does",
                f"objectives/{objective.id}/indicator",
                f"objectives/{objective.id}/measured/by",
            )


def bounds_fit(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a bound of another kind than the result: a length of time, a percentage, a number."""
    for objective in terms.objectives:
        scale = objective.measured.scale
        for place, bound in _bounds(objective):
            because = _misfit(bound, scale)
            if because is not None:
                yield error("bound-does-not-fit", because, f"objectives/{objective.id}/{place}")
        for part, more in _directions(objective):
            if more != objective.targets[0].more_is_better:
                first = objective.targets[0]
                yield error(
                    "bounds-point-both-ways",
                    f"{first.key()} is better when it is "
                    f"{'more' if first.more_is_better else 'less'}, and this the other way round",
                    f"objectives/{objective.id}/{part}",
                )


def _misfit(bound: Bound, scale: Scale) -> str | None:
    is_time = isinstance(bound, Duration)
    if is_time != (scale is Scale.TIME):
        wanted = "a length of time, like PT4H" if scale is Scale.TIME else 'a figure, like "99.5"'
        return f"{written(bound)} is compared with the result, which is {wanted}"
    if scale is Scale.PERCENT and not 0 <= magnitude(bound) <= _FULL:
        return f"{written(bound)} is no percentage: the result lies between 0 and 100"
    return None


def _bounds(objective: Objective) -> Iterator[tuple[str, Bound]]:
    for target in objective.targets:
        field = "at_least" if target.more_is_better else "at_most"
        yield f"targets/{target.key()}/{field}", target.bound
    if objective.remedy is None:
        return
    for tier in objective.remedy.tiers:
        for field in ("at_least", "below", "above", "at_most"):
            bound = getattr(tier, field)
            if bound is not None:
                yield f"remedy/tiers/{tier.key()}/{field}", bound
    for bonus in objective.remedy.bonus:
        bound = bonus.at_least if bonus.at_least is not None else bonus.at_most
        if bound is not None:
            field = "at_least" if bonus.at_least is not None else "at_most"
            yield f"remedy/bonus/{bonus.key()}/{field}", bound


def _directions(objective: Objective) -> Iterator[tuple[str, bool]]:
    for target in objective.targets[1:]:
        yield f"targets/{target.key()}", target.more_is_better
    if objective.remedy is not None:
        for tier in objective.remedy.tiers:
            yield f"remedy/tiers/{tier.key()}", tier.more_is_better
        for bonus in objective.remedy.bonus:
            yield f"remedy/bonus/{bonus.key()}", bonus.at_least is not None


def within_dependencies(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a promise above what the declared dependencies allow, and name the weakest of them."""
    for objective in terms.objectives:
        for entry in objective.rests_on:
            if isinstance(entry, AnyOf) and entry.any > len(entry.of):
                yield error(
                    "more-needed-than-there-are",
                    f"{entry.any} of {len(entry.of)} dependencies cannot work",
                    f"objectives/{objective.id}/rests_on",
                )
        if objective.rests_on and objective.measured.scale is Scale.PERCENT:
            for target in objective.targets:
                yield from _above_dependencies(terms, objective, target)


def _above_dependencies(
    terms: AgreementTerms, objective: Objective, target: Target
) -> Iterator[Finding]:
    promised = magnitude(target.bound) / _FULL
    if not target.more_is_better or best_promise(objective.rests_on, terms) >= promised:
        return
    blamed: list[str | AnyOf] = []
    for entry in sorted(objective.rests_on, key=lambda entry: promise_of(entry, terms)):
        blamed.append(entry)
        if best_promise(blamed, terms) < promised:
            break
    names = [
        name for entry in blamed for name in (entry.of if isinstance(entry, AnyOf) else (entry,))
    ]
    declared = {part.id for part in terms.dependencies}
    if declared.isdisjoint(names):
        return  # what is not declared, or asks for more than there are, is named by other rules
    verb = "allows" if len(blamed) == 1 else "together allow"
    yield error(
        "promise-above-dependencies",
        f"{' and '.join(str(entry) for entry in blamed)} {verb} at most "
        f"{percent(best_promise(blamed, terms) * _FULL)}, and {written(target.bound)} % is "
        "promised",
        f"objectives/{objective.id}/targets/{target.key()}/at_least",
        *(f"dependencies/{name}/promises" for name in dict.fromkeys(names) if name in declared),
    )


def targets_can_be_met(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out a target nothing can miss, one with no room, and slices too coarse for theirs."""
    for objective in terms.objectives:
        if objective.measured.scale is not Scale.PERCENT:
            continue
        for target in objective.targets:
            place = f"objectives/{objective.id}/targets/{target.key()}"
            if not target.more_is_better:
                continue
            if magnitude(target.bound) == 0:
                yield warning("dead-term", "every result meets a target of 0 %", place)
            elif magnitude(target.bound) == _FULL:
                yield warning(
                    "target-leaves-no-room",
                    "a target of 100 % is missed by the shortest failure there is",
                    place,
                )
            else:
                yield from _too_coarse(objective, target, place)


def _too_coarse(objective: Objective, target: Target, place: str) -> Iterator[Finding]:
    method = objective.measured
    if not isinstance(method, TimeSlices) or isinstance(target.bound, Duration):
        return
    allowed = downtime(target.bound, ORDINARY_MONTH)
    if 0 < allowed < method.slice.elapsed:
        yield warning(
            "slices-too-coarse",
            f"{written(target.bound)} % allows {elapsed(allowed)} in 30 days, less than one slice "
            f"of {elapsed(Fraction(method.slice.elapsed))}: any slice down misses it",
            place,
            f"objectives/{objective.id}/measured/slice",
        )


def shares_have_limits(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a share of cases in time when no support level says what in time is."""
    for objective in terms.objectives:
        method = objective.measured
        if not isinstance(method, HandlingTime) or method.take != "share in time":
            continue
        responds = method.by == "response time"
        wanted = {t.severity for t in objective.targets if t.severity} or {
            level.id for level in terms.support
        }
        levels = [level for level in terms.support if level.id in wanted]
        bare = [lv.id for lv in levels if (lv.respond if responds else lv.resolve) is None]
        if not levels or bare:
            field = "respond" if responds else "resolve"
            yield error(
                "share-in-time-without-limit",
                f"{', '.join(bare) or 'no support level'} says by when to {field}"
                if not levels
                else f"{', '.join(bare)} does not say by when to {field}",
                *(f"support/{name}" for name in bare),
                f"objectives/{objective.id}/measured/take",
            )


RULES = (
    indicator_fits,
    bounds_fit,
    within_dependencies,
    targets_can_be_met,
    shares_have_limits,
)
