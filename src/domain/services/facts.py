"""What happens to a service in the provider's catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from domain.decider import fact
from domain.values.exact import Percentage
from domain.values.figures import Figure
from domain.values.ids import OfferingId
from domain.values.sums import Sum

LevelId = NewType("LevelId", str)
DependencyId = NewType("DependencyId", str)


class Every(StrEnum):
    """How often a charge falls due."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Charge:
    """What a service level costs: a sum, and how often it is due."""

    sum: Sum
    every: Every

    def __str__(self) -> str:
        return (
            f"{self.sum} {self.every}"
            if self.every is Every.ONCE
            else (f"{self.sum} a {self.every}")
        )


@fact
class ServiceOffered:
    """A provider offers a service; ``code`` is what the provider calls it."""

    code: str
    name: str
    description: str


@fact
class ServiceLevelOffered:
    """A service can be had at this level: what is promised of an indicator, when, for how much.

    ``window`` says in words when the promise holds (``24 x 7``); ``charge`` None is on request.
    """

    level: LevelId
    name: str
    indicator: str
    promise: Figure
    window: str
    charge: Charge | None


@fact
class ServiceLevelWithdrawn:
    """A level is no longer offered; agreements that name it are not touched."""

    level: LevelId
    because: str


@fact
class DependencyDeclared:
    """The service depends on something, promised at an availability in percent.

    ``on`` names it; ``offering`` is set where it is an offering known here. Dependencies of the
    same ``group`` replace one another (parallel); one without a group is needed by itself
    (series). Declared again, the later declaration counts.
    """

    dependency: DependencyId
    on: str
    offering: OfferingId | None
    availability: Percentage
    group: str | None


@fact
class DependencyWithdrawn:
    """The service no longer depends on it."""

    dependency: DependencyId


@fact
class ServiceRetired:
    """The service is no longer offered; agreements on it are not touched."""

    because: str


OfferingFact = (
    ServiceOffered
    | ServiceLevelOffered
    | ServiceLevelWithdrawn
    | DependencyDeclared
    | DependencyWithdrawn
    | ServiceRetired
)
