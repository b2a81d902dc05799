"""Remedies in words."""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.agreement import AgreementTerms
from domain.terms.figures import decimal, length, percent, result
from domain.terms.measurement import Scale
from domain.terms.objective import Objective
from domain.terms.part import ALL_CHARGES, Bound, magnitude
from domain.terms.remedy import Bonus, Cap, ChronicFailure, Claim, Remedy, Tier
from domain.terms.stakes import at_risk_in_words
from domain.terms.words.spans import deadline, name, sentence, span, window


def bound_in_words(bound: Bound, objective: Objective) -> str:
    """Write a bound with its unit: ``99.5 %``, ``4 h``, ``20 minutes``."""
    if objective.measured.scale is Scale.PERCENT:
        return percent(magnitude(bound))
    if objective.measured.scale is Scale.TIME:
        return result(magnitude(bound), bound)
    unit = getattr(objective.measured, "unit", "")
    return f"{decimal(magnitude(bound))} {unit}".rstrip()


def tier_in_words(tier: Tier, objective: Objective, currency: str) -> str:
    """Write one tier: ``10 % credit from 99 % to under 99.5 %, business hours``."""
    credit = f"{tier.credit:f} %" if tier.credit is not None else f"{tier.amount} {currency}"
    where = window(tier.window, tier.severity)
    return f"{credit} credit {stretch(tier, objective)}{f', {where}' if where else ''}"


def stretch(tier: Tier, objective: Objective) -> str:
    """Write the results a tier is for: ``from 99 % to under 99.5 %``."""
    if tier.more_is_better:
        low = (
            f"from {bound_in_words(tier.at_least, objective)}" if tier.at_least is not None else ""
        )
        high = "under " + bound_in_words(tier.below, objective) if tier.below is not None else ""
    else:
        low = f"over {bound_in_words(tier.above, objective)}" if tier.above is not None else ""
        high = (
            f"up to {bound_in_words(tier.at_most, objective)}" if tier.at_most is not None else ""
        )
    if low and high and tier.more_is_better:
        return f"{low} to {high}"
    return " ".join(part for part in (low, high) if part)


def cap_in_words(cap: Cap, of: str, currency: str) -> str:
    """Write one cap: ``25 % of monthly fee per period``."""
    most = f"{cap.percent:f} % of {charged(of)}" if cap.amount is None else ""
    most = most or f"{cap.amount} {currency}"
    return f"at most {most} per {'any 12 months' if cap.per == '12 months' else cap.per}"


def claim_in_words(claim: Claim | None) -> str:
    """Say whether a credit is claimed, and by when."""
    if claim is None or not claim.required:
        return "Credits are automatic."
    after = {"period end": "the period ends", "incident": "the incident", "report": "the report"}
    return f"Credits must be claimed {deadline(claim.within, after[claim.after])}."


def charged(of: str) -> str:
    """Write which charge is meant."""
    return "all charges" if of == ALL_CHARGES else name(of)


def bonus_in_words(bonus: Bonus, objective: Objective) -> str:
    """Write one bonus."""
    where = window(bonus.window, bonus.severity)
    bound = (
        f"from {bound_in_words(bonus.at_least, objective)}"
        if bonus.at_least is not None
        else f"up to {bound_in_words(bonus.at_most, objective)}"
        if bonus.at_most is not None
        else ""
    )
    return f"{bonus.percent:f} % bonus {bound}{f', {where}' if where else ''}"


def chronic_in_words(chronic: ChronicFailure) -> str:
    """Say which right repeated misses give."""
    told = (
        f", each notified within {span(chronic.notified_within)},"
        if chronic.notified_within is not None
        else ""
    )
    until = (
        f" within {length(chronic.exercised_within)} of the report of the last miss"
        if chronic.exercised_within is not None
        else ""
    )
    return (
        f"{chronic.missed} misses in {chronic.of_consecutive} periods in a row{told} give the "
        f"client the right to {chronic.right}{until}."
    )


def remedy_in_words(terms: AgreementTerms, objective: Objective, remedy: Remedy) -> Iterator[str]:
    """Yield what a miss costs, a line for each thing agreed."""
    for tier in remedy.tiers:
        of = f" of {charged(remedy.of)}" if tier.credit is not None else ""
        where = window(tier.window, tier.severity)
        credit = (
            f"{tier.credit:f} %" if tier.credit is not None else f"{tier.amount} {terms.currency}"
        )
        line = f"{stretch(tier, objective)}: {credit}{of}."
        yield f"{sentence(where)}, {line}" if where else sentence(line)
    yield from bounds_in_words(terms, objective, remedy)
    for bonus in remedy.bonus:
        yield f"{sentence(bonus_in_words(bonus, objective))}."
    if remedy.tiers:
        yield claim_in_words(remedy.claim)


def bounds_in_words(terms: AgreementTerms, objective: Objective, remedy: Remedy) -> Iterator[str]:
    """Yield what bounds the credits of an objective: caps, least credit, free stretches."""
    if len({(tier.window, tier.severity) for tier in remedy.tiers}) > 1:
        yield f"Credits of several windows missed in one period: {remedy.several_windows}."
    for cap in remedy.caps:
        yield f"{sentence(cap_in_words(cap, cap.of or remedy.of, terms.currency))}."
    at_risk = at_risk_in_words(terms, objective)
    if at_risk is not None and remedy.tiers:
        yield f"At risk in one period: {at_risk}."
    if remedy.minimum is not None:
        word = "above" if remedy.minimum.paid == "only when strictly above" else "from"
        yield f"A credit is paid only {word} {remedy.minimum.amount} {terms.currency}."
    if remedy.no_charge is not None:
        yield (
            f"Each {length(remedy.no_charge.each)} with more than "
            f"{length(remedy.no_charge.down_more_than)} of downtime is not charged, automatically."
        )
