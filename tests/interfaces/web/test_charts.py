"""Small charts: geometry that is exact, and never says less than the words beside it."""

from __future__ import annotations

from fractions import Fraction
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from interfaces.web.charts.attainment import BOTTOM, LEFT, RIGHT, TOP, Point, Slot, attainment_chart
from interfaces.web.charts.spending import Spent, spending_chart
from interfaces.web.rendering import environment

TARGET = Fraction(199, 2)
values = st.fractions(min_value=0, max_value=100, max_denominator=10**6)


def slot(*values: Fraction | None, bound: Fraction = TARGET) -> Slot:
    """Return a period whose parts came to these values."""
    return Slot(
        "Jan",
        tuple(
            Point(one, bound, "met" if one is not None and one >= bound else "missed", f"{one}")
            for one in values
        ),
    )


@given(st.lists(values, min_size=1, max_size=20))
def test_every_mark_lies_on_the_side_of_the_target_that_it_belongs_to(
    found: list[Fraction],
) -> None:
    chart = attainment_chart("Always", [slot(one) for one in found])
    assert chart is not None
    for mark, rule, value in zip(chart.marks, chart.rules, found, strict=True):
        assert LEFT <= mark.x <= RIGHT
        assert TOP <= mark.y <= BOTTOM
        assert mark.y <= rule.y if value >= TARGET else mark.y >= rule.y
        assert mark.outcome == ("met" if value >= TARGET else "missed")


def test_a_period_in_two_parts_has_a_mark_and_a_target_for_each() -> None:
    parts = slot(Fraction(99)).points + slot(Fraction(98), bound=Fraction(97)).points
    chart = attainment_chart("Always", [Slot("Jan", parts)])
    assert chart is not None
    first, second = chart.rules
    assert (first.x2, first.y < second.y) == (second.x1, True)
    assert [mark.outcome for mark in chart.marks] == ["missed", "met"]


def test_what_was_worse_than_any_value_lies_at_the_bottom() -> None:
    chart = attainment_chart("Always", [slot(None), slot(Fraction(100))])
    assert chart is not None
    assert chart.marks[0].y == BOTTOM


def test_without_a_period_there_is_no_chart() -> None:
    assert attainment_chart("Always", []) is None
    assert spending_chart("Spent", "nothing", []) is None


@given(
    st.fractions(min_value=Fraction(1, 100), max_value=1, max_denominator=1000),
    st.fractions(min_value=0, max_value=50, max_denominator=1000),
)
def test_a_budget_that_is_overdrawn_ends_above_the_limit_and_no_other(
    passed: Fraction, used: Fraction
) -> None:
    chart = spending_chart("Spent", "words", [Spent(passed, used)], [Fraction(1, 2)])
    assert chart is not None
    assert chart.over is (used > 1)
    assert chart.now_y <= chart.limit if used > 1 else chart.now_y >= chart.limit
    assert TOP <= chart.now_y <= BOTTOM
    assert [one.reached for one in chart.thresholds] == [used >= Fraction(1, 2)]


def test_both_are_drawn_as_svg_that_says_what_it_shows_without_a_style() -> None:
    charts = environment().get_template("parts/charts.html").module
    past = attainment_chart("Always", [slot(Fraction(99)), slot(Fraction(100))])
    spent = spending_chart("Spent", "half of it", [Spent(Fraction(1, 2), Fraction(1, 2))])
    for drawn, says in (
        (charts.attainment(past, "past"), "99; 100."),  # type: ignore[attr-defined]
        (charts.spending(spent, "now"), "half of it"),  # type: ignore[attr-defined]
    ):
        svg = ET.fromstring(str(drawn))  # noqa: S314 - the page's own
        named = svg.attrib["aria-labelledby"].split()
        texts = {one.attrib["id"]: one.text for one in svg if "id" in one.attrib}
        assert [texts[one] is not None for one in named] == [True, True]
        assert texts[named[1]] == says
        assert not [one for one in svg.iter() if "style" in one.attrib]
