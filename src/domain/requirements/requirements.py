"""A sheet of requirements: what a client needs, elicited by the provider's requirements engineer.

The client states, or the engineer for it; the engineer matches and tells verdicts. How a verdict
was reached is the provider's own affair and stands in its private file, not here.
The commands stand in ``commands.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never

from pydantic import TypeAdapter

from domain.decider import Decider, Refused, state
from domain.requirements.commands import (
    AppointRequirementsEngineer,
    BaselineRequirements,
    FindFeasible,
    FindInfeasible,
    FormSlaTeam,
    MatchRequirement,
    OpenRequirements,
    ReopenRequirements,
    RequirementsCommand,
    StateRequirement,
    WithdrawRequirement,
)
from domain.requirements.facts import (
    Priority,
    RequirementFoundFeasible,
    RequirementFoundInfeasible,
    RequirementId,
    RequirementMatched,
    RequirementsBaselined,
    RequirementsEngineerAppointed,
    RequirementsFact,
    RequirementsOpened,
    RequirementsReopened,
    RequirementStated,
    RequirementWithdrawn,
    SlaTeamFormed,
    TeamMember,
)
from domain.values.canonical import Digest, digest_of
from domain.values.ids import PersonId
from domain.values.sides import Side

_STATEMENT: Final = TypeAdapter(RequirementStated)

Verdict = RequirementFoundFeasible | RequirementFoundInfeasible


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement as it was last stated, and what has been found out about that statement."""

    stated: RequirementStated
    match: RequirementMatched | None = None
    verdict: Verdict | None = None

    @property
    def answered(self) -> bool:
        """Whether a service level or a verdict answers it."""
        return self.match is not None or self.verdict is not None


@state
class NotOpened:
    """There is no such sheet."""


@state
class Opened:
    """A sheet: its team, its requirements, and the baseline that stands, if one does."""

    opened: RequirementsOpened
    team: tuple[TeamMember, ...] = ()
    engineer: PersonId | None = None
    requirements: Mapping[RequirementId, Requirement] = field(default_factory=dict)
    withdrawn: frozenset[RequirementId] = frozenset()
    baselines: int = 0
    baseline: RequirementsBaselined | None = None

    def unanswered(self) -> tuple[RequirementId, ...]:
        """Return what must be had and has no answer yet: what stands before a baseline."""
        return tuple(
            one
            for one, requirement in self.requirements.items()
            if requirement.stated.priority is Priority.MUST and not requirement.answered
        )


State = NotOpened | Opened


def decide(command: RequirementsCommand, state: State) -> list[RequirementsFact]:
    """Decide what a command does to a sheet. Raises Refused by the rule broken."""
    match state, command:
        case NotOpened(), OpenRequirements(by, title, need):
            return [RequirementsOpened(title, need, by)]
        case NotOpened(), _:
            raise Refused("not-opened", "no such requirements; open them first")
        case Opened(), _:
            return _on_the_sheet(command, state)
        case _:
            assert_never(state)


def _on_the_sheet(command: RequirementsCommand, sheet: Opened) -> list[RequirementsFact]:
    match command:
        case OpenRequirements(by, title, need):
            if sheet.opened == RequirementsOpened(title, need, by):
                return []
            raise Refused("already-opened", "these requirements are open; state them here")
        case FormSlaTeam():
            return _form(command, sheet)
        case AppointRequirementsEngineer():
            return _appoint(command, sheet)
        case StateRequirement():
            return _state(command, sheet)
        case WithdrawRequirement():
            return _withdraw(command, sheet)
        case MatchRequirement() | FindFeasible() | FindInfeasible():
            return _find_out(command, sheet)
        case BaselineRequirements(by, person):
            _speaks_for_the_client(by, person, sheet)
            return [] if sheet.baseline is not None else [_baseline(sheet)]
        case ReopenRequirements(by, person, because):
            _speaks_for_the_client(by, person, sheet)
            following = RequirementsReopened(sheet.baselines + 1, because)
            return [following] if sheet.baseline is not None else []
        case _:
            assert_never(command)


def _form(command: FormSlaTeam, sheet: Opened) -> list[RequirementsFact]:
    _providers_own(command.by)
    people = [member.person for member in command.members]
    if not people:
        raise Refused("empty-team", "a team has at least one member", place="members")
    if len(people) != len(set(people)):
        raise Refused("member-twice", "each person is named once", place="members")
    if sheet.engineer is not None and sheet.engineer not in people:
        raise Refused(
            "engineer-leaves-team",
            "the requirements engineer is on the team; appoint another one first",
            place="members",
        )
    return [] if command.members == sheet.team else [SlaTeamFormed(command.members)]


def _appoint(command: AppointRequirementsEngineer, sheet: Opened) -> list[RequirementsFact]:
    _providers_own(command.by)
    if command.person not in {member.person for member in sheet.team}:
        raise Refused(
            "not-in-team", "the SLA team appoints one of its own; form it first", place="person"
        )
    if command.person == sheet.engineer:
        return []
    return [RequirementsEngineerAppointed(command.person)]


def _state(command: StateRequirement, sheet: Opened) -> list[RequirementsFact]:
    _speaks_for_the_client(command.by, command.person, sheet)
    stated = RequirementStated(
        command.requirement,
        command.subject,
        command.indicator,
        command.wanted,
        command.figure,
        command.window,
        command.priority,
        command.rationale,
        command.by,
    )
    known = sheet.requirements.get(command.requirement)
    if known is not None and known.stated == stated:
        return []
    _not_baselined(sheet)
    _not_withdrawn(command.requirement, sheet)
    if command.figure is not None and not command.figure.possible():
        raise Refused(
            "not-a-percentage", "a percentage lies between 0 and 100", place="figure.value"
        )
    return [stated]


