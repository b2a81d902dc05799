"""Objectives: what is promised, how it is measured, and what a miss costs."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from domain.terms.measurement import Measured
from domain.terms.part import ALWAYS, Bound, Bounded, Id, Line, Part
from domain.terms.remedy import ChronicFailure, Remedy
from domain.values.exact import Percentage
from domain.values.periods import PeriodText


class Target(Part):
    """What is promised in one window (or at one severity): a result exactly on it meets it."""

    window: Id = ALWAYS
    """Service hours, a list of dates, ``otherwise`` (all time no other target's window covers) or
    ``always``."""
    severity: Id | None = None
    """The support level it is promised at."""
    at_least: Bounded | None = None
    """The least result that meets it, where more is better."""
    at_most: Bounded | None = None
    """The largest result that meets it, where less is better."""

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a target has either at_least or at_most")
        return self

    @property
    def bound(self) -> Bound:
        """The result that just meets it."""
        bound = self.at_least if self.at_least is not None else self.at_most
        if bound is None:
            raise AssertionError("a target has a bound")
        return bound

    @property
    def more_is_better(self) -> bool:
        """Whether a larger result is the better one."""
        return self.at_least is not None

    def key(self) -> str:
        """Name a target by its window, and its severity if it has one."""
        return self.window if self.severity is None else f"{self.window}:{self.severity}"


class PartialPeriods(Part):
    """How a period counts of which only a part lies in the term; charges are always pro rata."""

    first: Literal["as it is", "joined to the next", "not judged"] = "as it is"
    """The first one."""
    last: Literal["as it is", "joined to the one before", "not judged"] = "as it is"
    """The last one."""


class Motive(Part):
    """The behaviour an objective motivates on each side, and what keeps it from being gamed."""

    provider: Line | None = None
    """What the provider will do."""
    client: Line | None = None
    """What the client will do."""
    guarded_by: Line | None = None
    """The counter-measure."""


class AnyOf(Part):
    """Dependencies of which any so many are enough."""

    any: Annotated[int, Field(strict=True, ge=1, le=50)] = 1
    """How many must work."""
    of: Annotated[tuple[Id, ...], Field(min_length=2, max_length=50)]
    """Out of which."""

    def __str__(self) -> str:
        """Write it as ``(any 1 of zone-a, zone-b)``."""
        return f"(any {self.any} of {', '.join(self.of)})"


RestsOn = Annotated[
    Annotated[Id, Tag("Id")] | Annotated[AnyOf, Tag("AnyOf")],
    Discriminator(lambda value: "Id" if isinstance(value, str) else "AnyOf"),
]
"""One dependency, or several of which some are enough."""


class Objective(Part):
    """One promise that can be measured."""

    id: Id
    """Its stable name."""
    title: Line | None = None
    """What people call it; its id, when left out."""
    indicator: Literal[
        "availability",
        "success ratio",
        "latency",
        "waiting time",
        "response time",
        "resolution time",
        "share within a limit",
        "custom",
    ]
    """What is looked at."""
    measured: Measured
    """How it is measured."""
    period: PeriodText
    """What it is judged over, in the zone of the terms."""
    partial_periods: PartialPeriods = PartialPeriods()
    """How the first and last period count when the term covers only a part of them."""
    targets: Annotated[tuple[Target, ...], Field(min_length=1, max_length=100)]
    """What is promised in each window."""
    kind: Literal["reactive", "proactive"] = "reactive"
    """Whether the parties act on a breach only, or already on a threshold of concern."""
    concern_at: Annotated[tuple[Percentage, ...], Field(max_length=10)] = ()
    """Percentages of the error budget that, once used up, go along the escalation path."""
    rests_on: Annotated[tuple[RestsOn, ...], Field(max_length=50)] = ()
    """The dependencies that must all work for it."""
    motivates: Motive | None = None
    """The behaviour it motivates on each side."""
    remedy: Remedy | None = None
    """What a miss costs."""
    chronic_failure: ChronicFailure | None = None
    """The right that repeated misses give."""

    @property
    def name(self) -> str:
        """What people call it."""
        if self.title:
            return self.title
        words = self.id.replace("-", " ")
        return words[0].upper() + words[1:]
