from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.negotiation.position_facts import Verdict
from domain.requirements.facts import Priority, RequirementId, RequirementStated
from domain.requirements.feasibility import Assessment, Candidate, assess, best_fit
from domain.services.facts import Charge, Every, LevelId, ServiceLevelOffered
from domain.values.figures import Bound, Figure
from domain.values.ids import OfferingId
from domain.values.sides import Side
from domain.values.sums import Sum
from properties import MODEST


def percent(value: str) -> Figure:
    return Figure(Bound.AT_LEAST, Decimal(value), "%")


def monthly(amount: str, currency: str = "EUR") -> Charge:
    return Charge(Sum(Decimal(amount), currency), Every.MONTH)


def level(
    name: str,
    promise: Figure,
    charge: Charge | None = None,
    indicator: str = "availability",
) -> Candidate:
    offered = ServiceLevelOffered(LevelId(name), name, indicator, promise, "24 x 7", charge)
    return Candidate(OfferingId("OfferingId-1"), offered)


def wanting(figure: Figure | None, indicator: str = "availability") -> RequirementStated:
    return RequirementStated(
        RequirementId("RequirementId-1"),
        "Order management",
        indicator,
        "it is there",
        figure,
        "24 x 7",
        Priority.MUST,
        "sales",
        Side.CLIENT,
    )


SILVER = level("Silver", percent("99.5"))
GOLD = level("Gold", percent("99.9"))
PLATINUM = level("Platinum", percent("99.99"))
QUICK = level("Quick", Figure(Bound.AT_MOST, Decimal(200), "ms"), indicator="latency")


def assessed(wanted: str, *candidates: Candidate, ceiling: Charge | None = None) -> Assessment:
    return assess(wanting(percent(wanted)), candidates, ceiling)


class TestTheBestLevel:
    def test_it_is_the_one_that_exceeds_the_wish_least(self) -> None:
        fit = best_fit(wanting(percent("99.6")), [PLATINUM, GOLD, SILVER])
        assert fit is not None
        assert (fit.candidate, fit.gap) == (GOLD, None)

    def test_a_level_exactly_as_wanted_leaves_no_gap(self) -> None:
        fit = best_fit(wanting(percent("99.9")), [PLATINUM, GOLD])
        assert fit is not None
        assert (fit.candidate, fit.gap) == (GOLD, None)

    def test_when_none_reaches_it_it_is_the_closest_and_the_gap_is_named(self) -> None:
        fit = best_fit(wanting(percent("99.999")), [SILVER, PLATINUM])
        assert fit is not None
        assert fit.candidate == PLATINUM
        assert fit.gap == "at least 99.99 % where at least 99.999 % is wanted"

    def test_a_level_held_back_by_its_dependencies_yields_to_one_that_is_not(self) -> None:
        held_back = replace(GOLD, reachable=Fraction(99, 100))
        fit = best_fit(wanting(percent("99.9")), [held_back, PLATINUM])
        assert fit is not None
        assert fit.candidate == PLATINUM

    def test_indicators_and_units_are_not_mixed(self) -> None:
        assert best_fit(wanting(percent("99")), [QUICK]) is None
        assert best_fit(wanting(percent("99"), "latency"), [QUICK]) is None

    def test_an_indicator_is_the_same_however_it_is_capitalised(self) -> None:
        assert best_fit(wanting(percent("99"), "Availability"), [GOLD]) is not None

    def test_words_have_no_best_level(self) -> None:
        assert best_fit(wanting(None), [GOLD]) is None


class TestTechnically:
    def test_a_level_that_reaches_it_makes_it_feasible(self) -> None:
        assert assessed("99.9", SILVER, GOLD).technical is Verdict.FEASIBLE

    def test_dependencies_that_allow_exactly_the_wish_allow_it(self) -> None:
        gold = replace(GOLD, reachable=Fraction(999, 1000))
        assert assessed("99.9", gold).technical is Verdict.FEASIBLE

    def test_dependencies_that_allow_less_make_it_infeasible_and_say_what_is(self) -> None:
        found = assessed("99.9", replace(GOLD, reachable=Fraction(998, 1000)))
        assert found.technical is Verdict.INFEASIBLE
        assert found.findings[0] == (
            "the dependencies of Gold allow 99.8 %, at least 99.9 % is wanted"
        )
        assert found.feasible_instead == "at least 99.8 %"

    def test_what_is_feasible_instead_is_not_more_than_a_level_promises(self) -> None:
        found = assessed(
            "99.99",
            replace(GOLD, reachable=Fraction(9995, 10000)),
            replace(SILVER, reachable=Fraction(9998, 10000)),
        )
        assert found.feasible_instead == "at least 99.9 %"

    def test_a_level_that_promises_more_than_its_dependencies_is_sold_for_less(self) -> None:
        found = assessed("99.5", replace(GOLD, reachable=Fraction(998, 1000)))
        assert found.technical is Verdict.WITH_CONDITIONS
        assert "promise what is wanted, no more" in found.findings[0]

    def test_what_no_level_promises_but_dependencies_allow_takes_a_new_level(self) -> None:
        found = assessed("99.99", GOLD)
        assert found.technical is Verdict.WITH_CONDITIONS
        assert found.feasible_instead == "at least 99.9 %"

    def test_another_figure_out_of_reach_is_infeasible_and_the_closest_named(self) -> None:
        wanted = wanting(Figure(Bound.AT_MOST, Decimal(100), "ms"), "latency")
        found = assess(wanted, [QUICK], None)
        assert found.technical is Verdict.INFEASIBLE
        assert found.feasible_instead == "at most 200 ms"

    def test_another_figure_within_reach_is_feasible(self) -> None:
        wanted = wanting(Figure(Bound.AT_MOST, Decimal(200), "ms"), "latency")
        assert assess(wanted, [QUICK], None).technical is Verdict.FEASIBLE

    def test_what_nobody_offers_is_infeasible(self) -> None:
        found = assessed("99.9", QUICK)
        assert found.technical is Verdict.INFEASIBLE
        assert found.fit is None

    def test_words_are_feasible_once_there_is_a_figure(self) -> None:
        assert assess(wanting(None), [GOLD], None).technical is Verdict.WITH_CONDITIONS


