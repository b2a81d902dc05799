"""Settlement: one pure function from results to money.

tier, percentage of what was charged, the objective's own caps, the caps over all objectives, the
minimum, then one rounding. Each part of a period is priced by the version that governed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from domain.settlement.capping import UnderCaps, under_caps
from domain.settlement.caps import Credited, TermDays
from domain.settlement.charges import Charges
from domain.settlement.deadlines import (
    NOTHING_HAPPENED,
    Counts,
    Happened,
    Report,
    claim_until,
    counts_by,
)
from domain.settlement.pricing import MeasuredPart, Priced, price
from domain.settlement.statement import Line, ObjectiveSettled, Owed, Settlement, Step
from domain.terms.figures import decimal
from domain.terms.paths import TermPath
from domain.terms.remedy import MinimumCredit
from domain.values.money import Money, minor_units
from domain.values.periods import Days


class CannotSettle(Exception):  # noqa: N818 - it is an answer: the period stays open, or is not one
    """The period cannot be settled; the message says what is wanting."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An objective whose period ended: its parts in order, its report, and what happened when."""

    objective: str
    parts: tuple[MeasuredPart, ...]
    report: Report = Report.IN_TIME
    happened: Happened = NOTHING_HAPPENED

    @property
    def last(self) -> MeasuredPart:
        """The part whose version governs claims, reports and the least credit."""
        return self.parts[-1]


@dataclass(frozen=True, slots=True)
class Case:
    """All that a period's settlement depends on.

    ``period`` is the day that names the period among those of its objectives, ``judged`` are
    objectives of the same run of days; ``credited`` are all credits of the contract
    that stand, those of this very period among them: they are settled anew, and left out.
    """

    contract: str
    period: date
    days: Days
    judged: tuple[Judged, ...]
    charges: Charges
    term: TermDays
    credited: tuple[Credited, ...] = ()


def settle(case: Case) -> Settlement:
    """Settle a period.

    Raises CannotSettle when a report is awaited that has to be there first, when there is nothing
    to settle, or when the parts are not in one currency.
    """
    currency = _currency(case)
    priced = {one.objective: _priced(one, case.charges) for one in case.judged}
    capped = under_caps(priced, case.days, case.charges, case.term, case.credited)
    settled = [_settled(case, one, capped, currency) for one in case.judged]
    within = settled if capped.slack is None else rounded_within(settled, capped.slack, currency)
    return Settlement(case.contract, case.period, case.days, currency, tuple(within))


def _currency(case: Case) -> str:
    currencies = {part.terms.currency for one in case.judged for part in one.parts}
    if not currencies or not all(one.parts for one in case.judged):
        raise CannotSettle("there is no result to settle")
    if len(currencies) > 1:
        raise CannotSettle(f"the parts are in several currencies: {', '.join(sorted(currencies))}")
    return currencies.pop()


def _priced(one: Judged, charges: Charges) -> list[Priced]:
    counts = counts_by(one.last.terms, one.report)
    if counts is Counts.NOT_YET:
        raise CannotSettle(f"the report on {one.objective} is not there, and the period stays open")
    return [price(part, counts, charges) for part in one.parts]


def _settled(case: Case, one: Judged, capped: UnderCaps, currency: str) -> ObjectiveSettled:
    parts = capped.parts[one.objective]
    last = parts[-1]
    remedy = last.objective.remedy
    credit = sum((part.credit for part in parts), Fraction(0))
    lines = [line for part in parts for line in part.lines]
    minimum = None if remedy is None else remedy.minimum
    if minimum is not None and credit and not _is_paid(credit, minimum):
        lines.append(_unpaid(last, minimum, credit))
        credit = Fraction(0)
    claim = None if remedy is None else remedy.claim
    judged = [part.missed for part in parts if part.missed is not None]
    return ObjectiveSettled(
        one.objective,
        last.part.version.number,
        any(judged) if judged else None,
        _owed(credit, currency, capped.slack_of(one.objective)),
        _owed(sum((part.not_charged for part in parts), Fraction(0)), currency),
        _owed(sum((part.bonus for part in parts), Fraction(0)), currency),
        None if claim is None else claim_until(last.part.terms, claim, case.days, one.happened),
        tuple(lines),
    )


def _is_paid(credit: Fraction, minimum: MinimumCredit) -> bool:
    least = Fraction(minimum.amount)
    return credit > least if minimum.paid == "only when strictly above" else credit >= least


def _unpaid(last: Priced, minimum: MinimumCredit, credit: Fraction) -> Line:
    currency = last.part.terms.currency
    place = TermPath(f"objectives/{last.objective.id}/remedy/minimum")
    says = f"{decimal(credit)} {currency} is paid {minimum.paid}: {minimum.amount:f} {currency}"
    version, cites = last.part.version.number, last.part.cites
    return Line(Step.MINIMUM, place, version, cites, says, -credit)


def _owed(exact: Fraction, currency: str, slack: Fraction | None = None) -> Owed:
    """Round once, half to even, to the smallest unit of the currency.

    Down, where a cap is so close over a credit (``slack``) that rounding up would lift it over.
    """
    money = Money.rounded_from(exact, currency).amount
    over = slack is not None and Fraction(money) - exact > slack
    return Owed(money - _unit(currency) if over else money, exact)


def rounded_within(
    settled: Sequence[ObjectiveSettled], slack: Fraction, currency: str
) -> list[ObjectiveSettled]:
    """Keep rounding from lifting all credits together over a cap that is so close over them.

    Those that were rounded up the furthest are rounded down instead, as many as it takes.
    """
    found = list(settled)
    while sum(map(_lifted, found), Fraction(0)) > slack:
        index = max(range(len(found)), key=lambda place: _lifted(found[place]))
        credit = found[index].credit
        lower = Owed(credit.amount - _unit(currency), credit.exact)
        found[index] = replace(found[index], credit=lower)
    return found


def _lifted(one: ObjectiveSettled) -> Fraction:
    return Fraction(one.credit.amount) - one.credit.exact


def _unit(currency: str) -> Decimal:
    return Decimal(1).scaleb(-minor_units(currency))
