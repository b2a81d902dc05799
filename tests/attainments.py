"""Records of a service, written the way a test tells them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import numpy as np

from domain.attainment.records import Checks, Counts, Outages
from domain.attainment.spans import NOTHING, Spans, micros
from domain.terms.agreement import AgreementTerms
from domain.values.durations import add_months
from domain.values.periods import Days, Period
from interfaces.files.terms import check_file

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
EXAMPLES: Final = Path(__file__).parents[1] / "examples"


def example(name: str) -> AgreementTerms:
    """Return one of the real agreements."""
    terms = check_file(EXAMPLES / f"{name}.yaml").terms
    if terms is None:
        raise AssertionError(f"{name} does not read")
    return terms


def month(text: str, zone: str = "UTC", months: int = 1) -> Period:
    """Return a calendar month such as ``2026-03``, or several from it on, in a zone."""
    first = date.fromisoformat(f"{text}-01")
    return Days(first, add_months(first, months)).instants(zone)


def at(text: str) -> int:
    """Return an instant such as ``2026-03-01T10:00`` (UTC) in microseconds."""
    return micros(datetime.fromisoformat(text).replace(tzinfo=UTC))


def outages(period: Period, *downs: tuple[int, int], recorded: Spans | None = None) -> Outages:
    """Return outages by when they began and how long they lasted; all else was on record."""
    down = Spans.of((begin, begin + length) for begin, length in downs)
    return Outages(down, Spans.over(period) if recorded is None else recorded)


def checks(*made: tuple[int, int, int]) -> Checks:
    """Return checks by instant: how many were made, how many failed."""
    rows = np.array(made, dtype=np.int64).reshape(-1, 3)
    return Checks(rows[:, 0], rows[:, 1], rows[:, 2])


def counts(*rows: tuple[int, int, int, int]) -> Counts:
    """Return counts by the beginning of their interval: events, good ones, without an outcome."""
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Counts(table[:, 0], table[:, 1], table[:, 2], table[:, 3])


NEVER: Final = NOTHING
