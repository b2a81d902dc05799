"""Requirements: a need, the SLA team, what is wanted, what answers it, and the baseline."""

from __future__ import annotations

from fastapi import Response

from application.eliciting import Answer as LevelAnswer
from application.ledger import Outcome
from application.projections.base import Query as ViewQuery
from domain.requirements.facts import RequirementId
from domain.requirements.requirements import REQUIREMENTS
from domain.services.facts import LevelId
from domain.values.ids import OfferingId, PersonId
from interfaces.http.conventions import (
    Cursor,
    Fresh,
    Limit,
    Reading,
    RelationshipPath,
    RequirementPath,
    RequirementsStream,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.requirements import (
    AssessmentAnswer,
    AssessmentBody,
    EngineerBody,
    FeasibleBody,
    InfeasibleBody,
    MatchBody,
    OpenRequirementsBody,
    RequirementBody,
    RequirementsAnswer,
    RequirementsSummary,
    TeamBody,
    assessment_answer,
    members,
    prices,
    requirement_draft,
    requirements_answer,
    requirements_summary,
)
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/requirements", tags=["requirements"])


@router.post("", operation_id="openRequirements", status_code=201)
def open_requirements(
    house: TheHouse,
    asked: Fresh,
    relationship: RelationshipPath,
    body: OpenRequirementsBody,
    response: Response,
) -> RequirementsAnswer:
    """Open a sheet of requirements for one need of the client."""
    outcome = house.eliciting.open(asked, relationship, body.title, body.need)
    response.headers["Location"] = f"/v1/relationships/{outcome.stream.id}".replace(
        "/requirements-", "/requirements/requirements-"
    )
    return _answer(outcome, response)


@router.get("", operation_id="listRequirements")
def list_requirements(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[RequirementsSummary]:
    """List the sheets of requirements of a relationship, the oldest first."""
    seat = house.reading.seat(asked, relationship, "requirements")
    board = house.projections.requirements_board
    query = ViewQuery(relationship=relationship, after=read_cursor(after), limit=limit + 1)
    rows = house.reading.page(board, seat, query)
    return Page[RequirementsSummary].model_validate(page(board, rows, limit, requirements_summary))


@router.get("/{requirements}", operation_id="getRequirements")
def get_requirements(
    house: TheHouse, asked: Reading, stream: RequirementsStream, response: Response
) -> RequirementsAnswer:
    """Show a sheet of requirements as it stands now."""
    found = house.reading.stream(asked, REQUIREMENTS, stream)
    tag(response, found.version)
    return requirements_answer(found)


@router.put("/{requirements}/team", operation_id="formSlaTeam")
def form_sla_team(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    body: TeamBody,
    response: Response,
) -> RequirementsAnswer:
    """Put the provider's SLA team together, or form it anew."""
    return _answer(house.eliciting.form_team(asked, stream, members(body)), response)


@router.put("/{requirements}/engineer", operation_id="appointEngineer")
def appoint_engineer(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    body: EngineerBody,
    response: Response,
) -> RequirementsAnswer:
    """Let a member of the SLA team elicit the requirements."""
    return _answer(house.eliciting.appoint(asked, stream, PersonId(body.person)), response)


@router.post("/{requirements}/items", operation_id="stateRequirement", status_code=201)
def state_requirement(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    body: RequirementBody,
    response: Response,
) -> RequirementsAnswer:
    """State what the client wants."""
    return _answer(house.eliciting.state(asked, stream, requirement_draft(body)), response)


@router.put("/{requirements}/items/{requirement}", operation_id="restateRequirement")
def restate_requirement(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    requirement: RequirementPath,
    body: RequirementBody,
    response: Response,
) -> RequirementsAnswer:
    """State a requirement anew; what was found out about the old statement falls away."""
    outcome = house.eliciting.state(
        asked, stream, requirement_draft(body), RequirementId(requirement)
    )
    return _answer(outcome, response)


@router.post("/{requirements}/items/{requirement}/withdrawal", operation_id="withdrawRequirement")
def withdraw_requirement(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    requirement: RequirementPath,
    body: BecauseBody,
    response: Response,
) -> RequirementsAnswer:
    """Want something no longer."""
    outcome = house.eliciting.withdraw(asked, stream, RequirementId(requirement), body.because)
    return _answer(outcome, response)


@router.put("/{requirements}/items/{requirement}/match", operation_id="matchRequirement")
def match_requirement(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    requirement: RequirementPath,
    body: MatchBody,
    response: Response,
) -> RequirementsAnswer:
    """Name the service level, on offer now, that answers a requirement."""
    level = LevelAnswer(OfferingId(body.offering), LevelId(body.level), body.gap)
    outcome = house.eliciting.match(asked, stream, RequirementId(requirement), level)
    return _answer(outcome, response)


@router.post("/{requirements}/items/{requirement}/feasibility", operation_id="findFeasible")
def find_feasible(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    requirement: RequirementPath,
    body: FeasibleBody,
    response: Response,
) -> RequirementsAnswer:
    """Tell the client that a requirement can be met, and on which conditions."""
    outcome = house.eliciting.find_feasible(
        asked, stream, RequirementId(requirement), body.conditions
    )
    return _answer(outcome, response)


@router.post("/{requirements}/items/{requirement}/infeasibility", operation_id="findInfeasible")
def find_infeasible(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    requirement: RequirementPath,
    body: InfeasibleBody,
    response: Response,
) -> RequirementsAnswer:
    """Tell the client that a requirement cannot be met, and what could be."""
    outcome = house.eliciting.find_infeasible(
        asked, stream, RequirementId(requirement), body.because, body.feasible_instead
    )
    return _answer(outcome, response)


@router.post("/{requirements}/items/{requirement}/assessment", operation_id="assessRequirement")
def assess_requirement(
    house: TheHouse,
    asked: Fresh,
    stream: RequirementsStream,
    requirement: RequirementPath,
    body: AssessmentBody,
) -> AssessmentAnswer:
    """Find out whether your catalogue can meet a requirement; kept in your private file."""
    found = house.eliciting.assess(asked, stream, RequirementId(requirement), prices(body))
    return assessment_answer(found)


@router.post("/{requirements}/baseline", operation_id="baselineRequirements")
def baseline_requirements(
    house: TheHouse, asked: Versioned, stream: RequirementsStream, response: Response
) -> RequirementsAnswer:
    """Settle what a proposal is to answer."""
    return _answer(house.eliciting.baseline(asked, stream), response)


@router.post("/{requirements}/reopening", operation_id="reopenRequirements")
def reopen_requirements(
    house: TheHouse,
    asked: Versioned,
    stream: RequirementsStream,
    body: BecauseBody,
    response: Response,
) -> RequirementsAnswer:
    """Begin the next revision."""
    return _answer(house.eliciting.reopen(asked, stream, body.because), response)


def _answer(outcome: Outcome, response: Response) -> RequirementsAnswer:
    tag(response, outcome.stream.version)
    return requirements_answer(outcome.stream)
