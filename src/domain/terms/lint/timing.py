"""Time: terms that end after they begin, notices that fit, deadlines in an order that works."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from domain.terms.agreement import AgreementTerms
from domain.terms.due import due_on
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.objective import Objective
from domain.terms.remedy import Claim
from domain.terms.support import Reporting
from domain.values.durations import Duration, add_months
from domain.values.periods import Days, PeriodRule

_PERIODS_TRIED = 120
_DAYS_IN = {"calendar week": 7, "calendar month": 28, "calendar quarter": 90, "calendar year": 365}


def term_runs_forward(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a term that ends before it starts; point out periods that do not fit into it."""
    if terms.ends is None:
        return
    if terms.ends < terms.starts:
        yield error(
            "end-before-start",
            f"the last day {terms.ends} is before the first day {terms.starts}",
            "term/starts",
            "term/ends",
        )
        return
    days = (terms.ends - terms.starts).days + 1
    for objective in terms.objectives:
        if days < shortest(objective.period):
            yield warning(
                "period-longer-than-term",
                f"a {objective.period} never lies in a term of {days} days as a whole",
                f"objectives/{objective.id}/period",
                "term/ends",
            )


def shortest(period: PeriodRule) -> int:
    """Return the least number of days a period has."""
    return _DAYS_IN.get(period.kind, period.days)


def notices_fit(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a notice longer than the term, and a renewal nobody could decline."""
    renewal, notice, ends = terms.term.renewal, terms.term.notice, terms.ends
    if renewal is not None:
        if renewal.kind == "automatic" and renewal.decline_by is None and ends is not None:
            yield warning(
                "renewal-without-way-out",
                "it renews by itself, and nothing says by when a side can decline",
                "term/renewal",
            )
        if ends is None or (renewal.kind == "none" and renewal.for_ is not None):
            yield warning(
                "dead-term",
                "there is no end to renew after" if ends is None else "nothing is renewed",
                "term/renewal",
            )
        yield from _too_long(terms, renewal.decline_by, "term/renewal/decline_by")
    if notice is not None:
        for field in ("by_provider", "by_client", "for_cause", "for_chronic_failure"):
            yield from _too_long(terms, getattr(notice, field), f"term/notice/{field}")


def _too_long(terms: AgreementTerms, notice: Duration | None, place: str) -> Iterator[Finding]:
    if notice is None or terms.ends is None or terms.ends < terms.starts:
        return
    if notice.before(terms.ends + timedelta(days=1)) < terms.starts:
        yield error(
            "notice-longer-than-term",
            f"{notice} before the end on {terms.ends} is before the first day {terms.starts}",
            place,
            "term/starts",
            "term/ends",
        )


def claims_follow_reports(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a claim that is due before the figures it rests on are."""
    reporting = terms.reporting
    claimed = [o for o in terms.objectives if o.remedy is not None and o.remedy.claim is not None]
    if reporting is None:
        if any(objective.remedy is not None for objective in terms.objectives):
            yield warning(
                "no-reporting",
                "credits depend on figures, and nothing says who reports them by when",
                "objectives",
            )
        return
    for objective in claimed:
        claim = objective.remedy.claim if objective.remedy is not None else None
        if claim is not None and claim.required and claim.after != "report":
            yield from _claim_before_report(terms, objective, claim, reporting)


def _claim_before_report(
    terms: AgreementTerms, objective: Objective, claim: Claim, reporting: Reporting
) -> Iterator[Finding]:
    for period in _periods(terms, objective.period):
        event = period.last if claim.after == "period end" else period.first
        claim_due = due_on(claim.within, event, terms)
        report_due = due_on(reporting.within, period.last, terms)
        if claim_due < report_due:
            yield error(
                "claim-deadline-before-report",
                f"for the period from {period.first} to {period.last} a claim is due by "
                f"{claim_due}, and the report only by {report_due}",
                f"objectives/{objective.id}/remedy/claim/within",
                "reporting/within",
            )
            return


def _periods(terms: AgreementTerms, rule: PeriodRule) -> Iterator[Days]:
    """Yield the first periods of the term: ten years of months at most."""
    end = add_months(terms.starts, 120) if terms.ends is None else terms.ends + timedelta(days=1)
    if end <= terms.starts:
        return
    for tried, period in enumerate(rule.over(Days(terms.starts, end))):
        if tried == _PERIODS_TRIED:
            return
        yield period


def escalation_climbs(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a higher step that comes no later than a lower one."""
    steps = sorted(terms.escalation, key=lambda step: step.level)
    for lower, higher in pairwise(steps):
        if higher.level > lower.level and higher.after.elapsed <= lower.after.elapsed:
            yield error(
                "escalation-does-not-climb",
                f"level {higher.level} comes after {higher.after}, level {lower.level} only after "
                f"{lower.after}",
                f"escalation/{lower.key()}/after",
                f"escalation/{higher.key()}/after",
            )
    if not steps:
        yield warning("no-escalation", "nobody is named who acts when a target is missed", "")


def support_is_ordered(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a resolution before the response."""
    for level in terms.support:
        if level.respond is None or level.resolve is None:
            continue
        if level.resolve.elapsed < level.respond.elapsed:
            yield error(
                "resolved-before-answered",
                f"{level.id} is to be resolved within {level.resolve} and answered within "
                f"{level.respond}",
                f"support/{level.id}/respond",
                f"support/{level.id}/resolve",
            )


def quotas_have_periods(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a quota without a period, or one that excludes the whole of it."""
    for exclusion in terms.exclusions:
        place = f"exclusions/{exclusion.id}"
        if exclusion.at_most is not None and exclusion.per is None:
            yield error(
                "quota-without-period",
                f"{exclusion.at_most} of what period? say per: calendar month",
                f"{place}/at_most",
            )
        elif exclusion.at_most is not None and exclusion.per is not None:
            if exclusion.at_most.elapsed >= Duration(days=shortest(exclusion.per)).elapsed:
                yield error(
                    "quota-excludes-everything",
                    f"{exclusion.at_most} is a whole {exclusion.per}: nothing is left to promise",
                    f"{place}/at_most",
                    f"{place}/per",
                )
        elif exclusion.per is not None:
            yield warning("dead-term", "a period without a quota bounds nothing", f"{place}/per")
        if exclusion.kind == "planned maintenance":
            if exclusion.notice is None:
                yield warning(
                    "maintenance-without-notice", "any outage could be called planned", place
                )
            if exclusion.at_most is None:
                yield warning(
                    "maintenance-without-quota", "maintenance has no limit in any period", place
                )


def reviews_happen(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out an agreement nobody looks at, or only after its end."""
    if terms.reviews is None:
        yield warning("no-reviews", "nothing says how often both sides look at the service", "")
    elif terms.ends is not None and terms.reviews.every.after(terms.starts) > _after(terms.ends):
        yield warning(
            "reviews-after-the-end",
            f"the first review, {terms.reviews.every} after {terms.starts}, is after the end",
            "reviews/every",
            "term/ends",
        )


def _after(day: date) -> date:
    return day + timedelta(days=1)


RULES = (
    term_runs_forward,
    notices_fit,
    claims_follow_reports,
    escalation_climbs,
    support_is_ordered,
    quotas_have_periods,
    reviews_happen,
)
