"""Sets of instants: compared with sets of whole numbers, one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from domain.attainment.spans import NOTHING, Spans
from properties import MODEST

POINTS = range(-3, 40)
pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


def points(spans: list[tuple[int, int]]) -> set[int]:
    return {point for starts, ends in spans for point in range(starts, ends)}


def members(spans: Spans) -> set[int]:
    return points(list(spans))


@MODEST
@given(pairs, pairs)
def test_spans_are_sets_of_instants(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    a, b = Spans.of(one), Spans.of(other)
    assert members(a) == points(one)
    assert members(a | b) == points(one) | points(other)
    assert members(a & b) == points(one) & points(other)
    assert members(a - b) == points(one) - points(other)
    assert a.total == len(points(one))


@MODEST
@given(pairs, pairs)
def test_spans_are_sorted_disjoint_and_never_touch(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    a, b = Spans.of(one), Spans.of(other)
    for spans in (a, a | b, a & b, a - b):
        assert (spans.starts < spans.ends).all()
        assert (spans.ends[:-1] < spans.starts[1:]).all()


@MODEST
@given(pairs)
def test_an_instant_is_covered_when_it_is_a_member(one: list[tuple[int, int]]) -> None:
    spans, at = Spans.of(one), np.array(POINTS, dtype=np.int64)
    assert spans.covers(at).tolist() == [point in points(one) for point in POINTS]
    assert spans.before(at).tolist() == [
        len([member for member in points(one) if member < point]) for point in POINTS
    ]


@MODEST
@given(pairs, st.integers(0, 40))
def test_the_first_so_much_of_spans(one: list[tuple[int, int]], length: int) -> None:
    assert members(Spans.of(one).first(length)) == set(sorted(points(one))[:length])


def test_spans_of_a_least_length_are_kept_whole() -> None:
    spans = Spans.of([(0, 5), (10, 12), (20, 21)])
    assert list(spans.no_shorter_than(2)) == [(0, 5), (10, 12)]


def test_nothing_is_nothing() -> None:
    assert not NOTHING
    assert (NOTHING | NOTHING) == (NOTHING & NOTHING) == (NOTHING - NOTHING) == Spans.of([(3, 3)])
