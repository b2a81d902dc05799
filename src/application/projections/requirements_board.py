"""The requirements board: how far each sheet of requirements has come."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.requirements.facts import (
    RequirementFoundFeasible,
    RequirementFoundInfeasible,
    RequirementMatched,
    RequirementsBaselined,
    RequirementsEngineerAppointed,
    RequirementsOpened,
    RequirementsReopened,
    RequirementStated,
    RequirementWithdrawn,
)

FEASIBLE, INFEASIBLE, MATCHED, OPEN = "feasible", "infeasible", "matched", "open"


class ItemRow(Row):
    """How one requirement stands: how much it is needed and what was found out about it."""

    priority: str
    matched: bool = False
    verdict: str | None = None

    @property
    def answer(self) -> str:
        """What answers it: a verdict, a matched level, or nothing yet."""
        return self.verdict or (MATCHED if self.matched else OPEN)


class RequirementsRow(Row):
    """One sheet; ``status`` is open or baselined, ``baseline`` the number that stands.

    ``items`` is by requirement id.
    """

    requirements: str
    relationship: str
    title: str
    need: str
    opened_by: str
    engineer: str | None
    status: str
    baseline: int | None
    digest: str | None
    items: dict[str, ItemRow]
    opened_at: datetime
    changed_at: datetime
    version: int

    def by_priority(self) -> dict[str, int]:
        """Count the requirements by how much they are needed."""
        return dict(sorted(Counter(item.priority for item in self.items.values()).items()))

    def by_answer(self) -> dict[str, int]:
        """Count the requirements by what was found out about them."""
        return dict(sorted(Counter(item.answer for item in self.items.values()).items()))


class RequirementsBoard(Projection[RequirementsRow]):
    """One row a sheet of requirements."""

    name = "requirements_board"
    version = 1
    row = RequirementsRow

    def place(self, row: RequirementsRow) -> Place:
        """The oldest sheet first."""
        return Place(row.requirements, row.requirements, row.relationship, row.requirements)

    def process(self, recorded: Positioned, rows: Rows[RequirementsRow]) -> None:
        """Open a row, or move it on."""
        event = recorded.event
        if isinstance(event.fact, RequirementsOpened):
            rows.put(_opened(event, event.fact))
            return
        if (row := rows.get(event.stream)) is None:
            return
        changes = _changes(row, event.fact)
        rows.put(
            row.model_copy(update={**changes, "changed_at": event.at, "version": event.version})
        )


def _opened(event: Recorded, opened: RequirementsOpened) -> RequirementsRow:
    return RequirementsRow(
        requirements=event.stream,
        relationship=str(event.relationship),
        title=opened.title,
        need=opened.need,
        opened_by=opened.opened_by,
        engineer=None,
        status="open",
        baseline=None,
        digest=None,
        items={},
        opened_at=event.at,
        changed_at=event.at,
        version=event.version,
    )


def _changes(row: RequirementsRow, fact: object) -> dict[str, Any]:
    match fact:
        case RequirementsEngineerAppointed(person=person):
            return {"engineer": person}
        case RequirementStated(requirement=requirement, priority=priority):
            # A new statement has no answer yet: what was found out was about the old one.
            return {"items": {**row.items, requirement: ItemRow(priority=priority)}}
        case RequirementWithdrawn(requirement=requirement):
            return {"items": {one: i for one, i in row.items.items() if one != requirement}}
        case RequirementMatched(requirement=requirement):
            return _found_out(row, requirement, {"matched": True})
        case RequirementFoundFeasible(requirement=requirement):
            return _found_out(row, requirement, {"verdict": FEASIBLE})
        case RequirementFoundInfeasible(requirement=requirement):
            return _found_out(row, requirement, {"verdict": INFEASIBLE})
        case RequirementsBaselined(baseline=baseline, digest=digest):
            return {"status": "baselined", "baseline": baseline, "digest": digest}
        case RequirementsReopened():
            return {"status": "open", "baseline": None, "digest": None}
        case _:
            return {}


def _found_out(row: RequirementsRow, requirement: str, found: dict[str, Any]) -> dict[str, Any]:
    item = row.items.get(requirement)
    if item is None:
        return {}
    return {"items": {**row.items, requirement: item.model_copy(update=found)}}
