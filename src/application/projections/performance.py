"""How each period of each objective came out: one row a closed period, the latest word on it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.performance.facts import (
    PeriodReported,
    Result,
    ResultEstablished,
    ResultRestated,
    TargetResult,
)


class TargetOutcome(BaseModel):
    """What one target of one part came to, for people."""

    model_config = ConfigDict(frozen=True)

    version: int
    window: str
    severity: str | None
    bound: str
    value: str | None
    shown: str
    met: bool | None


class PerformanceRow(Row):
    """One period of an objective; ``missed`` None while it was reported and not closed.

    ``result_version`` is where the result stands in the stream of results.
    """

    contract: str
    relationship: str
    objective: str
    period: date
    starts: datetime | None = None
    ends: datetime | None = None
    reported_by: str | None = None
    reported_at: datetime | None = None
    basis: str | None = None
    missed: bool | None = None
    targets: tuple[TargetOutcome, ...] = ()
    restated: int = 0
    because: str = ""
    closed_at: datetime | None = None
    result_version: int | None = None


class Performance(Projection[PerformanceRow]):
    """One row a period that was reported or closed."""

    name = "performance"
    version = 1
    row = PerformanceRow

    def place(self, row: PerformanceRow) -> Place:
        """By objective, in the order of time."""
        key = _key(row.contract, row.objective, row.period)
        sort = f"{row.objective} {row.period}"
        return Place(key, sort, row.relationship, row.contract)

    def process(self, recorded: Positioned, rows: Rows[PerformanceRow]) -> None:
        """Write a report or a result down."""
        event = recorded.event
        match event.fact:
            case PeriodReported(period=period, by=by):
                told = {"reported_by": str(by), "reported_at": event.at}
                rows.put(_row(event, period, rows).model_copy(update=told))
            case ResultEstablished(result=result):
                rows.put(_with(_row(event, result.period, rows), result, event))
            case ResultRestated(result=result, because=because):
                row = _row(event, result.period, rows)
                again = {"restated": row.restated + 1, "because": because}
                rows.put(_with(row, result, event).model_copy(update=again))
            case _:
                return


def _key(contract: str, objective: str, period: date) -> str:
    return f"{contract}#{objective}#{period}"


def _row(event: Recorded, period: date, rows: Rows[PerformanceRow]) -> PerformanceRow:
    contract, place, _ = event.stream.rsplit("/", 2)
    objective = place.removeprefix("objective-")
    known = rows.get(_key(contract, objective, period))
    if known is not None:
        return known
    return PerformanceRow(
        contract=contract,
        relationship=str(event.relationship),
        objective=objective,
        period=period,
    )


def _with(row: PerformanceRow, result: Result, event: Recorded) -> PerformanceRow:
    targets = tuple(
        _outcome(part.version, target) for part in result.parts for target in part.targets
    )
    return row.model_copy(
        update={
            "starts": result.starts,
            "ends": result.ends,
            "basis": result.basis,
            "missed": result.missed,
            "targets": targets,
            "closed_at": event.at,
            "result_version": event.version,
        }
    )


def _outcome(version: int, target: TargetResult) -> TargetOutcome:
    return TargetOutcome(
        version=version,
        window=target.window,
        severity=target.severity,
        bound=target.bound,
        value=target.value,
        shown=target.shown,
        met=target.met,
    )
