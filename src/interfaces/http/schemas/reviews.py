"""Service reviews as they travel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from application.errors import NotFound
from application.ledger import Stream
from application.reviewing import Plan
from domain.reviews.review import Called, Cancelled, NotCalled
from domain.terms.part import Id
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Instant, Named, Said
from interfaces.http.schemas.contracts import Day
from interfaces.http.schemas.measurements import Note

MOST_PEOPLE = 50
MOST_ACTIONS = 50


class ReviewBody(Body):
    """Calling a meeting."""

    at: Instant
    agenda: Said
    attended_by: Annotated[tuple[Named, ...], Field(max_length=MOST_PEOPLE)] = ()
    """Who is to be there, by function or name."""


class MoveBody(Body):
    """Moving a meeting."""

    at: Instant


class PlanBody(Body):
    """What somebody is to do by a day."""

    what: Said
    side: Side
    owner: Named
    due: Day
    improves: Id | None = None
    """The objective that it is to bring back within its target, if any."""


class MinutesBody(Body):
    """What was said, and what is to be done."""

    text: Said
    actions: Annotated[tuple[PlanBody, ...], Field(max_length=MOST_ACTIONS)] = ()


class EditionBody(Body):
    """Minutes, by their edition."""

    edition: Annotated[int, Field(ge=1, le=10**6)]


class ObjectionBody(EditionBody):
    """Not approving the minutes."""

    because: Said


class DoneBody(Body):
    """Saying that an action is done."""

    note: Note = ""


class PlannedAnswer(Answer):
    """What is to be done; ``standing`` None: the minutes are not approved yet."""

    action: str
    what: str
    side: Side
    owner: str
    due: date
    improves: str | None
    standing: Literal["agreed", "done", "accepted"] | None
    overdue: bool


class MinutesAnswer(Answer):
    """The latest edition of the minutes."""

    edition: int
    by: Side
    text: str
    approved: bool
    objected: bool


class ReviewAnswer(Answer):
    """A review as it stands; ``version`` is the ETag."""

    id: str
    version: int
    status: Literal["called", "cancelled"]
    by: Side
    at: datetime
    agenda: str
    attended_by: list[str]
    because: str | None
    """Why it was called off, if it was."""
    minutes: MinutesAnswer | None
    actions: list[PlannedAnswer]


def plan_of(body: PlanBody) -> Plan:
    """Return what is to be done, as it was asked for."""
    return Plan(body.what, body.side, body.owner, body.due, body.improves)


def review_answer(stream: Stream) -> ReviewAnswer:
    """Show a review; raises NotFound where there is none."""
    state: NotCalled | Called | Cancelled = stream.state
    if isinstance(state, NotCalled):
        raise NotFound("such review")
    last = state.last if isinstance(state, Cancelled) else state
    return ReviewAnswer(
        id=stream.id,
        version=stream.version,
        status="cancelled" if isinstance(state, Cancelled) else "called",
        by=last.called.by,
        at=last.at,
        agenda=last.called.agenda,
        attended_by=list(last.called.attended_by),
        because=state.because if isinstance(state, Cancelled) else None,
        minutes=_minutes(last),
        actions=_actions(last),
    )


def _minutes(state: Called) -> MinutesAnswer | None:
    written = state.minutes
    if written is None:
        return None
    return MinutesAnswer(
        edition=written.edition,
        by=written.by,
        text=written.text,
        approved=state.approved == written.edition,
        objected=state.objected == written.edition,
    )


def _actions(state: Called) -> list[PlannedAnswer]:
    written = () if state.minutes is None else state.minutes.actions
    planned = [item.agreed for item in state.actions.values()] or list(written)
    found = []
    for one in planned:
        item = state.actions.get(one.action)
        found.append(
            PlannedAnswer(
                action=one.action,
                what=one.what,
                side=one.side,
                owner=one.owner,
                due=one.due,
                improves=one.improves,
                standing=None if item is None else item.standing,
                overdue=item is not None and item.overdue,
            )
        )
    return found
