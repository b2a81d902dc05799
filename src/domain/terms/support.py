"""Support, escalation, stakeholders and reviews: the people around a service."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.terms.deadline import Notice
from domain.terms.part import ALWAYS, Id, Line, Part, Text
from domain.values.durations import Elapsed, Length


class SupportLevel(Part):
    """One severity: what it means, and how fast it is answered and resolved."""

    id: Id
    """Its stable name, such as ``urgent``."""
    means: Line
    """Which cases have it."""
    hours: Id = ALWAYS
    """The service hours in which its clocks run."""
    respond: Elapsed | None = None
    """By when a case is answered, in those hours."""
    resolve: Elapsed | None = None
    """By when a case is resolved, in those hours."""
    update: Elapsed | None = None
    """How often the client is told how it stands."""


class EscalationLevel(Part):
    """One step of the escalation path."""

    level: Annotated[int, Field(strict=True, ge=1, le=50)]
    """Its number; a higher one comes later."""
    role: Line
    """Who is told and must act."""
    after: Elapsed
    """How long after the breach or the dispute began."""
    function: Id | None = None
    """The stakeholder group the role belongs to."""

    def key(self) -> str:
        """Name a step by its number."""
        return str(self.level)


class StakeholderGroup(Part):
    """A function with an interest in the agreement, and who speaks for it."""

    id: Id
    """Its stable name, such as ``network-operations``."""
    side: Literal["provider", "client"]
    """Which organisation it belongs to."""
    function: Line
    """What it does: a business unit, server operations, application support."""
    represented_by: Line
    """The role that speaks for it."""
    interest: Line | None = None
    """What it wants from the agreement."""


class Reviews(Part):
    """The meetings in which both sides look at the service."""

    every: Length
    """How often."""
    attended_by: Annotated[tuple[Line, ...], Field(min_length=1, max_length=50)]
    """The roles that take part."""
    minutes_within: Notice | None = None
    """By when minutes are out for approval."""
    agenda: Text | None = None
    """What is always on the agenda."""


class Reporting(Part):
    """Who reports the figures of a period, by when, and what it means when nobody does."""

    by: Literal["provider", "client", "third party"] = "provider"
    """Who reports."""
    within: Notice
    """How long after the end of the period; a report on the last day is in time."""
    missing_report: Literal[
        "counts as a miss of the lowest tier",
        "counts as met",
        "the other side's figures count",
        "the period stays open",
    ] = "the period stays open"
    """How a period counts whose report is not there in time."""
