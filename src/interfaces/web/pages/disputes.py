"""Disputes: opened about an event, answered, climbing the agreed ladder, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Path, Query, Response

from application.access import Action
from application.projections.base import Query as ViewQuery
from domain.disputes.dispute import DISPUTE
from domain.values.ids import id_pattern, within
from interfaces.http.conventions import ContractPath, Cursor, RelationshipPath, read_cursor
from interfaces.http.schemas.base import page as listed
from interfaces.http.schemas.disputes import dispute_answer
from interfaces.routing import Routes
from interfaces.web.affairs.subjects import read_key, subject, subjects
from interfaces.web.affairs.talk import talk
from interfaces.web.contract_places import contract_place
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/disputes", include_in_schema=False
)

DisputePath = Annotated[str, Path(pattern=id_pattern("dispute"))]
ProposalPath = Annotated[str, Path(pattern=id_pattern("proposal"))]
About = Annotated[str, Query(max_length=400)]
MOST: Final = 50
LINE: Final = 200
TONES: Final = {"open": "warn", "settled": "good", "withdrawn": "calm"}


@router.get("")
def disputes_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    about: About = "",
    after: Cursor = None,
) -> Response:
    """List the disputes of a contract, and offer to open another."""
    return _list(visit, (relationship, contract), about, after)


@router.post("")
def open_dispute_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Disagree with an event of the contract, by the ladder of the terms that govern now."""

    def act() -> str:
        with fields(form):
            because = form.text("because", what="why you disagree")
            evidence = form.optional("evidence") or ""
            about, version = form.one_of("about", read_key)
        stream = within(relationship, contract)
        opened = visit.house.disputing.open(
            visit.command(form), stream, about, version, because, evidence
        )
        return f"{visit.http.url.path}/{opened.stream.id.rsplit('/', 1)[-1]}"

    place = (relationship, contract)
    return do(
        form,
        act,
        lambda trouble: _list(visit, place, form.given("about"), trouble=trouble),
        Notice.DISPUTE_OPENED,
    )


@router.get("/{dispute}")
def dispute_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, dispute: DisputePath
) -> Response:
    """Show a dispute: what was said, whose turn it is, and the ways to end it."""
    return _show(visit, (relationship, contract, dispute))


@router.post("/{dispute}/answers")
def answer_dispute_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    dispute: DisputePath,
) -> Response:
    """Say what one thinks."""

    def act(stream: str) -> None:
        with fields(form):
            says = form.text("says", what="what you think")
        visit.house.disputing.answer(visit.command(form), stream, says)

    return _move(visit, form, (relationship, contract, dispute), act)


@router.post("/{dispute}/mediators")
def call_mediator_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    dispute: DisputePath,
) -> Response:
    """Propose, or agree to, somebody else to be heard."""

    def act(stream: str) -> None:
        with fields(form):
            mediator = form.text("mediator", most=LINE, what="who is to be heard")
        visit.house.disputing.call_mediator(visit.command(form), stream, mediator)

    return _move(visit, form, (relationship, contract, dispute), act)


@router.post("/{dispute}/proposals")
def propose_settlement_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    dispute: DisputePath,
) -> Response:
    """Propose how to end it."""

    def act(stream: str) -> None:
        with fields(form):
            terms = form.text("terms", what="how it is to end")
        visit.house.disputing.propose(visit.command(form), stream, terms)

    return _move(visit, form, (relationship, contract, dispute), act)


@router.post("/{dispute}/proposals/{proposal}/acceptance")
def accept_settlement_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    dispute: DisputePath,
    proposal: ProposalPath,
) -> Response:
    """Agree to the other side's proposal: that is how the dispute ends."""

    def act(stream: str) -> None:
        visit.house.disputing.accept(visit.command(form), stream, proposal)

    return _move(visit, form, (relationship, contract, dispute), act, Notice.DISPUTE_ENDED)


@router.post("/{dispute}/proposals/{proposal}/refusal")
def decline_settlement_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    dispute: DisputePath,
    proposal: ProposalPath,
) -> Response:
    """Do not agree to the other side's proposal."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why you do not agree")
        visit.house.disputing.decline(visit.command(form), stream, proposal, because)

    return _move(visit, form, (relationship, contract, dispute), act)


@router.post("/{dispute}/withdrawal")
def withdraw_dispute_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    dispute: DisputePath,
) -> Response:
    """Take one's own dispute back."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why you take it back")
        visit.house.disputing.withdraw(visit.command(form), stream, because)

    return _move(visit, form, (relationship, contract, dispute), act, Notice.DISPUTE_ENDED)


def _move(
    visit: Visit,
    form: Form,
    place: tuple[str, str, str],
    act: Callable[[str], None],
    done: Notice = Notice.DONE,
) -> Response:
    """Do something about a dispute and come back to it."""
    relationship, contract, dispute = place

    def acted() -> str:
        act(within(within(relationship, contract), dispute))
        return f"/relationships/{relationship}/contracts/{contract}/disputes/{dispute}"

    return do(form, acted, lambda trouble: _show(visit, place, trouble), done)


def _list(
    visit: Visit,
    place: tuple[str, str],
    about: str,
    after: str | None = None,
    trouble: Trouble | None = None,
) -> Response:
    found = contract_place(visit, *place)
    house, stream = visit.house, found.stream.id
    view = house.projections.affairs
    query = ViewQuery(
        stream=stream,
        matching=(("kind", "dispute"),),
        after=read_cursor(after),
        limit=MOST + 1,
    )
    choices = subjects(house, house.agreed.of(stream), found.to)
    chosen = [one.key for one in choices if one.key == about or one.stream.endswith(f"/{about}")]
    return page(
        visit,
        "disputes.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        subjects=[(one.key, one.says) for one in choices],
        about=chosen[0] if chosen else "",
        tones=TONES,
        may_open=found.relationship.side is not None and visit.may(Action.DISPUTE),
        escalation=found.standing.terms.escalation,
        now=visit.asked.at,
        live=found.relationship.live,
        **listed(view, house.shown.view(view).find(query), MOST, lambda row: row),
    )


def _show(visit: Visit, place: tuple[str, str, str], trouble: Trouble | None = None) -> Response:
    relationship, contract, dispute = place
    found = contract_place(visit, relationship, contract)
    house, agreed = visit.house, visit.house.agreed.of(found.stream.id)
    stream = house.ledger.load(DISPUTE, within(found.stream.id, dispute))
    answer = dispute_answer(stream)
    return page(
        visit,
        "dispute.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        dispute=answer,
        to=f"{found.to}/disputes/{dispute}",
        subject=subject(house, agreed, found.to, (answer.about, answer.about_version)),
        said=talk(house.ledger.history(stream.id)),
        tones=TONES,
        side=found.relationship.side if visit.may(Action.DISPUTE) else None,
        zone=agreed.latest.zone,
        now=visit.asked.at,
        live=found.relationship.live,
    )
