"""Service reviews: called, held, minuted by one side, approved by the other, acted upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Path, Response

from application.access import Action
from application.measuring import promises
from application.projections.base import Query as ViewQuery
from domain.reviews.review import REVIEW, Called
from domain.terms.words.people import review_in_words
from domain.values.ids import id_pattern, within
from domain.values.sides import Side
from interfaces.http.conventions import ContractPath, Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.http.schemas.reviews import review_answer
from interfaces.routing import Routes
from interfaces.web.affairs.minutes import plans, rows
from interfaces.web.affairs.talk import talk
from interfaces.web.contract_places import contract_place
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/reviews", include_in_schema=False
)

ReviewPath = Annotated[str, Path(pattern=id_pattern("review"))]
ActionPath = Annotated[str, Path(pattern=id_pattern("action"))]
MOST: Final = 50
LINE: Final = 200
MOST_PEOPLE: Final = 50
TONES: Final = {"called": "warn", "minuted": "warn", "approved": "good"}
ACTION_TONES: Final = {"agreed": "warn", "done": "warn", "accepted": "good"}


@router.get("")
def reviews_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, after: Cursor = None
) -> Response:
    """List the reviews of a contract, and offer to call one."""
    return _list(visit, (relationship, contract), after)


@router.post("")
def call_review_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Call a meeting of both sides."""

    def act() -> str:
        with fields(form):
            agenda = form.text("agenda", what="what is to be talked about")
            people = _people(form)
            at = form.instant("at")
        stream = within(relationship, contract)
        called = visit.house.reviewing.call(visit.command(form), stream, at, agenda, people)
        return f"{visit.http.url.path}/{called.stream.id.rsplit('/', 1)[-1]}"

    place = (relationship, contract)
    return do(form, act, lambda trouble: _list(visit, place, trouble=trouble), Notice.REVIEW_CALLED)


@router.get("/{review}")
def review_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, review: ReviewPath
) -> Response:
    """Show a review, its minutes and its actions."""
    return _show(visit, (relationship, contract, review))


@router.post("/{review}/move")
def move_review_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
) -> Response:
    """Move the meeting to another time."""

    def act(stream: str) -> None:
        at = form.instant("at")
        visit.house.reviewing.move(visit.command(form), stream, at)

    return _move(visit, form, (relationship, contract, review), act)


@router.post("/{review}/cancellation")
def cancel_review_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
) -> Response:
    """Call the meeting off."""

    def act(stream: str) -> None:
        because = _because(form, "why it is called off")
        visit.house.reviewing.cancel(visit.command(form), stream, because)

    return _move(visit, form, (relationship, contract, review), act)


@router.post("/{review}/minutes")
def write_minutes_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
) -> Response:
    """Write the minutes once the meeting has begun, with what is to be done."""

    def act(stream: str) -> None:
        with fields(form):
            text = form.text("text", what="what was said")
            todo = plans(form)
        visit.house.reviewing.write(visit.command(form), stream, text, todo)

    return _move(visit, form, (relationship, contract, review), act, Notice.MINUTES_WRITTEN)


@router.post("/{review}/minutes/approval")
def approve_minutes_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
) -> Response:
    """Approve the other side's minutes: what they say is to be done is owed from now on."""

    def act(stream: str) -> None:
        visit.house.reviewing.approve(visit.command(form), stream, _edition(form))

    return _move(visit, form, (relationship, contract, review), act, Notice.MINUTES_APPROVED)


@router.post("/{review}/minutes/objection")
def object_to_minutes_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
) -> Response:
    """Do not approve the other side's minutes."""

    def act(stream: str) -> None:
        because = _because(form, "why they are not right")
        visit.house.reviewing.object(visit.command(form), stream, _edition(form), because)

    return _move(visit, form, (relationship, contract, review), act)


@router.post("/{review}/actions/{action}/completion")
def complete_action_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
    action: ActionPath,
) -> Response:
    """Say that an action one owes is done."""

    def act(stream: str) -> None:
        with fields(form):
            note = form.optional("note") or ""
        visit.house.reviewing.complete(visit.command(form), stream, action, note)

    return _move(visit, form, (relationship, contract, review), act)


