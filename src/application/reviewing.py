"""Use cases: call a service review, write and approve its minutes, see its actions through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from application.access import Action
from application.agreed import AgreedTerms
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step
from domain.reviews.facts import Planned, ReviewCalled
from domain.reviews.review import (
    REVIEW,
    AcceptAction,
    ApproveMinutes,
    CallReview,
    CancelReview,
    CompleteAction,
    MoveReview,
    ObjectToMinutes,
    ReopenAction,
    ReviewCommand,
    WriteMinutes,
)
from domain.values.ids import relationship_of
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody is to do by a day; ``improves`` names an objective, if any."""

    what: str
    side: Side
    owner: str
    due: date
    improves: str | None = None


class Reviewing:
    """What either side does about a review; each move raises Refused by the rule it breaks."""

    def __init__(self, desk: Desk, agreed: AgreedTerms) -> None:
        self._desk = desk
        self._agreed = agreed

    def call(
        self,
        request: Request,
        contract: str,
        at: datetime,
        agenda: str,
        attended_by: Sequence[str],
    ) -> Outcome:
        """Call a meeting; raises NotFound for what was never concluded."""
        side = self._desk.side(request, Action.REVIEW, str(relationship_of(contract)))
        self._agreed.of(contract)
        called = ReviewCalled(side, at, agenda, tuple(attended_by))
        step = Step(REVIEW, self._desk.new("review", contract), CallReview(called))
        return self._desk.record(request, step)

    def move(self, request: Request, review: str, at: datetime) -> Outcome:
        """Move the meeting."""
        return self._move(request, review, MoveReview(self._side(request, review), at))

    def cancel(self, request: Request, review: str, because: str) -> Outcome:
        """Call the meeting off."""
        return self._move(request, review, CancelReview(self._side(request, review), because))

    def write(self, request: Request, review: str, text: str, plans: Sequence[Plan]) -> Outcome:
        """Write the minutes, with what is to be done."""
        side = self._side(request, review)
        planned = tuple(
            Planned(self._desk.new("action"), one.what, one.side, one.owner, one.due, one.improves)
            for one in plans
        )
        return self._move(request, review, WriteMinutes(side, text, planned, request.at))

    def approve(self, request: Request, review: str, edition: int) -> Outcome:
        """Approve the other side's minutes."""
        return self._move(request, review, ApproveMinutes(self._side(request, review), edition))

    def object(self, request: Request, review: str, edition: int, because: str) -> Outcome:
        """Do not approve the other side's minutes."""
        side = self._side(request, review)
        return self._move(request, review, ObjectToMinutes(side, edition, because))

    def complete(self, request: Request, review: str, action: str, note: str) -> Outcome:
        """Say that an action one owes is done."""
        side = self._side(request, review)
        return self._move(request, review, CompleteAction(action, side, note))

    def accept(self, request: Request, review: str, action: str) -> Outcome:
        """Agree that the other side's action is done."""
        return self._move(request, review, AcceptAction(action, self._side(request, review)))

    def reopen(self, request: Request, review: str, action: str, because: str) -> Outcome:
        """Do not agree that it is done."""
        side = self._side(request, review)
        return self._move(request, review, ReopenAction(action, side, because))

    def _side(self, request: Request, review: str) -> Side:
        side = self._desk.side(request, Action.REVIEW, str(relationship_of(review)))
        if not self._desk.ledger.exists(review):
            raise NotFound("such review")
        return side

    def _move(self, request: Request, review: str, command: ReviewCommand) -> Outcome:
        return self._desk.record(request, Step(REVIEW, review, command, request.expected))
