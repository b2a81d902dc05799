"""Requirements: the sheets of a relationship, one sheet, and what the client wants on it."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Response

from application.access import Action
from application.eliciting import RequirementDraft
from application.errors import NotFound
from application.projections.base import Query as ViewQuery
from domain.requirements.facts import Priority, RequirementId, TeamMember
from domain.requirements.requirements import REQUIREMENTS, Opened
from domain.values.ids import PersonId, relationship_of
from domain.values.sides import Side
from interfaces.http.conventions import (
    Cursor,
    RelationshipPath,
    RequirementPath,
    RequirementsStream,
    read_cursor,
)
from interfaces.http.schemas.base import page as listed
from interfaces.routing import Routes
from interfaces.web import readers
from interfaces.web.elicitation.sheet import colleagues, sheet_shown
from interfaces.web.forms import Form, fields
from interfaces.web.navigation import address
from interfaces.web.notices import Notice
from interfaces.web.places import place, seated
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/relationships/{relationship}/requirements", include_in_schema=False)

MOST = 50
MOST_MEMBERS = 50
PRIORITIES = [
    (Priority.MUST.value, "must: not without it"),
    (Priority.SHOULD.value, "should: badly wanted"),
    (Priority.COULD.value, "could: welcome"),
]


@router.get("")
def requirements_page(
    visit: AVisit, relationship: RelationshipPath, after: Cursor = None
) -> Response:
    """List the sheets of requirements of a relationship, and offer to open one."""
    return _list(visit, relationship, after)


@router.post("")
def open_requirements_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath
) -> Response:
    """Open a sheet of requirements for one need of the client."""

    def act() -> str:
        with fields(form):
            title = form.text("title", most=200, what="a title")
            need = form.text("need", what="what it is needed for")
        opened = visit.house.eliciting.open(visit.command(form), relationship, title, need)
        return address(opened.stream.id)

    def show(trouble: Trouble) -> Response:
        return _list(visit, relationship, None, trouble)

    return do(form, act, show, Notice.REQUIREMENTS_OPENED)


@router.get("/{requirements}")
def sheet_page(visit: AVisit, stream: RequirementsStream) -> Response:
    """Show a sheet: the team, each requirement with its answer, and what one keeps apart."""
    return sheet_answer(visit, stream)


@router.post("/{requirements}/team")
def form_team_form(visit: AVisit, form: Submitted, stream: RequirementsStream) -> Response:
    """Put the provider's SLA team together, or form it anew."""

    def act() -> None:
        named = form.all("members")[:MOST_MEMBERS]
        with fields(form):
            members = tuple(_member(form, one) for one in named)
        visit.house.eliciting.form_team(visit.command(form), stream, members)

    return on_the_sheet(visit, form, stream, act)


@router.post("/{requirements}/engineer")
def appoint_engineer_form(visit: AVisit, form: Submitted, stream: RequirementsStream) -> Response:
    """Let a member of the SLA team elicit the requirements."""

    def act() -> None:
        person = PersonId(form.one_of("person", readers.identifier("person")))
        visit.house.eliciting.appoint(visit.command(form), stream, person)

    return on_the_sheet(visit, form, stream, act)


@router.post("/{requirements}/items")
def state_requirement_form(visit: AVisit, form: Submitted, stream: RequirementsStream) -> Response:
    """State what the client wants."""

    def act() -> None:
        visit.house.eliciting.state(visit.command(form), stream, _draft(form))

    return on_the_sheet(visit, form, stream, act, Notice.REQUIREMENT_STATED)


@router.post("/{requirements}/items/{requirement}")
def restate_requirement_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream, requirement: RequirementPath
) -> Response:
    """State a requirement anew; what was found out about the old statement falls away."""

    def act() -> None:
        draft, known = _draft(form), RequirementId(requirement)
        visit.house.eliciting.state(visit.command(form), stream, draft, known)

    return on_the_sheet(visit, form, stream, act, Notice.REQUIREMENT_STATED)


