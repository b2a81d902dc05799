"""A party's catalogue: services, the levels they can be had at, what they depend on."""

from __future__ import annotations

from fastapi import Response

from application.ledger import Outcome
from application.projections.base import Query as ViewQuery
from application.projections.service_catalogue import ServiceRow
from domain.services.facts import DependencyId, LevelId
from interfaces.http.conventions import (
    Cursor,
    DependencyPath,
    Fresh,
    LevelPath,
    Limit,
    OfferingStream,
    PartyPath,
    Reading,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
)
from interfaces.http.schemas.base import Page, page
from interfaces.http.schemas.negotiations import BecauseBody
from interfaces.http.schemas.services import (
    DependencyBody,
    LevelBody,
    ServiceAnswer,
    ServiceBody,
    dependency_draft,
    level_draft,
    service_answer,
)
from interfaces.routing import Routes

router = Routes(prefix="/parties/{party}/offerings", tags=["services"])


@router.post("", operation_id="offerService", status_code=201)
def offer_service(
    house: TheHouse, asked: Fresh, party: PartyPath, body: ServiceBody, response: Response
) -> ServiceAnswer:
    """Put a service into your catalogue."""
    outcome = house.offering.offer(asked, party, body.code, body.name, body.description)
    response.headers["Location"] = f"/v1/parties/{outcome.stream.id}".replace(
        "/offering-", "/offerings/offering-"
    )
    return _answer(outcome, response)


@router.get("", operation_id="listServices")
def list_services(
    house: TheHouse,
    asked: Reading,
    party: PartyPath,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[ServiceRow]:
    """List a party's catalogue, your own or that of a party you work with."""
    house.offering.admit(asked, party)
    catalogue = house.projections.service_catalogue
    query = ViewQuery(stream=party, after=read_cursor(after), limit=limit + 1)
    rows = house.shown.view(catalogue).find(query)
    return Page[ServiceRow].model_validate(page(catalogue, rows, limit, lambda row: row))


@router.get("/{offering}", operation_id="getService")
def get_service(
    house: TheHouse, asked: Reading, stream: OfferingStream, response: Response
) -> ServiceAnswer:
    """Show a service with its levels and what it depends on."""
    found = house.offering.read(asked, stream)
    tag(response, found.version)
    return service_answer(found)


@router.post("/{offering}/levels", operation_id="offerLevel", status_code=201)
def offer_level(
    house: TheHouse, asked: Versioned, stream: OfferingStream, body: LevelBody, response: Response
) -> ServiceAnswer:
    """Offer the service at a level; a level is never changed, only withdrawn."""
    return _answer(house.offering.offer_level(asked, stream, level_draft(body)), response)


@router.post("/{offering}/levels/{level}/withdrawal", operation_id="withdrawLevel")
def withdraw_level(
    house: TheHouse,
    asked: Versioned,
    stream: OfferingStream,
    level: LevelPath,
    body: BecauseBody,
    response: Response,
) -> ServiceAnswer:
    """Offer a level no longer; agreements that name it are not touched."""
    outcome = house.offering.withdraw_level(asked, stream, LevelId(level), body.because)
    return _answer(outcome, response)


@router.post("/{offering}/dependencies", operation_id="declareDependency", status_code=201)
def declare_dependency(
    house: TheHouse,
    asked: Versioned,
    stream: OfferingStream,
    body: DependencyBody,
    response: Response,
) -> ServiceAnswer:
    """Say what the service depends on."""
    outcome = house.offering.declare_dependency(asked, stream, dependency_draft(body))
    return _answer(outcome, response)


@router.put("/{offering}/dependencies/{dependency}", operation_id="redeclareDependency")
def redeclare_dependency(
    house: TheHouse,
    asked: Versioned,
    stream: OfferingStream,
    dependency: DependencyPath,
    body: DependencyBody,
    response: Response,
) -> ServiceAnswer:
    """Say anew what the service depends on; the later declaration counts."""
    outcome = house.offering.declare_dependency(
        asked, stream, dependency_draft(body), DependencyId(dependency)
    )
    return _answer(outcome, response)


@router.delete("/{offering}/dependencies/{dependency}", operation_id="withdrawDependency")
def withdraw_dependency(
    house: TheHouse,
    asked: Versioned,
    stream: OfferingStream,
    dependency: DependencyPath,
    response: Response,
) -> ServiceAnswer:
    """Say that the service no longer depends on something."""
    outcome = house.offering.withdraw_dependency(asked, stream, DependencyId(dependency))
    return _answer(outcome, response)


@router.post("/{offering}/retirement", operation_id="retireService")
def retire_service(
    house: TheHouse, asked: Versioned, stream: OfferingStream, body: BecauseBody, response: Response
) -> ServiceAnswer:
    """Take the service out of the catalogue; agreements on it are not touched."""
    return _answer(house.offering.retire(asked, stream, body.because), response)


def _answer(outcome: Outcome, response: Response) -> ServiceAnswer:
    tag(response, outcome.stream.version)
    return service_answer(outcome.stream)