class TestCommercially:
    @pytest.mark.parametrize(
        ("charge", "floor", "ceiling", "verdict"),
        [
            (None, None, monthly("10"), Verdict.WITH_CONDITIONS),
            (monthly("10"), None, None, Verdict.FEASIBLE),
            (monthly("10"), monthly("10"), monthly("10"), Verdict.FEASIBLE),
            (monthly("11"), None, monthly("10"), Verdict.INFEASIBLE),
            (monthly("11"), monthly("9"), monthly("10"), Verdict.WITH_CONDITIONS),
            (monthly("8"), monthly("9"), monthly("10"), Verdict.WITH_CONDITIONS),
            (monthly("8"), monthly("9"), None, Verdict.WITH_CONDITIONS),
            (monthly("8"), monthly("9"), monthly("8.50"), Verdict.INFEASIBLE),
            (monthly("8"), None, monthly("8", "USD"), Verdict.WITH_CONDITIONS),
            (monthly("8"), replace(monthly("8"), every=Every.YEAR), None, Verdict.WITH_CONDITIONS),
        ],
    )
    def test_a_charge_lies_between_the_lowest_price_and_the_budget(
        self,
        charge: Charge | None,
        floor: Charge | None,
        ceiling: Charge | None,
        verdict: Verdict,
    ) -> None:
        candidate = replace(level("Gold", percent("99.9"), charge), floor=floor)
        assert assessed("99.9", candidate, ceiling=ceiling).commercial is verdict

    def test_without_a_level_there_is_no_charge(self) -> None:
        found = assessed("99.9")
        assert found.commercial is Verdict.WITH_CONDITIONS
        assert found.findings[-1] == "there is no charge to compare: agree on one"


PROMISES = st.decimals("90", "100", places=3).map(lambda value: percent(f"{value:f}"))
REACHABLE = st.fractions(Fraction(9, 10), 1, max_denominator=1000)
CANDIDATES = st.lists(
    st.builds(
        lambda n, promise, reachable: replace(level(f"L{n}", promise), reachable=reachable),
        st.integers(0, 9),
        PROMISES,
        REACHABLE,
    ),
    max_size=5,
)


@MODEST
@given(PROMISES, CANDIDATES)
def test_nothing_feasible_exceeds_what_its_dependencies_allow(
    wanted: Figure, candidates: list[Candidate]
) -> None:
    found = assess(wanting(wanted), candidates, None)
    if found.technical is not Verdict.INFEASIBLE:
        assert found.fit is not None
        assert Fraction(wanted.value) / 100 <= found.fit.candidate.reachable


@MODEST
@given(PROMISES, CANDIDATES)
def test_it_is_infeasible_only_when_no_levels_dependencies_allow_it(
    wanted: Figure, candidates: list[Candidate]
) -> None:
    allowed = [one for one in candidates if Fraction(wanted.value) / 100 <= one.reachable]
    infeasible = assess(wanting(wanted), candidates, None).technical is Verdict.INFEASIBLE
    assert infeasible == (not allowed)


@MODEST
@given(PROMISES, CANDIDATES)
def test_a_level_without_a_gap_is_found_whenever_one_allowed_reaches_the_wish(
    wanted: Figure, candidates: list[Candidate]
) -> None:
    allowed = [one for one in candidates if Fraction(wanted.value) / 100 <= one.reachable]
    reached = any(one.level.promise.value >= wanted.value for one in allowed)
    fit = best_fit(wanting(wanted), allowed)
    assert (fit is not None and fit.gap is None) == reached
