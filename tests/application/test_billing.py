"""What follows from a bill: statements that rest on it are restated, exactly, and once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from charged import CLAIM, CONTRACT_ID, Counter, charged_terms, counter
from domain.bills.commands import (
    CancelBill,
    ContestBill,
    CorrectBill,
    RecordBill,
    WithdrawContest,
)
from domain.credits.account import Claimable, Granted, Lapsed
from domain.credits.commands import LapseClaim
from domain.credits.facts import StatementIssued, StatementRestated
from domain.terms.agreement import AgreementTerms
from domain.values.sides import Side
from properties import MODEST
from tampering import tampered_january

TEN_HOURS = tuple(f"2026-01-10 {hour:02}:00" for hour in range(10))
IN_FEBRUARY = tuple(f"2026-02-10 {hour:02}:00" for hour in range(10))
JANUARY, FEBRUARY = ("2026-01-01", "2026-02-01"), ("2026-02-01", "2026-03-01")
CREDIT, LATER = "availability/20260101", "availability/20260201"


def billed(
    amount: str,
    first: str = "2026-01-01",
    last: str = "2026-01-31",
    *,
    bill: str = "bill-1",
    terms: AgreementTerms | None = None,
) -> RecordBill:
    """Return the provider's bill of the monthly fee for some days of 2026."""
    return RecordBill(
        bill,
        Side.PROVIDER,
        "monthly-fee",
        date.fromisoformat(first),
        date.fromisoformat(last),
        Decimal(amount),
        "EUR",
        f"R-{bill}",
        date(2026, 1, 1),
        date(2027, 1, 1),
        (terms or charged_terms(),),
    )


def due(shop: Counter, credit: str = CREDIT) -> Decimal:
    """Return what a credit came to by its last statement."""
    return shop.account.entries[credit].stated


