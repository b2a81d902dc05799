"""An improvement plan: asked for, proposed, agreed by the other side, carried out, judged.

Whoever proposes a plan does not agree to it and does not judge it: the other side does both. It is
judged by results on record, never by what was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.improvement.facts import (
    CitedResult,
    Measure,
    MeasureOverdue,
    MeasureProgressed,
    PlanAgreed,
    PlanBegun,
    PlanChangesAsked,
    PlanClosed,
    PlanFact,
    PlanProposed,
    PlanWithdrawn,
)
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a side proposes; ``target`` is what is to be reached, in words, by a local day."""

    cause: str
    target: str
    reach_by: date
    measures: tuple[Measure, ...]


@command
class BeginPlan:
    """Ask for a plan, or propose one at once."""

    begun: PlanBegun
    proposal: Proposal | None


@command
class ProposePlan:
    """Propose a plan where one was asked for, or another edition of it."""

    by: Side
    proposal: Proposal


@command
class AskForChanges:
    """Do not agree to the other side's edition."""

    by: Side
    edition: int
    because: str


@command
class AgreePlan:
    """Agree to the other side's edition."""

    by: Side
    edition: int


@command
class ProgressMeasure:
    """Say how far a measure is that one owes."""

    measure: str
    by: Side
    note: str
    done: bool


@command
class MissMeasure:
    """Record that a measure was not done by its day; ``today`` is a local day of the terms."""

    measure: str
    today: date


@command
class ClosePlan:
    """Say whether it helped, by results on record."""

    by: Side
    effective: bool
    because: str
    cited: tuple[CitedResult, ...]


@command
class WithdrawPlan:
    """Do not ask for it any more."""

    by: Side
    because: str


PlanCommand = (
    BeginPlan
    | ProposePlan
    | AskForChanges
    | AgreePlan
    | ProgressMeasure
    | MissMeasure
    | ClosePlan
    | WithdrawPlan
)


@dataclass(frozen=True, slots=True)
class MeasureItem:
    """A measure that is owed, and how far it is."""

    agreed: Measure
    last: MeasureProgressed | None = None
    overdue: bool = False

    @property
    def done(self) -> bool:
        """Whether the side that owes it said that it is done."""
        return self.last is not None and self.last.done


@state
class NoPlan:
    """Nobody asked for one."""


@state
class Wanted:
    """It is asked for; ``proposed`` is the latest edition, ``changes`` the answer to it."""

    begun: PlanBegun
    proposed: PlanProposed | None = None
    changes: PlanChangesAsked | None = None


@state
class Agreed:
    """Both sides agreed to ``plan``; its measures are owed."""

    begun: PlanBegun
    plan: PlanProposed
    items: Mapping[str, MeasureItem] = field(default_factory=dict)


@state
class Closed:
    """It was carried out, and judged."""

    last: Agreed
    verdict: PlanClosed


@state
class Withdrawn:
    """Nobody asks for it any more; ``last`` is how it stood until then."""

    last: Wanted
    because: str


PlanState = NoPlan | Wanted | Agreed | Closed | Withdrawn


def decide(command: PlanCommand, state: PlanState) -> list[PlanFact]:
    """Decide what a command does.

    Raises Refused: no-plan, plan-begun, no-measures, target-before-measures, no-proposal,
    other-edition, own-plan, plan-agreed, plan-not-agreed, not-your-plan, plan-closed,
    plan-withdrawn, unknown-measure, not-your-measure, measure-done, measure-not-due,
    no-results-cited, cited-period-missed.
    """
    match state, command:
        case NoPlan(), BeginPlan(begun=begun, proposal=None):
            return [begun]
        case NoPlan(), BeginPlan(begun=begun, proposal=proposal) if proposal is not None:
            return [begun, _edition(1, begun.by, proposal)]
        case NoPlan(), _:
            raise Refused("no-plan", "there is no such plan")
        case Wanted() | Agreed(), BeginPlan(begun=begun):
            if begun == state.begun:
                return []
            raise Refused("plan-begun", "this plan is begun already: propose an edition of it")
        case Wanted(), _:
            return _while_wanted(command, state)
        case Agreed(), _:
            return _while_agreed(command, state)
        case Closed(verdict=verdict), ClosePlan():
            if verdict == _verdict(command):
                return []
            raise Refused("plan-closed", "this plan was judged already; begin another if need be")
        case Closed(), MissMeasure() | AgreePlan():
            return []
        case Closed(), _:
            raise Refused("plan-closed", "this plan is closed; begin another if need be")
        case Withdrawn(), WithdrawPlan():
            return []
        case Withdrawn(), _:
            raise Refused("plan-withdrawn", "this plan is not asked for any more: begin another")
        case _:
            assert_never(state)


def _edition(edition: int, by: Side, proposal: Proposal) -> PlanProposed:
    if not proposal.measures:
        raise Refused("no-measures", "say what is to be done: a plan has a measure at least")
    last = max(one.due for one in proposal.measures)
    if proposal.reach_by < last:
        raise Refused(
            "target-before-measures",
            f"the last measure is due on {last}: the target is reached by then or later",
            place="reach_by",
        )
    return PlanProposed(
        by, edition, proposal.cause, proposal.target, proposal.reach_by, proposal.measures
    )