def _withdraw(command: WithdrawRequirement, sheet: Opened) -> list[RequirementsFact]:
    _speaks_for_the_client(command.by, command.person, sheet)
    if command.requirement in sheet.withdrawn:
        return []
    _not_baselined(sheet)
    _known(command.requirement, sheet)
    return [RequirementWithdrawn(command.requirement, command.because)]


def _find_out(
    command: MatchRequirement | FindFeasible | FindInfeasible, sheet: Opened
) -> list[RequirementsFact]:
    _providers_own(command.by)
    if command.person != sheet.engineer:
        raise _not_the_engineer()
    known = _known(command.requirement, sheet)
    match command:
        case MatchRequirement(_, _, requirement, offering, level, gap):
            matched = RequirementMatched(requirement, offering, level, gap)
            return [] if known.match == matched else [matched]
        case FindFeasible(_, _, requirement, conditions):
            feasible = RequirementFoundFeasible(requirement, conditions)
            return [] if known.verdict == feasible else [feasible]
        case FindInfeasible(_, _, requirement, because, feasible_instead):
            infeasible = RequirementFoundInfeasible(requirement, because, feasible_instead)
            return [] if known.verdict == infeasible else [infeasible]
        case _:
            assert_never(command)


def _baseline(sheet: Opened) -> RequirementsBaselined:
    if not sheet.requirements:
        raise Refused("nothing-to-baseline", "state a requirement first")
    waiting = sheet.unanswered()
    if waiting:
        raise Refused(
            "must-unanswered",
            "what must be had is matched with a service level or found feasible or infeasible "
            f"first: {', '.join(waiting)}",
            place=waiting[0],
        )
    return RequirementsBaselined(
        sheet.baselines + 1, tuple(sorted(sheet.requirements)), _digest(sheet)
    )


def _digest(sheet: Opened) -> Digest:
    return digest_of(
        [
            _STATEMENT.dump_python(sheet.requirements[one].stated, mode="json")
            for one in sorted(sheet.requirements)
        ]
    )


def _providers_own(by: Side) -> None:
    if by is not Side.PROVIDER:
        raise Refused("providers-own", "the SLA team and its findings are the provider's")


def _speaks_for_the_client(by: Side, person: PersonId, sheet: Opened) -> None:
    if by is not Side.CLIENT and person != sheet.engineer:
        raise _not_the_engineer()


def _not_the_engineer() -> Refused:
    return Refused(
        "not-the-engineer", "on the provider's side this is for the appointed requirements engineer"
    )


def _not_baselined(sheet: Opened) -> None:
    if sheet.baseline is not None:
        raise Refused("baselined", f"baseline {sheet.baselines} stands; reopen it first")


def _not_withdrawn(requirement: RequirementId, sheet: Opened) -> None:
    if requirement in sheet.withdrawn:
        raise Refused(
            "requirement-withdrawn", "it was withdrawn; state another one", place="requirement"
        )


def _known(requirement: RequirementId, sheet: Opened) -> Requirement:
    _not_withdrawn(requirement, sheet)
    if requirement not in sheet.requirements:
        raise Refused("unknown-requirement", "nobody stated it", place="requirement")
    return sheet.requirements[requirement]


def evolve(state: State, fact: RequirementsFact) -> State:
    """Replay one fact; a fact about a sheet never opened changes nothing."""
    match state, fact:
        case NotOpened(), RequirementsOpened():
            return Opened(fact)
        case NotOpened(), _:
            return state
        case Opened(), _:
            return _after(state, fact)
        case _:
            assert_never(state)


def _after(sheet: Opened, fact: RequirementsFact) -> Opened:
    match fact:
        case RequirementsOpened():
            return sheet
        case SlaTeamFormed(members):
            return replace(sheet, team=members)
        case RequirementsEngineerAppointed(person):
            return replace(sheet, engineer=person)
        case RequirementStated(requirement=requirement):
            # A new statement has no answer yet: what was found out was about the old one.
            return _with(sheet, requirement, Requirement(fact))
        case RequirementWithdrawn(requirement):
            left = {one: r for one, r in sheet.requirements.items() if one != requirement}
            return replace(sheet, requirements=left, withdrawn=sheet.withdrawn | {requirement})
        case RequirementMatched(requirement) if known := sheet.requirements.get(requirement):
            return _with(sheet, requirement, replace(known, match=fact))
        case RequirementFoundFeasible(requirement) | RequirementFoundInfeasible(requirement) if (
            known := sheet.requirements.get(requirement)
        ):
            return _with(sheet, requirement, replace(known, verdict=fact))
        case RequirementMatched() | RequirementFoundFeasible() | RequirementFoundInfeasible():
            return sheet
        case RequirementsBaselined(baseline):
            return replace(sheet, baseline=fact, baselines=baseline)
        case RequirementsReopened():
            return replace(sheet, baseline=None)
        case _:
            assert_never(fact)


def _with(sheet: Opened, requirement: RequirementId, changed: Requirement) -> Opened:
    return replace(sheet, requirements={**sheet.requirements, requirement: changed})


REQUIREMENTS: Decider[RequirementsCommand, State, RequirementsFact] = Decider(
    "requirements", decide, evolve, NotOpened()
)
