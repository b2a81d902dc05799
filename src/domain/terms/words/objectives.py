"""Objectives in words."""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.agreement import AgreementTerms
from domain.terms.downtime import allowed_in_words
from domain.terms.objective import Objective, Target
from domain.terms.words.methods import measured
from domain.terms.words.remedies import bound_in_words, chronic_in_words, remedy_in_words
from domain.terms.words.spans import sentence, window


def target_in_words(terms: AgreementTerms, objective: Objective, target: Target) -> str:
    """Write what is promised: ``at least 99.5 %, which allows 3 h 36 min 0 s of ...``."""
    word = "at least" if target.more_is_better else "at most"
    allowed = allowed_in_words(terms, objective, target)
    text = f"{word} {bound_in_words(target.bound, objective)}"
    return f"{text}, which allows {allowed}" if allowed else text


def objective_in_words(terms: AgreementTerms, objective: Objective) -> Iterator[str]:
    """Yield what is promised, how it is measured, and what a miss leads to."""
    for target in objective.targets:
        where = window(target.window, target.severity)
        text = target_in_words(terms, objective, target)
        yield sentence(f"{where}: {text}." if where else f"{text}.")
    yield from judged_in_words(objective)
    if objective.remedy is not None:
        yield from remedy_in_words(terms, objective, objective.remedy)
    if objective.chronic_failure is not None:
        yield chronic_in_words(objective.chronic_failure)
    yield from motives_in_words(objective)


def judged_in_words(objective: Objective) -> Iterator[str]:
    """Yield over what it is judged, how it is measured, and what it rests on."""
    yield f"Judged per {objective.period}, {objective.kind}. {measured(objective.measured)}"
    if objective.partial_periods.first != "as it is":
        yield f"A first period that is not whole is {objective.partial_periods.first}."
    if objective.partial_periods.last != "as it is":
        yield f"A last period that is not whole is {objective.partial_periods.last}."
    if objective.concern_at:
        used = ", ".join(f"{share:f} %" for share in objective.concern_at)
        yield f"Reported along the escalation path when {used} of the error budget is used."
    if objective.rests_on:
        yield f"Rests on {' and '.join(str(entry) for entry in objective.rests_on)}."


def motives_in_words(objective: Objective) -> Iterator[str]:
    """Yield which behaviour it motivates, and what keeps it from being gamed."""
    if objective.motivates is not None:
        for who in ("provider", "client"):
            behaviour = getattr(objective.motivates, who)
            if behaviour:
                yield f"Motivates the {who}: {behaviour}."
        if objective.motivates.guarded_by:
            yield f"Guarded by: {objective.motivates.guarded_by}."
