"""What happens to a client's requirements for one need."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from domain.decider import fact
from domain.services.facts import LevelId
from domain.values.canonical import Digest
from domain.values.figures import Figure
from domain.values.ids import OfferingId, PersonId
from domain.values.sides import Side

RequirementId = NewType("RequirementId", str)


class Priority(StrEnum):
    """How much the client needs it (MoSCoW; what is not wanted now is not stated)."""

    MUST = "must"
    SHOULD = "should"
    COULD = "could"


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person of the provider's SLA team and what they do in it."""

    person: PersonId
    function: str


@fact
class RequirementsOpened:
    """A side opens a sheet of requirements for one need of the client."""

    title: str
    need: str
    opened_by: Side


@fact
class SlaTeamFormed:
    """The provider puts its service-level and customer-relationship people together.

    Formed again, the later team counts.
    """

    members: tuple[TeamMember, ...]


@fact
class RequirementsEngineerAppointed:
    """The SLA team appoints one of its members to elicit the client's requirements."""

    person: PersonId


@fact
class RequirementStated:
    """The client wants something, or the engineer wrote it down for the client.

    ``wanted`` says it in words, ``figure`` exactly where there is a figure; ``window`` says when
    it must hold. Stated again under the same id, the later statement counts.
    """

    requirement: RequirementId
    subject: str
    indicator: str
    wanted: str
    figure: Figure | None
    window: str
    priority: Priority
    rationale: str
    stated_by: Side


@fact
class RequirementWithdrawn:
    """A requirement is no longer wanted."""

    requirement: RequirementId
    because: str


@fact
class RequirementMatched:
    """A service level answers a requirement; ``gap`` says what it leaves open, None nothing."""

    requirement: RequirementId
    offering: OfferingId
    level: LevelId
    gap: str | None


@fact
class RequirementFoundFeasible:
    """The provider can provide it, on these conditions if any; how it knows is its own."""

    requirement: RequirementId
    conditions: tuple[str, ...]


@fact
class RequirementFoundInfeasible:
    """The provider cannot provide it; ``feasible_instead`` says what it could, if anything."""

    requirement: RequirementId
    because: str
    feasible_instead: str | None


@fact
class RequirementsBaselined:
    """These requirements, as stated, are what a proposal is to answer.

    ``baseline`` counts from 1. ``digest`` is over the canonical JSON of the statements, ordered
    by requirement id.
    """

    baseline: int
    requirements: tuple[RequirementId, ...]
    digest: Digest


@fact
class RequirementsReopened:
    """The baseline no longer stands; ``revision`` is the number the next one will have."""

    revision: int
    because: str


RequirementsFact = (
    RequirementsOpened
    | SlaTeamFormed
    | RequirementsEngineerAppointed
    | RequirementStated
    | RequirementWithdrawn
    | RequirementMatched
    | RequirementFoundFeasible
    | RequirementFoundInfeasible
    | RequirementsBaselined
    | RequirementsReopened
)
