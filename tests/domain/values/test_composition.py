from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from domain.values.composition import Part, composed, in_percent
from properties import MODEST

PERCENTAGES = st.decimals("0", "100", places=6)
PARTS = st.lists(
    st.builds(Part, PERCENTAGES, st.sampled_from([None, "power", "network"])), max_size=6
)


def test_two_parts_in_series_are_worse_than_either() -> None:
    both = composed([Part(Decimal("99.9")), Part(Decimal("99.5"))])
    assert in_percent(both) == Decimal("99.4005")


def test_two_parts_that_replace_each_other_are_better_than_either() -> None:
    either = composed([Part(Decimal(99), "network"), Part(Decimal(99), "network")])
    assert in_percent(either) == Decimal("99.99")


def test_groups_stand_in_series_with_each_other_and_with_what_is_needed_alone() -> None:
    parts = [
        Part(Decimal("99.9")),
        Part(Decimal(99), "network"),
        Part(Decimal(99), "network"),
        Part(Decimal(90), "power"),
        Part(Decimal(90), "power"),
    ]
    assert composed(parts) == Fraction(999, 1000) * Fraction(9999, 10000) * Fraction(99, 100)


def test_nothing_depended_on_limits_nothing() -> None:
    assert composed([]) == 1


def test_five_nines_and_beyond_stay_exact() -> None:
    both = composed([Part(Decimal("99.999999")), Part(Decimal("99.999999"))])
    assert both == Fraction(99999999, 100000000) ** 2
    assert in_percent(both) == Decimal("99.999998000000")


def test_a_bound_is_rounded_down_never_up() -> None:
    assert in_percent(Fraction(2, 3)) == Decimal("66.666666666666")


@MODEST
@given(PARTS, PERCENTAGES)
def test_another_part_needed_never_improves_the_whole(
    parts: list[Part], percentage: Decimal
) -> None:
    assert composed([*parts, Part(percentage)]) <= composed(parts)


@MODEST
@given(PARTS, PERCENTAGES)
def test_another_stand_in_never_harms_its_group(parts: list[Part], percentage: Decimal) -> None:
    group = [Part(Decimal(50), "network"), *parts]
    assert composed([*group, Part(percentage, "network")]) >= composed(group)


@MODEST
@given(PARTS)
def test_the_whole_is_a_share_and_its_percentage_never_promises_more(parts: list[Part]) -> None:
    share = composed(parts)
    assert 0 <= share <= 1
    assert Fraction(in_percent(share)) <= share * 100
