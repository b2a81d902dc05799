"""Negotiations: the list, the room, and what can be done at the table itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import TypeAdapter

from application.access import Action, Seat
from application.negotiating import Limit
from application.projections.base import Query as ViewQuery
from domain.negotiation.constraints import Weight
from domain.negotiation.facts import (
    Amendment,
    MutualTermination,
    NewAgreement,
    Renewal,
    Subject,
)
from domain.terms.paths import TermPath
from domain.values.ids import ContractId, OfferId, id_pattern
from interfaces.http.conventions import Cursor, NegotiationStream, RelationshipPath, read_cursor
from interfaces.http.schemas.base import PathText
from interfaces.http.schemas.base import page as listed
from interfaces.routing import Routes
from interfaces.web.forms import Form, fields
from interfaces.web.navigation import address
from interfaces.web.notices import Notice
from interfaces.web.places import RelationshipPlace, place
from interfaces.web.rendering import page
from interfaces.web.room.rows import holders
from interfaces.web.room.scene import Scene, scene
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/relationships/{relationship}/negotiations", include_in_schema=False)

MOST = 50
SIGNING_DAYS = 14
CHANGES: dict[str, type[Amendment | Renewal | MutualTermination]] = {
    "amendment": Amendment,
    "renewal": Renewal,
    "mutual-termination": MutualTermination,
}
CHANGES_SAID = {
    "amendment": "Amend",
    "renewal": "Renew",
    "mutual-termination": "End by consent",
}

_CONTRACT = re.compile(f"{id_pattern('relationship')[1:-1]}/{id_pattern('contract')[1:-1]}")
_PATH = TypeAdapter(PathText)

Act = Callable[[], str]
Show = Annotated[Literal["differences", "all"], Query()]
About = Annotated[str, Query(max_length=600)]


@router.get("")
def negotiations_page(
    visit: AVisit, relationship: RelationshipPath, after: Cursor = None
) -> Response:
    """List the negotiations of a relationship, and whose move each is."""
    found = place(visit, relationship, "negotiations")
    house = visit.house
    query = ViewQuery(relationship=relationship, after=read_cursor(after), limit=MOST + 1)
    board = house.projections.negotiation_board
    rows = house.reading.page(board, found.seat, query)
    return page(
        visit,
        "negotiations.html",
        relationship=found,
        may_open=_may_open(visit, found),
        address=address,
        now=visit.asked.at,
        live=found.live,
        **listed(board, rows, MOST, lambda row: row),
    )


@router.get("/new")
def new_negotiation_page(
    visit: AVisit, relationship: RelationshipPath, kind: About = "", contract: About = ""
) -> Response:
    """Ask what is to be negotiated; ``kind`` and ``contract`` choose a change beforehand."""
    return _opening(visit, relationship, f"{kind} {contract}".strip())


@router.post("")
def open_negotiation_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath
) -> Response:
    """Open a negotiation of a first agreement, or of a change of one."""

    def act() -> str:
        with fields(form):
            title = form.text("title", most=200, what="a title")
            days = form.read("signing_days", int, "Give a number of days, 1 to 365.")
            subject = form.one_of("subject", _subject)
        opened = visit.house.negotiating.open(
            visit.command(form), relationship, subject, title, days
        )
        return address(opened.stream.id)

    def show(trouble: Trouble) -> Response:
        return _opening(visit, relationship, "", trouble)

    return do(form, act, show, Notice.NEGOTIATION_OPENED)


@router.get("/{negotiation}")
def negotiation_page(
    visit: AVisit, stream: NegotiationStream, show: Show = "differences", about: About = ""
) -> Response:
    """Show the room: whose move it is, the terms side by side, what was said, every offer."""
    return room_page(scene(visit, stream), show, about)


@router.get("/{negotiation}/breaking-off")
def breaking_off_page(visit: AVisit, stream: NegotiationStream) -> Response:
    """Ask why the negotiation is to be broken off."""
    return _breaking_off(scene(visit, stream))


@router.post("/{negotiation}/breaking-off")
def break_off_form(visit: AVisit, form: Submitted, stream: NegotiationStream) -> Response:
    """End a negotiation without an agreement."""

    def act() -> str:
        with fields(form):
            because = form.text("because", what="the reason")
        visit.house.negotiating.break_off(visit.command(form), stream, because)
        return address(stream)

    def show(trouble: Trouble) -> Response:
        return _breaking_off(scene(visit, stream), trouble)

    return do(form, act, show, Notice.NEGOTIATION_BROKEN_OFF)


@router.post("/{negotiation}/locks")
def lock_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, show: Show = "differences"
) -> Response:
    """Hold a term to be settled as it stands in an offer."""

    def act() -> str:
        offer, _, place = form.given("term").partition(" ")
        path = form.read("term", lambda _: _path(place), "This is no term.")
        visit.house.negotiating.lock(visit.command(form), stream, path, OfferId(offer))
        return _back(stream, show)

    return _at_the_table(visit, form, stream, act, show, Notice.TERM_LOCKED)


@router.post("/{negotiation}/locks/release")
def unlock_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, show: Show = "differences"
) -> Response:
    """Reopen a term that one's own side held."""

    def act() -> str:
        path = form.read("term", _path, "This is no term.")
        visit.house.negotiating.unlock(visit.command(form), stream, path)
        return _back(stream, show)

    return _at_the_table(visit, form, stream, act, show, Notice.TERM_UNLOCKED)


