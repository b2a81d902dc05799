"""What several dependencies allow together: in series all must work, in parallel some.

Failures are taken as independent. Exact fractions; a promise of 99.9 % is 999/1000.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from domain.terms.agreement import AgreementTerms
from domain.terms.objective import AnyOf
from domain.values.composition import in_series


def some_of(needed: int, shares: Sequence[Fraction]) -> Fraction:
    """Return the share of time in which at least ``needed`` of them work."""
    exactly = [Fraction(1)]  # at n: the share of time in which n of those seen so far work
    for share in shares:
        broken = [*(part * (1 - share) for part in exactly), Fraction(0)]
        works = [Fraction(0), *(part * share for part in exactly)]
        exactly = [a + b for a, b in zip(broken, works, strict=True)]
    return sum(exactly[needed:], Fraction(0))


def promise_of(rests_on: str | AnyOf, terms: AgreementTerms) -> Fraction:
    """Return what one entry of ``rests_on`` allows; a dependency not declared allows anything."""
    promised = {part.id: Fraction(part.promises) / 100 for part in terms.dependencies}
    if isinstance(rests_on, str):
        return promised.get(rests_on, Fraction(1))
    return some_of(rests_on.any, [promised.get(name, Fraction(1)) for name in rests_on.of])


def best_promise(rests_on: Sequence[str | AnyOf], terms: AgreementTerms) -> Fraction:
    """Return the share of time in which everything an objective rests on works."""
    return in_series([promise_of(entry, terms) for entry in rests_on])
