"""Use cases: ask for an improvement plan, agree on it, carry it out, and say whether it helped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from application.access import Action
from application.agreed import AgreedTerms
from application.closing import results_of
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from domain.decider import Refused
from domain.improvement.facts import CitedResult, Measure, PlanBegun
from domain.improvement.plan import (
    PLAN,
    Agreed,
    AgreePlan,
    AskForChanges,
    BeginPlan,
    Closed,
    ClosePlan,
    PlanCommand,
    ProgressMeasure,
    Proposal,
    ProposePlan,
    WithdrawPlan,
)
from domain.performance.facts import ResultEstablished, ResultRestated
from domain.values.ids import relationship_of
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Todo:
    """A measure as it is written down: what, by which side, by whom, by which local day."""

    what: str
    side: Side
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class Idea:
    """A plan as it is written down: the cause, what is to be reached by when, what is done."""

    cause: str
    target: str
    reach_by: date
    measures: Sequence[Todo]


@dataclass(frozen=True, slots=True)
class Need:
    """Why an objective needs a plan; ``about`` is an event of the contract that shows it."""

    objective: str
    because: str
    about: str | None = None
    about_version: int | None = None


class Improving:
    """What either side does about a plan; each move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def begin(self, request: Request, contract: str, need: Need, idea: Idea | None) -> Outcome:
        """Ask for a plan, or propose one at once.

        Raises NotFound for what was never concluded; Refused: unknown-objective, unknown-subject.
        """
        side = self._desk.side(request, Action.REVIEW, str(relationship_of(contract)))
        self._agreed.of(contract)
        begun = PlanBegun(side, need.objective, need.because, need.about, need.about_version)
        command = BeginPlan(begun, None if idea is None else self._proposal(idea))
        step = Step(PLAN, self._desk.new("plan", contract), command)
        return self._desk.record(request, step, check=lambda: self._refuse_unknown(contract, need))

    def propose(self, request: Request, plan: str, idea: Idea) -> Outcome:
        """Propose a plan where one was asked for, or another edition of it."""
        side = self._side(request, plan)
        return self._move(request, plan, ProposePlan(side, self._proposal(idea)))

    def ask_for_changes(self, request: Request, plan: str, edition: int, because: str) -> Outcome:
        """Do not agree to the other side's edition."""
        side = self._side(request, plan)
        return self._move(request, plan, AskForChanges(side, edition, because))

    def agree(self, request: Request, plan: str, edition: int) -> Outcome:
        """Agree to the other side's edition."""
        return self._move(request, plan, AgreePlan(self._side(request, plan), edition))

    def progress(
        self, request: Request, plan: str, measure: str, note: str, *, done: bool
    ) -> Outcome:
        """Say how far a measure is that one owes."""
        side = self._side(request, plan)
        return self._move(request, plan, ProgressMeasure(measure, side, note, done))

    def close(
        self,
        request: Request,
        plan: str,
        because: str,
        periods: Sequence[date],
        *,
        effective: bool,
    ) -> Outcome:
        """Say whether it helped, by results on record; raises Refused: unknown-result."""
        side = self._side(request, plan)

        def decided() -> Sequence[Step]:
            cited = tuple(self._cited(plan, periods))
            command = ClosePlan(side, effective, because, cited)
            return (Step(PLAN, plan, command, request.expected),)

        return self._desk.carry_out(request, PLAN, decided)

    def withdraw(self, request: Request, plan: str, because: str) -> Outcome:
        """Do not ask for it any more."""
        return self._move(request, plan, WithdrawPlan(self._side(request, plan), because))

    def _proposal(self, idea: Idea) -> Proposal:
        measures = tuple(
            Measure(self._desk.new("measure"), one.what, one.side, one.owner, one.due)
            for one in idea.measures
        )
        return Proposal(idea.cause, idea.target, idea.reach_by, measures)

    def _side(self, request: Request, plan: str) -> Side:
        side = self._desk.side(request, Action.REVIEW, str(relationship_of(plan)))
        if not self._desk.ledger.exists(plan):
            raise NotFound("such plan")
        return side

    def _move(self, request: Request, plan: str, command: PlanCommand) -> Outcome:
        return self._desk.record(request, Step(PLAN, plan, command, request.expected))

    def _refuse_unknown(self, contract: str, need: Need) -> None:
        known = self._agreed.of(contract).objectives()
        if need.objective not in known:
            raise Refused(
                "unknown-objective", f"the terms have {', '.join(known)}", place="objective"
            )
        if need.about is None:
            return
        inside = need.about == contract or need.about.startswith(f"{contract}/")
        at = need.about_version
        if (
            at is None
            or not inside
            or not self._desk.ledger.history(need.about, after=at - 1, limit=1)
        ):
            raise Refused(
                "unknown-subject", "a plan is about an event of its contract", place="about"
            )

    def _cited(self, plan: str, periods: Sequence[date]) -> Iterator[CitedResult]:
        """Yield the latest result of each period of the plan's objective."""
        state = self._desk.ledger.load(PLAN, plan).state
        agreed = state.last if isinstance(state, Closed) else state
        if not isinstance(agreed, Agreed):
            return  # there is nothing to judge yet, and the decider says so
        stream = results_of(plan.rsplit("/", 1)[0], agreed.begun.objective)
        latest: dict[date, CitedResult] = {}
        for event in self._desk.ledger.history(stream):
            if isinstance(event.fact, ResultEstablished | ResultRestated):
                result = event.fact.result
                latest[result.period] = CitedResult(
                    result.period, stream, event.version, result.missed
                )
        for period in sorted(set(periods)):
            if period not in latest:
                raise Refused(
                    "unknown-result", f"no result of {period} is on record", place="periods"
                )
            yield latest[period]
