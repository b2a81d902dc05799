"""Deadlines of a period: when its report is due, how a missing one counts, how long to claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never

from domain.terms.agreement import AgreementTerms
from domain.terms.due import due_on
from domain.terms.remedy import Claim
from domain.values.periods import Days, midnight

_ONE_DAY = timedelta(days=1)


class Report(StrEnum):
    """Whether the report of a period is there."""

    AWAITED = "awaited"
    IN_TIME = "in time"
    LATE = "late"
    MISSING = "missing"


class Counts(StrEnum):
    """What a period is settled by."""

    FIGURES = "the figures"
    LOWEST_TIER = "the lowest tier"
    MET = "met"
    NOT_YET = "not yet"


def report_due(terms: AgreementTerms, days: Days) -> date | None:
    """Return the last local day on which the report of a period is in time; None: none agreed."""
    return None if terms.reporting is None else due_on(terms.reporting.within, days.last, terms)


def report_of(
    terms: AgreementTerms, days: Days, reported_at: datetime | None, now: datetime
) -> Report:
    """Tell how the report of a period stands at an instant."""
    due = report_due(terms, days)
    until = None if due is None else midnight(due + _ONE_DAY, terms.zone)
    if reported_at is not None:
        return Report.IN_TIME if until is None or reported_at < until else Report.LATE
    return Report.AWAITED if until is None or now < until else Report.MISSING


def counts_by(terms: AgreementTerms, report: Report) -> Counts:
    """Tell what a period is settled by, after the agreed rule for a report that is not there.

    Without a rule on reports, the figures count as they are.
    """
    if terms.reporting is None or report is Report.IN_TIME:
        return Counts.FIGURES
    if report is Report.AWAITED:
        return Counts.NOT_YET
    match terms.reporting.missing_report:
        case "counts as a miss of the lowest tier":
            return Counts.LOWEST_TIER
        case "counts as met":
            return Counts.MET
        case "the other side's figures count":
            return Counts.FIGURES
        case "the period stays open":
            return Counts.FIGURES if report is Report.LATE else Counts.NOT_YET
        case _:
            assert_never(terms.reporting.missing_report)


@dataclass(frozen=True, slots=True)
class Happened:
    """The local days a claim's deadline may run from.

    ``incident`` is the last day of the period on which there was one, as told by
    ``domain.attainment.incident``; ``reported`` is the day of the report. Where they are None, the
    last day of the period and the day the report was due stand in. ``restated`` is the day on which
    the result last became another: no deadline runs before it.
    """

    incident: date | None = None
    reported: date | None = None
    restated: date | None = None


NOTHING_HAPPENED: Final = Happened()


def claim_until(
    terms: AgreementTerms, claim: Claim, days: Days, happened: Happened
) -> datetime | None:
    """Return the first instant (UTC) that is too late to claim; None: no claim is needed.

    A claim on the last local day is in time, up to midnight in the zone of the terms.
    """
    if not claim.required:
        return None
    match claim.after:
        case "period end":
            event = days.last
        case "incident":
            event = happened.incident or days.last
        case "report":
            event = happened.reported or report_due(terms, days) or days.last
        case _:
            assert_never(claim.after)
    if happened.restated is not None:
        event = max(event, happened.restated)
    return midnight(due_on(claim.within, event, terms) + _ONE_DAY, terms.zone)


def pay_due(terms: AgreementTerms, granted: date) -> date | None:
    """Return the last local day on which a credit granted on a day is paid in time; None: no such.

    ``granted`` is the local day in the zone of the terms.
    """
    within = terms.credits.paid_within
    return None if within is None else due_on(within, granted, terms)
