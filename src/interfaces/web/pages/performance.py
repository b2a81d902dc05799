"""Performance: what each objective came to, period by period, and the working of each figure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Path, Response

from application.course import Course
from application.errors import NotFound
from application.measuring import promises
from domain.credits.account import Account, Entry
from domain.performance.counting import measuring_sides
from domain.performance.facts import ThresholdReached
from domain.performance.figures import SpoiltFiguresError
from domain.performance.running import Running
from domain.terms.part import ID_PATTERN
from domain.terms.words.objectives import target_in_words
from domain.terms.words.spans import sentence
from domain.values.periods import Period
from interfaces.http.conventions import ContractPath, RelationshipPath
from interfaces.http.schemas.contracts import Day
from interfaces.routing import Routes
from interfaces.web.contract_places import ContractPlace, contract_place
from interfaces.web.performance.outcomes import (
    ObjectiveShown,
    Waiting,
    charts_of,
    period_shown,
    promised_in,
    running_shown,
)
from interfaces.web.performance.words import gaps, period_name, where
from interfaces.web.performance.working import working_of
from interfaces.web.rendering import page
from interfaces.web.visits import AVisit, Visit

router = Routes(
    prefix="/relationships/{relationship}/contracts/{contract}", include_in_schema=False
)

ObjectivePath = Annotated[str, Path(pattern=ID_PATTERN, max_length=60)]
LATEST: Final = 12
SPOILT: Final = "The figures kept of it are not what was received: nothing is worked out of them."


@router.get("/performance")
def performance_page(
    visit: AVisit, relationship: RelationshipPath, contract: ContractPath
) -> Response:
    """Show how every objective came out and stands, and what is left of what it allows."""
    found = contract_place(visit, relationship, contract)
    agreed = visit.house.agreed.of(found.stream.id)
    account: Account = visit.house.claiming.credits(found.stream.id).state
    objectives = [_objective(visit, found, one, account) for one in agreed.objectives()]
    violations = sorted(
        ((shown, one) for one in objectives for shown in one.periods if shown.missed),
        key=lambda pair: pair[0].key,
        reverse=True,
    )
    return page(
        visit,
        "performance.html",
        relationship=found.relationship,
        contract=found,
        objectives=objectives,
        violations=violations,
        account=account,
        where=where,
        now=visit.asked.at,
        live=found.relationship.live,
    )


@router.get("/performance/{objective}/{period}")
def working_page(
    visit: AVisit,
    relationship: RelationshipPath,
    contract: ContractPath,
    objective: ObjectivePath,
    period: Day,
) -> Response:
    """Show how a figure came about: windows, what was excused, rules, versions, fractions."""
    found = contract_place(visit, relationship, contract)
    house, stream = visit.house, found.stream.id
    agreed = house.agreed.of(stream)
    promised = promises(agreed, objective)[-1]
    way = course(visit, found, objective)
    working = working_of(house, agreed, objective, period, way[-1] if way else None)
    if working is None:
        raise NotFound("result of such a period")
    return page(
        visit,
        "performance_working.html",
        relationship=found.relationship,
        contract=found,
        objective=promised,
        working=working,
        here=f"{found.to}/performance",
        now=visit.asked.at,
        live=found.relationship.live,
    )


def course(visit: Visit, found: ContractPlace, objective: str) -> Sequence[Running]:
    """Return how the running period went up to now; nothing where its figures are spoilt."""
    try:
        return _course(visit, found, objective)
    except SpoiltFiguresError:
        return ()


def _course(visit: Visit, found: ContractPlace, objective: str) -> Sequence[Running]:
    house = visit.house
    agreed = house.agreed.of(found.stream.id)
    return Course(house.figures, house.closing).of(agreed, objective, visit.asked.at)


def _objective(
    visit: Visit, found: ContractPlace, objective: str, account: Account
) -> ObjectiveShown:
    house, stream, now = visit.house, found.stream.id, visit.asked.at
    agreed = house.agreed.of(stream)
    promised = promises(agreed, objective)[-1]
    to = f"{found.to}/performance/{objective}"
    state = house.closing.results(stream, objective)
    results = sorted(state.results.values(), key=lambda one: one.ends)[-LATEST:]
    zone = agreed.latest.zone
    spoilt, way = None, tuple[Running, ...]()
    try:
        way = tuple(_course(visit, found, objective))
    except SpoiltFiguresError:
        spoilt = SPOILT
    return ObjectiveShown(
        objective,
        promised.name,
        zone,
        to,
        tuple(
            sentence(": ".join(part for part in (where(one.window, one.severity), text) if part))
            for one in promised.targets
            for text in (target_in_words(agreed.latest, promised, one),)
        ),
        tuple(
            period_shown(
                objective, one, agreed.versions, to, _credit(account, objective, one.period)
            )
            for one in reversed(results)
        ),
        charts_of(objective, results, agreed.versions),
        running_shown(way[-1], objective, to, _gaps(visit, stream, way[-1], objective), way[:-1])
        if way
        else None,
        tuple(
            Waiting(
                period_name(one.period.period, one.period.zone),
                one.period.key,
                one.because,
                one.reported,
                one.period.report_until,
            )
            for one in house.closing.open(stream, objective, now)
        ),
        _thresholds(state.thresholds, way[-1].judged.key if way else None),
        spoilt,
    )


def _credit(account: Account, objective: str, period: date) -> Entry | None:
    return account.entries.get(f"{objective}/{period:%Y%m%d}")


def _thresholds(
    every: frozenset[ThresholdReached], running: date | None
) -> tuple[ThresholdReached, ...]:
    """Return the thresholds that the running period reached, the lowest first."""
    reached = [one for one in every if one.period == running]
    return tuple(sorted(reached, key=lambda one: (one.window, one.percent.zfill(12))))


def _gaps(
    visit: Visit, stream: str, standing: Running, objective: str
) -> list[tuple[datetime, datetime]]:
    """Return for which stretches, up to what was told last, no figures speak."""
    so_far = Period(standing.part.period.starts, standing.until)
    facts = visit.house.measuring.received(stream, objective, so_far.starts, so_far.ends)
    promised = promised_in(standing.part, objective)
    return gaps(facts, measuring_sides(standing.part.version.terms, promised), so_far)
