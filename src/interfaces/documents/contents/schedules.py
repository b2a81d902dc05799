"""The schedules: service levels, credits, support, people, dependencies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.downtime import allowed_in_words
from domain.terms.figures import length
from domain.terms.objective import Objective, Target
from domain.terms.part import ALWAYS
from domain.terms.remedy import Remedy, Tier
from domain.terms.words.objectives import judged_in_words, motives_in_words
from domain.terms.words.people import review_in_words
from domain.terms.words.remedies import (
    bonus_in_words,
    bound_in_words,
    bounds_in_words,
    charged,
    chronic_in_words,
    claim_in_words,
    stretch,
)
from domain.terms.words.rules import credits_in_words, exclusion_in_words, reporting_in_words
from domain.terms.words.spans import during, name, sentence, window
from interfaces.documents.contents.blocks import Block, Column, Heading, Section, section, table

Blocks = Iterator[Block | str]


def schedules(terms: AgreementTerms) -> dict[str, Section]:
    """Return the schedules that have something in them, by what they hold, numbered in order."""
    found: dict[str, Section] = {}
    for what, title, blocks in _KINDS:
        filled = list(blocks(terms))
        if filled:
            found[what] = section(f"Schedule {len(found) + 1}", title, filled)
    return found


def _levels(terms: AgreementTerms) -> Blocks:
    for objective in terms.objectives:
        yield Heading(objective.name)
        yield table(
            (Column("Where and when", 3), Column("Promised", 3, "right"), Column("Allows", 5)),
            [_target(terms, objective, target) for target in objective.targets],
        )
        yield from judged_in_words(objective)
        yield from motives_in_words(objective)
    if terms.exclusions:
        yield Heading("What does not count")
        yield from (exclusion_in_words(part) for part in terms.exclusions)


def _target(terms: AgreementTerms, objective: Objective, target: Target) -> tuple[str, str, str]:
    word = "at least" if target.more_is_better else "at most"
    return (
        sentence(window(target.window, target.severity)) or "At all times",
        f"{word} {bound_in_words(target.bound, objective)}",
        allowed_in_words(terms, objective, target) or "",
    )


def _credits(terms: AgreementTerms) -> Blocks:
    for objective in terms.objectives:
        if objective.remedy is None and objective.chronic_failure is None:
            continue
        yield Heading(objective.name)
        if objective.remedy is not None:
            yield from _remedy(terms, objective, objective.remedy)
        if objective.chronic_failure is not None:
            yield chronic_in_words(objective.chronic_failure)
    general = list(credits_in_words(terms))
    if general:
        yield Heading("For all service levels")
        yield from general


def _remedy(terms: AgreementTerms, objective: Objective, remedy: Remedy) -> Blocks:
    if remedy.tiers:
        yield f"A result under what is promised leads to a credit on {charged(remedy.of)}:"
        yield table(
            (
                Column("Where and when", 3),
                Column("Result in the period", 4),
                Column("Credit", 2, "right"),
            ),
            [
                (
                    sentence(window(tier.window, tier.severity)),
                    stretch(tier, objective),
                    _credit(tier, terms.currency),
                )
                for tier in remedy.tiers
            ],
        )
    yield from bounds_in_words(terms, objective, remedy)
    yield from (f"{sentence(bonus_in_words(bonus, objective))}." for bonus in remedy.bonus)
    if remedy.tiers:
        yield claim_in_words(remedy.claim)


def _credit(tier: Tier, currency: str) -> str:
    return f"{tier.credit:f} %" if tier.credit is not None else f"{tier.amount:,f} {currency}"


def _support(terms: AgreementTerms) -> Blocks:
    if terms.support:
        yield table(
            (
                Column("Severity", 2),
                Column("Cases", 4),
                Column("Clock runs", 3),
                Column("Answered in", 2, "right"),
                Column("Resolved in", 2, "right"),
                Column("Update every", 2, "right"),
            ),
            [
                (
                    sentence(name(level.id)),
                    level.means,
                    "" if level.hours == ALWAYS and not level.respond else during(level.hours),
                    length(level.respond) if level.respond else "",
                    length(level.resolve) if level.resolve else "",
                    length(level.update) if level.update else "",
                )
                for level in terms.support
            ],
        )


def _people(terms: AgreementTerms) -> Blocks:
    if terms.escalation:
        yield Heading("Escalation")
        yield table(
            (Column("Level"), Column("Who is told and must act", 4), Column("When", 2)),
            [
                (
                    str(step.level),
                    step.role + (f" ({name(step.function)})" if step.function else ""),
                    f"after {length(step.after)}" if step.after.elapsed else "at once",
                )
                for step in sorted(terms.escalation, key=lambda step: step.level)
            ],
        )
    if terms.stakeholders:
        yield Heading("Who has a say")
        yield table(
            (
                Column("Function", 3),
                Column("Side", 2),
                Column("Represented by", 3),
                Column("Interest", 4),
            ),
            [
                (sentence(group.function), group.side, group.represented_by, group.interest or "")
                for group in terms.stakeholders
            ],
        )
    yield from _headed("Reporting", reporting_in_words(terms))
    yield from _headed("Reviews", review_in_words(terms.reviews))


def _headed(heading: str, lines: Iterable[str]) -> Blocks:
    written = list(lines)
    if written:
        yield Heading(heading)
        yield from written


def _dependencies(terms: AgreementTerms) -> Blocks:
    if terms.dependencies:
        yield "The service rests on:"
        yield table(
            (Column("What", 5), Column("Promised for it", 2, "right"), Column("Per", 2)),
            [
                (
                    part.title or sentence(name(part.id)),
                    f"{part.promises:f} %",
                    str(part.per) if part.per else "",
                )
                for part in terms.dependencies
            ],
        )


_KINDS: Final[tuple[tuple[str, str, Callable[[AgreementTerms], Blocks]], ...]] = (
    ("levels", "Services and service levels", _levels),
    ("credits", "Credits", _credits),
    ("support", "Support and response", _support),
    ("people", "Escalation, reporting and reviews", _people),
    ("dependencies", "Dependencies", _dependencies),
)
