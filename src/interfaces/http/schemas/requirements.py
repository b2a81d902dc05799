"""Requirements as they travel; how the provider reached a verdict does not."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from application.eliciting import Prices, RequirementDraft
from application.ledger import Stream
from application.projections.requirements_board import RequirementsRow
from domain.negotiation.position_facts import Verdict
from domain.requirements.facts import Priority, RequirementFoundFeasible, TeamMember
from domain.requirements.feasibility import Assessment
from domain.requirements.requirements import NotOpened, Opened, Requirement
from domain.services.facts import LevelId
from domain.values.ids import PersonId, id_pattern, relationship_of
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Named, Said
from interfaces.http.schemas.services import (
    ChargeBody,
    FigureAnswer,
    FigureBody,
    LevelRef,
    OfferingRef,
    charge,
    figure,
    figure_answer,
)

PersonRef = Annotated[str, StringConstraints(pattern=id_pattern("person"))]


class OpenRequirementsBody(Body):
    """A need of the client."""

    title: Named
    need: Said


class MemberBody(Body):
    """A person of the SLA team and what they do in it."""

    person: PersonRef
    function: Named


class TeamBody(Body):
    """The provider's SLA team."""

    members: Annotated[list[MemberBody], Field(min_length=1, max_length=50)]


class EngineerBody(Body):
    """Who is to elicit the requirements."""

    person: PersonRef


class RequirementBody(Body):
    """What the client wants, in words and, where there is one, as a figure."""

    subject: Named
    indicator: Named
    """What is measured, such as ``availability``."""
    wanted: Said
    figure: FigureBody | None = None
    window: Named
    """When it must hold, such as ``24 x 7``."""
    priority: Priority
    rationale: Said


class MatchBody(Body):
    """The service level, on offer now, that answers a requirement."""

    offering: OfferingRef
    level: LevelRef
    gap: Said | None = None
    """What it leaves open, if anything."""


class FeasibleBody(Body):
    """On which conditions a requirement can be met, if any."""

    conditions: Annotated[tuple[Said, ...], Field(max_length=50)] = ()


class InfeasibleBody(Body):
    """Why a requirement cannot be met, and what could be."""

    because: Said
    feasible_instead: Said | None = None


class FloorBody(Body):
    """The lowest price of a level."""

    level: LevelRef
    charge: ChargeBody


class AssessmentBody(Body):
    """What to hold prices against; your own, and never shown to the other side."""

    ceiling: ChargeBody | None = None
    """The client's budget for the level as a whole, as far as you know it."""
    floors: Annotated[tuple[FloorBody, ...], Field(max_length=200)] = ()
    """Below which you do not sell."""


class MatchAnswer(Answer):
    """The service level that answers a requirement."""

    offering: str
    level: str
    gap: str | None


class VerdictAnswer(Answer):
    """What the provider told: whether it can be met, on which conditions, or what else could."""

    feasible: bool
    conditions: list[str]
    because: str | None
    feasible_instead: str | None


class RequirementAnswer(Answer):
    """A requirement as it was last stated, and what answers it."""

    id: str
    subject: str
    indicator: str
    wanted: str
    figure: FigureAnswer | None
    window: str
    priority: Priority
    rationale: str
    stated_by: Side
    match: MatchAnswer | None
    verdict: VerdictAnswer | None


class MemberAnswer(Answer):
    """A person of the SLA team."""

    person: str
    function: str


class BaselineAnswer(Answer):
    """What a proposal is to answer; ``digest`` is over the statements."""

    number: int
    requirements: list[str]
    digest: str


class RequirementsAnswer(Answer):
    """A sheet of requirements as it stands; ``version`` is the ETag."""

    id: str
    relationship: str
    version: int
    status: Literal["open", "baselined"]
    title: str
    need: str
    opened_by: Side
    team: list[MemberAnswer]
    engineer: str | None
    requirements: list[RequirementAnswer]
    withdrawn: list[str]
    unanswered: list[str]
    """What must be had and has no answer yet: what stands before a baseline."""
    baseline: BaselineAnswer | None


