"""The columns of each shape of figures, and how its rows become records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

import numpy as np

from domain.attainment.records import (
    Case,
    Cases,
    Checks,
    Counts,
    Outages,
    Reading,
    Readings,
    Records,
)
from domain.attainment.spans import NOTHING, Micros, Spans
from domain.performance.facts import Shape
from domain.terms.measurement import CustomUnit, Scale
from domain.terms.objective import Objective
from interfaces.measurements import cells
from interfaces.measurements.cells import Cell
from interfaces.measurements.unreadable import UnreadableFigures

Row = dict[str, Any]
"""A row by column, each cell read; a cell that was left empty is not in it."""


@dataclass(frozen=True, slots=True)
class Form:
    """Which columns a shape has: those that must be filled, and those that may."""

    needed: dict[str, Cell]
    optional: dict[str, Cell]
    unit: str | None = None

    @property
    def columns(self) -> dict[str, Cell]:
        """All of them."""
        return {**self.needed, **self.optional}


OUTAGES: Final = Form({"starts": cells.instant, "ends": cells.instant}, {"reason": cells.name})
CHECKS: Final = Form({"at": cells.instant}, {"made": cells.whole, "failed": cells.whole})
COUNTS: Final = Form(
    {"at": cells.instant, "events": cells.whole, "good": cells.whole}, {"unknown": cells.whole}
)


def form_of(shape: Shape, promised: Objective) -> Form:
    """Return the columns of a shape, for one objective: its unit says how a value is written."""
    value = cells.length if promised.measured.scale is Scale.TIME else cells.exact
    match shape:
        case "outages":
            return OUTAGES
        case "checks":
            return CHECKS
        case "counts":
            return COUNTS
        case "cases":
            more: dict[str, Cell] = {
                "ended": cells.instant,
                "by_person": cells.yes_or_no,
                "severity": cells.name,
                "value": value,
                "stopped": cells.spans,
            }
            return Form({"id": cells.name, "began": cells.instant}, more)
        case "readings":
            optional: dict[str, Cell] = {"value": cells.exact, "of": cells.exact}
            if isinstance(promised.measured, CustomUnit):
                optional["unit"] = cells.one_of(promised.measured.unit)
            return Form({"at": cells.instant}, optional)


def records_of(shape: Shape, rows: Sequence[Row], starts: int, ends: int) -> Records:
    """Return rows as records of a batch that speaks for a stretch of time.

    Raises UnreadableFigures for the first row that cannot be true, or lies outside.
    """
    makers: dict[Shape, Callable[[], Records]] = {
        "outages": lambda: _outages(rows, starts, ends),
        "checks": lambda: _checks(rows, starts, ends),
        "counts": lambda: _counts(rows, starts, ends),
        "cases": lambda: _cases(rows, ends),
        "readings": lambda: _readings(rows, starts, ends),
    }
    return makers[shape]()


def _outages(rows: Sequence[Row], starts: int, ends: int) -> Outages:
    for number, row in enumerate(rows, start=1):
        if row["starts"] >= row["ends"]:
            raise UnreadableFigures(
                "no-time", "an outage starts before it ends", row=number, column="ends"
            )
        _inside(row["starts"], starts, ends, number, "starts")
        if row["ends"] > ends:
            raise _outside(number, "ends")
    down = Spans.of((row["starts"], row["ends"]) for row in rows) if rows else NOTHING
    # A batch of outages speaks for all of its time: what it does not name as down was up.
    return Outages(down, Spans.of([(starts, ends)]))


def _checks(rows: Sequence[Row], starts: int, ends: int) -> Checks:
    for number, row in enumerate(rows, start=1):
        _inside(row["at"], starts, ends, number, "at")
        if row.get("failed", 0) > row.get("made", 1):
            because = "no more checks can have failed than were made"
            raise UnreadableFigures("more-than-all", because, row=number, column="failed")
    return Checks(_column(rows, "at"), _column(rows, "made", 1), _column(rows, "failed", 0))


def _counts(rows: Sequence[Row], starts: int, ends: int) -> Counts:
    for number, row in enumerate(rows, start=1):
        _inside(row["at"], starts, ends, number, "at")
        if row["good"] + row.get("unknown", 0) > row["events"]:
            because = "good ones and unknown ones are among all events"
            raise UnreadableFigures("more-than-all", because, row=number, column="good")
    return Counts(
        _column(rows, "at"),
        _column(rows, "events"),
        _column(rows, "good"),
        _column(rows, "unknown", 0),
    )


def _cases(rows: Sequence[Row], ends: int) -> Cases:
    found: dict[str, Case] = {}
    for number, row in enumerate(rows, start=1):
        if row["id"] in found:
            because = f"{row['id']} is there twice: a batch says one thing of a case"
            raise UnreadableFigures("case-twice", because, row=number, column="id")
        if row["began"] >= ends:
            raise _outside(number, "began")
        ended = row.get("ended")
        if ended is not None and not row["began"] <= ended <= ends:
            because = "a case ends after it began, and by the end of what the batch speaks for"
            raise UnreadableFigures("no-time", because, row=number, column="ended")
        found[row["id"]] = Case(
            row["id"],
            row["began"],
            ended,
            row.get("by_person", True),
            row.get("severity"),
            row.get("value"),
            Spans.of(row.get("stopped", [])),
        )
    return Cases(tuple(found.values()))


def _readings(rows: Sequence[Row], starts: int, ends: int) -> Readings:
    found = []
    for number, row in enumerate(rows, start=1):
        _inside(row["at"], starts, ends, number, "at")
        value: Fraction | None = row.get("value")
        of: Fraction | None = row.get("of")
        if value is not None and of is not None and not 0 <= value <= of:
            because = "a share is of no more units than there are"
            raise UnreadableFigures("more-than-all", because, row=number, column="value")
        found.append(Reading(row["at"], value, of))
    return Readings(tuple(found))


def _inside(at: int, starts: int, ends: int, number: int, column: str) -> None:
    if not starts <= at < ends:
        raise _outside(number, column)


def _outside(number: int, column: str) -> UnreadableFigures:
    return UnreadableFigures(
        "outside-the-batch",
        "a batch speaks for the time from its start until before its end: this lies outside",
        row=number,
        column=column,
    )


def _column(rows: Sequence[Row], name: str, otherwise: int = 0) -> Micros:
    return np.array([row.get(name, otherwise) for row in rows], dtype=np.int64)
