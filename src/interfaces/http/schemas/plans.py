"""Improvement plans as they travel."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from application.errors import NotFound
from application.improving import Idea, Need, Todo
from application.ledger import Stream
from domain.improvement.plan import (
    Agreed,
    Closed,
    MeasureItem,
    NoPlan,
    PlanState,
    Wanted,
    Withdrawn,
)
from domain.terms.part import Id
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Named, Said
from interfaces.http.schemas.contracts import Day
from interfaces.http.schemas.disputes import StreamText
from interfaces.http.schemas.measurements import Note

MOST_MEASURES = 50
MOST_PERIODS = 120


class MeasureBody(Body):
    """Something to be done by a day."""

    what: Said
    side: Side
    owner: Named
    """The role, or the person, that sees to it."""
    due: Day


class ImprovementBody(Body):
    """A plan: why the target was missed, what is to be reached by when, and what is done."""

    cause: Said
    target: Said
    reach_by: Day
    measures: Annotated[tuple[MeasureBody, ...], Field(min_length=1, max_length=MOST_MEASURES)]


class NeedBody(Body):
    """Why an objective needs a plan; with ``proposal`` one is proposed at once."""

    objective: Id
    because: Said
    about: StreamText | None = None
    """The stream of the event that shows it, such as the results, or a review."""
    about_version: Annotated[int, Field(ge=1, le=10**9)] | None = None
    proposal: ImprovementBody | None = None


class PlanEditionBody(Body):
    """A plan, by its edition."""

    edition: Annotated[int, Field(ge=1, le=10**6)]


class PlanChangesBody(PlanEditionBody):
    """What one would have otherwise."""

    because: Said


class ProgressBody(Body):
    """How far a measure is."""

    note: Note = ""
    done: bool = False


class VerdictBody(Body):
    """Whether the plan helped, and the first days of the periods that show it."""

    effective: bool
    because: Said
    periods: Annotated[tuple[Day, ...], Field(min_length=1, max_length=MOST_PERIODS)]


class MeasureAnswer(Answer):
    """A measure; ``standing`` None: the plan is not agreed yet."""

    measure: str
    what: str
    side: Side
    owner: str
    due: date
    standing: Literal["agreed", "done"] | None
    note: str | None
    overdue: bool


class ProposedAnswer(Answer):
    """The latest edition of a plan; ``changes`` is what the other side would have otherwise."""

    edition: int
    by: Side
    cause: str
    target: str
    reach_by: date
    changes: str | None


class CitedAnswer(Answer):
    """A result that the verdict rests on: the period, and where it stands on record."""

    period: date
    stream: str
    version: int
    missed: bool


class VerdictAnswer(Answer):
    """Whether the plan helped."""

    by: Side
    effective: bool
    because: str
    cited: list[CitedAnswer]


class PlanAnswer(Answer):
    """A plan as it stands; ``version`` is the ETag."""

    id: str
    version: int
    status: Literal["wanted", "agreed", "closed", "withdrawn"]
    by: Side
    objective: str
    because: str
    about: str | None
    about_version: int | None
    plan: ProposedAnswer | None
    measures: list[MeasureAnswer]
    verdict: VerdictAnswer | None


def need_of(body: NeedBody) -> Need:
    """Return why a plan is needed, as it was asked for."""
    return Need(body.objective, body.because, body.about, body.about_version)


def idea_of(body: ImprovementBody) -> Idea:
    """Return a plan as it was written down."""
    todos = [Todo(one.what, one.side, one.owner, one.due) for one in body.measures]
    return Idea(body.cause, body.target, body.reach_by, todos)


def plan_answer(stream: Stream) -> PlanAnswer:
    """Show a plan; raises NotFound where there is none."""
    state: PlanState = stream.state
    if isinstance(state, NoPlan):
        raise NotFound("such plan")
    last = state.last if isinstance(state, Closed | Withdrawn) else state
    begun = last.begun
    return PlanAnswer(
        id=stream.id,
        version=stream.version,
        status=_STATUS[type(state)],
        by=begun.by,
        objective=begun.objective,
        because=begun.because,
        about=begun.about,
        about_version=begun.about_version,
        plan=_proposed(last),
        measures=_measures(last),
        verdict=_verdict(state) if isinstance(state, Closed) else None,
    )


_STATUS: dict[type, Literal["wanted", "agreed", "closed", "withdrawn"]] = {
    Wanted: "wanted",
    Agreed: "agreed",
    Closed: "closed",
    Withdrawn: "withdrawn",
}


def _proposed(state: Wanted | Agreed) -> ProposedAnswer | None:
    found = state.plan if isinstance(state, Agreed) else state.proposed
    if found is None:
        return None
    changes = state.changes if isinstance(state, Wanted) else None
    return ProposedAnswer(
        edition=found.edition,
        by=found.by,
        cause=found.cause,
        target=found.target,
        reach_by=found.reach_by,
        changes=None if changes is None else changes.because,
    )


def _measures(state: Wanted | Agreed) -> list[MeasureAnswer]:
    if isinstance(state, Agreed):
        return [_measure(one, "done" if one.done else "agreed") for one in state.items.values()]
    planned = () if state.proposed is None else state.proposed.measures
    return [_measure(MeasureItem(one), None) for one in planned]


def _measure(item: MeasureItem, standing: Literal["agreed", "done"] | None) -> MeasureAnswer:
    one = item.agreed
    return MeasureAnswer(
        measure=one.measure,
        what=one.what,
        side=one.side,
        owner=one.owner,
        due=one.due,
        standing=standing,
        note=None if item.last is None else item.last.note,
        overdue=item.overdue,
    )


def _verdict(state: Closed) -> VerdictAnswer:
    verdict = state.verdict
    return VerdictAnswer(
        by=verdict.by,
        effective=verdict.effective,
        because=verdict.because,
        cited=[
            CitedAnswer(
                period=one.period, stream=one.stream, version=one.version, missed=one.missed
            )
            for one in verdict.cited
        ],
    )