class TestABillThatDiffersFromTheTerms:
    def test_restates_the_credit_exactly(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            # 10 % of the fee of 12,000 was granted; of the 11,500 that were billed it is 1,150.
            shop.bill(billed("11500.00"), "2026-02-05")
            issued, _granted, restated = shop.facts()
            assert isinstance(issued, StatementIssued)
            assert isinstance(restated, StatementRestated)
            (line,) = restated.restated
            assert (line.before, line.after, line.difference) == (
                Decimal("1200.00"),
                Decimal("1150.00"),
                Decimal("-50.00"),
            )
            assert restated.because == (
                "monthly-fee from 2026-01-01 to 2026-01-31 was billed on invoice R-bill-1"
            )
            assert shop.account.standing(CREDIT) == Granted(Decimal("1150.00"))

    def test_is_the_charge_that_the_statement_names(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.bill(billed("11500.00"), "2026-02-05")
            (objective,) = json.loads(shop.facts()[-1].document)["objectives"]
            charged = next(one for one in objective["lines"] if one["step"] == "charged")
            assert charged["amount"] == "11500"

    def test_that_is_on_record_first_is_what_the_first_statement_rests_on(self) -> None:
        with counter(charged_terms()) as shop:
            shop.bill(billed("11500.00"), "2026-01-05")
            shop.month(*JANUARY, *TEN_HOURS)
            assert due(shop) == Decimal("1150.00")
            assert [type(one).__name__ for one in shop.facts()] == [
                "StatementIssued",
                "CreditGranted",
            ]

    def test_for_half_a_month_leaves_the_other_half_to_the_terms(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*FEBRUARY, *IN_FEBRUARY)
            # 14 of 28 days at 5,000, and half of 12,000 by the terms: 10 % of 11,000.
            shop.bill(billed("5000.00", "2026-02-01", "2026-02-14"), "2026-03-05")
            assert due(shop, LATER) == Decimal("1100.00")

    def test_moves_no_statement_on_other_days(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            before = shop.facts()
            shop.bill(billed("5000.00", "2026-02-01", "2026-02-28"), "2026-03-05")
            assert shop.facts() == before


class TestAContestedBill:
    def test_counts_as_recorded_until_it_is_corrected(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.bill(billed("11500.00"), "2026-02-05")
            before = shop.facts()
            shop.bill(ContestBill("bill-1", Side.CLIENT, "too much"), "2026-02-06")
            assert shop.facts() == before
            correct = CorrectBill("bill-1", Side.PROVIDER, Decimal(11000), "R-1a", "you are right")
            shop.bill(correct, "2026-02-07")
            assert due(shop) == Decimal("1100.00")
            assert shop.facts()[-1].because.endswith("was corrected on invoice R-1a")

    def test_that_is_agreed_to_after_all_changes_nothing(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.bill(billed("11500.00"), "2026-02-05")
            before = shop.facts()
            shop.bill(ContestBill("bill-1", Side.CLIENT, "too much"), "2026-02-06")
            shop.bill(WithdrawContest("bill-1", Side.CLIENT), "2026-02-07")
            assert shop.facts() == before


def test_a_cancelled_bill_leaves_its_days_to_the_terms_again() -> None:
    with counter(charged_terms()) as shop:
        shop.month(*JANUARY, *TEN_HOURS)
        shop.bill(billed("11500.00"), "2026-02-05")
        shop.bill(CancelBill("bill-1", Side.PROVIDER, "never sent"), "2026-02-06")
        assert due(shop) == Decimal("1200.00")
        assert shop.facts()[-1].because.endswith("was taken off invoice R-bill-1")


class TestAClaim:
    def test_runs_anew_where_a_bill_raises_what_can_be_claimed(self) -> None:
        with counter(charged_terms(claim=CLAIM)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.bill(billed("13000.00"), "2026-02-20")
            # Thirty days after 20 February are over at the end of 22 March.
            until = datetime(2026, 3, 23, tzinfo=UTC)
            assert shop.account.standing(CREDIT) == Claimable(Decimal("1300.00"), until)

    def test_that_lapsed_is_open_for_what_came_on_top_alone(self) -> None:
        with counter(charged_terms(claim=CLAIM)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.give(LapseClaim(CREDIT, datetime(2026, 4, 1, tzinfo=UTC)), "2026-04-01")
            assert shop.account.standing(CREDIT) == Lapsed(Decimal("1200.00"))
            shop.bill(billed("13000.00"), "2026-05-01")
            until = datetime(2026, 6, 1, tzinfo=UTC)
            assert shop.account.standing(CREDIT) == Claimable(Decimal("100.00"), until)

    def test_is_not_moved_by_a_bill_of_another_month(self) -> None:
        with counter(charged_terms(claim=CLAIM, credits=ONE_CAP)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.bill(billed("13000.00"), "2026-02-20")
            before = shop.facts()
            shop.bill(billed("12000.00", "2026-03-01", "2026-03-31", bill="bill-2"), "2026-04-05")
            assert shop.facts() == before


def test_a_bill_that_comes_while_the_figures_are_spoilt_counts_when_they_are_back() -> None:
    claim = {"within": "P30D", "after": "incident"}
    with counter(charged_terms(claim=claim)) as shop:
        shop.month(*JANUARY, *TEN_HOURS)
        before = shop.facts()
        with tampered_january():
            shop.bill(billed("11500.00"), "2026-02-05")
            assert shop.facts() == before
        shop.closing.close(CONTRACT_ID, "availability", datetime(2026, 2, 6, tzinfo=UTC))
        shop.follow()
        assert due(shop) == Decimal("1150.00")
        assert shop.facts()[-1].because == "its figures are again what was received"
        shop.again()
        assert len(shop.facts()) == len(before) + 1


ONE_CAP = {"caps": [{"per": "term", "amount": "1500.00"}]}


class TestACapOverTheTerm:
    def test_leaves_a_later_month_what_a_bill_took_off_an_earlier_one(self) -> None:
        with counter(charged_terms(credits=ONE_CAP)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *IN_FEBRUARY)
            assert (due(shop), due(shop, LATER)) == (Decimal("1200.00"), Decimal("300.00"))
            shop.bill(billed("11500.00"), "2026-03-05")
            assert (due(shop), due(shop, LATER)) == (Decimal("1150.00"), Decimal("350.00"))

    def test_leaves_an_earlier_month_what_a_bill_took_off_a_later_one(self) -> None:
        with counter(charged_terms(credits=ONE_CAP)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *IN_FEBRUARY)
            shop.bill(billed("14000.00"), "2026-03-05")
            # February keeps its 300 while it is due, so January stays at 1,200 of its 1,400.
            assert due(shop) == Decimal("1200.00")
            shop.bill(billed("2000.00", "2026-02-01", "2026-02-28", bill="bill-2"), "2026-03-06")
            assert (due(shop), due(shop, LATER)) == (Decimal("1300.00"), Decimal("200.00"))

    def test_in_percent_moves_with_every_bill_of_the_term(self) -> None:
        one_percent = {"caps": [{"per": "term", "percent": "0.5"}]}
        with counter(charged_terms(credits=one_percent)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            # Half a percent of twelve times 12,000.
            assert due(shop) == Decimal("720.00")
            shop.bill(billed("10000.00", "2026-05-01", "2026-05-31"), "2026-05-01")
            assert due(shop) == Decimal("710.00")


BILLS = st.lists(
    st.tuples(
        st.sampled_from(["0", "11500.00", "0.01", "13000.000001"]),
        st.integers(1, 31),
        st.integers(1, 31),
    ),
    min_size=1,
    max_size=3,
)


@MODEST
@given(BILLS)
def test_seeing_the_same_bills_again_changes_nothing(bills: list[tuple[str, int, int]]) -> None:
    with counter(charged_terms(claim=CLAIM, credits=ONE_CAP)) as shop:
        shop.month(*JANUARY, *TEN_HOURS)
        shop.month(*FEBRUARY, *IN_FEBRUARY)
        for number, (amount, one, other) in enumerate(bills):
            first, last = sorted((one, other))
            days = (f"2026-01-{first:02}", f"2026-01-{last:02}")
            shop.bill(billed(amount, *days, bill=f"bill-{number}"), "2026-03-05")
        before = shop.facts()
        shop.again()
        assert shop.facts() == before
        stated = shop.settling.stated(CONTRACT_ID)
        for one_period in stated:
            result = shop.settling.latest(
                f"{CONTRACT_ID}/objective-availability/results", one_period.period
            )
            assert result is not None
            again = shop.settling.restatement(
                CONTRACT_ID, one_period, result, datetime(2026, 9, 1, tzinfo=UTC)
            )
            assert again is None
