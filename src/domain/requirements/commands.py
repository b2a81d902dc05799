"""What can be asked of a sheet of requirements.

``by`` is the side and ``person`` who speaks for it: the provider's requirements engineer may do
what the client may, on its behalf.
"""

from __future__ import annotations

from domain.decider import command
from domain.requirements.facts import Priority, RequirementId, TeamMember
from domain.services.facts import LevelId
from domain.values.figures import Figure
from domain.values.ids import OfferingId, PersonId
from domain.values.sides import Side
from domain.values.words import Name, Words


@command
class OpenRequirements:
    """Open a sheet for one need of the client."""

    by: Side
    title: Name
    need: Words


@command
class FormSlaTeam:
    """Put the provider's SLA team together, or form it anew."""

    by: Side
    members: tuple[TeamMember, ...]


@command
class AppointRequirementsEngineer:
    """Let a member of the SLA team elicit the requirements."""

    by: Side
    person: PersonId


@command
class StateRequirement:
    """State a requirement, or state it anew (see RequirementStated)."""

    by: Side
    person: PersonId
    requirement: RequirementId
    subject: Name
    indicator: Name
    wanted: Words
    figure: Figure | None
    window: Name
    priority: Priority
    rationale: Words


@command
class WithdrawRequirement:
    """Want something no longer."""

    by: Side
    person: PersonId
    requirement: RequirementId
    because: Words


@command
class MatchRequirement:
    """Name the service level that answers a requirement (the caller has seen it on offer)."""

    by: Side
    person: PersonId
    requirement: RequirementId
    offering: OfferingId
    level: LevelId
    gap: Words | None


@command
class FindFeasible:
    """Tell the client that a requirement can be met, and on which conditions."""

    by: Side
    person: PersonId
    requirement: RequirementId
    conditions: tuple[Words, ...]


@command
class FindInfeasible:
    """Tell the client that a requirement cannot be met, and what could be."""

    by: Side
    person: PersonId
    requirement: RequirementId
    because: Words
    feasible_instead: Words | None


@command
class BaselineRequirements:
    """Settle what a proposal is to answer."""

    by: Side
    person: PersonId


@command
class ReopenRequirements:
    """Begin the next revision."""

    by: Side
    person: PersonId
    because: Words


RequirementsCommand = (
    OpenRequirements
    | FormSlaTeam
    | AppointRequirementsEngineer
    | StateRequirement
    | WithdrawRequirement
    | MatchRequirement
    | FindFeasible
    | FindInfeasible
    | BaselineRequirements
    | ReopenRequirements
)
