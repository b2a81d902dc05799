"""An agreement on one page: what is promised, what it costs, what a miss leads to, how it ends.

Every figure is one of the terms or follows from them exactly; what is not typed, the clauses, is
named and not retold.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.terms.words import Section
from domain.terms.words.objectives import target_in_words
from domain.terms.words.people import escalation_in_words, support_in_words
from domain.terms.words.remedies import chronic_in_words, remedy_in_words
from domain.terms.words.rules import (
    charge_in_words,
    credits_in_words,
    reporting_in_words,
    term_in_words,
    worth_in_words,
)
from domain.terms.words.spans import window


def summary(terms: AgreementTerms) -> tuple[Section, ...]:
    """Return the summary, section by section; a section that has nothing to say is left out."""
    sections = (
        Section("In short", tuple(_in_short(terms))),
        Section("What is promised", tuple(_promises(terms))),
        Section("What it costs", tuple(_costs(terms))),
        Section("What happens on a miss", tuple(_misses(terms))),
        Section("What does not count as a miss", tuple(_excused(terms))),
        Section("How it goes on, and how to end it", tuple(_end(terms))),
        Section("When something is wrong", tuple(_help(terms))),
        Section("What else is agreed", tuple(_clauses(terms))),
    )
    return tuple(section for section in sections if section.lines)


def _in_short(terms: AgreementTerms) -> Iterator[str]:
    until = f"to {terms.ends}" if terms.ends else "until it is ended"
    yield f"{terms.provider} provides {terms.service} to {terms.client}."
    yield f"The agreement runs from {terms.starts} {until}."


def _promises(terms: AgreementTerms) -> Iterator[str]:
    for objective in terms.objectives:
        for target in objective.targets:
            where = window(target.window, target.severity)
            what = f"{objective.name}, {where}" if where else objective.name
            promised = target_in_words(terms, objective, target)
            yield f"{what}: {promised}. Judged per {objective.period}."


def _costs(terms: AgreementTerms) -> Iterator[str]:
    if not terms.charges:
        yield "The terms name no charge."
        return
    yield from (charge_in_words(terms, charge) for charge in terms.charges)
    over = "the initial term" if terms.ends else "the first 12 months"
    yield f"All charges over {over}: {worth_in_words(terms)}."
    if terms.budget:
        yield f"At most {terms.budget.ceiling} {terms.currency} per {terms.budget.per}."


def _misses(terms: AgreementTerms) -> Iterator[str]:
    for objective in terms.objectives:
        yield from (f"{objective.name}: {line}" for line in _consequences(terms, objective))
    yield from credits_in_words(terms)


def _consequences(terms: AgreementTerms, objective: Objective) -> Iterator[str]:
    remedy = objective.remedy
    if remedy is None and objective.chronic_failure is None:
        yield "the terms name no credit for a miss."
    if remedy is not None:
        yield from (_within(line) for line in remedy_in_words(terms, objective, remedy))
    if objective.chronic_failure is not None:
        yield _within(chronic_in_words(objective.chronic_failure))


def _within(line: str) -> str:
    return line[:1].lower() + line[1:]


def _excused(terms: AgreementTerms) -> Iterator[str]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for one in terms.exclusions:
        grouped.setdefault((one.counts_as, one.granted), []).append(one.reason)
    for (counts_as, granted), reasons in grouped.items():
        counted = "Counted as time up" if counts_as == "up" else "Left out of the measurement"
        yield f"{counted}, {granted}: {'; '.join(reasons)}."


def _end(terms: AgreementTerms) -> Iterator[str]:
    yield from term_in_words(terms)
    if terms.term.notice is None:
        yield "No notice period is agreed: neither side alone can end it early."


def _help(terms: AgreementTerms) -> Iterator[str]:
    yield from (support_in_words(level) for level in terms.support)
    steps = sorted(terms.escalation, key=lambda step: step.level)
    yield from (escalation_in_words(step) for step in steps)
    yield from reporting_in_words(terms)


def _clauses(terms: AgreementTerms) -> Iterator[str]:
    if terms.clauses:
        headings = "; ".join(clause.heading for clause in terms.clauses)
        yield f"Clauses that this summary does not retell: {headings}."
