"""Figures as bytes: the same for the same figures, month by month, and checked when read."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import numpy as np
import pytest

from attainments import HOUR, MINUTE, at, checks, counts
from domain.attainment.records import Case, Cases, Checks, Outages, Reading, Readings, Records
from domain.attainment.spans import Spans
from domain.performance.figures import (
    SpoiltFiguresError,
    digest_of_sheets,
    packed,
    read_sheets,
    shape_of,
    sheets_of,
)
from domain.values.canonical import Digest

STARTS, ENDS = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 4, 2, tzinfo=UTC)
SPAN = (at("2026-01-15T00:00"), at("2026-04-02T00:00"))
OVER_MIDNIGHT = (at("2026-01-31T23:00"), at("2026-02-01T01:00"))
EVERY: list[Records] = [
    Outages(Spans.of([OVER_MIDNIGHT]), Spans.of([SPAN])),
    checks((at("2026-01-20T00:00"), 4, 1), (at("2026-03-01T00:00"), 4, 0)),
    counts((at("2026-02-01T00:00"), 9, 7, 1)),
    Cases((Case("T-1", at("2026-02-03T00:00"), None, False, "high", Fraction(1, 3)),)),  # noqa: FBT003 - by nobody
    Readings((Reading(at("2026-02-01T00:00"), None, Fraction(5)),)),
]


def digest(records: Records) -> Digest:
    """Return a batch's digest."""
    return digest_of_sheets(shape_of(records), STARTS, ENDS, sheets_of(records, STARTS, ENDS))


@pytest.mark.parametrize("records", EVERY, ids=shape_of)
def test_what_is_kept_reads_back_as_it_was(records: Records) -> None:
    pairs = list(sheets_of(records, STARTS, ENDS).items())
    assert packed(read_sheets(shape_of(records), pairs)) == packed(records)


def test_an_outage_over_the_end_of_a_month_is_one_outage_again() -> None:
    pairs = list(sheets_of(EVERY[0], STARTS, ENDS).items())
    assert [sheet.month for sheet, _ in pairs] == [date(2026, month, 1) for month in (1, 2, 3, 4)]
    found = read_sheets("outages", pairs)
    assert isinstance(found, Outages)
    assert list(found.down) == [OVER_MIDNIGHT]


def test_the_order_of_rows_is_no_part_of_what_they_say() -> None:
    rows = [(at("2026-01-20T00:00"), 4, 1), (at("2026-01-20T00:00"), 2, 0)]
    assert digest(checks(*rows)) == digest(checks(*rows[::-1]))


def test_a_single_microsecond_makes_another_digest() -> None:
    longer = Spans.of([(OVER_MIDNIGHT[0], OVER_MIDNIGHT[1] + 1)])
    assert digest(Outages(longer, Spans.of([SPAN]))) != digest(EVERY[0])
    assert digest_of_sheets("outages", STARTS, ENDS, ()) != digest_of_sheets(
        "checks", STARTS, ENDS, ()
    )


def test_a_month_that_was_changed_is_found_out() -> None:
    pairs = list(sheets_of(EVERY[1], STARTS, ENDS).items())
    sheet, data = pairs[0]
    with pytest.raises(SpoiltFiguresError, match="2026-01"):
        read_sheets("checks", [(sheet, data[:-1] + b"\x07")])


def test_a_year_of_minutes_keeps_to_its_bytes() -> None:
    minutes = np.arange(525_600, dtype=np.int64) * MINUTE + at("2026-01-01T00:00")
    year = Checks(minutes, np.ones_like(minutes), (minutes % (7 * HOUR) == 0).astype(np.int64))
    first, after = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    pairs = list(sheets_of(year, first, after).items())
    assert sum(sheet.rows for sheet, _ in pairs) == len(minutes)
    found = read_sheets("checks", pairs)
    assert isinstance(found, Checks)
    assert (found.at == year.at).all()
    assert (found.failed == year.failed).all()
