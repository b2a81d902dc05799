"""The service catalogue: what each party offers, at which levels, on which dependencies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.services.facts import (
    Charge,
    DependencyDeclared,
    DependencyWithdrawn,
    ServiceLevelOffered,
    ServiceLevelWithdrawn,
    ServiceOffered,
    ServiceRetired,
)
from domain.values.figures import Figure


class LevelRow(Row):
    """A level on offer; see ``domain.services.facts.ServiceLevelOffered``."""

    level: str
    name: str
    indicator: str
    promise: Figure
    window: str
    charge: Charge | None


class ServiceRow(Row):
    """One service of a party's catalogue; ``status`` is offered or retired."""

    offering: str
    party: str
    code: str
    name: str
    description: str
    status: str
    levels: tuple[LevelRow, ...]
    dependencies: tuple[str, ...]
    offered_at: datetime
    changed_at: datetime
    version: int


class ServiceCatalogue(Projection[ServiceRow]):
    """One row a service; who may see a party's catalogue is decided before it is read."""

    name = "service_catalogue"
    version = 1
    row = ServiceRow

    def place(self, row: ServiceRow) -> Place:
        """The party is what one looks by; the oldest service first."""
        return Place(row.offering, row.offering, None, row.party)

    def process(self, recorded: Positioned, rows: Rows[ServiceRow]) -> None:
        """Open a row, or move it on."""
        event = recorded.event
        if isinstance(event.fact, ServiceOffered):
            rows.put(_offered(event, event.fact))
            return
        if (row := rows.get(event.stream)) is None:
            return
        changes = _changes(row, event.fact)
        rows.put(
            row.model_copy(update={**changes, "changed_at": event.at, "version": event.version})
        )


def _offered(event: Recorded, offered: ServiceOffered) -> ServiceRow:
    return ServiceRow(
        offering=event.stream,
        party=event.stream.split("/", 1)[0],
        code=offered.code,
        name=offered.name,
        description=offered.description,
        status="offered",
        levels=(),
        dependencies=(),
        offered_at=event.at,
        changed_at=event.at,
        version=event.version,
    )


def _changes(row: ServiceRow, fact: object) -> dict[str, Any]:
    match fact:
        case ServiceLevelOffered():
            return {"levels": (*row.levels, _level(fact))}
        case ServiceLevelWithdrawn(level=level):
            return {"levels": tuple(one for one in row.levels if one.level != level)}
        case DependencyDeclared(dependency=dependency):
            others = tuple(one for one in row.dependencies if one != dependency)
            return {"dependencies": (*others, dependency)}
        case DependencyWithdrawn(dependency=dependency):
            return {"dependencies": tuple(one for one in row.dependencies if one != dependency)}
        case ServiceRetired():
            return {"status": "retired", "levels": ()}
        case _:
            return {}


def _level(fact: ServiceLevelOffered) -> LevelRow:
    return LevelRow(
        level=fact.level,
        name=fact.name,
        indicator=fact.indicator,
        promise=fact.promise,
        window=fact.window,
        charge=fact.charge,
    )
