"""Deadlines, limits and names in words."""

from __future__ import annotations

from domain.terms.deadline import BillingCycles, Quantity, WorkingDays
from domain.terms.figures import length, ordinal
from domain.terms.part import ALWAYS, OTHERWISE
from domain.values.durations import Duration


def name(identifier: str) -> str:
    """Write an id as words: ``business-hours`` is ``business hours``."""
    return identifier.replace("-", " ")


def sentence(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def span(value: Duration | WorkingDays | BillingCycles | Quantity) -> str:
    """Write how long: ``30 days``, ``10 working days of business hours``."""
    match value:
        case Duration():
            return length(value)
        case WorkingDays():
            return f"{value.working_days} working days of {name(value.of)}"
        case BillingCycles(billing_cycles=0):
            return "the end of the billing cycle"
        case BillingCycles(billing_cycles=cycles):
            return f"the end of the {ordinal(cycles)} billing cycle"
        case Quantity():
            return f"{value.quantity:f} {value.unit}"


def deadline(value: Duration | WorkingDays | BillingCycles, after: str) -> str:
    """Write by when: ``within 30 days after the period ends``."""
    if isinstance(value, BillingCycles) and value.billing_cycles == 0:
        return f"by {span(value)} of the {after}"
    word = "by" if isinstance(value, BillingCycles) else "within"
    return f"{word} {span(value)} after {after}"


def during(hours: str) -> str:
    """Write in which hours a clock runs."""
    return "around the clock" if hours == ALWAYS else f"in {name(hours)}"


def window(identifier: str, severity: str | None = None) -> str:
    """Write a window and severity; nothing for all time."""
    where = {ALWAYS: "", OTHERWISE: "otherwise"}.get(identifier, name(identifier))
    return ", ".join(part for part in (where, name(severity) if severity else "") if part)
