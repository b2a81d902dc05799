"""Disputes as they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from application.errors import NotFound
from application.ledger import Stream
from domain.disputes.dispute import NoDispute, Open, Over
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Named, Said
from interfaces.http.schemas.measurements import Note

StreamText = Annotated[
    str, StringConstraints(pattern=r"^relationship-[a-z0-9/-]{1,300}$", max_length=320)
]


class DisputeBody(Body):
    """Disagreeing with an event of the contract."""

    about: StreamText
    """The stream of the event, such as the results of an objective, or the credits."""
    about_version: Annotated[int, Field(ge=1, le=10**9)]
    because: Said
    evidence: Note = ""


class AnswerBody(Body):
    """What a side thinks."""

    says: Said


class MediatorBody(Body):
    """Somebody else to be heard."""

    mediator: Named


class ProposalBody(Body):
    """How to end it."""

    terms: Said


class RungAnswer(Answer):
    """A step of the ladder: whose turn it is, from when on, and whether that was reached."""

    level: int
    role: str
    at: datetime
    reached: bool


class ProposalAnswer(Answer):
    """A proposal to end it that is not answered yet, or that both agreed to."""

    proposal: str
    by: Side
    terms: str


class MediatorAnswer(Answer):
    """Who is to be heard, as a side proposed or agreed to."""

    mediator: str
    by: Side


class DisputeAnswer(Answer):
    """A dispute as it stands; ``version`` is the ETag."""

    id: str
    version: int
    status: Literal["open", "settled", "withdrawn"]
    by: Side
    about: str
    about_version: int
    because: str
    evidence: str
    answered: bool
    ladder: list[RungAnswer]
    mediators: list[MediatorAnswer]
    proposals: list[ProposalAnswer]
    settlement: ProposalAnswer | None


def dispute_answer(stream: Stream) -> DisputeAnswer:
    """Show a dispute; raises NotFound where there is none."""
    state: NoDispute | Open | Over = stream.state
    if isinstance(state, NoDispute):
        raise NotFound("such dispute")
    settled = state.settlement if isinstance(state, Over) else None
    over: Literal["settled", "withdrawn"] = "withdrawn" if settled is None else "settled"
    proposals = state.proposals.values() if isinstance(state, Open) else ()
    last = state.last if isinstance(state, Over) else state
    opened = last.opened
    return DisputeAnswer(
        id=stream.id,
        version=stream.version,
        status="open" if isinstance(state, Open) else over,
        by=opened.by,
        about=opened.about,
        about_version=opened.about_version,
        because=opened.because,
        evidence=opened.evidence,
        answered=last.answered,
        ladder=[
            RungAnswer(level=one.level, role=one.role, at=one.at, reached=one.level in last.reached)
            for one in opened.ladder
        ],
        mediators=[
            MediatorAnswer(mediator=one.mediator, by=one.by)
            for one in sorted(last.mediators, key=lambda one: (one.mediator, one.by))
        ],
        proposals=[
            ProposalAnswer(proposal=one.proposal, by=one.by, terms=one.terms) for one in proposals
        ],
        settlement=None
        if settled is None
        else ProposalAnswer(proposal=settled.proposal, by=settled.by, terms=settled.terms),
    )
