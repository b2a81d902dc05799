"""Caps: how much room earlier credits and the charges of a span leave.

A cap per period bounds each part of a period in proportion to its time. A cap over 12 months bounds
the 12 months that end with the period, or the first 12 of the contract while it is younger; where
later periods are settled already, also those that end with each of them. A cap over the term bounds
the term the period lies in. A credit belongs to the span in which its period ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.settlement.charges import Charges, period_share
from domain.terms.agreement import AgreementTerms
from domain.terms.part import ALL_CHARGES
from domain.terms.remedy import Cap
from domain.terms.value import OPEN_ENDED_MONTHS
from domain.values.durations import add_months
from domain.values.periods import Days, Period, PeriodRule

_TWELVE_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Credited:
    """A credit of this contract that stands: stated, and neither lapsed nor rejected."""

    objective: str
    days: Days
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TermDays:
    """The term a period lies in, initial or renewed: its first day, and the day after its last.

    ``ends`` None: it has no end.
    """

    begins: date
    ends: date | None


@dataclass(frozen=True, slots=True)
class Room:
    """The most a cap lets through, and how much of that earlier credits have taken already."""

    limit: Fraction
    taken: Fraction

    @property
    def left(self) -> Fraction:
        """What is left; never less than nothing."""
        return max(self.limit - self.taken, Fraction(0))


@dataclass(frozen=True, slots=True)
class Capped:
    """What a cap is asked about: whose terms, which time of which judged period."""

    terms: AgreementTerms
    part: Period
    days: Days
    rule: PeriodRule


@dataclass(frozen=True, slots=True)
class Books:
    """What was charged and what was credited before, for the caps to be held against."""

    charges: Charges
    term: TermDays
    credited: Sequence[Credited] = ()

    def room(self, cap: Cap, of: str, about: Capped, taken: Fraction) -> Room | None:
        """Return the room a cap leaves, the least of all spans it bounds; None: it bounds nothing.

        ``credited`` holds the credits this cap is about and no others; ``taken`` is what the same
        statement has credited under it already. A percentage of a charge that is not in the terms
        bounds nothing.
        """
        if cap.amount is None and of != ALL_CHARGES and about.terms.charge(of) is None:
            return None
        match cap.per:
            case "period":
                return Room(self._in_period(cap, of, about), taken)
            case "12 months":
                spans = self._twelve_months(about)
            case "term":
                spans = [self._term(about)]
            case _:
                assert_never(cap.per)
        rooms = (self._room(cap, of, about, span, taken) for span in spans)
        return min(rooms, key=lambda room: room.limit - room.taken)

    def _in_period(self, cap: Cap, of: str, about: Capped) -> Fraction:
        if cap.amount is not None:
            share = period_share(about.part, about.rule, about.terms.zone)
            return Fraction(cap.amount) * share
        charged = self.charges.by(about.terms, of, about.part).amount
        return charged * Fraction(cap.percent or 0) / 100

    def _room(self, cap: Cap, of: str, about: Capped, span: Days, taken: Fraction) -> Room:
        earlier = (
            Fraction(one.amount) for one in self.credited if span.first < one.days.end <= span.end
        )
        spent = taken + sum(earlier, Fraction(0))
        if cap.amount is not None:
            return Room(Fraction(cap.amount), spent)
        charged = self.charges.over(of, span.instants(about.terms.zone)).amount
        return Room(charged * Fraction(cap.percent or 0) / 100, spent)

    def _twelve_months(self, about: Capped) -> list[Days]:
        begins = self.charges.begins.astimezone(ZoneInfo(about.terms.zone)).date()
        end = about.days.end
        horizon = add_months(end, _TWELVE_MONTHS)
        later = {one.days.end for one in self.credited if end < one.days.end < horizon}
        return [_months_to(each, begins) for each in sorted({end, *later})]

    def _term(self, about: Capped) -> Days:
        if self.term.ends is not None:
            return Days(self.term.begins, self.term.ends)
        year = add_months(self.term.begins, OPEN_ENDED_MONTHS)
        return Days(self.term.begins, max(year, about.days.end))


def _months_to(end: date, begins: date) -> Days:
    first = add_months(end, -_TWELVE_MONTHS)
    if first < begins:
        return Days(begins, add_months(begins, _TWELVE_MONTHS))
    return Days(first, end)


def in_order(caps: Iterable[Cap]) -> list[Cap]:
    """Return caps in the order they are applied: per period, over 12 months, over the term."""
    return sorted(caps, key=span_order)


def span_order(cap: Cap) -> int:
    """Return the place of a cap in that order."""
    return ("period", "12 months", "term").index(cap.per)
