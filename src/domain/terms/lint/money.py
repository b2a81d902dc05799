"""Money: credits that are ever paid, caps that ever bind, charges within the budget."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from domain.terms.agreement import AgreementTerms
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.objective import Objective
from domain.terms.paths import walk
from domain.terms.remedy import Cap, Remedy
from domain.terms.stakes import cap_limit, caps_on, credit_of, period_charge, uncapped
from domain.terms.value import MONTHS, total_value
from domain.values.money import Money, minor_units

_AMOUNTS = ("amount", "ceiling")


def amounts_fit_currency(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse an amount finer than the currency's smallest unit: it may be meant in another one."""
    places = minor_units(terms.currency)
    for node in walk(terms):
        if node.path.rsplit("/", 1)[-1] not in _AMOUNTS or not isinstance(node.value, Decimal):
            continue
        if -int(node.value.normalize().as_tuple().exponent) > places:
            yield error(
                "amount-finer-than-currency",
                f"{node.text} {terms.currency} is finer than its smallest unit, which has "
                f"{places} decimal places",
                node.path,
            )


def credits_are_paid(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a remedy that never pays; point out a credit that is never paid in full or at all."""
    for objective in terms.objectives:
        remedy = objective.remedy
        if remedy is None:
            continue
        place = f"objectives/{objective.id}/remedy"
        if not remedy.tiers and remedy.no_charge is None:
            yield error("remedy-without-credit", "a remedy has tiers, or time not charged", place)
        yield from _minimum(terms, objective, remedy, place)
        for cap, of in caps_on(terms, remedy):
            owner = place if cap in remedy.caps else "credits"
            yield from _over_cap(terms, objective, (cap, of), f"{owner}/caps/{cap.key()}")
        yield from _idle_caps(remedy.caps, f"{place}/caps")


def _minimum(
    terms: AgreementTerms, objective: Objective, remedy: Remedy, place: str
) -> Iterator[Finding]:
    charge = period_charge(terms, remedy.of, objective.period)
    if remedy.minimum is None or charge is None or not remedy.tiers:
        return
    least = Fraction(remedy.minimum.amount)
    strict = remedy.minimum.paid == "only when strictly above"

    def unpaid(credit: Fraction) -> bool:
        return credit < least or (strict and credit == least)

    if unpaid(uncapped(remedy, charge)):
        yield error(
            "minimum-above-every-credit",
            f"no credit of this objective is ever above the minimum of {remedy.minimum.amount} "
            f"{terms.currency}",
            f"{place}/minimum/amount",
            f"{place}/tiers",
        )
        return
    for tier in remedy.tiers:
        credit = credit_of(tier, charge)
        if credit and unpaid(credit):
            yield warning(
                "credit-below-minimum",
                f"a credit of {Money.rounded_from(credit, terms.currency)} is never paid alone",
                f"{place}/tiers/{tier.key()}",
                f"{place}/minimum/amount",
            )


def _over_cap(
    terms: AgreementTerms, objective: Objective, capped: tuple[Cap, str], place: str
) -> Iterator[Finding]:
    remedy = objective.remedy
    limit = cap_limit(*capped, terms, objective.period)
    charge = period_charge(terms, remedy.of, objective.period) if remedy is not None else None
    if remedy is None or limit is None or charge is None:
        return
    for tier in remedy.tiers:
        if credit_of(tier, charge) > limit:
            yield warning(
                "credit-above-cap",
                f"a credit of {Money.rounded_from(credit_of(tier, charge), terms.currency)} is "
                f"never paid in full: the cap leaves {Money.rounded_from(limit, terms.currency)}",
                f"objectives/{objective.id}/remedy/tiers/{tier.key()}",
                place,
            )


def _idle_caps(caps: tuple[Cap, ...], place: str) -> Iterator[Finding]:
    """Point out a cap that another one, of a narrower or wider span, keeps from being reached."""
    by_span: dict[str, Cap] = {cap.per: cap for cap in caps}
    for narrow, wide in (("period", "12 months"), ("period", "term"), ("12 months", "term")):
        small, large = by_span.get(narrow), by_span.get(wide)
        if small is None or large is None or small.of != large.of:
            continue
        places = (f"{place}/{large.key()}", f"{place}/{small.key()}")
        if small.percent is not None and large.percent is not None:
            if large.percent > small.percent:
                yield warning(
                    "cap-never-reached",
                    f"{small.percent} % of each {narrow} never adds up to {large.percent} % of "
                    f"the {wide}",
                    *places,
                )
        elif small.amount is not None and large.amount is not None and large.amount < small.amount:
            yield warning(
                "cap-never-reached",
                f"{small.amount} per {narrow} is never reached under {large.amount} per {wide}",
                *places,
            )


def charges_within_budget(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse charges over the client's ceiling."""
    if terms.budget is None:
        return
    if terms.budget.per == "term":
        charged = Fraction(total_value(terms).amount)
    else:
        months = MONTHS[terms.budget.per]
        charged = sum(
            (
                Fraction(charge.amount) * months / MONTHS[charge.every]
                for charge in terms.charges
                if charge.every != "term"
            ),
            Fraction(0),
        )
    if charged > Fraction(terms.budget.ceiling):
        yield error(
            "charges-above-budget",
            f"the charges come to {Money.rounded_from(charged, terms.currency)} per "
            f"{terms.budget.per}, the ceiling is {terms.budget.ceiling} {terms.currency}",
            "charges",
            "budget/ceiling",
        )


RULES = (amounts_fit_currency, credits_are_paid, charges_within_budget)
