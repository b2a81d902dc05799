"""What falls due of credits, disputes and reviews, and the amounts of a contract."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from application.projections.affairs import Affairs
from application.projections.base import Query, ViewStore
from application.projections.credits import CreditRow, Credits
from application.projections.due_dates import DueDates, DueKind
from domain.contract.facts import (
    Ground,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
    TerminationRightLapsed,
    TerminationRightOpened,
)
from domain.credits.facts import ClaimLapsed, ClaimRejected, ClaimWithdrawn
from domain.disputes.facts import DisputeWithdrawn
from domain.reviews.facts import ActionDone, ActionOverdue, ActionReopened, ReviewMoved
from domain.values.sides import Side
from histories import (
    ANSWER_BY,
    APPLIED,
    CLAIM_UNTIL,
    CLAIMED,
    CONCLUDED,
    CONTRACT,
    CREDIT,
    CREDITS,
    DISPUTE,
    DISPUTED,
    MEETING,
    REVIEW,
    REVIEWED,
    SETTLED,
    Fact,
    positioned,
)

AFFAIRS = {
    DueKind.CLAIM_LAPSES,
    DueKind.CLAIM_ANSWER_DUE,
    DueKind.CREDIT_PAYMENT_DUE,
    DueKind.DISPUTE_ESCALATES,
    DueKind.REVIEW_HELD,
    DueKind.ACTION_DUE,
    DueKind.TERMINATION_RIGHT_LAPSES,
}


def due(store: ViewStore, facts: list[Fact]) -> list[tuple[Any, Any, Any]]:
    """Return what falls due of affairs, by kind, when and whose move it is."""
    store.advance(DueDates(), positioned([*CONCLUDED, *facts]))
    rows = store.view(DueDates()).find(Query(limit=100, everybodys=True))
    return [(row.kind, row.due, row.awaits) for row in rows if row.kind in AFFAIRS]


def amount(store: ViewStore, facts: list[Fact]) -> CreditRow:
    """Return the one amount that a history leads to."""
    store.advance(Credits(), positioned(facts))
    (row,) = store.view(Credits()).find(Query(stream=CONTRACT))
    return row


class TestACredit:
    def test_can_be_claimed_until_it_is(self, store: ViewStore) -> None:
        assert due(store, SETTLED) == [(DueKind.CLAIM_LAPSES, CLAIM_UNTIL, "client")]

    def test_that_is_claimed_waits_for_the_answer(self, store: ViewStore) -> None:
        assert due(store, [*SETTLED, *CLAIMED]) == [
            (DueKind.CLAIM_ANSWER_DUE, ANSWER_BY, "provider")
        ]

    def test_whose_claim_is_withdrawn_can_be_claimed_again(self, store: ViewStore) -> None:
        facts = [*SETTLED, *CLAIMED, (CREDITS, ClaimWithdrawn(CREDIT))]
        assert due(store, facts) == [(DueKind.CLAIM_LAPSES, CLAIM_UNTIL, "client")]

    def test_that_lapsed_or_was_rejected_is_due_no_more(self, store: ViewStore) -> None:
        assert due(store, [*SETTLED, (CREDITS, ClaimLapsed(CREDIT))]) == []

    def test_an_answer_is_no_business_of_the_daily_sheet(self, store: ViewStore) -> None:
        store.advance(DueDates(), positioned([*CONCLUDED, *SETTLED, *CLAIMED]))
        late = store.next_due(DueDates(), datetime(2026, 12, 1, tzinfo=UTC), 100)
        assert DueKind.CLAIM_ANSWER_DUE not in {row.kind for row in late}

    def test_is_kept_with_how_it_stands(self, store: ViewStore) -> None:
        row = amount(store, [*SETTLED, *CLAIMED, *APPLIED])
        assert (row.standing, row.statement, row.stated) == ("granted", 2, Decimal("600.00"))
        # 1,200 were deducted, and only 600 were due after all.
        assert (row.open, row.applied) == (Decimal("-600.00"), {"invoice 1": Decimal("1200.00")})

    def test_says_why_its_claim_was_rejected(self, store: ViewStore) -> None:
        facts = [*SETTLED, *CLAIMED, (CREDITS, ClaimRejected(CREDIT, "it was announced"))]
        row = amount(store, facts)
        assert (row.standing, row.because) == ("rejected", "it was announced")


def test_a_right_that_runs_out_is_due_until_it_is_used_or_gone(store: ViewStore) -> None:
    until = datetime(2026, 6, 1, tzinfo=UTC)
    opened = (CONTRACT, TerminationRightOpened("availability", "missed 2 of 3", until))
    runs_out = [(DueKind.TERMINATION_RIGHT_LAPSES, until, "client")]
    assert due(store, [opened]) == runs_out
    notice = TerminationNoticeGiven("n", Side.CLIENT, Ground.CHRONIC_FAILURE, "enough", until)
    used = [opened, (CONTRACT, notice)]
    assert due(store, used) == []
    back = [*used, (CONTRACT, TerminationNoticeWithdrawn("n", Side.CLIENT))]
    assert due(store, back) == runs_out
    assert due(store, [*back, (CONTRACT, TerminationRightLapsed("availability", until))]) == []


class TestADispute:
    def test_climbs_one_rung_after_the_other(self, store: ViewStore) -> None:
        second = datetime(2026, 3, 20, tzinfo=UTC)
        assert due(store, DISPUTED) == [(DueKind.DISPUTE_ESCALATES, second, None)]

    def test_that_is_over_climbs_no_more(self, store: ViewStore) -> None:
        assert due(store, [*DISPUTED, (DISPUTE, DisputeWithdrawn("we erred"))]) == []


class TestAReview:
    def test_is_on_the_agenda_until_there_are_minutes(self, store: ViewStore) -> None:
        assert due(store, REVIEWED[:1]) == [(DueKind.REVIEW_HELD, MEETING, None)]

    def test_that_is_moved_is_on_it_once(self, store: ViewStore) -> None:
        other = datetime(2026, 3, 6, 9, tzinfo=UTC)
        moved = (REVIEW, ReviewMoved(Side.PROVIDER, other))
        assert due(store, [*REVIEWED[:1], moved]) == [(DueKind.REVIEW_HELD, other, None)]

    def test_has_actions_due_at_the_end_of_their_day(self, store: ViewStore) -> None:
        end = datetime(2026, 5, 1, tzinfo=UTC)
        assert due(store, REVIEWED) == [(DueKind.ACTION_DUE, end, "provider")]

    def test_has_no_action_due_that_is_done_until_it_is_reopened(self, store: ViewStore) -> None:
        done = (REVIEW, ActionDone("action-1", Side.PROVIDER, ""))
        assert due(store, [*REVIEWED, done]) == []

    def test_has_an_action_due_again_that_is_reopened(self, store: ViewStore) -> None:
        done = (REVIEW, ActionDone("action-1", Side.PROVIDER, ""))
        again = (REVIEW, ActionReopened("action-1", Side.CLIENT, "not all of them"))
        assert len(due(store, [*REVIEWED, done, again])) == 1

    def test_says_that_an_action_is_overdue_once(self, store: ViewStore) -> None:
        done = (REVIEW, ActionDone("action-1", Side.PROVIDER, ""))
        again = (REVIEW, ActionReopened("action-1", Side.CLIENT, "not all of them"))
        overdue = (REVIEW, ActionOverdue("action-1"))
        assert due(store, [*REVIEWED, overdue, done, again]) == []


def test_the_affairs_of_a_contract_are_listed_with_how_they_stand(store: ViewStore) -> None:
    over = (DISPUTE, DisputeWithdrawn("we erred"))
    store.advance(Affairs(), positioned([*DISPUTED, *REVIEWED, over]))
    rows = store.view(Affairs()).find(Query(stream=CONTRACT))
    assert [(row.kind, row.about, row.standing) for row in rows] == [
        ("dispute", "too little", "withdrawn"),
        ("review", "the outage", "approved"),
    ]
