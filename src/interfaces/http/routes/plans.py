"""Improvement plans: asked for or proposed, agreed, carried out, judged by results."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Response

from application.ledger import Outcome
from application.projections.affairs import AffairRow
from application.projections.base import Query as ViewQuery
from domain.improvement.plan import PLAN
from domain.values.ids import id_pattern, within
from interfaces.http.conventions import (
    ContractStream,
    Cursor,
    Fresh,
    Limit,
    Reading,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.plans import (
    ImprovementBody,
    NeedBody,
    PlanAnswer,
    PlanChangesBody,
    PlanEditionBody,
    ProgressBody,
    VerdictBody,
    idea_of,
    need_of,
    plan_answer,
)
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}/contracts/{contract}/plans", tags=["reviews"])

PlanPath = Annotated[
    str, Path(pattern=id_pattern("plan"), examples=["plan-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]
MeasurePath = Annotated[
    str, Path(pattern=id_pattern("measure"), examples=["measure-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]


def plan_stream(stream: ContractStream, plan: PlanPath) -> str:
    """Return the stream that a path names."""
    return within(stream, plan)


PlanStream = Annotated[str, Depends(plan_stream)]


@router.get("", operation_id="listPlans")
def list_plans(
    house: TheHouse,
    asked: Reading,
    stream: ContractStream,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[AffairRow]:
    """List the improvement plans of a contract, the first one first."""
    house.reading.admit(asked, stream)
    house.agreed.of(stream)
    view = house.projections.affairs
    query = ViewQuery(
        stream=stream,
        matching=(("kind", "plan"),),
        after=read_cursor(after),
        limit=limit + 1,
    )
    rows = house.shown.view(view).find(query)
    return Page[AffairRow].model_validate(page(view, rows, limit, lambda row: row))


@router.post("", operation_id="beginPlan", status_code=201)
def begin_plan(
    house: TheHouse, asked: Fresh, stream: ContractStream, body: NeedBody, response: Response
) -> PlanAnswer:
    """Ask for an improvement plan, or propose one at once."""
    idea = None if body.proposal is None else idea_of(body.proposal)
    begun = house.improving.begin(asked, stream, need_of(body), idea)
    contract, plan = begun.stream.id.rsplit("/", 1)
    place = contract.replace("/contract-", "/contracts/contract-")
    response.headers["Location"] = f"/v1/relationships/{place}/plans/{plan}"
    return _answer(begun, response)


@router.get("/{plan}", operation_id="getPlan")
def get_plan(
    house: TheHouse,
    asked: Reading,
    contract: ContractStream,
    stream: PlanStream,
    response: Response,
) -> PlanAnswer:
    """Show a plan, its measures, and whether it helped."""
    house.reading.admit(asked, contract)
    found = house.ledger.load(PLAN, stream)
    tag(response, found.version)
    return plan_answer(found)


@router.put("/{plan}/proposal", operation_id="proposePlan")
def propose_plan(
    house: TheHouse, asked: Versioned, stream: PlanStream, body: ImprovementBody, response: Response
) -> PlanAnswer:
    """Propose a plan where one was asked for, or another edition of it."""
    return _answer(house.improving.propose(asked, stream, idea_of(body)), response)


@router.post("/{plan}/changes", operation_id="askForPlanChanges")
def ask_for_changes(
    house: TheHouse, asked: Versioned, stream: PlanStream, body: PlanChangesBody, response: Response
) -> PlanAnswer:
    """Do not agree to the other side's edition, and say what one would have otherwise."""
    use = house.improving
    return _answer(use.ask_for_changes(asked, stream, body.edition, body.because), response)


@router.post("/{plan}/agreement", operation_id="agreePlan")
def agree_plan(
    house: TheHouse, asked: Versioned, stream: PlanStream, body: PlanEditionBody, response: Response
) -> PlanAnswer:
    """Agree to the other side's edition: its measures are owed from now on."""
    return _answer(house.improving.agree(asked, stream, body.edition), response)


@router.post("/{plan}/measures/{measure}/progress", operation_id="progressMeasure")
def progress_measure(
    house: TheHouse,
    asked: Versioned,
    stream: PlanStream,
    measure: MeasurePath,
    body: ProgressBody,
    response: Response,
) -> PlanAnswer:
    """Say how far a measure is that one owes, or that it is done."""
    use = house.improving
    return _answer(use.progress(asked, stream, measure, body.note, done=body.done), response)


@router.post("/{plan}/closing", operation_id="closePlan")
def close_plan(
    house: TheHouse, asked: Versioned, stream: PlanStream, body: VerdictBody, response: Response
) -> PlanAnswer:
    """Say whether the plan helped, by the results of the periods named."""
    use = house.improving
    closed = use.close(asked, stream, body.because, body.periods, effective=body.effective)
    return _answer(closed, response)


@router.post("/{plan}/withdrawal", operation_id="withdrawPlan")
def withdraw_plan(
    house: TheHouse, asked: Versioned, stream: PlanStream, body: BecauseBody, response: Response
) -> PlanAnswer:
    """Do not ask for the plan any more; possible while nothing is agreed."""
    return _answer(house.improving.withdraw(asked, stream, body.because), response)


def _answer(outcome: Outcome, response: Response) -> PlanAnswer:
    tag(response, outcome.stream.version)
    return plan_answer(outcome.stream)
