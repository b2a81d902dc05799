"""Our side: the private file on a negotiation, for one's own people and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Query, Response
from pydantic import TypeAdapter

from application.access import Action
from application.backtesting import Asked
from application.errors import NotAllowed, NotFound
from application.preparing import Assessment
from application.projections.base import Query as ViewQuery
from domain.attainment.records import WrongRecords
from domain.backtest.outcome import Backtest
from domain.backtest.past import Past
from domain.backtest.replay import NothingToReplay, backtest
from domain.decider import Refused
from domain.negotiation.position_facts import ApprovalKind, Verdict
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath
from domain.values.canonical import Digest
from domain.values.periods import Days
from interfaces.backtest.picture import as_picture
from interfaces.backtest.sources import Asked as Span
from interfaces.backtest.sources import NoPast, Source, read_past
from interfaces.http.conventions import NegotiationStream
from interfaces.http.schemas.base import PathText
from interfaces.routing import Routes
from interfaces.web.editor.around import Around, around
from interfaces.web.editor.private import Picture, Private
from interfaces.web.forms import Form, WrongFields, fields
from interfaces.web.notices import Notice
from interfaces.web.readers import digest as digest_text
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/negotiations/{negotiation}/our-side",
    include_in_schema=False,
)

MOST: Final = 50
MOST_PERIODS: Final = 800
UPLOADED: Final = "file"
_A_FILE: Final = (UPLOADED, "a file of outages or figures")
_PATH: Final = TypeAdapter[str](PathText)
Drawn = Annotated[int | None, Query(alias="draw", ge=0, le=100_000)]


@router.get("")
def our_side_page(visit: AVisit, stream: NegotiationStream, drawn: Drawn = None) -> Response:
    """Show one's own side's private file; with ``draw``, one of its back-tests as a picture."""
    found = around(visit, stream, None)
    picture = None if drawn is None else _drawn_again(visit, found, drawn)
    return _show(visit, found, picture=picture, asked=drawn)


@router.post("/notes")
def our_note_form(visit: AVisit, stream: NegotiationStream, form: Submitted) -> Response:
    """Write an internal note."""

    def act() -> None:
        with fields(form):
            text = form.text("text", what="what is to be kept in mind")
            where = form.read("path", _path, "Choose a term.") if form.given("path") else None
        visit.house.preparing.note(visit.command(form), stream, text, where)

    return _done(visit, stream, form, act)


@router.post("/reserves")
def our_reserve_form(visit: AVisit, stream: NegotiationStream, form: Submitted) -> Response:
    """Fix the value of a term beyond which one would rather walk away."""

    def act() -> None:
        with fields(form):
            path = form.read("path", _path, "Choose a term.")
            value = form.text("value", most=300, what="the value")
            because = form.optional("because") or ""
        command = visit.command(form)
        visit.house.preparing.set_reserve(command, stream, path, value, because)

    return _done(visit, stream, form, act)


@router.post("/approval-requests")
def our_approval_request_form(
    visit: AVisit, stream: NegotiationStream, form: Submitted
) -> Response:
    """Ask one's own people to approve terms."""

    def act() -> None:
        kind, digest = (
            form.one_of("kind", ApprovalKind),
            Digest(form.read("of", digest_text, "Choose terms.")),
        )
        visit.house.preparing.request_approval(visit.command(form), stream, kind, digest)

    return _done(visit, stream, form, act)


@router.post("/approvals")
def our_approval_form(visit: AVisit, stream: NegotiationStream, form: Submitted) -> Response:
    """Approve terms in the respect that the visitor's role covers, or say no to them."""

    def act() -> None:
        kind, digest = (
            form.one_of("kind", ApprovalKind),
            Digest(form.read("of", digest_text, "Choose terms.")),
        )
        preparing, command = visit.house.preparing, visit.command(form)
        if form.given("answer") == "refuse":
            because = form.text("because", what="why not")
            form.refuse_if_wrong()
            preparing.refuse_approval(command, stream, kind, digest, because)
        else:
            preparing.approve(command, stream, kind, digest)

    return _done(visit, stream, form, act)


@router.post("/assessments")
def our_assessment_form(visit: AVisit, stream: NegotiationStream, form: Submitted) -> Response:
    """Record whether terms can be kept, technically and commercially."""

    def act() -> None:
        found = Assessment(
            Digest(form.read("of", digest_text, "Choose terms.")),
            form.one_of("technical", Verdict),
            form.one_of("commercial", Verdict),
            tuple(line.strip() for line in form.given("findings").split("\n") if line.strip()),
        )
        visit.house.preparing.assess(visit.command(form), stream, found)

    return _done(visit, stream, form, act)


