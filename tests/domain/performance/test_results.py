"""Results: reported, established, restated when late figures change them, never edited."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.performance.facts import (
    PartResult,
    PeriodReported,
    PeriodSetAside,
    PeriodTakenUp,
    Result,
    ResultEstablished,
    ResultRestated,
    TargetResult,
    ThresholdReached,
)
from domain.performance.results import (
    RESULTS,
    EstablishResult,
    ReachThreshold,
    ReportPeriod,
    SetPeriodAside,
    TakePeriodUp,
)
from domain.values.canonical import Digest
from domain.values.sides import Side
from scenario import Scenario

MARCH = date(2026, 3, 1)
STARTS, ENDS = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
TARGET = TargetResult(
    "always", None, "99.9", value="99.95", shown="99.95 %", met=True, pending=0, working=()
)
MISSED = replace(TARGET, value="99.5", shown="99.5 %", met=False)
DIGEST = Digest("sha256:" + "0" * 64)


def result(*targets: TargetResult, figures: Digest = DIGEST) -> Result:
    part = PartResult(1, DIGEST, STARTS, ENDS, targets)
    return Result(MARCH, STARTS, ENDS, "reported", figures, (part,))


def establish(of: Result, now: datetime = ENDS) -> EstablishResult:
    return EstablishResult(of, "figures that came in late", now)


REPORT = ReportPeriod(MARCH, ENDS, Side.PROVIDER, "complete", ENDS)
REPORTED = PeriodReported(MARCH, Side.PROVIDER, "complete")


def test_a_period_is_reported_from_the_instant_it_is_over() -> None:
    Scenario(RESULTS).given().when(REPORT).then(REPORTED)
    early = replace(REPORT, now=ENDS - timedelta(microseconds=1))
    Scenario(RESULTS).given().when(early).refused("period-not-over")


def test_it_is_reported_once_and_by_one_side() -> None:
    Scenario(RESULTS).given(REPORTED).when(REPORT).then()
    Scenario(RESULTS).given(REPORTED).when(replace(REPORT, by=Side.CLIENT)).refused(
        "period-reported"
    )


def test_a_result_is_established_once() -> None:
    established = ResultEstablished(result(TARGET))
    Scenario(RESULTS).given().when(establish(result(TARGET))).then(established)
    Scenario(RESULTS).given(established).when(establish(result(TARGET))).then()


def test_late_figures_that_change_nothing_restate_nothing() -> None:
    late = result(TARGET, figures=Digest("sha256:" + "1" * 64))
    Scenario(RESULTS).given(ResultEstablished(result(TARGET))).when(establish(late)).then()


def test_late_figures_that_change_the_outcome_restate_it() -> None:
    late = result(MISSED, figures=Digest("sha256:" + "1" * 64))
    Scenario(RESULTS).given(ResultEstablished(result(TARGET))).when(establish(late)).then(
        ResultRestated(late, "figures that came in late")
    )
    assert late.missed


def test_a_period_that_runs_has_no_result() -> None:
    Scenario(RESULTS).given().when(
        establish(result(TARGET), ENDS - timedelta(microseconds=1))
    ).refused("period-not-over")


def test_cases_that_may_still_be_in_time_keep_a_period_open() -> None:
    Scenario(RESULTS).given().when(establish(result(replace(TARGET, pending=2)))).refused(
        "result-pending"
    )


def test_a_threshold_is_reached_once_however_much_is_used_up_by_then() -> None:
    reached = ThresholdReached(MARCH, "always", None, "50", "51.2")
    Scenario(RESULTS).given().when(ReachThreshold(reached)).then(reached)
    again = ReachThreshold(replace(reached, used="63"))
    Scenario(RESULTS).given(reached).when(again).then()
    more = ThresholdReached(MARCH, "always", None, "80", "81")
    Scenario(RESULTS).given(reached).when(ReachThreshold(more)).then(more)


def test_a_period_is_set_aside_once_and_taken_up_once() -> None:
    aside, up = SetPeriodAside(MARCH, "spoilt"), TakePeriodUp(MARCH)
    spoilt = Scenario(RESULTS).given().when(up).then().when(aside)
    kept = spoilt.then(PeriodSetAside(MARCH, "spoilt")).when(replace(aside, because="more")).then()
    taken = kept.when(up).then(PeriodTakenUp(MARCH)).when(up).then()
    taken.when(aside).then(PeriodSetAside(MARCH, "spoilt"))