@router.post("/{negotiation}/constraints")
def declare_limit_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, show: Show = "differences"
) -> Response:
    """Tell the other side a limit for its offers."""

    def act() -> str:
        with fields(form):
            limit = Limit(
                form.read("path", _path, "Say which term."),
                form.one_of("weight", Weight),
                form.optional("at_least", most=300),
                form.optional("at_most", most=300),
                tuple(one for one in map(str.strip, form.given("one_of").split(",")) if one),
            )
        visit.house.negotiating.constrain(visit.command(form), stream, limit)
        return _back(stream, show, "limits")

    return _at_the_table(visit, form, stream, act, show, Notice.LIMIT_DECLARED)


@router.post("/{negotiation}/constraints/lifting")
def lift_limit_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, show: Show = "differences"
) -> Response:
    """Take a limit of one's own back."""

    def act() -> str:
        visit.house.negotiating.lift(visit.command(form), stream, form.given("limit"))
        return _back(stream, show, "limits")

    return _at_the_table(visit, form, stream, act, show, Notice.LIMIT_LIFTED)


@router.post("/{negotiation}/comments")
def comment_form(
    visit: AVisit, form: Submitted, stream: NegotiationStream, show: Show = "differences"
) -> Response:
    """Say something to the other side, about a term, an offer, or the whole."""

    def act() -> str:
        kind, _, what = form.given("about").partition(" ")
        with fields(form):
            text = form.text("text", what="what you want to say")
            path = (
                form.read("about", lambda _: _path(what), "This is no term.")
                if kind == "term"
                else None
            )
        offer = OfferId(what) if kind == "offer" else None
        visit.house.negotiating.comment(visit.command(form), stream, text, path, offer)
        return _back(stream, show, "comments")

    return _at_the_table(visit, form, stream, act, show, Notice.COMMENT_MADE)


def room_page(
    found: Scene, show: str = "differences", about: str = "", trouble: Trouble | None = None
) -> Response:
    """Render the room."""
    return page(
        found.visit,
        "negotiation.html",
        trouble=trouble,
        room=found,
        relationship=found.relationship,
        sections=found.sections(everything=show == "all"),
        show=show,
        about=about,
        weights=[(weight.value, weight.value) for weight in Weight],
        holders=holders,
        now=found.now,
        live=found.relationship.live,
    )


def _subject(text: str) -> Subject:
    """Read what is to be negotiated; raises ValueError for what is not offered."""
    kind, _, contract = text.partition(" ")
    if kind == "new-agreement":
        return NewAgreement()
    if kind not in CHANGES or not _CONTRACT.fullmatch(contract):
        raise ValueError(text)
    return CHANGES[kind](ContractId(contract))


def _subjects(visit: Visit, seat: Seat, relationship: str) -> list[tuple[str, str]]:
    """Return what can be negotiated: a new agreement, or a change of a contract that runs."""
    register = visit.house.projections.contract_register
    rows = visit.house.reading.page(
        register, seat, ViewQuery(relationship=relationship, limit=MOST)
    )
    running = [row for row in rows if row.status != "ended"]
    changes = [
        (f"{kind} {row.contract}", f"{said}: {row.title}")
        for row in running
        for kind, said in CHANGES_SAID.items()
    ]
    return [("new-agreement", "A new agreement"), *changes]


def _path(text: str) -> TermPath:
    """Read a term's path; raises ValueError for what is none."""
    return TermPath(_PATH.validate_python(text))


def _at_the_table(
    visit: Visit, form: Form, stream: str, act: Act, show: str, notice: Notice
) -> Response:
    def again(trouble: Trouble) -> Response:
        return room_page(scene(visit, stream), show, "", trouble)

    return do(form, act, again, notice)


def _back(stream: str, show: str, part: str = "terms") -> str:
    keep = "" if show == "differences" else f"?show={show}"
    return f"{address(stream)}{keep}#{part}"


def _breaking_off(found: Scene, trouble: Trouble | None = None) -> Response:
    return page(
        found.visit,
        "breaking_off.html",
        trouble=trouble,
        room=found,
        relationship=found.relationship,
    )


def _opening(
    visit: Visit, relationship: str, subject: str, trouble: Trouble | None = None
) -> Response:
    found = place(visit, relationship, "contracts")
    return page(
        visit,
        "negotiation_new.html",
        trouble=trouble,
        relationship=found,
        subjects=_subjects(visit, found.seat, relationship),
        subject=subject,
        may_open=_may_open(visit, found),
        signing_days=SIGNING_DAYS,
    )


def _may_open(visit: Visit, found: RelationshipPlace) -> bool:
    return found.side is not None and visit.may(Action.NEGOTIATE)
