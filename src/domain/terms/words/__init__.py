"""Terms in words: the same document for somebody who will never read YAML.

``in_words`` returns sections of plain lines; how they look is the reader's business (text,
Markdown, a page, a PDF).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.terms.agreement import AgreementTerms
from domain.terms.words.objectives import objective_in_words
from domain.terms.words.people import (
    escalation_in_words,
    review_in_words,
    stakeholder_in_words,
    support_in_words,
)
from domain.terms.words.rules import (
    calendar_in_words,
    charge_in_words,
    credits_in_words,
    dependency_in_words,
    exclusion_in_words,
    reporting_in_words,
    term_in_words,
)

__all__ = ["Section", "in_words"]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its lines; a line stands for itself.

    ``place`` is the path of what it says (see ``paths``), the same in every version.
    """

    heading: str
    lines: tuple[str, ...]
    place: str = ""


def in_words(terms: AgreementTerms) -> tuple[Section, ...]:
    """Return the whole agreement in words, section by section, in the order of the document."""
    sections = (Section(said, tuple(lines), place) for place, said, lines in _sections(terms))
    return tuple(section for section in sections if section.lines)


def _sections(terms: AgreementTerms) -> Iterator[tuple[str, str, list[str]]]:
    yield (
        "title",
        terms.title,
        [
            f"{terms.provider} provides {terms.service} to {terms.client}.",
            *([terms.description] if terms.description else []),
        ],
    )
    yield "term", "Term", list(term_in_words(terms))
    yield (
        "charges",
        "Charges",
        [charge_in_words(terms, charge) for charge in terms.charges]
        + (
            [f"At most {terms.budget.ceiling} {terms.currency} per {terms.budget.per}."]
            if terms.budget
            else []
        ),
    )
    calendars = [calendar_in_words(calendar) for calendar in terms.calendars]
    yield "calendars", "Calendars", calendars
    dependencies = [dependency_in_words(part) for part in terms.dependencies]
    yield "dependencies", "Dependencies", dependencies
    for objective in terms.objectives:
        place = f"objectives/{objective.key()}"
        yield place, objective.name, list(objective_in_words(terms, objective))
    yield "credits", "Credits", list(credits_in_words(terms))
    exclusions = [exclusion_in_words(part) for part in terms.exclusions]
    yield "exclusions", "What does not count", exclusions
    yield "reporting", "Reporting", list(reporting_in_words(terms))
    yield "support", "Support", [support_in_words(level) for level in terms.support]
    steps = sorted(terms.escalation, key=lambda step: step.level)
    yield "escalation", "Escalation", [escalation_in_words(step) for step in steps]
    groups = [stakeholder_in_words(group) for group in terms.stakeholders]
    yield "stakeholders", "Who has a say", groups
    yield "reviews", "Reviews", list(review_in_words(terms.reviews))
    for clause in terms.clauses:
        yield f"clauses/{clause.key()}", clause.heading, [clause.text]
