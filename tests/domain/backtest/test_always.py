"""What holds for every back-test."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from attainments import DAY, HOUR, MINUTE, example, outages
from domain.attainment.attainment import Observed, attainment
from domain.attainment.result import Measurement
from domain.attainment.spans import micros
from domain.backtest.best import Best, Kind, as_target, best_met
from domain.backtest.past import Past, Told
from domain.backtest.replay import backtest
from domain.settlement.caps import TermDays
from domain.settlement.charges import Charges
from domain.settlement.governing import Version
from domain.settlement.pricing import MeasuredPart
from domain.settlement.settlement import Case, Judged, settle
from domain.settlement.statement import Citation
from domain.terms.measurement import WhenEmpty
from domain.terms.objective import Target
from domain.values.durations import Duration
from domain.values.periods import Days, midnight
from properties import MODEST

EMPTY: list[WhenEmpty] = ["counts as met", "counts as missed", "not judged"]
fractions = st.fractions(min_value=0, max_value=100, max_denominator=1000)
measurements = st.one_of(
    fractions.map(Measurement),
    st.just(Measurement(None, worst=True)),
    st.sampled_from(EMPTY).map(lambda empty: Measurement(None, empty=empty)),
    fractions.map(lambda value: Measurement(value, pending=1)),
)


def _met(results: list[Measurement], target: Target) -> int:
    return sum(one.meets(target) is True for one in results if not one.pending)


def _target(value: Fraction, *, more: bool) -> Target:
    # whatever number it is: a bound in the terms is a decimal, and would be rounded
    bounds: dict[str, Any] = {"at_least": value, "at_most": None}
    if not more:
        bounds = {"at_least": None, "at_most": value}
    return Target.model_construct(None, **bounds)


@MODEST
@given(st.lists(measurements, max_size=12), st.integers(1, 12), st.booleans())
def test_the_best_target_is_met_as_often_as_asked_and_any_stricter_one_less_often(
    results: list[Measurement],
    k: int,
    more: bool,  # noqa: FBT001 - hypothesis hands it over by name
) -> None:
    best = best_met(results, k, more_is_better=more)
    stricter = Fraction(1, 10**9) if more else -Fraction(1, 10**9)
    match best:
        case Best(kind=Kind.VALUE, value=Fraction() as value):
            assert _met(results, _target(value, more=more)) >= k
            assert _met(results, _target(value + stricter, more=more)) < k
        case Best(kind=Kind.ANY):
            assert _met(results, _target(Fraction(10**6 if more else -1), more=more)) >= k
        case Best(kind=Kind.NONE):
            assert _met(results, _target(Fraction(-1 if more else 10**6), more=more)) < k
        case _:
            assert best.kind is Kind.TOO_FEW
            assert best.of < k


@MODEST
@given(fractions, st.booleans())
def test_a_target_suggested_is_met_by_the_result_and_hardly_easier(
    value: Fraction,
    more: bool,  # noqa: FBT001 - hypothesis hands it over by name
) -> None:
    like = Target.model_validate({"at_least" if more else "at_most": "99.5"})
    text = as_target(value, like)
    found = Target.model_validate({"at_least" if more else "at_most": text})
    assert Measurement(value).meets(found)
    assert abs(Fraction(text) - value) < Fraction(1, 10**6)


def test_a_length_of_time_is_suggested_as_one() -> None:
    like = Target.model_validate({"at_most": "PT4H"})
    assert as_target(Fraction(90 * MINUTE), like) == str(Duration.parse("PT1H30M"))
    assert as_target(Fraction(1, 3), like) == "PT0.000001S"


@MODEST
@given(st.lists(st.tuples(st.integers(0, 30 * 24), st.integers(1, 5000)), max_size=4))
def test_a_back_test_of_one_period_is_its_attainment_and_its_settlement(
    downs: list[tuple[int, int]],
) -> None:
    terms = example("ecommerce-five-nines")
    (objective,) = terms.objectives
    days = Days(date(2026, 1, 1), date(2026, 2, 1))
    period = days.instants(terms.zone)
    begins = micros(period.starts)
    records = outages(
        period, *((begins + hour * HOUR, length * MINUTE // 100) for hour, length in downs)
    )
    (found,) = backtest(terms, Past({"availability": Told(records, days)})).objectives
    (only,) = found.periods
    reached = attainment(terms, objective, period, Observed(records))
    assert only.reached == reached.reached
    version = Version(1, terms, midnight(terms.starts, terms.zone))
    part = MeasuredPart(version, reached, Citation("back-test", 0))
    judged = (Judged("availability", (part,)),)
    term = TermDays(date(2026, 1, 1), date(2027, 1, 1))
    case = Case("back-test", days.first, days, judged, Charges((version,)), term)
    assert only.settled == settle(case).objective("availability")


@MODEST
@given(st.integers(-2000, 2000))
def test_moving_past_and_outages_by_whole_weeks_together_moves_nothing_else(weeks: int) -> None:
    # in UTC and by rolling weeks, one past is like another
    document = example("accord-two-tier").document()
    document["objectives"][0]["period"] = "rolling 7 days"
    document["charges"][0]["every"] = "term"
    terms = type(example("accord-two-tier")).model_validate(document)
    first = date(2026, 1, 1) + timedelta(weeks=weeks)
    days = Days(first, first + timedelta(days=10))
    period = days.instants("UTC")
    records = outages(period, (micros(period.starts) + 3 * DAY, 2 * HOUR))
    found = backtest(terms, Past({"availability": Told(records, days)}))
    assert [one.missed for one in found.objectives[0].periods] == [True] * 4
