"""Names: every id is used once and means something, and every name leads somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.clause import Exclusion
from domain.terms.deadline import WorkingDays
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.measurement import HandlingTime, ShareWithin
from domain.terms.objective import AnyOf, Objective, Target
from domain.terms.part import ALL_CHARGES, ALWAYS, OTHERWISE, RESERVED, Part
from domain.terms.paths import Node, TermPath, walk
from domain.terms.remedy import Bonus, Cap, Remedy, Tier
from domain.terms.support import EscalationLevel, SupportLevel


def duplicate_ids(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse two siblings of one name, and a name that has a meaning of its own."""
    for node in walk(terms):
        if not isinstance(node.value, tuple) or node.text is not None:
            continue
        parts = [part for part in node.value if isinstance(part, Part)]
        if any(isinstance(part, Tier) for part in parts):
            continue  # tiers of one lower bound overlap, and are named by that rule
        for key, times in Counter(part.key() for part in parts).items():
            if times > 1:
                yield error(
                    "duplicate-id",
                    f"{key} is there {times} times; every id names one part",
                    *(f"{node.path}/{key}{f'~{n}' if n > 1 else ''}" for n in range(1, times + 1)),
                )
    for node in walk(terms):
        name = getattr(node.value, "id", None)
        if isinstance(node.value, Part) and name in RESERVED:
            yield error(
                "reserved-id", f"{name} has a meaning of its own; choose another id", node.path
            )


def unknown_names(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse a name that leads nowhere, and say which names there are."""
    known = {
        "window": {part.id for part in terms.calendars} | {ALWAYS, OTHERWISE},
        "hours": _hours(terms) | {ALWAYS},
        "calendar": {part.id for part in terms.calendars},
        "service hours": _hours(terms),
        "list of dates": {part.id for part in terms.calendars if isinstance(part, Dates)},
        "charge": {part.id for part in terms.charges} | {ALL_CHARGES},
        "support level": {part.id for part in terms.support},
        "objective": {part.id for part in terms.objectives},
        "dependency": {part.id for part in terms.dependencies},
        "stakeholder": {part.id for part in terms.stakeholders},
    }
    for node in walk(terms):
        for kind, field, name in _references(node):
            if name not in known[kind]:
                choices = ", ".join(sorted(known[kind])) or "none is defined"
                yield error(
                    f"unknown-{kind.replace(' ', '-')}",
                    f"there is no {kind} {name}; there is: {choices}",
                    TermPath(f"{node.path}/{field}"),
                )


def unused_parts(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out what nothing refers to: it promises nothing."""
    used = {(kind, name) for node in walk(terms) for kind, _, name in _references(node)}
    calendars = {
        name
        for kind, name in used
        if kind in ("window", "hours", "calendar", "service hours", "list of dates")
    }
    for calendar in terms.calendars:
        if calendar.id not in calendars:
            yield warning(
                "unused-calendar", f"nothing refers to {calendar.id}", f"calendars/{calendar.id}"
            )
    for dependency in terms.dependencies:
        if ("dependency", dependency.id) not in used:
            yield warning(
                "unused-dependency",
                f"no objective rests on {dependency.id}",
                f"dependencies/{dependency.id}",
            )


def _hours(terms: AgreementTerms) -> set[str]:
    return {part.id for part in terms.calendars if isinstance(part, ServiceHours)}


def _references(node: Node) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, field and name of every reference a part makes."""
    part = node.value
    if isinstance(part, Target | Tier | Bonus):
        yield "window", "window", part.window
        if part.severity is not None:
            yield "support level", "severity", part.severity
    match part:
        case Remedy(of=name):
            yield "charge", "of", name
        case Cap(of=str(name)):
            yield "charge", "of", name
        case HandlingTime(hours=name) | ShareWithin(hours=name) | SupportLevel(hours=name):
            yield "hours", "hours", name
        case WorkingDays(of=name):
            yield "service hours", "of", name
        case ServiceHours(except_on=names):
            yield from (("list of dates", "except", name) for name in names)
        case Exclusion():
            yield from (("objective", "applies_to", name) for name in part.applies_to)
            if part.during is not None:
                yield "calendar", "during", part.during
        case EscalationLevel(function=str(name)):
            yield "stakeholder", "function", name
        case Objective(rests_on=entries):
            for entry in entries:
                names = entry.of if isinstance(entry, AnyOf) else (entry,)
                yield from (("dependency", "rests_on", name) for name in names)
        case _:
            pass


RULES = (duplicate_ids, unknown_names, unused_parts)