@router.post("/backtests")
def our_backtest_form(visit: AVisit, stream: NegotiationStream, form: Submitted) -> Response:
    """Hold terms against a past, keep what came of it, and draw it."""
    drawn: list[Picture] = []

    def act() -> None:
        digest = Digest(form.read("of", digest_text, "Choose terms."))
        k = form.read("k", _count, "A whole number of periods, or nothing.")
        house, command = visit.house, visit.command(form)
        terms = house.backtesting.proposed(command, stream, digest)
        past = _past(visit, stream, form, terms)
        _, found = house.backtesting.record(command, stream, Asked(digest, k), past)
        drawn.append(_picture(terms, found))

    answer = _done(visit, stream, form, act)
    if not drawn:
        return answer
    # The figures of a file are not kept, so the picture is drawn now or never.
    return _show(visit, around(visit, stream, None), picture=drawn[0], done=True)


def _past(visit: Visit, stream: str, form: Form, terms: AgreementTerms) -> Past:
    """Read the past that a form names; raises WrongFields."""
    house, chosen = visit.house, form.given("past")
    with fields(form):
        first, last = form.day("first"), form.day("last")
        if last < first:
            form.wrong["last"] = "The last day is not before the first."
        if chosen == UPLOADED and not form.files:
            form.wrong["file"] = "Choose a file."
    if chosen != UPLOADED:
        days = Days(first, last + timedelta(days=1))
        return house.backtesting.of_contract(visit.asked, stream, chosen, terms, days)
    raw = form.files["file"]
    objective = form.optional("objective", most=60)
    ending = ".json" if raw.lstrip()[:1] == b"{" else ".csv"
    source = Source("the file", ending, raw, objective)
    try:
        return read_past(terms, [source], Span(first, last))
    except NoPast as no:
        raise WrongFields({"file": f"{no}"}) from no


def _drawn_again(visit: Visit, found: Around, number: int) -> Picture | None:
    """Draw a back-test on file once more, if what it was held against is still on record."""
    kept = found.file.position.backtests
    if number >= len(kept) or not visit.may(Action.ENGINEER_REQUIREMENTS):
        return None
    record, house, about = kept[number], visit.house, found.stream.id
    days = Days(record.first, record.last + timedelta(days=1))
    try:
        terms = house.backtesting.proposed(visit.asked, about, record.terms_digest)
    except Refused:
        return None
    for contract, _ in _contracts(visit, found):
        try:
            past = house.backtesting.of_contract(visit.asked, about, contract, terms, days)
            again = backtest(terms, past, None)
        except (Refused, NothingToReplay, WrongRecords, NotFound, NotAllowed):
            continue
        if again.data == record.data_digest:
            return _picture(terms, again)
    return None


def _picture(terms: AgreementTerms, found: Backtest) -> Picture:
    return Picture(as_picture(terms, found, styled=False), found)


def _done(visit: Visit, stream: str, form: Form, act: Callable[[], None]) -> Response:
    """Do what a form asks for and show the file again."""
    found = around(visit, stream, None)

    def go() -> str:
        act()
        return f"{found.to}/our-side"

    return do(form, go, partial(_again, visit, stream), Notice.SAVED)


def _again(visit: Visit, stream: str, trouble: Trouble) -> Response:
    return _show(visit, around(visit, stream, None), trouble)


def _show(visit: Visit, found: Around, trouble: Trouble | None = None, **more: Any) -> Response:
    contracts = _contracts(visit, found)
    private = Private(found, visit)
    return page(
        visit,
        "our_side.html",
        trouble=trouble,
        relationship=found.relationship,
        live=found.relationship.live,
        around=found,
        file=private,
        position=found.file.position,
        version=found.file.stream.version,
        known=tuple((one.digest, one.called) for one in private.known),
        pasts=(*((one, f"what is on record of {title}") for one, title in contracts), _A_FILE),
        verdicts=tuple((one.value, one.value) for one in Verdict),
        may_prepare=visit.may(Action.PREPARE),
        may_assess=visit.may(Action.ENGINEER_REQUIREMENTS),
        first=_year_before(visit.asked.at.date()),
        last=visit.asked.at.date() - timedelta(days=1),
        picture=more.get("picture"),
        asked=more.get("asked"),
        done=more.get("done", False),
    )


def _contracts(visit: Visit, found: Around) -> tuple[tuple[str, str], ...]:
    """Return the contracts between the two, the latest first: stream and title."""
    board = visit.house.projections.contract_register
    query = ViewQuery(relationship=found.relationship.id, limit=MOST)
    rows = visit.house.reading.page(board, found.relationship.seat, query)
    return tuple((row.contract, row.title) for row in reversed(rows))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=1)


def _path(text: str) -> TermPath:
    return TermPath(_PATH.validate_python(text))


def _count(text: str) -> int | None:
    if not text:
        return None
    number = int(text)
    if not 1 <= number <= MOST_PERIODS:
        raise ValueError(text)
    return number