def _while_wanted(command: PlanCommand, state: Wanted) -> list[PlanFact]:
    proposed = state.proposed
    match command:
        case ProposePlan(by=by, proposal=proposal):
            edition = 1 if proposed is None else proposed.edition + 1
            found = _edition(edition, by, proposal)
            if proposed is not None and replace(found, edition=proposed.edition) == proposed:
                return []
            return [found]
        case AskForChanges(by=by, edition=edition, because=because):
            asked = PlanChangesAsked(by, edition, because)
            if state.changes == asked:
                return []
            _of_the_other(by, edition, state)
            return [asked]
        case AgreePlan(by=by, edition=edition):
            _of_the_other(by, edition, state)
            return [PlanAgreed(by, edition)]
        case WithdrawPlan(by=by, because=because):
            if by is not state.begun.by:
                raise Refused("not-your-plan", f"the {state.begun.by} asked for it")
            return [PlanWithdrawn(by, because)]
        case _:
            raise Refused("plan-not-agreed", "nothing is owed until both sides agree to the plan")


def _of_the_other(by: Side, edition: int, state: Wanted) -> None:
    if state.proposed is None:
        raise Refused("no-proposal", "nobody has proposed a plan yet")
    if edition != state.proposed.edition:
        latest = state.proposed.edition
        raise Refused("other-edition", f"the latest plan is edition {latest}", place="edition")
    if by is state.proposed.by:
        raise Refused("own-plan", f"the {by} proposed it: the {by.other} answers")


def _while_agreed(command: PlanCommand, state: Agreed) -> list[PlanFact]:
    match command:
        case AgreePlan(edition=edition) if edition == state.plan.edition:
            return []
        case ProgressMeasure() | MissMeasure():
            return _measure(command, state)
        case ClosePlan():
            return _close(command, state)
        case _:
            raise Refused(
                "plan-agreed", "both sides agreed to this plan: carry it out, or close it"
            )


def _measure(command: ProgressMeasure | MissMeasure, state: Agreed) -> list[PlanFact]:
    known = state.items.get(command.measure)
    if known is None:
        raise Refused("unknown-measure", f"no measure {command.measure} was agreed here")
    match command:
        case ProgressMeasure(measure=measure, by=by, note=note, done=done):
            said = MeasureProgressed(measure, by, note, done)
            if by is not known.agreed.side:
                raise Refused("not-your-measure", f"the {known.agreed.side} owes it")
            if known.last == said:
                return []
            if known.done:
                raise Refused("measure-done", "it was said to be done already")
            return [said]
        case MissMeasure(measure=measure, today=today):
            if known.overdue or known.done:
                return []
            if today <= known.agreed.due:
                raise Refused("measure-not-due", f"it is due on {known.agreed.due}")
            return [MeasureOverdue(measure)]
        case _:
            assert_never(command)


def _close(command: ClosePlan, state: Agreed) -> list[PlanFact]:
    by = command.by
    if by is state.plan.by:
        raise Refused("own-plan", f"the {by} proposed it: the {by.other} says whether it helped")
    if not command.cited:
        raise Refused("no-results-cited", "name the periods it is judged by", place="periods")
    missed = [f"{one.period}" for one in command.cited if one.missed]
    if command.effective and missed:
        raise Refused(
            "cited-period-missed",
            f"{', '.join(missed)} was missed: what helped is shown by periods that were met",
            place="periods",
        )
    return [_verdict(command)]


def _verdict(command: ClosePlan) -> PlanClosed:
    return PlanClosed(command.by, command.effective, command.because, command.cited)


def evolve(state: PlanState, fact: PlanFact) -> PlanState:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match fact, state:
        case PlanBegun(), NoPlan():
            return Wanted(fact)
        case PlanProposed(), Wanted():
            return replace(state, proposed=fact, changes=None)
        case PlanChangesAsked(), Wanted():
            return replace(state, changes=fact)
        case PlanAgreed(), Wanted(proposed=plan) if plan is not None:
            items = {one.measure: MeasureItem(one) for one in plan.measures}
            return Agreed(state.begun, plan, items)
        case MeasureProgressed(measure=measure), Agreed() if measure in state.items:
            item = replace(state.items[measure], last=fact)
            return replace(state, items={**state.items, measure: item})
        case MeasureOverdue(measure=measure), Agreed() if measure in state.items:
            item = replace(state.items[measure], overdue=True)
            return replace(state, items={**state.items, measure: item})
        case PlanClosed(), Agreed():
            return Closed(state, fact)
        case PlanWithdrawn(because=because), Wanted():
            return Withdrawn(state, because)
        case _:
            return state


PLAN: Decider[PlanCommand, PlanState, PlanFact] = Decider("plan", decide, evolve, NoPlan())
