"""Bills: one side records what was billed, the other contests it, whoever recorded it corrects."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agreements import simple_terms
from domain.bills.bills import BILLS
from domain.bills.commands import (
    CancelBill,
    ContestBill,
    CorrectBill,
    RecordBill,
    WithdrawContest,
)
from domain.bills.facts import (
    BillCancelled,
    BillContested,
    BillCorrected,
    BillRecorded,
    ContestWithdrawn,
)
from domain.settlement.charges import Billed
from domain.values.periods import Days
from domain.values.sides import Side
from scenario import Scenario

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)
RECORD = RecordBill(
    "bill-1",
    Side.PROVIDER,
    "monthly-fee",
    FIRST,
    LAST,
    Decimal("11500.00"),
    "EUR",
    "R-2026-01",
    FIRST,
    date(2027, 1, 1),
    (simple_terms(),),
)
RECORDED = BillRecorded(
    "bill-1",
    Side.PROVIDER,
    "monthly-fee",
    FIRST,
    LAST,
    Decimal("11500.00"),
    "EUR",
    "R-2026-01",
)
CONTEST = ContestBill("bill-1", Side.CLIENT, "we agreed on 11,000")
CONTESTED = BillContested("bill-1", Side.CLIENT, "we agreed on 11,000")
CORRECT = CorrectBill("bill-1", Side.PROVIDER, Decimal("11000.00"), "R-2026-01a", "you are right")
CORRECTED = BillCorrected(
    "bill-1", Side.PROVIDER, Decimal("11000.00"), "R-2026-01a", "you are right"
)
CANCEL = CancelBill("bill-1", Side.PROVIDER, "it was never sent")
CANCELLED = BillCancelled("bill-1", Side.PROVIDER, "it was never sent")
JANUARY = Days(FIRST, date(2026, 2, 1))


def counts(*facts: object) -> tuple[Billed, ...]:
    """Return what settlement takes for billed after these facts."""
    return BILLS.replay(facts).billed()  # type: ignore[arg-type]


def test_a_bill_is_recorded_once_by_either_side() -> None:
    Scenario(BILLS).given().when(RECORD).then(RECORDED).when(RECORD).then()
    by_client = replace(RECORD, by=Side.CLIENT)
    Scenario(BILLS).given().when(by_client).then(replace(RECORDED, by=Side.CLIENT))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"charge": "set-up"}, "unknown-charge"),
        ({"currency": "USD"}, "other-currency"),
        ({"last": date(2025, 12, 31)}, "bill-without-days"),
        ({"first": date(2025, 12, 31)}, "bill-outside-contract"),
        ({"last": date(2027, 1, 1)}, "bill-outside-contract"),
        ({"invoice": " "}, "blank-invoice"),
    ],
)
def test_a_bill_is_for_a_charge_and_days_of_the_contract(
    change: dict[str, object], rule: str
) -> None:
    Scenario(BILLS).given().when(replace(RECORD, **change)).refused(rule)  # type: ignore[arg-type]


def test_a_contract_without_an_end_charges_for_as_long_as_it_goes_on() -> None:
    late = replace(RECORD, last=date(2031, 1, 1), ends=None)
    Scenario(BILLS).given().when(late).then(replace(RECORDED, last=date(2031, 1, 1)))


class TestTheSameInvoice:
    def test_is_not_recorded_by_the_other_side_too_as_it_would_count_twice(self) -> None:
        again = replace(RECORD, bill="bill-2", by=Side.CLIENT, invoice="r-2026-01 ")
        Scenario(BILLS).given(RECORDED).when(again).refused("bill-twice")
        Scenario(BILLS).given(RECORDED, CORRECTED).when(again).refused("bill-twice")

    def test_may_hold_the_charge_for_other_days(self) -> None:
        february = replace(RECORD, bill="bill-2", first=date(2026, 2, 1), last=date(2026, 2, 28))
        Scenario(BILLS).given(RECORDED).when(february).then(
            replace(RECORDED, bill="bill-2", first=date(2026, 2, 1), last=date(2026, 2, 28))
        )

    def test_can_be_recorded_anew_once_it_was_cancelled(self) -> None:
        anew = replace(RECORD, bill="bill-2")
        Scenario(BILLS).given(RECORDED, CANCELLED).when(anew).then(replace(RECORDED, bill="bill-2"))


class TestAContest:
    def test_is_the_other_sides_and_says_why(self) -> None:
        Scenario(BILLS).given(RECORDED).when(CONTEST).then(CONTESTED).when(CONTEST).then()
        Scenario(BILLS).given(RECORDED).when(replace(CONTEST, because=" ")).refused("blank-reason")
        Scenario(BILLS).given(RECORDED).when(replace(CONTEST, by=Side.PROVIDER)).refused("own-bill")
        other = replace(CONTEST, because="and it is late")
        Scenario(BILLS).given(RECORDED, CONTESTED).when(other).refused("bill-contested")
        Scenario(BILLS).given().when(CONTEST).refused("unknown-bill")
        Scenario(BILLS).given(RECORDED, CANCELLED).when(CONTEST).refused("bill-cancelled")

    def test_moves_no_money_until_the_bill_is_corrected(self) -> None:
        billed = Billed("monthly-fee", JANUARY, Decimal("11500.00"))
        assert counts(RECORDED) == counts(RECORDED, CONTESTED) == (billed,)

    def test_is_withdrawn_by_whoever_made_it(self) -> None:
        withdraw = WithdrawContest("bill-1", Side.CLIENT)
        Scenario(BILLS).given(RECORDED, CONTESTED).when(withdraw).then(
            ContestWithdrawn("bill-1", Side.CLIENT)
        ).when(withdraw).refused("bill-not-contested")
        theirs = WithdrawContest("bill-1", Side.PROVIDER)
        Scenario(BILLS).given(RECORDED, CONTESTED).when(theirs).refused("own-bill")

    def test_that_was_withdrawn_leaves_a_corrected_bill_corrected(self) -> None:
        state = BILLS.replay(
            [RECORDED, CORRECTED, CONTESTED, ContestWithdrawn("bill-1", Side.CLIENT)]
        )
        assert state.bills["bill-1"].standing == "corrected"


class TestACorrection:
    def test_ends_the_contest_and_counts_from_then_on(self) -> None:
        Scenario(BILLS).given(RECORDED, CONTESTED).when(CORRECT).then(CORRECTED).when(
            CORRECT
        ).then()
        billed = Billed("monthly-fee", JANUARY, Decimal("11000.00"))
        assert counts(RECORDED, CONTESTED, CORRECTED) == (billed,)
        assert BILLS.replay([RECORDED, CONTESTED, CORRECTED]).bills["bill-1"].standing == (
            "corrected"
        )

    def test_is_for_whoever_recorded_the_bill_and_changes_something(self) -> None:
        Scenario(BILLS).given(RECORDED).when(replace(CORRECT, by=Side.CLIENT)).refused(
            "not-your-bill"
        )
        same = replace(CORRECT, amount=Decimal("11500.00"), invoice="R-2026-01")
        Scenario(BILLS).given(RECORDED).when(same).refused("nothing-corrected")
        Scenario(BILLS).given(RECORDED).when(replace(CORRECT, invoice="")).refused("blank-invoice")
        Scenario(BILLS).given(RECORDED).when(replace(CORRECT, because="")).refused("blank-reason")
        Scenario(BILLS).given(RECORDED, CANCELLED).when(CORRECT).refused("bill-cancelled")

    def test_can_be_contested_again(self) -> None:
        again = replace(CONTEST, because="still too much")
        Scenario(BILLS).given(RECORDED, CONTESTED, CORRECTED).when(again).then(
            replace(CONTESTED, because="still too much")
        )


class TestACancelledBill:
    def test_counts_no_more_so_that_the_terms_count_again(self) -> None:
        Scenario(BILLS).given(RECORDED).when(CANCEL).then(CANCELLED).when(CANCEL).then()
        assert counts(RECORDED, CANCELLED) == ()

    def test_was_ones_own(self) -> None:
        theirs = replace(CANCEL, by=Side.CLIENT)
        Scenario(BILLS).given(RECORDED).when(theirs).refused("not-your-bill")
