"""Improvement plans: asked for, proposed, agreed, carried out by measures, judged by results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Path, Response

from application.access import Action
from application.improving import Idea, Need
from application.measuring import promises
from application.projections.base import Query as ViewQuery
from domain.improvement.plan import PLAN, Wanted
from domain.values.ids import id_pattern, within
from domain.values.sides import Side
from interfaces.http.conventions import ContractPath, Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.http.schemas.plans import plan_answer
from interfaces.routing import Routes
from interfaces.web.affairs.minutes import rows, todos
from interfaces.web.affairs.talk import talk
from interfaces.web.contract_places import contract_place
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/plans", include_in_schema=False
)

PlanPath = Annotated[str, Path(pattern=id_pattern("plan"))]
MeasurePath = Annotated[str, Path(pattern=id_pattern("measure"))]
MOST: Final = 50
LINE: Final = 200
TONES: Final = {"wanted": "warn", "agreed": "warn", "effective": "good", "not-effective": "bad"}


@router.get("")
def plans_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, after: Cursor = None
) -> Response:
    """List the improvement plans of a contract, and offer to ask for one."""
    return _list(visit, (relationship, contract), after)


@router.post("")
def begin_plan_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Ask for an improvement plan."""

    def act() -> str:
        with fields(form):
            objective = form.text("objective", most=LINE, what="which objective needs it")
            because = form.text("because", what="why it needs one")
        stream = within(relationship, contract)
        need = Need(objective, because)
        begun = visit.house.improving.begin(visit.command(form), stream, need, None)
        return f"{visit.http.url.path}/{begun.stream.id.rsplit('/', 1)[-1]}"

    place = (relationship, contract)
    return do(form, act, lambda trouble: _list(visit, place, trouble=trouble), Notice.DONE)


@router.get("/{plan}")
def plan_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, plan: PlanPath
) -> Response:
    """Show a plan, its measures, and whether it helped."""
    return _show(visit, (relationship, contract, plan))


@router.post("/{plan}/proposal")
def propose_plan_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    plan: PlanPath,
) -> Response:
    """Propose a plan where one was asked for, or another edition of it."""

    def act(stream: str) -> None:
        with fields(form):
            cause = form.text("cause", what="why the target was missed")
            target = form.text("target", what="what is to be reached")
            measures = todos(form)
            reach_by = form.day("reach_by")
        idea = Idea(cause, target, reach_by, measures)
        visit.house.improving.propose(visit.command(form), stream, idea)

    return _move(visit, form, (relationship, contract, plan), act)


@router.post("/{plan}/changes")
def ask_for_changes_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    plan: PlanPath,
) -> Response:
    """Do not agree to the other side's edition, and say what one would have otherwise."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="what you would have otherwise")
        edition = _edition(form)
        visit.house.improving.ask_for_changes(visit.command(form), stream, edition, because)

    return _move(visit, form, (relationship, contract, plan), act)


@router.post("/{plan}/agreement")
def agree_plan_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    plan: PlanPath,
) -> Response:
    """Agree to the other side's edition: its measures are owed from now on."""

    def act(stream: str) -> None:
        visit.house.improving.agree(visit.command(form), stream, _edition(form))

    return _move(visit, form, (relationship, contract, plan), act)


@router.post("/{plan}/measures/{measure}/progress")
def progress_measure_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    plan: PlanPath,
    measure: MeasurePath,
) -> Response:
    """Say how far a measure is that one owes, or that it is done."""

    def act(stream: str) -> None:
        with fields(form):
            note = form.optional("note") or ""
        asked = visit.command(form)
        visit.house.improving.progress(asked, stream, measure, note, done=form.checked("done"))

    return _move(visit, form, (relationship, contract, plan), act)


@router.post("/{plan}/closing")
def close_plan_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    plan: PlanPath,
) -> Response:
    """Say whether the plan helped, by the results of the periods chosen."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why you think so")
            periods = [Form.day(_one(form, text), "periods") for text in form.all("periods")]
        effective = form.given("effective") == "yes"
        asked = visit.command(form)
        visit.house.improving.close(asked, stream, because, periods, effective=effective)

    return _move(visit, form, (relationship, contract, plan), act)


@router.post("/{plan}/withdrawal")
def withdraw_plan_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    plan: PlanPath,
) -> Response:
    """Do not ask for the plan any more."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why it is not needed any more")
        visit.house.improving.withdraw(visit.command(form), stream, because)

    return _move(visit, form, (relationship, contract, plan), act)


def _edition(form: Form) -> int:
    return form.read("edition", int, "Name an edition of the plan.")


def _one(form: Form, text: str) -> Form:
    """Return a form with one of several values that were given under a name."""
    return Form(form.name, form.key, form.version, {"periods": [text]}, wrong=form.wrong)


def _move(
    visit: Visit, form: Form, place: tuple[str, str, str], act: Callable[[str], None]
) -> Response:
    """Do something about a plan and come back to it."""
    relationship, contract, plan = place

    def acted() -> str:
        act(within(within(relationship, contract), plan))
        return f"/relationships/{relationship}/contracts/{contract}/plans/{plan}"

    return do(form, acted, lambda trouble: _show(visit, place, trouble), Notice.DONE)


def _list(
    visit: Visit, place: tuple[str, str], after: str | None = None, trouble: Trouble | None = None
) -> Response:
    found = contract_place(visit, *place)
    house, agreed = visit.house, visit.house.agreed.of(found.stream.id)
    view = house.projections.affairs
    query = ViewQuery(
        stream=found.stream.id,
        matching=(("kind", "plan"),),
        after=read_cursor(after),
        limit=MOST + 1,
    )
    return page(
        visit,
        "plans.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        objectives=[(one, promises(agreed, one)[-1].name) for one in agreed.objectives()],
        tones=TONES,
        may_begin=found.relationship.side is not None and visit.may(Action.REVIEW),
        zone=agreed.latest.zone,
        now=visit.asked.at,
        live=found.relationship.live,
        **listed(view, house.shown.view(view).find(query), MOST, lambda row: row),
    )


def _show(visit: Visit, place: tuple[str, str, str], trouble: Trouble | None = None) -> Response:
    relationship, contract, plan = place
    found = contract_place(visit, relationship, contract)
    house, agreed = visit.house, visit.house.agreed.of(found.stream.id)
    stream = house.ledger.load(PLAN, within(found.stream.id, plan))
    answer = plan_answer(stream)
    proposed = stream.state.proposed if isinstance(stream.state, Wanted) else None
    results = house.closing.results(found.stream.id, answer.objective).results
    return page(
        visit,
        "plan.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        plan=answer,
        name=promises(agreed, answer.objective)[-1].name,
        to=f"{found.to}/plans/{plan}",
        said=talk(house.ledger.history(stream.id)),
        rows=rows(() if proposed is None else proposed.measures, trouble, "propose"),
        sides=[(one.value, found.relationship.called(one)) for one in Side],
        results=[results[key] for key in sorted(results)],
        tones=TONES,
        side=found.relationship.side if visit.may(Action.REVIEW) else None,
        zone=agreed.latest.zone,
        now=visit.asked.at,
        live=found.relationship.live,
    )
