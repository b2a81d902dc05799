"""Batches put together: a later one of the same source takes the place of what it speaks for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from attainments import checks, counts
from domain.attainment.records import Case, Cases, Checks, Counts, Outages, Reading, Readings
from domain.attainment.spans import Spans
from domain.performance.merging import Batch, merged


def spans(*pairs: tuple[int, int]) -> Spans:
    return Spans.of(pairs)


def outages(source: str, starts: int, ends: int, *down: tuple[int, int]) -> Batch:
    return Batch(source, starts, ends, Outages(spans(*down), spans((starts, ends))))


def test_no_batch_is_no_record() -> None:
    assert merged([]) is None


def test_a_correction_takes_the_place_of_what_it_speaks_for_also_where_it_says_nothing() -> None:
    found = merged([outages("a", 0, 100, (10, 20), (50, 60)), outages("a", 40, 100)])
    assert isinstance(found, Outages)
    assert (found.down, found.recorded) == (spans((10, 20)), spans((0, 100)))


def test_what_another_source_saw_stays() -> None:
    found = merged([outages("a", 0, 100, (10, 20)), outages("b", 0, 50)])
    assert isinstance(found, Outages)
    assert found.down == spans((10, 20))


def test_checks_of_two_sources_stand_side_by_side_in_order() -> None:
    found = merged(
        [
            Batch("a", 0, 100, checks((10, 1, 0), (60, 1, 1))),
            Batch("b", 0, 100, checks((5, 2, 1))),
            Batch("a", 50, 100, checks((70, 1, 0))),
        ]
    )
    assert isinstance(found, Checks)
    assert found.at.tolist() == [5, 10, 70]
    assert found.failed.tolist() == [1, 0, 0]


def test_counts_are_put_together_column_by_column() -> None:
    found = merged(
        [Batch("a", 0, 10, counts((0, 5, 4, 1))), Batch("a", 10, 20, counts((10, 7, 7, 0)))]
    )
    assert isinstance(found, Counts)
    assert (found.events.tolist(), found.good.tolist()) == ([5, 7], [4, 7])
    assert found.unknown.tolist() == [1, 0]


def test_the_latest_word_on_a_case_counts() -> None:
    opened, closed = Case("t-1", 5), Case("t-1", 5, ended=9)
    found = merged([Batch("a", 0, 10, Cases((opened,))), Batch("a", 0, 10, Cases((closed,)))])
    assert found == Cases((closed,))


def test_readings_are_replaced_by_their_time() -> None:
    first = Readings((Reading(1, Fraction(5)), Reading(12, Fraction(6))))
    found = merged([Batch("a", 0, 20, first), Batch("a", 10, 20, Readings(()))])
    assert found == Readings((Reading(1, Fraction(5)),))


def test_batches_of_different_shapes_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="do not add up"):
        merged([outages("a", 0, 1), Batch("a", 0, 1, Cases(()))])
