"""Conduct: metrics that could be met without serving anybody, and rights that never arise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from domain.terms.agreement import AgreementTerms
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.measurement import HandlingTime, ShareWithin


def a_person_answers(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a response time that an automated reply would meet."""
    for objective in terms.objectives:
        method = objective.measured
        responds = isinstance(method, HandlingTime) and method.by == "response time"
        responds = responds or (
            isinstance(method, ShareWithin) and objective.indicator == "response time"
        )
        if not responds or not isinstance(method, HandlingTime | ShareWithin):
            continue
        if method.answered_by != "a person":
            yield error(
                "automated-reply-would-do",
                "an automated reply would meet this; say answered_by: a person",
                f"objectives/{objective.id}/measured/answered_by"
                if method.answered_by is not None
                else f"objectives/{objective.id}/measured",
            )


def the_mean_hides(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out a mean, which many quick cases buy a few endless ones with."""
    for objective in terms.objectives:
        if isinstance(objective.measured, HandlingTime) and objective.measured.take == "mean":
            yield warning(
                "mean-hides-the-worst",
                "many quick cases make up for a few that take for ever; a percentile does not",
                f"objectives/{objective.id}/measured/take",
            )


def metrics_are_guarded(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out a metric with no word on what keeps it from being gamed."""
    for objective in terms.objectives:
        if objective.motivates is None or objective.motivates.guarded_by is None:
            yield warning(
                "unguarded-metric",
                "nothing says which behaviour it motivates and what guards against gaming it",
                f"objectives/{objective.id}",
            )


def concern_comes_first(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out a proactive objective without a threshold, and thresholds nobody is told of."""
    for objective in terms.objectives:
        place = f"objectives/{objective.id}"
        if objective.kind == "proactive" and not objective.concern_at:
            yield warning(
                "proactive-without-threshold",
                "it is proactive, and no threshold of concern is named",
                f"{place}/kind",
            )
        if objective.kind == "reactive" and objective.concern_at:
            yield warning(
                "dead-term", "a reactive objective looks at no threshold", f"{place}/concern_at"
            )
        if objective.concern_at and not terms.escalation:
            yield warning(
                "nobody-is-told",
                "thresholds are reported along the escalation path, and there is none",
                f"{place}/concern_at",
            )
        if any(later <= earlier for earlier, later in pairwise(objective.concern_at)):
            yield error(
                "thresholds-do-not-climb",
                "thresholds of concern rise from one to the next",
                f"{place}/concern_at",
            )


def rights_can_arise(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a right that needs more misses than there are periods."""
    for objective in terms.objectives:
        chronic = objective.chronic_failure
        if chronic is not None and chronic.missed > chronic.of_consecutive:
            yield error(
                "chronic-failure-never-arises",
                f"{chronic.missed} misses never happen in {chronic.of_consecutive} periods",
                f"objectives/{objective.id}/chronic_failure/missed",
                f"objectives/{objective.id}/chronic_failure/of_consecutive",
            )


RULES = (
    a_person_answers,
    the_mean_hides,
    metrics_are_guarded,
    concern_comes_first,
    rights_can_arise,
)
