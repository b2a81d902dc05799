"""A service review: called, held, minuted by one side and approved by the other, acted upon.

What is to be done is written with the minutes and owed once the other side has approved them, so
nobody owes what only the other side wrote down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, assert_never

from domain.decider import Decider, Refused, command, state
from domain.reviews.facts import (
    ActionAccepted,
    ActionAgreed,
    ActionDone,
    ActionOverdue,
    ActionReopened,
    MinutesApproved,
    MinutesObjected,
    MinutesWritten,
    Planned,
    ReviewCalled,
    ReviewCancelled,
    ReviewFact,
    ReviewMoved,
)
from domain.values.sides import Side


@command
class CallReview:
    """Call a meeting."""

    called: ReviewCalled


@command
class MoveReview:
    """Move the meeting."""

    by: Side
    at: datetime


@command
class CancelReview:
    """Call the meeting off."""

    by: Side
    because: str


@command
class WriteMinutes:
    """Write the minutes once the meeting has begun, with what is to be done."""

    by: Side
    text: str
    actions: tuple[Planned, ...]
    now: datetime


@command
class ApproveMinutes:
    """Approve the other side's minutes, and with them what they say is to be done."""

    by: Side
    edition: int


@command
class ObjectToMinutes:
    """Do not approve the other side's minutes."""

    by: Side
    edition: int
    because: str


@command
class CompleteAction:
    """Say that an action one owes is done."""

    action: str
    by: Side
    note: str


@command
class AcceptAction:
    """Agree that the other side's action is done."""

    action: str
    by: Side


@command
class ReopenAction:
    """Do not agree that it is done."""

    action: str
    by: Side
    because: str


@command
class MissAction:
    """Record that an action was not done by its day; ``today`` is a local day of the terms."""

    action: str
    today: date


ReviewCommand = (
    CallReview
    | MoveReview
    | CancelReview
    | WriteMinutes
    | ApproveMinutes
    | ObjectToMinutes
    | CompleteAction
    | AcceptAction
    | ReopenAction
    | MissAction
)

Standing = Literal["agreed", "done", "accepted"]


@dataclass(frozen=True, slots=True)
class ActionItem:
    """An action and how it stands."""

    agreed: Planned
    standing: Standing = "agreed"
    overdue: bool = False


@state
class NotCalled:
    """No meeting."""


@state
class Called:
    """A meeting; ``minutes`` is the latest edition, ``approved`` the one both agree on.

    ``at`` is when it is held by now, whatever it was called for.
    """

    called: ReviewCalled
    at: datetime
    minutes: MinutesWritten | None = None
    objected: int = 0
    approved: int = 0
    actions: Mapping[str, ActionItem] = field(default_factory=dict)


@state
class Cancelled:
    """The meeting was called off; ``last`` is how it stood until then."""

    last: Called
    because: str


ReviewState = NotCalled | Called | Cancelled


def decide(command: ReviewCommand, state: ReviewState) -> list[ReviewFact]:
    """Decide what a command does.

    Raises Refused: no-review, review-called, review-cancelled, review-held, review-not-held,
    minutes-approved, no-minutes, other-edition, own-minutes, unknown-action, not-your-action,
    action-not-done, action-accepted, action-not-due.
    """
    match state, command:
        case NotCalled(), CallReview(called=called):
            return [called]
        case NotCalled(), _:
            raise Refused("no-review", "there is no such review")
        case Cancelled(), CancelReview():
            return []
        case Cancelled(), _:
            raise Refused("review-cancelled", "this review was called off: call another")
        case Called(), _:
            return _carry_on(command, state)
        case _:
            assert_never(state)


def _carry_on(command: ReviewCommand, state: Called) -> list[ReviewFact]:
    match command:
        case CallReview(called=called):
            if (called.by, called.at) == (state.called.by, state.at):
                return []
            raise Refused("review-called", f"this review is called for {state.at}; move it instead")
        case MoveReview(by=by, at=at):
            _before_minutes(state)
            return [] if at == state.at else [ReviewMoved(by, at)]
        case CancelReview(by=by, because=because):
            _before_minutes(state)
            return [ReviewCancelled(by, because)]
        case WriteMinutes() | ApproveMinutes() | ObjectToMinutes():
            return _minutes(command, state)
        case _:
            return _action(command, state)


def _before_minutes(state: Called) -> None:
    if state.minutes is not None:
        raise Refused("review-held", "there are minutes of this review: it was held")


