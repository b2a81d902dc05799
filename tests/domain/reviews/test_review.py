"""Reviews: called, held, minuted by one side and approved by the other, acted upon."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from domain.reviews.facts import (
    ActionAccepted,
    ActionAgreed,
    ActionDone,
    ActionOverdue,
    ActionReopened,
    MinutesApproved,
    MinutesObjected,
    MinutesWritten,
    Planned,
    ReviewCalled,
    ReviewCancelled,
    ReviewMoved,
)
from domain.reviews.review import (
    REVIEW,
    AcceptAction,
    ApproveMinutes,
    CallReview,
    CancelReview,
    CompleteAction,
    MissAction,
    MoveReview,
    ObjectToMinutes,
    ReopenAction,
    WriteMinutes,
)
from domain.values.sides import Side
from scenario import Scenario

AT = datetime(2026, 4, 8, 9, tzinfo=UTC)
CALLED = ReviewCalled(Side.CLIENT, AT, "the miss in March", ("service manager",))
PLAN = Planned(
    "action-1",
    "a second probe",
    Side.PROVIDER,
    "head of operations",
    date(2026, 5, 1),
    "availability",
)
WRITTEN = MinutesWritten(Side.PROVIDER, 1, "we agreed on a second probe", (PLAN,))
WRITE = WriteMinutes(Side.PROVIDER, "we agreed on a second probe", (PLAN,), AT)
APPROVE = ApproveMinutes(Side.CLIENT, 1)
APPROVED = MinutesApproved(Side.CLIENT, 1)
HELD = (CALLED, WRITTEN, APPROVED, ActionAgreed(PLAN))
DONE = ActionDone("action-1", Side.PROVIDER, "it runs")


def test_a_review_is_called_moved_or_called_off_until_there_are_minutes() -> None:
    Scenario(REVIEW).given().when(CallReview(CALLED)).then(CALLED).when(CallReview(CALLED)).then()
    later = AT + timedelta(days=1)
    Scenario(REVIEW).given(CALLED).when(MoveReview(Side.PROVIDER, later)).then(
        ReviewMoved(Side.PROVIDER, later)
    )
    off = CancelReview(Side.CLIENT, "ill")
    Scenario(REVIEW).given(CALLED).when(off).then(ReviewCancelled(Side.CLIENT, "ill")).when(
        off
    ).then().when(WRITE).refused("review-cancelled")
    Scenario(REVIEW).given(CALLED, WRITTEN).when(off).refused("review-held")
    Scenario(REVIEW).given().when(off).refused("no-review")
    other = replace(CALLED, at=later)
    Scenario(REVIEW).given(CALLED).when(CallReview(other)).refused("review-called")


def test_what_the_minutes_plan_is_owed_once_the_other_side_has_approved_them() -> None:
    Scenario(REVIEW).given(CALLED).when(WRITE).then(WRITTEN).when(WRITE).then().when(APPROVE).then(
        APPROVED, ActionAgreed(PLAN)
    ).when(APPROVE).then()


def test_minutes_are_written_after_the_meeting_began_and_not_once_they_are_approved() -> None:
    early = replace(WRITE, now=AT - timedelta(microseconds=1))
    Scenario(REVIEW).given(CALLED).when(early).refused("review-not-held")
    Scenario(REVIEW).given(*HELD).when(replace(WRITE, text="other")).refused("minutes-approved")


def test_the_other_side_objects_and_another_edition_follows() -> None:
    Scenario(REVIEW).given(CALLED, WRITTEN).when(
        ObjectToMinutes(Side.CLIENT, 1, "the day is wrong")
    ).then(MinutesObjected(Side.CLIENT, 1, "the day is wrong")).when(
        replace(WRITE, text="we agreed on a second probe by May")
    ).then(replace(WRITTEN, edition=2, text="we agreed on a second probe by May")).when(
        APPROVE
    ).refused("other-edition")


def test_nobody_approves_its_own_minutes() -> None:
    own = ApproveMinutes(Side.PROVIDER, 1)
    Scenario(REVIEW).given(CALLED, WRITTEN).when(own).refused("own-minutes")
    Scenario(REVIEW).given(CALLED).when(APPROVE).refused("no-minutes")


def test_who_owes_an_action_does_it_and_the_other_side_looks() -> None:
    done = CompleteAction("action-1", Side.PROVIDER, "it runs")
    accept = AcceptAction("action-1", Side.CLIENT)
    Scenario(REVIEW).given(*HELD).when(done).then(DONE).when(done).then().when(accept).then(
        ActionAccepted("action-1", Side.CLIENT)
    ).when(accept).then()
    reopen = ReopenAction("action-1", Side.CLIENT, "it does not")
    Scenario(REVIEW).given(*HELD, DONE).when(reopen).then(
        ActionReopened("action-1", Side.CLIENT, "it does not")
    ).when(done).then(DONE)
    Scenario(REVIEW).given(*HELD).when(accept).refused("action-not-done")
    Scenario(REVIEW).given(*HELD).when(replace(done, by=Side.CLIENT)).refused("not-your-action")
    Scenario(REVIEW).given(*HELD, DONE).when(replace(accept, by=Side.PROVIDER)).refused(
        "not-your-action"
    )
    Scenario(REVIEW).given(*HELD).when(replace(done, action="action-9")).refused("unknown-action")


def test_an_action_is_overdue_from_the_day_after_its_day() -> None:
    Scenario(REVIEW).given(*HELD).when(MissAction("action-1", date(2026, 5, 1))).refused(
        "action-not-due"
    )
    miss = MissAction("action-1", date(2026, 5, 2))
    Scenario(REVIEW).given(*HELD).when(miss).then(ActionOverdue("action-1")).when(miss).then()
    Scenario(REVIEW).given(*HELD, DONE).when(miss).then()
