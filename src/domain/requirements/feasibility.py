"""Whether what a client wants can be provided: technically by a level, commercially at a price.

Pure: the application gathers the levels on offer and what their dependencies allow, and records
the outcome in the provider's private file. Only the verdict is told to the client.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from domain.negotiation.position_facts import Verdict
from domain.requirements.facts import RequirementId, RequirementStated
from domain.services.facts import Charge, ServiceLevelOffered
from domain.values.composition import in_percent
from domain.values.figures import PERCENT, Bound, Figure
from domain.values.ids import OfferingId

AVAILABILITY: Final = "availability"
"""The indicator that dependencies bound: what they allow together is a share of time."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A level on offer, what the service's dependencies allow (0 to 1), and its lowest price.

    ``floor`` is the provider's own: below it the level is not sold; None is not set.
    """

    offering: OfferingId
    level: ServiceLevelOffered
    reachable: Fraction = Fraction(1)
    floor: Charge | None = None


@dataclass(frozen=True, slots=True)
class Fit:
    """The level that answers a requirement best; ``gap`` says what it leaves open, if anything."""

    candidate: Candidate
    gap: str | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was found out about one requirement: two verdicts, the working, and the best level.

    ``feasible_instead`` says what could be promised where the wanted figure cannot.
    """

    requirement: RequirementId
    technical: Verdict
    commercial: Verdict
    findings: tuple[str, ...]
    fit: Fit | None
    feasible_instead: str | None


def best_fit(requirement: RequirementStated, candidates: Iterable[Candidate]) -> Fit | None:
    """Return the level that answers a requirement best, or None when no level is comparable.

    Levels whose dependencies allow what is wanted come first; of those that reach the wanted
    figure the one that exceeds it least; when none does, the one that misses it least. Equals are
    settled by offering and level id. Comparable is what promises the same indicator with the same
    bound and unit; a requirement in words has none.
    """
    wanted = requirement.figure
    if wanted is None:
        return None
    ranked = sorted(
        (one for one in candidates if _comparable(requirement, wanted, one)),
        key=lambda one: (
            not _allowed(requirement, wanted, one),
            _distance(wanted, one),
            one.offering,
            one.level.level,
        ),
    )
    if not ranked:
        return None
    best = ranked[0]
    missing = best.level.promise.short_of(wanted)
    gap = f"{best.level.promise} where {wanted} is wanted" if missing > 0 else None
    return Fit(best, gap)


def assess(
    requirement: RequirementStated, candidates: Iterable[Candidate], ceiling: Charge | None
) -> Assessment:
    """Assess one requirement against the levels on offer and the client's budget ceiling.

    The ceiling is for the level as a whole; None is no ceiling known. Sums are compared only in
    one currency and due equally often.
    """
    on_offer = tuple(candidates)
    fit = best_fit(requirement, on_offer)
    technical, working, instead = _technical(requirement, fit, on_offer)
    commercial, price = _commercial(fit, ceiling)
    return Assessment(
        requirement.requirement, technical, commercial, (*working, price), fit, instead
    )


def _comparable(requirement: RequirementStated, wanted: Figure, one: Candidate) -> bool:
    same = one.level.indicator.casefold() == requirement.indicator.casefold()
    return same and one.level.promise.comparable(wanted)


def _allowed(requirement: RequirementStated, wanted: Figure, one: Candidate) -> bool:
    if not _bounded_by_dependencies(requirement, wanted):
        return True
    return Fraction(wanted.value) / 100 <= one.reachable


def _distance(wanted: Figure, one: Candidate) -> tuple[bool, Decimal]:
    missing = one.level.promise.short_of(wanted)
    return missing > 0, abs(missing)


def _technical(
    requirement: RequirementStated, fit: Fit | None, on_offer: tuple[Candidate, ...]
) -> tuple[Verdict, tuple[str, ...], str | None]:
    wanted = requirement.figure
    if wanted is None:
        finding = "stated in words only: agree on a figure before it is promised"
        return Verdict.WITH_CONDITIONS, (finding,), None
    if fit is None:
        finding = f"no level on offer promises {requirement.indicator} in {wanted.unit}"
        return Verdict.INFEASIBLE, (finding,), None
    if _bounded_by_dependencies(requirement, wanted):
        return _over_dependencies(requirement, wanted, fit, on_offer)
    level = fit.candidate.level
    if fit.gap is None:
        return Verdict.FEASIBLE, (f"{level.name} promises {level.promise}",), None
    return Verdict.INFEASIBLE, (f"{level.name} comes closest: {fit.gap}",), str(level.promise)


def _bounded_by_dependencies(requirement: RequirementStated, wanted: Figure) -> bool:
    availability = requirement.indicator.casefold() == AVAILABILITY
    return availability and wanted.bound is Bound.AT_LEAST and wanted.unit == PERCENT


def _over_dependencies(
    requirement: RequirementStated, wanted: Figure, fit: Fit, on_offer: tuple[Candidate, ...]
) -> tuple[Verdict, tuple[str, ...], str | None]:
    level = fit.candidate.level
    reachable = fit.candidate.reachable
    allowed = f"the dependencies of {level.name} allow {in_percent(reachable):f} %"
    if not _allowed(requirement, wanted, fit.candidate):
        best = max(
            min(one.reachable, Fraction(one.level.promise.value) / 100)
            for one in on_offer
            if _comparable(requirement, wanted, one)
        )
        instead = f"{Bound.AT_LEAST} {in_percent(best):f} {PERCENT}"
        return Verdict.INFEASIBLE, (f"{allowed}, {wanted} is wanted",), instead
    if fit.gap is not None:
        finding = f"{level.name} comes closest: {fit.gap}; it takes a level not on offer yet"
        return Verdict.WITH_CONDITIONS, (finding, allowed), str(level.promise)
    if Fraction(level.promise.value) / 100 > reachable:
        finding = f"{level.name} promises {level.promise}; promise what is wanted, no more"
        return Verdict.WITH_CONDITIONS, (finding, allowed), None
    return Verdict.FEASIBLE, (f"{level.name} promises {level.promise}", allowed), None


def _commercial(fit: Fit | None, ceiling: Charge | None) -> tuple[Verdict, str]:
    charge = None if fit is None else fit.candidate.level.charge
    if fit is None or charge is None:
        return Verdict.WITH_CONDITIONS, "there is no charge to compare: agree on one"
    floor = fit.candidate.floor
    figures = [one for one in (ceiling, floor) if one is not None]
    if any(not _same_terms(charge, one) for one in figures):
        return Verdict.WITH_CONDITIONS, f"{charge} cannot be compared: agree on currency and rhythm"
    if ceiling is not None and floor is not None and not ceiling.sum.covers(floor.sum):
        return Verdict.INFEASIBLE, f"the budget of {ceiling} is below the lowest price, {floor}"
    if floor is not None and not charge.sum.covers(floor.sum):
        return Verdict.WITH_CONDITIONS, f"{charge} is below the lowest price: ask at least {floor}"
    if ceiling is None or ceiling.sum.covers(charge.sum):
        return Verdict.FEASIBLE, f"{charge} is within what the client will pay"
    if floor is None:
        return Verdict.INFEASIBLE, f"{charge} is above the budget of {ceiling}"
    return Verdict.WITH_CONDITIONS, f"{charge} is above the budget: agree on {floor} to {ceiling}"


def _same_terms(one: Charge, other: Charge) -> bool:
    return (one.every, one.sum.currency) == (other.every, other.sum.currency)
