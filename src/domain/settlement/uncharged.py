"""Stretches that are not charged because too much of them was down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from domain.attainment.attainment import Observed, attainment
from domain.attainment.spans import instant, micros
from domain.terms.agreement import AgreementTerms
from domain.terms.measurement import TimeSlices
from domain.terms.objective import Objective
from domain.terms.remedy import NoCharge
from domain.values.periods import Period

DOWN: Final = "down"
"""The line of an attainment's working that says how much was down."""


def uncharged(
    terms: AgreementTerms, objective: Objective, period: Period, observed: Observed
) -> tuple[Period, ...]:
    """Return the stretches of a period that are not charged, in order, each on its own.

    Stretches are counted from midnight UTC; one that is cut by the period is judged by what lies in
    it. Down is what counts as down for the objective itself: excused time is not, time without a
    record is by the agreed rule. Raises WrongRecords as the attainment does.
    """
    rule = None if objective.remedy is None else objective.remedy.no_charge
    if rule is None or period.starts >= period.ends:
        return ()
    length = rule.each.elapsed
    first, end = micros(period.starts) // length, -(-micros(period.ends) // length)
    found = _Search(terms, objective, observed, rule, period).between(first, end)
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    terms: AgreementTerms
    objective: Objective
    observed: Observed
    rule: NoCharge
    period: Period

    def between(self, first: int, end: int) -> Iterator[Period]:
        """Yield what is not charged of so many stretches.

        Halves them again and again: where all together are down for no longer than one may be, none
        is down for longer, so the cost goes with the outages and not with the length of the period.
        """
        stretch = self._stretch(first, end)
        if stretch is None or self._down(stretch) <= self.rule.down_more_than.elapsed:
            return
        if end - first == 1:
            yield stretch
            return
        middle = (first + end) // 2
        yield from self.between(first, middle)
        yield from self.between(middle, end)

    def _stretch(self, first: int, end: int) -> Period | None:
        length = self.rule.each.elapsed
        return Period(instant(first * length), instant(end * length)).overlap(self.period)

    def _down(self, stretch: Period) -> int:
        method = self.objective.measured
        unit = method.slice.elapsed if isinstance(method, TimeSlices) else 1
        found = attainment(self.terms, self.objective, stretch, self.observed)
        working = (line for one in found.reached for line in one.measurement.working)
        return sum(line.amount * unit for line in working if line.says == DOWN)
