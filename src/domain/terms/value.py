"""What an agreement is worth: the figure a signing mandate is held against."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from domain.terms.agreement import AgreementTerms
from domain.terms.commercial import Charge
from domain.values.durations import add_months
from domain.values.money import Money

MONTHS = {"month": 1, "quarter": 3, "year": 12}
OPEN_ENDED_MONTHS = 12
"""An agreement without an end is valued over its first year."""


def total_value(terms: AgreementTerms) -> Money:
    """Return the charges over the initial term, exactly.

    Months, quarters and years are counted from the first day of the term, a begun one in full; a
    charge ``every: term`` counts once. Without an end, the first 12 months count. Renewals, credits
    and bonuses do not count; an estimate counts as it stands.
    """
    total = Money.zero(terms.currency)
    for charge in terms.charges:
        total += Money(charge.amount, terms.currency).times(times_due(charge, terms))
    return total


def times_due(charge: Charge, terms: AgreementTerms) -> int:
    """Return how often a charge falls due in the initial term, a part counting in full."""
    if charge.every == "term":
        return 1
    starts = terms.starts
    end = (
        terms.ends + timedelta(days=1)
        if terms.ends is not None
        else add_months(starts, OPEN_ENDED_MONTHS)
    )
    step = MONTHS[charge.every]
    return max(1, next(n for n in count() if add_months(starts, n * step) >= end))