@router.post("/{review}/actions/{action}/acceptance")
def accept_action_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
    action: ActionPath,
) -> Response:
    """Agree that the other side's action is done."""

    def act(stream: str) -> None:
        visit.house.reviewing.accept(visit.command(form), stream, action)

    return _move(visit, form, (relationship, contract, review), act)


@router.post("/{review}/actions/{action}/reopening")
def reopen_action_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    review: ReviewPath,
    action: ActionPath,
) -> Response:
    """Do not agree that it is done."""

    def act(stream: str) -> None:
        because = _because(form, "why it is not done")
        visit.house.reviewing.reopen(visit.command(form), stream, action, because)

    return _move(visit, form, (relationship, contract, review), act)


def _because(form: Form, what: str) -> str:
    with fields(form):
        return form.text("because", what=what)


def _edition(form: Form) -> int:
    return form.read("edition", int, "Name an edition of the minutes.")


def _people(form: Form) -> list[str]:
    """Return who is to be there, one a line."""
    names = [line.strip() for line in form.given("attended_by").split("\n") if line.strip()]
    if len(names) > MOST_PEOPLE or any(len(one) > LINE or "\x00" in one for one in names):
        form.wrong["attended_by"] = f"At most {MOST_PEOPLE} lines of {LINE} characters."
    return names


def _move(
    visit: Visit,
    form: Form,
    place: tuple[str, str, str],
    act: Callable[[str], None],
    done: Notice = Notice.DONE,
) -> Response:
    """Do something about a review and come back to it."""
    relationship, contract, review = place

    def acted() -> str:
        act(within(within(relationship, contract), review))
        return f"/relationships/{relationship}/contracts/{contract}/reviews/{review}"

    return do(form, acted, lambda trouble: _show(visit, place, trouble), done)


def _list(
    visit: Visit, place: tuple[str, str], after: str | None = None, trouble: Trouble | None = None
) -> Response:
    found = contract_place(visit, *place)
    house, terms = visit.house, found.standing.terms
    view = house.projections.affairs
    query = ViewQuery(
        stream=found.stream.id,
        matching=(("kind", "review"),),
        after=read_cursor(after),
        limit=MOST + 1,
    )
    return page(
        visit,
        "reviews.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        agreed=list(review_in_words(terms.reviews)),
        people="\n".join(terms.reviews.attended_by) if terms.reviews else "",
        agenda=(terms.reviews.agenda or "") if terms.reviews else "",
        tones=TONES,
        may_call=found.relationship.side is not None and visit.may(Action.REVIEW),
        zone=terms.zone,
        now=visit.asked.at,
        live=found.relationship.live,
        **listed(view, house.shown.view(view).find(query), MOST, lambda row: row),
    )


def _show(visit: Visit, place: tuple[str, str, str], trouble: Trouble | None = None) -> Response:
    relationship, contract, review = place
    found = contract_place(visit, relationship, contract)
    house, agreed = visit.house, visit.house.agreed.of(found.stream.id)
    stream = house.ledger.load(REVIEW, within(found.stream.id, review))
    answer = review_answer(stream)
    minutes = stream.state.minutes if isinstance(stream.state, Called) else None
    history = house.ledger.history(stream.id)
    objectives = [(one, promises(agreed, one)[-1].name) for one in agreed.objectives()]
    return page(
        visit,
        "review.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        review=answer,
        called=history[0].fact,
        to=f"{found.to}/reviews/{review}",
        said=talk(history),
        rows=rows(() if minutes is None else minutes.actions, trouble, "minutes"),
        sides=[(one.value, found.relationship.called(one)) for one in Side],
        objectives=[("", "none"), *objectives],
        names=dict(objectives),
        tones=ACTION_TONES,
        side=found.relationship.side if visit.may(Action.REVIEW) else None,
        begun=answer.at is not None and answer.at <= visit.asked.at,
        zone=agreed.latest.zone,
        now=visit.asked.at,
        live=found.relationship.live,
    )
