"""Whose figures count, and what a period counts by while its report is awaited, or never came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, assert_never

from domain.performance.facts import Basis
from domain.performance.periods import JudgedPeriod
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.values.sides import Side

BOTH: Final = frozenset(Side)


@dataclass(frozen=True, slots=True)
class By:
    """What a period counts by: a basis, and the sides whose figures are looked at for it.

    ``if_told`` asks for figures to be there at all, ``if_whole`` for every moment of the period.
    """

    basis: Basis
    sides: frozenset[Side] = frozenset()
    if_told: bool = False
    if_whole: bool = False


@dataclass(frozen=True, slots=True)
class Waits:
    """The period stays open; ``because`` says what for."""

    because: str


def measuring_sides(terms: AgreementTerms, objective: Objective) -> frozenset[Side]:
    """Return the sides whose figures count: who measures, or else who reports.

    A third party's figures are handed in by either side.
    """
    reporter = "provider" if terms.reporting is None else terms.reporting.by
    return _sides(objective.measured.by_whom or reporter)


def reporting_sides(terms: AgreementTerms, objective: Objective) -> frozenset[Side]:
    """Return the sides that may report a period: as agreed, or else those that measure."""
    if terms.reporting is None:
        return measuring_sides(terms, objective)
    return _sides(terms.reporting.by)


def _sides(who: str) -> frozenset[Side]:
    return BOTH if who in ("both", "third party") else frozenset({Side(who)})


def counts_by(
    judged: JudgedPeriod, objective: Objective, now: datetime, *, reported: bool
) -> By | Waits:
    """Tell what a period that is over and not closed counts by at an instant.

    Without an agreed report it closes by itself as soon as figures speak for all of it.
    """
    terms = judged.last
    measuring = measuring_sides(terms, objective)
    if reported:
        return By("reported", measuring)
    until = judged.report_until
    if terms.reporting is None or until is None:
        return By("reported", measuring, if_told=True, if_whole=True)
    if now < until:
        return Waits(f"the report is awaited until before {until:%Y-%m-%dT%H:%M:%SZ}")
    match terms.reporting.missing_report:
        case "counts as a miss of the lowest tier":
            return By("not reported: worst")
        case "counts as met":
            return By("not reported: met")
        case "the other side's figures count":
            others = frozenset(side.other for side in reporting_sides(terms, objective))
            return By("other side's figures", others, if_told=True)
        case "the period stays open":
            return Waits("the report is not there, and the period stays open until it is")
        case _:
            assert_never(terms.reporting.missing_report)


def counted_by(basis: Basis, judged: JudgedPeriod, objective: Objective) -> By:
    """Return what a period counts by that was closed on a basis before."""
    match basis:
        case "reported":
            return By(basis, measuring_sides(judged.last, objective))
        case "other side's figures":
            reporters = reporting_sides(judged.last, objective)
            return By(basis, frozenset(side.other for side in reporters))
        case "not reported: worst" | "not reported: met":
            return By(basis)
        case _:
            assert_never(basis)
