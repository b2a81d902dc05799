"""Feasibility: what answers a requirement, what one's own side found out, notes and approvals."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Response

from application.eliciting import Answer, Prices
from domain.negotiation.position_facts import ApprovalKind
from domain.requirements.facts import RequirementId
from domain.services.facts import Charge, LevelId
from domain.services.offering import levels_on_offer
from domain.values.ids import OfferingId
from interfaces.http.conventions import RequirementPath, RequirementsStream
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.forms import Form, WrongFields, fields
from interfaces.web.notices import Notice
from interfaces.web.pages.requirements import on_the_sheet
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/requirements/{requirements}", include_in_schema=False
)

MOST_CONDITIONS = 50
FLOOR = "floor/"


@router.post("/items/{requirement}/match")
def match_requirement_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream, requirement: RequirementPath
) -> Response:
    """Name the service level, on offer now, that answers a requirement."""

    def act() -> None:
        with fields(form):
            gap = form.optional("gap")
            offering, level = form.one_of("level", _level)
        answer = Answer(offering, level, gap)
        command = visit.command(form)
        visit.house.eliciting.match(command, stream, RequirementId(requirement), answer)

    return on_the_sheet(visit, form, stream, act)


@router.post("/items/{requirement}/feasibility")
def find_feasible_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream, requirement: RequirementPath
) -> Response:
    """Tell the client that a requirement can be met, and on which conditions."""

    def act() -> None:
        with fields(form):
            text = form.optional("conditions", most=20_000) or ""
        conditions = tuple(line.strip() for line in text.splitlines() if line.strip())
        if len(conditions) > MOST_CONDITIONS:
            raise WrongFields({"conditions": f"At most {MOST_CONDITIONS} conditions."})
        eliciting, command = visit.house.eliciting, visit.command(form)
        eliciting.find_feasible(command, stream, RequirementId(requirement), conditions)

    return on_the_sheet(visit, form, stream, act, Notice.VERDICT_TOLD)


@router.post("/items/{requirement}/infeasibility")
def find_infeasible_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream, requirement: RequirementPath
) -> Response:
    """Tell the client that a requirement cannot be met, and what could be."""

    def act() -> None:
        with fields(form):
            because = form.text("because", what="the reason")
            instead = form.optional("instead")
        eliciting, command = visit.house.eliciting, visit.command(form)
        eliciting.find_infeasible(command, stream, RequirementId(requirement), because, instead)

    return on_the_sheet(visit, form, stream, act, Notice.VERDICT_TOLD)


@router.post("/items/{requirement}/assessment")
def assess_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream, requirement: RequirementPath
) -> Response:
    """Find out whether one's catalogue can meet a requirement; kept in the private file."""

    def act() -> None:
        with fields(form):
            given = readers.filled(form, "amount")
            prices = Prices(readers.charge_of(form) if given else None, dict(_floors(visit, form)))
        eliciting, command = visit.house.eliciting, visit.command(form)
        eliciting.assess(command, stream, RequirementId(requirement), prices)

    return on_the_sheet(visit, form, stream, act, Notice.ASSESSED)


@router.post("/position/notes")
def requirements_note_form(visit: AVisit, form: Submitted, stream: RequirementsStream) -> Response:
    """Write an internal note, for one's own side alone."""

    def act() -> None:
        with fields(form):
            text = form.text("text", what="the note")
        visit.house.preparing.note(visit.command(form), stream, text, None)

    return on_the_sheet(visit, form, stream, act, Notice.NOTE_MADE)


@router.post("/position/approvals")
def request_baseline_approval_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream
) -> Response:
    """Ask one's own people to approve a baseline."""

    def act() -> None:
        kind, digest = form.one_of("kind", ApprovalKind), form.one_of("digest", readers.digest)
        visit.house.preparing.request_approval(visit.command(form), stream, kind, digest)

    return on_the_sheet(visit, form, stream, act)


@router.post("/position/approvals/technical")
def approve_baseline_technically_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream
) -> Response:
    """Approve or refuse a baseline as to what can be provided."""
    return _answer_approval(visit, form, stream, ApprovalKind.TECHNICAL)


@router.post("/position/approvals/commercial")
def approve_baseline_commercially_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream
) -> Response:
    """Approve or refuse a baseline as to what it costs."""
    return _answer_approval(visit, form, stream, ApprovalKind.COMMERCIAL)


def _answer_approval(visit: Visit, form: Form, stream: str, kind: ApprovalKind) -> Response:
    def act() -> None:
        digest, preparing = form.one_of("digest", readers.digest), visit.house.preparing
        if form.given("answer") == "approve":
            preparing.approve(visit.command(form), stream, kind, digest)
            return
        with fields(form):
            because = form.text("because", what="the reason")
        preparing.refuse_approval(visit.command(form), stream, kind, digest, because)

    return on_the_sheet(visit, form, stream, act)


def _level(text: str) -> tuple[OfferingId, LevelId]:
    """Read a level as a form names it: its offering and its own id."""
    offering, _, level = text.partition(" ")
    return (
        OfferingId(readers.offering(offering)),
        LevelId(readers.identifier("level")(level)),
    )


def _floors(visit: Visit, form: Form) -> Iterator[tuple[LevelId, Charge]]:
    """Yield the lowest prices that were filled in, each in its level's own currency and rhythm."""
    for name in [one for one in form.values if one.startswith(FLOOR) and form.given(one).strip()]:
        offering, level = _level(name.removeprefix(FLOOR))
        known = levels_on_offer(visit.house.offering.read(visit.asked, offering).state)
        charge = next((one.charge for one in known if one.level == level), None)
        if charge is not None:
            amount = form.read(name, readers.amount, "Give an amount, such as 450.00.")
            yield level, Charge(type(charge.sum)(amount, charge.sum.currency), charge.every)
