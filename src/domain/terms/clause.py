"""What cannot be typed, and what is left out of the measurement: clauses and exclusions."""

from __future__ import annotations

from typing import Literal

from domain.terms.deadline import Notice
from domain.terms.part import Id, Line, Part, Text
from domain.values.durations import Interval
from domain.values.exact import Percentage
from domain.values.periods import PeriodText


class Clause(Part):
    """A clause of text with a stable name."""

    id: Id
    """Its stable name, such as ``law``."""
    heading: Line
    """Its heading."""
    text: Text
    """Its wording, kept to the letter."""


class Exclusion(Part):
    """A reason for which time or cases do not count against the provider."""

    id: Id
    """Its stable name, such as ``maintenance``."""
    reason: Line
    """What it is, in words."""
    kind: Literal["planned maintenance", "force majeure", "client's doing", "third party", "other"]
    """What sort of reason it is."""
    applies_to: tuple[Id, ...] = ()
    """The objectives it applies to; all of them when left out."""
    during: Id | None = None
    """The service hours or dates it is confined to, such as a maintenance window."""
    notice: Notice | None = None
    """How long ahead it must be announced."""
    at_most: Interval | None = None
    """How much of it is excluded at most."""
    per: PeriodText | None = None
    """The period that the quota is for."""
    counts_as: Literal["left out", "up"] = "left out"
    """Whether its time is left out of the measurement, or counts as time up."""
    granted: Literal["on request", "automatically"] = "on request"
    """Whether the other side must agree to each case."""
    details: Text | None = None
    """Anything else."""


class Dependency(Part):
    """Something the service rests on, and what its own supplier promises for it."""

    id: Id
    """Its stable name."""
    title: Line | None = None
    """What it is."""
    promises: Percentage
    """The availability or success ratio promised for it, in percent."""
    per: PeriodText | None = None
    """The period it is promised for."""
