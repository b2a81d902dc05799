"""Exclusions: time that is to be left out of the measurement, asked for and answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Path, Response

from application.access import Action
from application.agreed import governing
from application.excluding import Absence, exclusions_of
from domain.exclusions.exclusions import EXCLUSIONS, Exclusions
from domain.exclusions.facts import ExclusionRefused, ExclusionRequested
from domain.terms.words.rules import exclusion_in_words
from domain.terms.words.spans import name, sentence
from domain.values.ids import id_pattern, within
from domain.values.sides import Side
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.routing import Routes
from interfaces.web.contract_places import contract_place
from interfaces.web.forms import Form, fields
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/performance/exclusions",
    include_in_schema=False,
)

CasePath = Annotated[str, Path(pattern=id_pattern("exclusion"))]
TONES: Final = {"granted": "good", "refused": "bad", "requested": "warn"}
LINE: Final = 200


@router.get("")
def exclusions_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """List every case, how it stands, and who is to answer."""
    return _show(visit, relationship, contract)


@router.post("")
def request_exclusion_form(
    visit: AVisit, form: Submitted, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Announce or ask for a stretch of time to be left out."""

    def act(stream: str) -> None:
        with fields(form):
            wanted = Absence(
                form.text("exclusion", most=LINE, what="which exclusion of the terms it is"),
                form.instant("starts"),
                form.instant("ends"),
                form.text("because", what="why this time is to be left out"),
                form.optional("evidence") or "",
            )
        visit.house.excluding.request(visit.command(form), stream, wanted)

    return _move(visit, form, (relationship, contract), act, Notice.EXCLUSION_REQUESTED)


@router.post("/{case}/grant")
def grant_exclusion_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    case: CasePath,
) -> Response:
    """Agree to the other side's case."""

    def act(stream: str) -> None:
        visit.house.excluding.grant(visit.command(form), stream, case)

    return _move(visit, form, (relationship, contract), act, Notice.EXCLUSION_ANSWERED)


@router.post("/{case}/refusal")
def refuse_exclusion_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    case: CasePath,
) -> Response:
    """Do not agree to the other side's case; the time counts."""

    def act(stream: str) -> None:
        with fields(form):
            because = form.text("because", what="why the time counts")
        visit.house.excluding.refuse(visit.command(form), stream, case, because)

    return _move(visit, form, (relationship, contract), act, Notice.EXCLUSION_ANSWERED)


@router.post("/{case}/withdrawal")
def withdraw_exclusion_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    case: CasePath,
) -> Response:
    """Take one's own case back; the time counts."""

    def act(stream: str) -> None:
        visit.house.excluding.withdraw(visit.command(form), stream, case)

    return _move(visit, form, (relationship, contract), act, Notice.DONE)


def _move(
    visit: Visit,
    form: Form,
    place: tuple[str, str],
    act: Callable[[str], None],
    done: Notice,
) -> Response:
    """Do something about an exclusion and come back to the list."""
    relationship, contract = place

    def acted() -> str:
        act(within(relationship, contract))
        return f"/relationships/{relationship}/contracts/{contract}/performance/exclusions"

    return do(form, acted, lambda trouble: _show(visit, relationship, contract, trouble), done)


def _show(
    visit: Visit, relationship: str, contract: str, trouble: Trouble | None = None
) -> Response:
    found = contract_place(visit, relationship, contract)
    stream = found.stream.id
    terms = governing(visit.house.agreed.of(stream), visit.asked.at)
    exclusions = visit.house.ledger.load(EXCLUSIONS, exclusions_of(stream))
    state: Exclusions = exclusions.state
    side = found.relationship.side if visit.may(Action.EXCLUDE) else None
    history = visit.house.ledger.history(exclusions_of(stream))
    refusals = {
        one.fact.case: one.fact.because for one in history if isinstance(one.fact, ExclusionRefused)
    }
    return page(
        visit,
        "exclusions.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        to=f"{found.to}/performance/exclusions",
        cases=[
            (one, state.standing[one.case], _moves(one, state.standing[one.case], side))
            for one in reversed(list(state.cases.values()))
        ],
        refusals=refusals,
        tones=TONES,
        agreed=[
            (one.id, sentence(name(one.id)), exclusion_in_words(one)) for one in terms.exclusions
        ],
        may_ask=side is not None,
        version=exclusions.version,
        zone=terms.zone,
        now=visit.asked.at,
        live=found.relationship.live,
    )


def _moves(case: ExclusionRequested, standing: str, side: Side | None) -> frozenset[str]:
    """Return what a side can do about a case as it stands; the use case decides."""
    if side is None:
        return frozenset()
    if case.by is side:
        return frozenset({"withdraw"}) if standing in ("requested", "granted") else frozenset()
    if standing != "requested" or case.granted_by_itself:
        return frozenset()
    return frozenset({"grant", "refuse"})
