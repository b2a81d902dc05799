"""An improvement plan: asked for, proposed, agreed by the other side, carried out, judged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.improvement.facts import (
    CitedResult,
    Measure,
    MeasureOverdue,
    MeasureProgressed,
    PlanAgreed,
    PlanBegun,
    PlanChangesAsked,
    PlanClosed,
    PlanProposed,
    PlanWithdrawn,
)
from domain.improvement.plan import (
    PLAN,
    AgreePlan,
    AskForChanges,
    BeginPlan,
    ClosePlan,
    MissMeasure,
    PlanCommand,
    ProgressMeasure,
    Proposal,
    ProposePlan,
    WithdrawPlan,
)
from domain.values.sides import Side
from scenario import Scenario

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT
BEGUN = PlanBegun(CLIENT, "availability", "missed twice in a row", "contract-1", 1)
DISCS = Measure("measure-1", "more discs", PROVIDER, "head of operations", date(2026, 4, 30))
FAULTS = Measure("measure-2", "report faults at once", CLIENT, "service desk", date(2026, 4, 10))
IDEA = Proposal("the storage was full", "99.5 % again", date(2026, 5, 31), (DISCS, FAULTS))
PROPOSED = PlanProposed(PROVIDER, 1, IDEA.cause, IDEA.target, IDEA.reach_by, IDEA.measures)
AGREED = PlanAgreed(CLIENT, 1)
PROPOSE, AGREE = ProposePlan(PROVIDER, IDEA), AgreePlan(CLIENT, 1)
MET = CitedResult(date(2026, 5, 1), "contract-1/objective-availability/results", 5, missed=False)
MISSED = replace(MET, period=date(2026, 4, 1), version=4, missed=True)
CLOSE = ClosePlan(CLIENT, effective=True, because="May was met", cited=(MET,))
CLOSED = PlanClosed(CLIENT, effective=True, because="May was met", cited=(MET,))


def wanted(*facts: object) -> Scenario:
    return Scenario(PLAN).given(BEGUN, *facts)


def agreed(*facts: object) -> Scenario:
    return wanted(PROPOSED, AGREED, *facts)


class TestAskingForIt:
    def test_one_side_asks_and_either_proposes(self) -> None:
        asked = Scenario(PLAN).when(BeginPlan(BEGUN, None)).then(BEGUN)
        asked.when(BeginPlan(BEGUN, None)).then()
        asked.when(PROPOSE).then(PROPOSED).when(PROPOSE).then()
        other = BeginPlan(replace(BEGUN, because="other"), None)
        asked.when(other).refused("plan-begun")

    def test_or_proposes_one_at_once(self) -> None:
        begun = replace(BEGUN, by=PROVIDER)
        Scenario(PLAN).when(BeginPlan(begun, IDEA)).then(begun, PROPOSED)

    def test_a_plan_has_a_measure_and_a_target_reached_no_earlier_than_the_last(self) -> None:
        wanted().when(ProposePlan(PROVIDER, replace(IDEA, measures=()))).refused("no-measures")
        early = replace(IDEA, reach_by=date(2026, 4, 29))
        wanted().when(ProposePlan(PROVIDER, early)).refused("target-before-measures")
        on_the_day = replace(IDEA, reach_by=DISCS.due)
        wanted().when(ProposePlan(PROVIDER, on_the_day)).then(replace(PROPOSED, reach_by=DISCS.due))

    def test_whoever_asked_may_take_it_back_while_nothing_is_agreed(self) -> None:
        withdraw = WithdrawPlan(CLIENT, "it was our network")
        wanted().when(replace(withdraw, by=PROVIDER)).refused("not-your-plan")
        back = wanted().when(withdraw).then(PlanWithdrawn(CLIENT, "it was our network"))
        back.when(withdraw).then()
        back.when(PROPOSE).refused("plan-withdrawn")
        agreed().when(withdraw).refused("plan-agreed")


class TestAgreeing:
    def test_is_the_other_side_s(self) -> None:
        wanted().when(AGREE).refused("no-proposal")
        wanted(PROPOSED).when(replace(AGREE, by=PROVIDER)).refused("own-plan")
        wanted(PROPOSED).when(AGREE).then(AGREED).when(AGREE).then()

    def test_is_to_the_latest_edition(self) -> None:
        ask = AskForChanges(CLIENT, 1, "too late")
        asked = wanted(PROPOSED).when(ask).then(PlanChangesAsked(CLIENT, 1, "too late"))
        asked.when(ask).then()
        sooner = replace(IDEA, reach_by=date(2026, 5, 15))
        second = replace(PROPOSED, edition=2, reach_by=date(2026, 5, 15))
        later = asked.when(ProposePlan(PROVIDER, sooner)).then(second)
        later.when(AGREE).refused("other-edition")
        later.when(AgreePlan(CLIENT, 2)).then(PlanAgreed(CLIENT, 2))

    def test_a_counter_proposal_is_agreed_by_who_proposed_first(self) -> None:
        countered = wanted(PROPOSED).when(ProposePlan(CLIENT, IDEA))
        second = replace(PROPOSED, by=CLIENT, edition=2)
        countered.then(second).when(AgreePlan(PROVIDER, 2)).then(PlanAgreed(PROVIDER, 2))

    def test_nothing_is_owed_before(self) -> None:
        done = ProgressMeasure("measure-1", PROVIDER, "", done=True)
        for command in (done, MissMeasure("measure-1", date(2026, 5, 1)), CLOSE):
            wanted(PROPOSED).when(command).refused("plan-not-agreed")


class TestCarryingItOut:
    def test_progress_is_told_by_the_side_that_owes_the_measure(self) -> None:
        half = ProgressMeasure("measure-1", PROVIDER, "ordered", done=False)
        told = MeasureProgressed("measure-1", PROVIDER, "ordered", done=False)
        agreed().when(replace(half, by=CLIENT)).refused("not-your-measure")
        agreed().when(replace(half, measure="measure-9")).refused("unknown-measure")
        on = agreed().when(half).then(told).when(half).then()
        done = replace(half, note="in place", done=True)
        over = on.when(done).then(replace(told, note="in place", done=True)).when(done).then()
        over.when(half).refused("measure-done")

    def test_a_measure_is_overdue_on_the_day_after_its_last_once(self) -> None:
        agreed().when(MissMeasure("measure-1", DISCS.due)).refused("measure-not-due")
        late = MissMeasure("measure-1", date(2026, 5, 1))
        agreed().when(late).then(MeasureOverdue("measure-1")).when(late).then()
        done = MeasureProgressed("measure-1", PROVIDER, "", done=True)
        agreed(done).when(late).then()


class TestJudgingIt:
    def test_is_for_the_side_it_was_proposed_to_and_by_results(self) -> None:
        agreed().when(replace(CLOSE, by=PROVIDER)).refused("own-plan")
        agreed().when(replace(CLOSE, cited=())).refused("no-results-cited")
        agreed().when(CLOSE).then(CLOSED).when(CLOSE).then()

    def test_what_was_missed_shows_no_effect(self) -> None:
        agreed().when(replace(CLOSE, cited=(MISSED, MET))).refused("cited-period-missed")
        no_help = replace(CLOSE, effective=False, because="April", cited=(MISSED,))
        agreed().when(no_help).then(
            replace(CLOSED, effective=False, because="April", cited=(MISSED,))
        )

    @pytest.mark.parametrize(
        "command",
        [
            PROPOSE,
            WithdrawPlan(CLIENT, "so"),
            ProgressMeasure("measure-1", PROVIDER, "", done=True),
            replace(CLOSE, effective=False),
        ],
        ids=lambda one: type(one).__name__,
    )
    def test_happens_once(self, command: PlanCommand) -> None:
        agreed(CLOSED).when(command).refused("plan-closed")

    def test_leaves_nothing_due(self) -> None:
        agreed(CLOSED).when(MissMeasure("measure-1", date(2026, 6, 1))).then()


@pytest.mark.parametrize("command", [PROPOSE, AGREE, CLOSE], ids=lambda one: type(one).__name__)
def test_what_nobody_asked_for_has_nothing_to_answer(command: PlanCommand) -> None:
    Scenario(PLAN).when(command).refused("no-plan")
