"""Figures: what came in for an objective, handing more in, and reporting a period as complete."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import Query, Response

from application.access import Action
from application.closing import OpenPeriod, results_of
from application.measuring import promises
from domain.performance.counting import measuring_sides, reporting_sides
from domain.performance.results import RESULTS
from domain.values.ids import within
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.forms import fields
from interfaces.web.notices import Notice
from interfaces.web.pages.performance import ObjectivePath
from interfaces.web.performance.handing_in import CALLED, handed_in, shapes_of
from interfaces.web.performance.words import period_name
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}/performance/{objective}",
    include_in_schema=False,
)

LOOKED_BACK: Final = timedelta(days=62)
MOST: Final = 200
ADay = Annotated[date | None, Query()]


@router.get("/measurements")
def measurements_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    objective: ObjectivePath,
    since: Annotated[date | None, Query(alias="from")] = None,
    until: ADay = None,
) -> Response:
    """List the batches that came in, with the ways to hand one in and to report a period."""
    return _show(visit, (relationship, contract, objective), (since, until))


@router.post("/measurements")
def hand_in_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    objective: ObjectivePath,
) -> Response:
    """Take a batch of figures in, whole or not at all."""

    def act() -> str:
        asked, stream = visit.command(form), within(relationship, contract)
        promised = visit.house.measuring.admit(asked, stream, objective)
        visit.house.measuring.receive(asked, stream, objective, handed_in(form, promised))
        return visit.http.url.path

    place = (relationship, contract, objective)
    return do(
        form, act, lambda trouble: _show(visit, place, trouble=trouble), Notice.FIGURES_RECEIVED
    )


@router.post("/reports")
def report_form(
    visit: AVisit,
    form: Submitted,
    relationship: RelationshipPath,
    contract: ContractPath,
    objective: ObjectivePath,
) -> Response:
    """Say that one's figures of a period are complete."""
    to = visit.http.url.path.removesuffix("/reports")

    def act() -> str:
        asked, stream = visit.command(form), within(relationship, contract)
        with fields(form):
            period = form.day("period")
            note = form.optional("note") or ""
        visit.house.measuring.report(asked, stream, objective, period, note)
        return f"{to}/measurements"

    place = (relationship, contract, objective)
    return do(
        form, act, lambda trouble: _show(visit, place, trouble=trouble), Notice.PERIOD_REPORTED
    )


def _show(
    visit: Visit,
    place: tuple[str, str, str],
    looked_at: tuple[date | None, date | None] = (None, None),
    trouble: Trouble | None = None,
) -> Response:
    relationship, contract, objective = place
    found = contract_place(visit, relationship, contract)
    house, stream = visit.house, found.stream.id
    agreed = house.agreed.of(stream)
    promised = promises(agreed, objective)[-1]
    since, until = _stretch(visit, looked_at)
    batches = house.measuring.received(stream, objective, since, until)
    side = found.relationship.side
    return page(
        visit,
        "measurements.html",
        trouble=trouble,
        relationship=found.relationship,
        contract=found,
        objective=promised,
        to=f"{found.to}/performance/{objective}",
        zone=agreed.latest.zone,
        batches=list(reversed(batches))[:MOST],
        counted=sorted(measuring_sides(agreed.latest, promised)),
        since=since.date(),
        until=until.date(),
        formats=list(CALLED.items()),
        shapes=shapes_of(promised),
        may_hand_in=side is not None and visit.may(Action.MEASURE),
        may_report=side in reporting_sides(agreed.latest, promised) and visit.may(Action.MEASURE),
        waiting=[
            (one, period_name(one.period.period, one.period.zone))
            for one in _waiting(visit, found, objective)
        ],
        results_version=house.ledger.load(RESULTS, results_of(stream, objective)).version,
        now=visit.asked.at,
        live=found.relationship.live,
    )


def _waiting(visit: Visit, found: ContractPlace, objective: str) -> list[OpenPeriod]:
    return list(visit.house.closing.open(found.stream.id, objective, visit.asked.at))


def _stretch(visit: Visit, looked_at: tuple[date | None, date | None]) -> tuple[datetime, datetime]:
    """Return the stretch that is looked at, days in UTC: the last two months unless told."""
    since, until = looked_at
    ends = visit.asked.at
    if until is not None:
        ends = datetime.combine(until, time(), UTC) + timedelta(days=1)
    starts = ends - LOOKED_BACK if since is None else datetime.combine(since, time(), UTC)
    return min(starts, ends), ends
