from decimal import Decimal

import pytest

from domain.values.figures import Bound, Figure


def at_least(value: str, unit: str = "%") -> Figure:
    return Figure(Bound.AT_LEAST, Decimal(value), unit)


def at_most(value: str, unit: str = "ms") -> Figure:
    return Figure(Bound.AT_MOST, Decimal(value), unit)


def test_a_figure_says_by_how_much_it_misses_another() -> None:
    assert at_least("99.5").short_of(at_least("99.95")) == Decimal("0.45")
    assert at_least("99.95").short_of(at_least("99.5")) == Decimal("-0.45")
    assert at_most("200").short_of(at_most("150")) == 50
    assert at_most("150").short_of(at_most("150")) == 0


@pytest.mark.parametrize("other", [at_most("99", "%"), at_least("99", "ms")])
def test_figures_of_another_kind_are_not_compared(other: Figure) -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        at_least("99").short_of(other)


def test_there_is_no_percentage_beyond_0_and_100() -> None:
    assert at_least("100").possible()
    assert at_least("0").possible()
    assert not at_least("100.01").possible()
    assert not at_least("-0.1").possible()
    assert at_most("200").possible()


def test_a_figure_reads_like_a_sentence() -> None:
    assert str(at_least("99.950")) == "at least 99.950 %"