@router.post("/{requirements}/items/{requirement}/withdrawal")
def withdraw_requirement_form(
    visit: AVisit, form: Submitted, stream: RequirementsStream, requirement: RequirementPath
) -> Response:
    """Want something no longer."""

    def act() -> None:
        with fields(form):
            because = form.text("because", what="the reason")
        eliciting, command = visit.house.eliciting, visit.command(form)
        eliciting.withdraw(command, stream, RequirementId(requirement), because)

    return on_the_sheet(visit, form, stream, act)


@router.post("/{requirements}/baseline")
def baseline_form(visit: AVisit, form: Submitted, stream: RequirementsStream) -> Response:
    """Settle what a proposal is to answer."""

    def act() -> None:
        visit.house.eliciting.baseline(visit.command(form), stream)

    return on_the_sheet(visit, form, stream, act, Notice.REQUIREMENTS_BASELINED)


@router.post("/{requirements}/reopening")
def reopen_form(visit: AVisit, form: Submitted, stream: RequirementsStream) -> Response:
    """Begin the next revision."""

    def act() -> None:
        with fields(form):
            because = form.text("because", what="the reason")
        visit.house.eliciting.reopen(visit.command(form), stream, because)

    return on_the_sheet(visit, form, stream, act)


def on_the_sheet(
    visit: Visit,
    form: Form,
    stream: str,
    act: Callable[[], None],
    done: Notice = Notice.SAVED,
) -> Response:
    """Do something on a sheet and come back to its page."""

    def there() -> str:
        act()
        return address(stream)

    return do(form, there, lambda trouble: sheet_answer(visit, stream, trouble), done)


def sheet_answer(visit: Visit, stream: str, trouble: Trouble | None = None) -> Response:
    """Render a sheet's page."""
    seat = visit.house.reading.admit(visit.asked, stream)
    sheet = visit.house.ledger.load(REQUIREMENTS, stream)
    if not isinstance(sheet.state, Opened):
        raise NotFound("such requirements")
    found = seated(visit, str(relationship_of(stream)), seat)
    shown = sheet_shown(visit, found, sheet)
    engineer = visit.principal.person is not None and (
        shown.sheet.engineer == visit.principal.person
    )
    states = found.side is Side.CLIENT or (found.side is not None and engineer)
    return page(
        visit,
        "requirements_sheet.html",
        trouble=trouble,
        relationship=found,
        shown=shown,
        here=address(stream),
        states=states and visit.may(Action.STATE_REQUIREMENTS),
        engineers=found.side is Side.PROVIDER and visit.may(Action.ENGINEER_REQUIREMENTS),
        is_engineer=engineer,
        prepares=shown.file is not None and visit.may(Action.PREPARE),
        colleagues=colleagues(visit) if found.side is Side.PROVIDER else [],
        priorities=PRIORITIES,
        bounds=readers.BOUNDS,
        every=readers.EVERY,
        live=found.live,
    )


def _list(
    visit: Visit, relationship: str, after: str | None, trouble: Trouble | None = None
) -> Response:
    found = place(visit, relationship, "requirements")
    board = visit.house.projections.requirements_board
    query = ViewQuery(
        relationship=relationship, after=read_cursor(after), limit=MOST + 1, descending=True
    )
    rows = visit.house.reading.page(board, found.seat, query)
    return page(
        visit,
        "requirements.html",
        trouble=trouble,
        relationship=found,
        may_open=found.side is not None and visit.may(Action.STATE_REQUIREMENTS),
        address=address,
        live=found.live,
        **listed(board, rows, MOST, lambda row: row),
    )


def _draft(form: Form) -> RequirementDraft:
    with fields(form):
        subject = form.text("subject", most=200, what="what it is about")
        indicator = form.text("indicator", most=200, what="what is measured")
        wanted = form.text("wanted", what="what is wanted")
        window = form.text("window", most=200, what="when it must hold")
        rationale = form.text("rationale", what="why")
        priority = form.one_of("priority", Priority)
        figure = readers.figure_of(form) if readers.filled(form, "value", "unit") else None
    return RequirementDraft(subject, indicator, wanted, figure, window, priority, rationale)


def _member(form: Form, person: str) -> TeamMember:
    function = form.text(f"function/{person}", most=200, what="what they do in the team")
    return TeamMember(PersonId(readers.identifier("person")(person)), function)
