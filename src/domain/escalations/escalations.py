"""The escalations of a contract: a miss or a threshold climbs the agreed path until acknowledged.

A period that is judged ends the escalations of its thresholds; if it was missed, its own begins.
A miss that turns out to be none ends its own. The provider owes the promise, so its word that
somebody is at it stops the climb, and the client's does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.escalations.facts import (
    EscalationAcknowledged,
    EscalationBegun,
    EscalationClimbed,
    EscalationEnded,
    EscalationFact,
    Level,
)
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side


@command
class ReachThreshold:
    """A running period reached a threshold of concern: let it be told along the path."""

    objective: str
    period: date
    threshold: str
    about: str
    about_version: int
    terms: AgreementTerms
    now: datetime


@command
class JudgePeriod:
    """A period came to a result, the first or another one."""

    objective: str
    period: date
    missed: bool
    about: str
    about_version: int
    terms: AgreementTerms
    now: datetime


@command
class ClimbEscalation:
    """Tell the people of a level, now that its time has come."""

    escalation: int
    level: int
    now: datetime


@command
class AcknowledgeEscalation:
    """Say that somebody is at it."""

    escalation: int
    by: Side
    says: str


EscalationCommand = ReachThreshold | JudgePeriod | ClimbEscalation | AcknowledgeEscalation


class Standing(StrEnum):
    """How an escalation stands."""

    CLIMBING = "climbing"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


@state
class Escalation:
    """One of them; ``told`` are the levels that have been told."""

    begun: EscalationBegun
    told: tuple[int, ...] = ()
    standing: Standing = Standing.CLIMBING
    acknowledged: EscalationAcknowledged | None = None


@state
class Escalations:
    """Those of a contract by number, in the order in which they began."""

    known: Mapping[int, Escalation] = field(default_factory=dict)

    def of(self, objective: str, period: date) -> list[Escalation]:
        """Return those of a period that have not ended."""
        return [
            one
            for one in self.known.values()
            if (one.begun.objective, one.begun.period) == (objective, period)
            and one.standing is not Standing.ENDED
        ]


def decide(command: EscalationCommand, state: Escalations) -> list[EscalationFact]:
    """Decide what is recorded.

    Raises Refused: no-escalation, escalation-over, unknown-level, level-not-reached,
    not-the-promisor.
    """
    match command:
        case ReachThreshold():
            return _reach(command, state)
        case JudgePeriod():
            return _judge(command, state)
        case ClimbEscalation():
            return _climb(command, _named(command.escalation, state))
        case AcknowledgeEscalation():
            return _acknowledge(command, _named(command.escalation, state))
        case _:
            assert_never(command)


def _reach(command: ReachThreshold, state: Escalations) -> list[EscalationFact]:
    began = _began(command, command.threshold, state)
    known = any(
        (one.begun.objective, one.begun.period, one.begun.threshold)
        == (command.objective, command.period, command.threshold)
        for one in state.known.values()
    )
    return [] if known or not began.path else [began]


def _judge(command: JudgePeriod, state: Escalations) -> list[EscalationFact]:
    open_ = state.of(command.objective, command.period)
    misses = [one for one in open_ if one.begun.threshold is None]
    facts: list[EscalationFact] = [
        EscalationEnded(one.begun.escalation, "the period is closed")
        for one in open_
        if one.begun.threshold is not None
    ]
    if not command.missed:
        because = "the period was met after all"
        return [*facts, *(EscalationEnded(one.begun.escalation, because) for one in misses)]
    began = _began(command, None, state)
    return facts if misses or not began.path else [*facts, began]


def _began(
    command: ReachThreshold | JudgePeriod, threshold: str | None, state: Escalations
) -> EscalationBegun:
    return EscalationBegun(
        len(state.known) + 1,
        command.objective,
        command.period,
        threshold,
        command.about,
        command.about_version,
        _path(command.terms, command.now),
    )


def _path(terms: AgreementTerms, now: datetime) -> tuple[Level, ...]:
    sides = {group.id: Side(group.side) for group in terms.stakeholders}
    return tuple(
        Level(
            step.level,
            step.role,
            None if step.function is None else sides.get(step.function),
            now + timedelta(microseconds=step.after.elapsed),
        )
        for step in sorted(terms.escalation, key=lambda step: step.level)
    )


def _named(escalation: int, state: Escalations) -> Escalation:
    known = state.known.get(escalation)
    if known is None:
        raise Refused("no-escalation", f"the contract has no escalation {escalation}")
    return known


def _climb(command: ClimbEscalation, known: Escalation) -> list[EscalationFact]:
    level = next((one for one in known.begun.path if one.level == command.level), None)
    if level is None:
        raise Refused("unknown-level", f"its path has no level {command.level}")
    if level.level in known.told:
        return []
    if known.standing is not Standing.CLIMBING:
        raise Refused("escalation-over", f"it is {known.standing}; nobody further is told")
    if command.now < level.at:
        when = f"{level.at:%Y-%m-%dT%H:%M:%SZ}"
        raise Refused("level-not-reached", f"level {level.level} is told at {when}")
    return [EscalationClimbed(known.begun.escalation, level.level, level.role, level.side)]


def _acknowledge(command: AcknowledgeEscalation, known: Escalation) -> list[EscalationFact]:
    if command.by is not Side.PROVIDER:
        raise Refused(
            "not-the-promisor", "the provider owes the promise, so the provider acknowledges"
        )
    match known.standing:
        case Standing.CLIMBING:
            return [EscalationAcknowledged(command.escalation, command.by, command.says)]
        case Standing.ACKNOWLEDGED:
            return []
        case Standing.ENDED:
            raise Refused("escalation-over", "it has ended; there is nothing to acknowledge")
        case _:
            assert_never(known.standing)


def evolve(state: Escalations, fact: EscalationFact) -> Escalations:
    """Replay one fact; a fact about an escalation that never began changes nothing."""
    if isinstance(fact, EscalationBegun):
        return Escalations({**state.known, fact.escalation: Escalation(fact)})
    known = state.known.get(fact.escalation)
    if known is None:
        return state
    match fact:
        case EscalationClimbed(level=level):
            after = replace(known, told=(*known.told, level))
        case EscalationAcknowledged():
            after = replace(known, standing=Standing.ACKNOWLEDGED, acknowledged=fact)
        case EscalationEnded():
            after = replace(known, standing=Standing.ENDED)
        case _:
            assert_never(fact)
    return Escalations({**state.known, fact.escalation: after})


ESCALATIONS: Decider[EscalationCommand, Escalations, EscalationFact] = Decider(
    "escalations", decide, evolve, Escalations()
)
