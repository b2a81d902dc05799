"""Contracts as they travel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from application.contracting import AsOf
from application.ledger import Stream
from application.projections.contracts import VersionRow
from domain.contract.facts import Ground
from domain.contract.standing import Ended, InForce, NotConcluded, Pending, Standing
from domain.values.ids import relationship_of
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Said


def _day_as_text(value: object) -> object:
    if isinstance(value, date) or (isinstance(value, str) and len(value) == len("2026-03-31")):
        return value
    raise ValueError('a day is written like "2026-03-31"')


Day = Annotated[date, BeforeValidator(_day_as_text)]


class NoticeBody(Body):
    """Ending a contract early."""

    ground: Literal[Ground.CONVENIENCE, Ground.CAUSE, Ground.CHRONIC_FAILURE]
    because: Said
    last_day: Day | None = None
    """The last day in force; without it, as soon as the notice period allows."""


class EndingAnswer(Answer):
    """An early end that is on its way."""

    ground: Ground
    ends_at: datetime
    notice: str | None
    by: Side | None


class ContractAnswer(Answer):
    """A contract as it stands; ``stream_version`` is the ETag."""

    id: str
    relationship: str
    stream_version: int
    status: Literal["pending", "in-force", "ended"]
    title: str
    service: str
    provider: str
    client: str
    version: int
    """The latest signed version of the terms."""
    terms_digest: str
    begins_at: datetime
    ends_at: datetime | None
    renewals: int
    renewal_declined_by: list[Side]
    ending: EndingAnswer | None
    ended_at: datetime | None


class VersionSummary(Answer):
    """A signed version without its terms."""

    contract: str
    version: int
    effective_from: datetime
    recorded_at: datetime
    negotiation: str
    offer: str
    terms_digest: str


class VersionAnswer(VersionSummary):
    """A signed version with its terms."""

    terms: dict[str, Any]


class TermsAnswer(VersionAnswer):
    """What was promised at ``as_of``, as known at ``known_at``."""

    as_of: datetime
    known_at: datetime
    binding: Literal["before", "in-force", "after"]
    """Whether the contract bound both sides at that instant."""
    begins_at: datetime
    ends_at: datetime | None


def contract_answer(stream: Stream) -> ContractAnswer:
    """Show a contract that was concluded; raises ValueError for one that was not."""
    match stream.state:
        case Pending(standing=standing):
            status: Literal["pending", "in-force", "ended"] = "pending"
            ended = None
        case InForce(standing=standing):
            status, ended = "in-force", None
        case Ended(standing=standing, ended_at=at):
            status, ended = "ended", at
        case NotConcluded() | _:
            raise ValueError("a contract that was not concluded cannot be shown")
    return _contract(stream, standing, status, ended)


def _contract(
    stream: Stream,
    standing: Standing,
    status: Literal["pending", "in-force", "ended"],
    ended: datetime | None,
) -> ContractAnswer:
    ending = standing.ending
    return ContractAnswer(
        id=stream.id,
        relationship=str(relationship_of(stream.id)),
        stream_version=stream.version,
        status=status,
        title=standing.terms.title,
        service=standing.terms.service,
        provider=standing.provider,
        client=standing.client,
        version=standing.version,
        terms_digest=standing.terms_digest,
        begins_at=standing.begins_at,
        ends_at=standing.ends_at,
        renewals=standing.renewals,
        renewal_declined_by=sorted(standing.declined),
        ending=None
        if ending is None
        else EndingAnswer(
            ground=ending.ground, ends_at=ending.ends_at, notice=ending.notice, by=ending.by
        ),
        ended_at=ended,
    )


def version_summary(row: VersionRow) -> VersionSummary:
    """Show a version without its terms."""
    return VersionSummary.model_validate(row.model_dump(exclude={"terms"}))


def version_answer(row: VersionRow) -> VersionAnswer:
    """Show a version with its terms."""
    return VersionAnswer.model_validate(row.model_dump())


def terms_answer(found: AsOf) -> TermsAnswer:
    """Show what was promised when."""
    version = {name: value for name, value in found.version if name != "relationship"}
    return TermsAnswer(
        **version,
        as_of=found.at,
        known_at=found.known_at,
        binding=found.binding,
        begins_at=found.span.begins_at,
        ends_at=found.span.ends_at,
    )