class RequirementsSummary(Answer):
    """A sheet without its requirements."""

    requirements: str
    relationship: str
    title: str
    need: str
    opened_by: Side
    engineer: str | None
    status: Literal["open", "baselined"]
    baseline: int | None
    digest: str | None
    by_priority: dict[str, int]
    """How many requirements are a must, a should, a could."""
    by_answer: dict[str, int]
    """How many are feasible, infeasible, matched only, or open."""
    opened_at: datetime
    changed_at: datetime
    version: int


class AssessmentAnswer(Answer):
    """What was found out, for the provider's own eyes."""

    requirement: str
    technical: Verdict
    commercial: Verdict
    findings: list[str]
    best: MatchAnswer | None
    """The level that answers best."""
    feasible_instead: str | None
    """What could be promised where the wanted figure cannot."""


def members(body: TeamBody) -> tuple[TeamMember, ...]:
    """Read a team."""
    return tuple(TeamMember(PersonId(one.person), one.function) for one in body.members)


def requirement_draft(body: RequirementBody) -> RequirementDraft:
    """Read a requirement."""
    return RequirementDraft(
        body.subject,
        body.indicator,
        body.wanted,
        None if body.figure is None else figure(body.figure),
        body.window,
        body.priority,
        body.rationale,
    )


def prices(body: AssessmentBody) -> Prices:
    """Read what to hold prices against."""
    ceiling = None if body.ceiling is None else charge(body.ceiling)
    return Prices(ceiling, {LevelId(one.level): charge(one.charge) for one in body.floors})


def requirements_answer(stream: Stream) -> RequirementsAnswer:
    """Show a sheet that was opened; raises ValueError for one that was not."""
    sheet: Opened | NotOpened = stream.state
    if isinstance(sheet, NotOpened):
        raise ValueError("a sheet that was never opened cannot be shown")
    standing = sheet.baseline
    return RequirementsAnswer(
        id=stream.id,
        relationship=str(relationship_of(stream.id)),
        version=stream.version,
        status="open" if standing is None else "baselined",
        title=sheet.opened.title,
        need=sheet.opened.need,
        opened_by=sheet.opened.opened_by,
        team=[MemberAnswer(person=one.person, function=one.function) for one in sheet.team],
        engineer=sheet.engineer,
        requirements=[_requirement(one) for one in sheet.requirements.values()],
        withdrawn=sorted(sheet.withdrawn),
        unanswered=list(sheet.unanswered()),
        baseline=None
        if standing is None
        else BaselineAnswer(
            number=standing.baseline,
            requirements=list(standing.requirements),
            digest=standing.digest,
        ),
    )


def requirements_summary(row: RequirementsRow) -> RequirementsSummary:
    """Show a sheet without its requirements."""
    return RequirementsSummary.model_validate(
        {
            **row.model_dump(exclude={"items"}),
            "by_priority": row.by_priority(),
            "by_answer": row.by_answer(),
        }
    )


def assessment_answer(found: Assessment) -> AssessmentAnswer:
    """Show what was found out."""
    fit = found.fit
    return AssessmentAnswer(
        requirement=found.requirement,
        technical=found.technical,
        commercial=found.commercial,
        findings=list(found.findings),
        best=None
        if fit is None
        else MatchAnswer(
            offering=fit.candidate.offering, level=fit.candidate.level.level, gap=fit.gap
        ),
        feasible_instead=found.feasible_instead,
    )


def _requirement(requirement: Requirement) -> RequirementAnswer:
    stated, match = requirement.stated, requirement.match
    return RequirementAnswer(
        id=stated.requirement,
        subject=stated.subject,
        indicator=stated.indicator,
        wanted=stated.wanted,
        figure=None if stated.figure is None else figure_answer(stated.figure),
        window=stated.window,
        priority=stated.priority,
        rationale=stated.rationale,
        stated_by=stated.stated_by,
        match=None
        if match is None
        else MatchAnswer(offering=match.offering, level=match.level, gap=match.gap),
        verdict=_verdict(requirement),
    )


def _verdict(requirement: Requirement) -> VerdictAnswer | None:
    told = requirement.verdict
    if told is None:
        return None
    if isinstance(told, RequirementFoundFeasible):
        return VerdictAnswer(
            feasible=True, conditions=list(told.conditions), because=None, feasible_instead=None
        )
    return VerdictAnswer(
        feasible=False,
        conditions=[],
        because=told.because,
        feasible_instead=told.feasible_instead,
    )
