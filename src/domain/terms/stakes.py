"""What is at stake: the charge of one period, and the largest credit it can lead to."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from domain.terms.agreement import AgreementTerms
from domain.terms.commercial import Charge
from domain.terms.objective import Objective
from domain.terms.part import ALL_CHARGES
from domain.terms.remedy import Cap, Remedy, Tier
from domain.terms.value import MONTHS, OPEN_ENDED_MONTHS
from domain.values.money import Money
from domain.values.periods import PeriodRule

_DAYS_PER_MONTH = 30
_MONTHS_PER_YEAR = 12


def period_charge(terms: AgreementTerms, of: str, period: PeriodRule) -> Fraction | None:
    """Return the charge of one ordinary period, exactly; None when there is no such charge.

    Weeks and rolling days are so many thirtieths of a month. A charge for the whole term is spread
    over its days, 30 to a month. This is for quoting what is at stake; a settlement goes by what
    was charged.
    """
    charges = terms.charges if of == ALL_CHARGES else [c for c in terms.charges if c.id == of]
    if not charges:
        return None
    months = _months_of(period)
    return sum((_per_month(charge, terms) * months for charge in charges), Fraction(0))


def _per_month(charge: Charge, terms: AgreementTerms) -> Fraction:
    if charge.every == "term":
        return Fraction(charge.amount) / max(term_months(terms), Fraction(1, _DAYS_PER_MONTH))
    return Fraction(charge.amount) / MONTHS[charge.every]


def term_months(terms: AgreementTerms) -> Fraction:
    """Return the length of the initial term in months of 30 days; a year for an open one."""
    if terms.ends is None:
        return Fraction(OPEN_ENDED_MONTHS)
    days = (terms.ends + timedelta(days=1) - terms.starts).days
    return max(Fraction(days, _DAYS_PER_MONTH), Fraction(1, _DAYS_PER_MONTH))


def credit_of(tier: Tier, charge: Fraction | None) -> Fraction:
    """Return a tier's credit as an amount; its bare percentage when the charge is not known."""
    if tier.amount is not None:
        return Fraction(tier.amount)
    share = Fraction(tier.credit or 0)
    return share if charge is None else share * charge / 100


def largest_credit(terms: AgreementTerms, objective: Objective) -> Money | None:
    """Return the most one period can cost, caps per period applied; None without a charge.

    Rounded half-even to the currency's smallest unit.
    """
    remedy = objective.remedy
    if remedy is None:
        return None
    charge = period_charge(terms, remedy.of, objective.period)
    if charge is None:
        return None
    total = uncapped(remedy, charge)
    for cap, of in caps_on(terms, remedy):
        limit = cap_limit(cap, of, terms, objective.period)
        total = total if limit is None else min(total, limit)
    return Money.rounded_from(total, terms.currency)


def uncapped(remedy: Remedy, charge: Fraction | None) -> Fraction:
    """Return the most the tiers of one period add up to, before any cap."""
    worst: dict[tuple[str, str | None], Fraction] = {}
    for tier in remedy.tiers:
        key = (tier.window, tier.severity)
        worst[key] = max(worst.get(key, Fraction(0)), credit_of(tier, charge))
    if remedy.several_windows == "largest only":
        return max(worst.values(), default=Fraction(0))
    return sum(worst.values(), Fraction(0))


def caps_on(terms: AgreementTerms, remedy: Remedy) -> list[tuple[Cap, str]]:
    """Return every cap a remedy is under, its own first, with the charge its percentage is of."""
    own = [(cap, cap.of or remedy.of) for cap in remedy.caps]
    return own + [(cap, cap.of or ALL_CHARGES) for cap in terms.credits.caps]


def cap_limit(cap: Cap, of: str, terms: AgreementTerms, period: PeriodRule) -> Fraction | None:
    """Return the most a cap lets through over its span; None when its charge is not known."""
    if cap.amount is not None:
        return Fraction(cap.amount)
    charge = period_charge(terms, of, period)
    if charge is None or cap.percent is None:
        return None
    months = _months_of(period)
    spans = {
        "period": Fraction(1),
        "12 months": min(Fraction(_MONTHS_PER_YEAR), term_months(terms)) / months,
        "term": term_months(terms) / months,
    }
    return charge * spans[cap.per] * Fraction(cap.percent) / 100


def _months_of(period: PeriodRule) -> Fraction:
    return Fraction(period.months) or Fraction(period.days or 7, _DAYS_PER_MONTH)


def at_risk_in_words(terms: AgreementTerms, objective: Objective) -> str | None:
    """Say the largest credit of one period: ``3000.00 EUR (25 % of 12000.00 EUR)``."""
    credit = largest_credit(terms, objective)
    remedy = objective.remedy
    if credit is None or remedy is None:
        return None
    charge = period_charge(terms, remedy.of, objective.period)
    if not charge:
        return str(credit)
    whole = Money.rounded_from(charge, terms.currency)
    share = Fraction(credit.amount) * 100 / charge
    exact = share.denominator == 1
    return f"{credit} ({share.numerator} % of {whole})" if exact else f"{credit} (of {whole})"
