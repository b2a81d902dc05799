"""A dispute: opened by one side, climbing the agreed ladder until both agree how it ends.

The rungs are worked out when it is opened, from the terms that governed then, so a later amendment
does not move them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.disputes.facts import (
    DisputeAnswered,
    DisputeEscalated,
    DisputeFact,
    DisputeOpened,
    DisputeSettled,
    DisputeWithdrawn,
    MediatorCalled,
    Rung,
    SettlementDeclined,
    SettlementProposed,
)
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side


@command
class OpenDispute:
    """Disagree with something on record, under the terms that govern now."""

    by: Side
    about: str
    about_version: int
    because: str
    evidence: str
    terms: AgreementTerms
    now: datetime


@command
class AnswerDispute:
    """Say what one thinks."""

    by: Side
    says: str


@command
class EscalateDispute:
    """Record that a rung of the ladder is reached."""

    level: int
    now: datetime


@command
class CallMediator:
    """Propose, or agree to, somebody else to be heard."""

    by: Side
    mediator: str


@command
class ProposeSettlement:
    """Propose how to end it."""

    proposal: str
    by: Side
    terms: str


@command
class DeclineSettlement:
    """Do not agree to the other side's proposal."""

    proposal: str
    by: Side
    because: str


@command
class AcceptSettlement:
    """Agree to the other side's proposal."""

    proposal: str
    by: Side


@command
class WithdrawDispute:
    """Take one's own dispute back."""

    by: Side
    because: str


DisputeCommand = (
    OpenDispute
    | AnswerDispute
    | EscalateDispute
    | CallMediator
    | ProposeSettlement
    | DeclineSettlement
    | AcceptSettlement
    | WithdrawDispute
)


@state
class NoDispute:
    """Nobody disagrees."""


@state
class Open:
    """It goes on: ``proposals`` are those not answered yet, ``reached`` the rungs climbed."""

    opened: DisputeOpened
    answered: bool = False
    last: DisputeAnswered | None = None
    reached: frozenset[int] = frozenset()
    mediators: frozenset[MediatorCalled] = frozenset()
    proposals: Mapping[str, SettlementProposed] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()

    @property
    def next_rung(self) -> Rung | None:
        """The rung that is reached next, and when."""
        return next((rung for rung in self.opened.ladder if rung.level not in self.reached), None)


@state
class Over:
    """It ended: with a proposal both agreed to, or because it was taken back (None).

    ``last`` is how it stood until then.
    """

    last: Open
    settlement: SettlementProposed | None


DisputeState = NoDispute | Open | Over


def decide(command: DisputeCommand, state: DisputeState) -> list[DisputeFact]:
    """Decide what a command does.

    Raises Refused: no-dispute, dispute-open, dispute-over, rung-not-reached, unknown-rung,
    unknown-proposal, own-proposal, proposal-declined, not-your-dispute.
    """
    match state, command:
        case NoDispute(), OpenDispute():
            return [_opened(command)]
        case NoDispute(), _:
            raise Refused("no-dispute", "there is no such dispute")
        case Open(), OpenDispute():
            if state.opened == replace(_opened(command), ladder=state.opened.ladder):
                return []
            raise Refused("dispute-open", "this dispute is open already")
        case Open(), _:
            return _carry_on(command, state)
        case Over(), AcceptSettlement(proposal=proposal) if (
            state.settlement is not None and state.settlement.proposal == proposal
        ):
            return []
        case Over(), _:
            raise Refused("dispute-over", "this dispute is over; open another if need be")
        case _:
            assert_never(state)


def _opened(command: OpenDispute) -> DisputeOpened:
    ladder = tuple(
        Rung(step.level, step.role, command.now + timedelta(microseconds=step.after.elapsed))
        for step in sorted(command.terms.escalation, key=lambda step: step.level)
    )
    return DisputeOpened(
        command.by,
        command.about,
        command.about_version,
        command.because,
        command.evidence,
        ladder,
    )


def _carry_on(command: DisputeCommand, state: Open) -> list[DisputeFact]:
    match command:
        case AnswerDispute(by=by, says=says):
            said = DisputeAnswered(by, says)
            return [] if state.last == said else [said]
        case EscalateDispute(level=level, now=now):
            return _escalate(level, now, state)
        case CallMediator(by=by, mediator=mediator):
            called = MediatorCalled(mediator, by)
            return [] if called in state.mediators else [called]
        case ProposeSettlement(proposal=proposal, by=by, terms=terms):
            proposed = SettlementProposed(proposal, by, terms)
            return [] if state.proposals.get(proposal) == proposed else [proposed]
        case DeclineSettlement(proposal=proposal, by=by, because=because):
            if proposal in state.declined:
                return []
            _of_the_other(proposal, by, state)
            return [SettlementDeclined(proposal, by, because)]
        case AcceptSettlement(proposal=proposal, by=by):
            if proposal in state.declined:
                raise Refused("proposal-declined", f"{proposal} was declined; propose it anew")
            _of_the_other(proposal, by, state)
            return [DisputeSettled(proposal, by)]
        case WithdrawDispute(by=by, because=because):
            if by is not state.opened.by:
                raise Refused("not-your-dispute", f"the {state.opened.by} opened it")
            return [DisputeWithdrawn(because)]
        case OpenDispute():
            raise AssertionError("decided before")
        case _:
            assert_never(command)


def _escalate(level: int, now: datetime, state: Open) -> list[DisputeFact]:
    rung = next((rung for rung in state.opened.ladder if rung.level == level), None)
    if rung is None:
        raise Refused("unknown-rung", f"the ladder has no level {level}")
    if level in state.reached:
        return []
    if now < rung.at:
        raise Refused("rung-not-reached", f"level {level} is reached at {rung.at}")
    return [DisputeEscalated(level, rung.role)]


def _of_the_other(proposal: str, by: Side, state: Open) -> None:
    known = state.proposals.get(proposal)
    if known is None:
        raise Refused("unknown-proposal", f"there is no open proposal {proposal}")
    if known.by is by:
        raise Refused("own-proposal", f"the {by} proposed it: the {by.other} answers")


def evolve(state: DisputeState, fact: DisputeFact) -> DisputeState:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match fact, state:
        case DisputeOpened(), NoDispute():
            return Open(fact)
        case DisputeAnswered(by=by), Open():
            answered = state.answered or by is not state.opened.by
            return replace(state, answered=answered, last=fact)
        case DisputeEscalated(level=level), Open():
            return replace(state, reached=state.reached | {level})
        case MediatorCalled(), Open():
            return replace(state, mediators=state.mediators | {fact})
        case SettlementProposed(proposal=proposal), Open():
            return replace(state, proposals={**state.proposals, proposal: fact})
        case SettlementDeclined(proposal=proposal), Open():
            rest = {key: one for key, one in state.proposals.items() if key != proposal}
            return replace(state, proposals=rest, declined=state.declined | {proposal})
        case DisputeSettled(proposal=proposal), Open():
            return Over(state, state.proposals.get(proposal))
        case DisputeWithdrawn(), Open():
            return Over(state, None)
        case _:
            return state


DISPUTE: Decider[DisputeCommand, DisputeState, DisputeFact] = Decider(
    "dispute", decide, evolve, NoDispute()
)
