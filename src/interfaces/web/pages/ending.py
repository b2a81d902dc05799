"""What one side may do alone about a contract's end: give notice, take it back, decline renewal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from fastapi import Response

from application.access import Action
from application.ledger import Outcome
from domain.contract.facts import Ground
from domain.contract.standing import (
    ONE_DAY,
    comes_to_end_at,
    declinable_until,
    earliest_end,
    renewed_until,
)
from domain.values.sides import Side
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}", include_in_schema=False
)

ONE_SIDED: Final = (Ground.CONVENIENCE, Ground.CAUSE, Ground.CHRONIC_FAILURE)
WORDS: Final = {
    Ground.CONVENIENCE: "for convenience, by the notice period",
    Ground.CAUSE: "for cause, by the other side's breach",
    Ground.CHRONIC_FAILURE: "for chronic failure, by repeated misses",
}


@dataclass(frozen=True, slots=True)
class Way:
    """A ground for notice: what it is, and when a notice given now would end the contract.

    ``earliest`` None: the terms give the visitor's side no such right now.
    """

    ground: Ground
    said: str
    earliest: datetime | None


@router.get("/ending")
def ending_page(visit: AVisit, relationship: RelationshipPath, contract: ContractPath) -> Response:
    """Show how the contract ends, and the forms by which the visitor's side can end it."""
    return _show(visit, contract_place(visit, relationship, contract))


@router.post("/notices")
def give_notice(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, form: Submitted
) -> Response:
    """End the contract early, as soon as the notice period allows or on a later day."""
    found = contract_place(visit, relationship, contract)

    def act() -> Outcome:
        ground = form.one_of("ground", _ground)
        because = form.text("because", what="why the contract is to end")
        last_day = form.day("last_day") if form.given("last_day").strip() else None
        form.refuse_if_wrong()
        asked = visit.command(form)
        return visit.house.contracting.give_notice(
            asked, found.stream.id, ground, because, last_day
        )

    return _done(visit, found, form, act, Notice.NOTICE_GIVEN)


@router.post("/notices/withdrawal")
def withdraw_notice(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, form: Submitted
) -> Response:
    """Take one's notice back before it takes effect."""
    found = contract_place(visit, relationship, contract)

    def act() -> Outcome:
        asked, notice = visit.command(form), form.text("notice", most=200)
        form.refuse_if_wrong()
        return visit.house.contracting.withdraw_notice(asked, found.stream.id, notice)

    return _done(visit, found, form, act, Notice.NOTICE_WITHDRAWN)


@router.post("/renewal-refusal")
def decline_renewal(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath, form: Submitted
) -> Response:
    """Say that the contract shall not go on by itself."""
    found = contract_place(visit, relationship, contract)

    def act() -> Outcome:
        because = form.text("because", what="why it shall not go on")
        form.refuse_if_wrong()
        return visit.house.contracting.decline_renewal(
            visit.command(form), found.stream.id, because
        )

    return _done(visit, found, form, act, Notice.RENEWAL_DECLINED)


def _done(
    visit: Visit,
    contract: ContractPlace,
    form: Submitted,
    act: Callable[[], Outcome],
    notice: Notice,
) -> Response:
    def acted() -> str:
        act()
        return f"{contract.to}/ending"

    return do(form, acted, lambda trouble: _show(visit, contract, trouble), notice)


def _show(visit: Visit, contract: ContractPlace, trouble: Trouble | None = None) -> Response:
    standing = contract.standing
    return page(
        visit,
        "contract_ending.html",
        trouble=trouble,
        relationship=contract.relationship,
        contract=contract,
        ways=list(_ways(visit, contract)),
        over=comes_to_end_at(standing),
        declinable=declinable_until(standing),
        renewed=renewed_until(standing),
        last_day=_last_day,
        may_end=contract.relationship.side is not None
        and contract.status != "ended"
        and visit.may(Action.GIVE_NOTICE),
        now=visit.asked.at,
        live=contract.relationship.live,
    )


def _ways(visit: Visit, contract: ContractPlace) -> Iterator[Way]:
    side = contract.relationship.side
    if side is None:
        return
    standing = contract.standing
    usable = any(not right.lapsed for right in standing.rights)
    for ground in ONE_SIDED:
        earliest = earliest_end(standing, side, ground, visit.asked.at)
        if ground is Ground.CHRONIC_FAILURE and (side is Side.PROVIDER or not usable):
            earliest = None
        yield Way(ground, WORDS[ground], earliest)


def _last_day(end: datetime, zone: str) -> object:
    """Return the last local day before a contract ends at an instant."""
    return end.astimezone(ZoneInfo(zone)).date() - ONE_DAY


def _ground(given: str) -> Ground:
    ground = Ground(given)
    if ground not in ONE_SIDED:
        raise ValueError("nobody gives notice on this ground alone")
    return ground
