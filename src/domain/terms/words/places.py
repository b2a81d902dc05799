"""What people call a place in the terms, and what stands there, in words."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.clause import Clause, Dependency, Exclusion
from domain.terms.commercial import Charge
from domain.terms.deadline import BillingCycles, Quantity, WorkingDays
from domain.terms.figures import length, percent
from domain.terms.objective import Objective, Target
from domain.terms.part import ALWAYS, Bound, Part, magnitude
from domain.terms.paths import Node, TermPath, text_of
from domain.terms.remedy import Bonus, Cap, Tier
from domain.terms.support import EscalationLevel, StakeholderGroup, SupportLevel
from domain.terms.words.objectives import target_in_words
from domain.terms.words.people import escalation_in_words, stakeholder_in_words, support_in_words
from domain.terms.words.remedies import (
    bonus_in_words,
    bound_in_words,
    cap_in_words,
    tier_in_words,
)
from domain.terms.words.rules import (
    calendar_in_words,
    charge_in_words,
    dependency_in_words,
    exclusion_in_words,
)
from domain.terms.words.spans import name, sentence, span, window
from domain.values.durations import Duration

Nodes = Mapping[TermPath, Node]

_PERCENT: Final = frozenset({"credit", "percent", "promises", "down_above"})
_MONEY: Final = frozenset({"amount", "ceiling"})
_UNSAID: Final = frozenset(
    {
        *("objectives", "targets", "tiers", "caps", "calendars", "dependencies", "charges"),
        *("clauses", "exclusions", "support", "escalation", "stakeholders", "remedy"),
        *("at_least", "at_most"),
    }
)
"""Field names that a label leaves out where the part they lead to says it all."""


def label(nodes: Nodes, path: TermPath) -> str:
    """Return what people call a place: ``Availability, business hours``."""
    words: list[str] = []
    inside: Part | None = None
    segments = path.split("/")
    for end in range(1, len(segments) + 1):
        node = nodes.get(TermPath("/".join(segments[:end])))
        if node is None:
            continue  # half of a key that has two segments, such as business-hours/from-99
        if isinstance(node.value, Part) and not isinstance(inside, Target):
            said = _called(node.value)
            last = segments[end - 1]
            words += [said] if said is not None else [] if last in _UNSAID else [_field(last)]
            inside = node.value
        elif (node.text is not None and _said(segments[end - 1], inside)) or (
            node.text is None and end == len(segments)
        ):
            words.append(_field(segments[end - 1]))
    return sentence(", ".join(word for word in words if word))


def _said(field: str, inside: Part | None) -> bool:
    return not (isinstance(inside, Target) and field in _UNSAID)


def _field(segment: str) -> str:
    return segment.replace("_", " ").replace("-", " ")


def _called(part: Part) -> str | None:
    """Name a part; an empty string where it goes without saying, None for its field's name."""
    match part:
        case Objective():
            return part.name
        case Target():
            return window(part.window, part.severity)
        case Tier():
            return _tier(part)
        case Cap():
            return f"cap per {part.per}"
        case Clause(heading=heading):
            return f"clause {heading}"
        case Charge(id=ident, title=title) | Dependency(id=ident, title=title):
            return title or name(ident)
        case ServiceHours(id=ident) | Dates(id=ident) | SupportLevel(id=ident):
            return name(ident)
        case Exclusion():
            return f"exclusion {name(part.id)}"
        case EscalationLevel():
            return f"escalation level {part.level}"
        case StakeholderGroup(function=function):
            return function
        case _:
            return None


def _tier(part: Tier) -> str:
    """Name a tier by its lower bound and its window: ``credit tier from 99 of business hours``."""
    where = window(part.window, part.severity)
    bound = part.key().rsplit("/", 1)[-1].replace("-", " ", 1)
    return f"credit tier {bound}{f' of {where}' if where else ''}"


def value(terms: AgreementTerms, nodes: Nodes, node: Node) -> str:
    """Return what stands at a place, with its unit."""
    found = node.value
    match found:
        case Part():
            return part_in_words(terms, objective_at(nodes, node.path), found)
        case tuple() if node.text is None:
            objective = objective_at(nodes, node.path)
            return "; ".join(
                part_in_words(terms, objective, part) for part in found if isinstance(part, Part)
            )
        case _:
            return _single(terms, nodes, node)


def _single(terms: AgreementTerms, nodes: Nodes, node: Node) -> str:
    field = node.path.rsplit("/", 1)[-1]
    found = node.value
    if isinstance(found, Decimal) and field in _PERCENT:
        return percent(magnitude(found))
    if isinstance(found, Decimal) and field in _MONEY:
        return f"{found:f} {terms.currency}"
    if field in ("at_least", "below", "above", "at_most"):
        objective = objective_at(nodes, node.path)
        if objective is not None and isinstance(found, Bound):
            return bound_in_words(found, objective)
    if isinstance(found, Duration):
        return length(found)
    if found is None:
        return ""
    if isinstance(found, bool):
        return "yes" if found else "no"
    return text_of(found)


def objective_at(nodes: Nodes, path: TermPath) -> Objective | None:
    """Return the objective a path lies in, or None."""
    segments = path.split("/")
    if segments[0] != "objectives" or len(segments) == 1:
        return None
    node = nodes.get(TermPath("/".join(segments[:2])))
    return node.value if node is not None and isinstance(node.value, Objective) else None


def part_in_words(terms: AgreementTerms, objective: Objective | None, part: Part) -> str:
    """Return a part as one phrase."""
    if objective is not None:
        match part:
            case Target():
                return target_in_words(terms, objective, part)
            case Tier():
                return tier_in_words(part, objective, terms.currency)
            case Bonus():
                return bonus_in_words(part, objective)
            case _:
                pass
    match part:
        case Objective():
            targets = (
                f"{window(target.window, target.severity) or ALWAYS} "
                f"{target_in_words(terms, part, target)}"
                for target in part.targets
            )
            return f"{part.name} per {part.period}: {'; '.join(targets)}"
        case Cap():
            return cap_in_words(part, part.of or "the charges", terms.currency)
        case WorkingDays() | BillingCycles() | Quantity():
            return span(part)
        case Charge():
            return charge_in_words(terms, part)
        case ServiceHours() | Dates():
            return calendar_in_words(part)
        case Dependency():
            return dependency_in_words(part)
        case Exclusion():
            return exclusion_in_words(part)
        case SupportLevel():
            return support_in_words(part)
        case EscalationLevel():
            return escalation_in_words(part)
        case StakeholderGroup():
            return stakeholder_in_words(part)
        case Clause():
            return part.text
        case _:
            return _listed(part)


def _listed(part: Part) -> str:
    """Name each field of a part that has no phrase of its own."""
    said = []
    for field in type(part).model_fields:
        found = getattr(part, field)
        if found is None or found == type(part).model_fields[field].default:
            continue
        text = length(found) if isinstance(found, Duration) else text_of(found)
        if isinstance(found, Part):
            text = _listed(found) if not isinstance(found, WorkingDays) else span(found)
        elif isinstance(found, tuple) and any(isinstance(item, Part) for item in found):
            text = f"{len(found)}"
        said.append(f"{_field(field).strip()} {text}")
    return ", ".join(said) or "the usual"