def _minutes(
    command: WriteMinutes | ApproveMinutes | ObjectToMinutes, state: Called
) -> list[ReviewFact]:
    match command:
        case WriteMinutes(by=by, text=text, actions=actions, now=now):
            if now < state.at:
                raise Refused("review-not-held", f"the review is at {state.at}")
            if state.approved:
                raise Refused("minutes-approved", "both sides approved the minutes already")
            edition = 1 if state.minutes is None else state.minutes.edition + 1
            written = MinutesWritten(by, edition, text, actions)
            if state.minutes == replace(written, edition=edition - 1):
                return []
            return [written]
        case ApproveMinutes(by=by, edition=edition):
            if state.approved == edition:
                return []
            minutes = _latest_of_the_other(by, edition, state)
            return [MinutesApproved(by, edition), *map(ActionAgreed, minutes.actions)]
        case ObjectToMinutes(by=by, edition=edition, because=because):
            if state.objected == edition:
                return []
            _latest_of_the_other(by, edition, state)
            return [MinutesObjected(by, edition, because)]
        case _:
            assert_never(command)


def _latest_of_the_other(by: Side, edition: int, state: Called) -> MinutesWritten:
    minutes = state.minutes
    if minutes is None:
        raise Refused("no-minutes", "nobody has written minutes yet")
    if state.approved:
        raise Refused("minutes-approved", "both sides approved the minutes already")
    if edition != minutes.edition:
        raise Refused(
            "other-edition", f"the latest minutes are edition {minutes.edition}", place="edition"
        )
    if by is minutes.by:
        raise Refused("own-minutes", f"the {by} wrote them: the {by.other} approves them")
    return minutes


def _action(
    command: CompleteAction | AcceptAction | ReopenAction | MissAction, state: Called
) -> list[ReviewFact]:
    known = state.actions.get(command.action)
    if known is None:
        raise Refused("unknown-action", f"no action {command.action} was agreed here")
    match command:
        case CompleteAction(action=action, by=by, note=note):
            if by is not known.agreed.side:
                raise Refused("not-your-action", f"the {known.agreed.side} owes it")
            return [] if known.standing != "agreed" else [ActionDone(action, by, note)]
        case AcceptAction(action=action, by=by):
            _other_side_looks(by, known)
            return [] if known.standing == "accepted" else [ActionAccepted(action, by)]
        case ReopenAction(action=action, by=by, because=because):
            _other_side_looks(by, known)
            if known.standing == "accepted":
                raise Refused("action-accepted", "it was accepted as done")
            return [ActionReopened(action, by, because)]
        case MissAction(action=action, today=today):
            if known.overdue or known.standing != "agreed":
                return []
            if today <= known.agreed.due:
                raise Refused("action-not-due", f"it is due on {known.agreed.due}")
            return [ActionOverdue(action)]
        case _:
            assert_never(command)


def _other_side_looks(by: Side, known: ActionItem) -> None:
    if by is known.agreed.side:
        raise Refused(
            "not-your-action", f"the {by} owes it: the {by.other} says whether it is done"
        )
    if known.standing == "agreed":
        raise Refused("action-not-done", "nobody has said that it is done")


def evolve(state: ReviewState, fact: ReviewFact) -> ReviewState:
    """Replay one fact. Total: a fact that meets an unexpected state leaves it as it is."""
    match fact, state:
        case ReviewCalled(at=at), NotCalled():
            return Called(fact, at)
        case ReviewMoved(at=at), Called():
            return replace(state, at=at)
        case ReviewCancelled(because=because), Called():
            return Cancelled(state, because)
        case MinutesWritten(), Called():
            return replace(state, minutes=fact)
        case MinutesApproved(edition=edition), Called():
            return replace(state, approved=edition)
        case MinutesObjected(edition=edition), Called():
            return replace(state, objected=edition)
        case ActionAgreed(planned=planned), Called():
            actions = {**state.actions, planned.action: ActionItem(planned)}
            return replace(state, actions=actions)
        case ActionDone(action=action), Called():
            return _standing(state, action, "done")
        case ActionAccepted(action=action), Called():
            return _standing(state, action, "accepted")
        case ActionReopened(action=action), Called():
            return _standing(state, action, "agreed")
        case ActionOverdue(action=action), Called() if action in state.actions:
            late = replace(state.actions[action], overdue=True)
            return replace(state, actions={**state.actions, action: late})
        case _:
            return state


def _standing(state: Called, action: str, standing: Standing) -> Called:
    if action not in state.actions:
        return state
    changed = replace(state.actions[action], standing=standing)
    return replace(state, actions={**state.actions, action: changed})


REVIEW: Decider[ReviewCommand, ReviewState, ReviewFact] = Decider(
    "review", decide, evolve, NotCalled()
)
