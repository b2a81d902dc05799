"""What holds for every decider of a running agreement, on random commands and facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attainments import example
from domain.bills.bills import BILLS
from domain.bills.commands import BillCommand
from domain.bills.facts import BillFact
from domain.disputes.dispute import DISPUTE, DisputeCommand
from domain.disputes.facts import DisputeFact
from domain.exclusions.exclusions import EXCLUSIONS, ExclusionCommand
from domain.exclusions.facts import ExclusionFact
from domain.improvement.facts import PlanFact
from domain.improvement.plan import PLAN, PlanCommand
from domain.performance.facts import MeasurementFact, PerformanceFact
from domain.performance.measurements import MEASUREMENTS, ReceiveMeasurements
from domain.performance.results import RESULTS, ResultsCommand
from domain.reviews.facts import ReviewFact
from domain.reviews.review import REVIEW, ReviewCommand
from domain.terms.agreement import AgreementTerms
from properties import (
    MODEST,
    anything,
    assert_each_decided_once,
    assert_evolve_is_total,
    assert_survives_storage,
    facts_in_any_order,
)

POOLS: dict[Any, st.SearchStrategy[Any]] = {
    AgreementTerms: st.just(example("business-hours-availability")),
    date: st.sampled_from([date(2026, 1, 31), date(2026, 3, 1)]),
    datetime: st.sampled_from([datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)]),
}
DECIDERS = [
    pytest.param(MEASUREMENTS, ReceiveMeasurements, MeasurementFact, id="measurements"),
    pytest.param(RESULTS, ResultsCommand, PerformanceFact, id="results"),
    pytest.param(BILLS, BillCommand, BillFact, id="bills"),
    pytest.param(EXCLUSIONS, ExclusionCommand, ExclusionFact, id="exclusions"),
    pytest.param(DISPUTE, DisputeCommand, DisputeFact, id="dispute"),
    pytest.param(REVIEW, ReviewCommand, ReviewFact, id="review"),
    pytest.param(PLAN, PlanCommand, PlanFact, id="plan"),
]


@pytest.mark.parametrize(("decider", "command", "fact"), DECIDERS)
def test_deciding_the_same_twice_records_it_once(decider: Any, command: Any, fact: Any) -> None:
    del fact

    @MODEST
    @given(st.lists(anything(command, POOLS), max_size=10))
    def holds(commands: list[Any]) -> None:
        assert_each_decided_once(decider, commands)

    holds()


@pytest.mark.parametrize(("decider", "command", "fact"), DECIDERS)
def test_any_history_can_be_replayed_and_any_fact_stored(
    decider: Any, command: Any, fact: Any
) -> None:
    del command

    @MODEST
    @given(facts_in_any_order(fact, POOLS))
    def holds(facts: list[Any]) -> None:
        assert_evolve_is_total(decider, facts)
        for one in facts:
            assert_survives_storage(one)

    holds()
