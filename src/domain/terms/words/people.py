"""Support, escalation, stakeholders and reviews in words."""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.figures import length
from domain.terms.support import EscalationLevel, Reviews, StakeholderGroup, SupportLevel
from domain.terms.words.spans import during, name, sentence, span


def support_in_words(level: SupportLevel) -> str:
    """Write one severity and its clocks."""
    clocks = [
        f"{verb} within {length(limit)}"
        for verb, limit in (("answered", level.respond), ("resolved", level.resolve))
        if limit is not None
    ]
    if level.update is not None:
        clocks.append(f"reported on every {length(level.update)}")
    promise = f": {', '.join(clocks)}, {during(level.hours)}" if clocks else ""
    return f"{sentence(name(level.id))} ({level.means}){promise}."


def escalation_in_words(step: EscalationLevel) -> str:
    """Write one step of the path."""
    when = f"after {length(step.after)}" if step.after.elapsed else "at once"
    of = f" ({name(step.function)})" if step.function else ""
    return f"Level {step.level}: {step.role}{of}, {when}."


def stakeholder_in_words(group: StakeholderGroup) -> str:
    """Write a function and who speaks for it."""
    interest = f", who wants {group.interest}" if group.interest else ""
    return (
        f"{sentence(group.function)} (of the {group.side}), represented by "
        f"{group.represented_by}{interest}."
    )


def review_in_words(reviews: Reviews | None) -> Iterator[str]:
    """Yield how often both sides meet, and what about."""
    if reviews is None:
        return
    yield f"Every {length(reviews.every)}: {', '.join(reviews.attended_by)}."
    if reviews.minutes_within is not None:
        yield f"Minutes are out within {span(reviews.minutes_within)}."
    if reviews.agenda is not None:
        yield reviews.agenda
