"""What follows from a result: a statement, its restatement, and at last the right to end it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from application.settling import term_around
from charged import CLAIM, CONTRACT_ID, charged_terms, counter
from contracts import concluded, terms_for
from domain.contract.facts import ContractRenewed, TerminationRightOpened
from domain.credits.account import Claimable, Granted, NothingDue
from domain.credits.commands import ClaimCredit
from domain.credits.credits import CREDITS
from domain.credits.facts import CreditClaimed, CreditGranted, StatementIssued, StatementRestated
from domain.decider import Refused
from domain.settlement.caps import TermDays
from domain.values.sides import Side

A_SECOND = timedelta(seconds=1)
JANUARY = ("2026-01-01", "2026-02-01")
FEBRUARY = ("2026-02-01", "2026-03-01")
MARCH = ("2026-03-01", "2026-04-01")
TEN_HOURS = tuple(f"2026-01-10 {hour:02}:00" for hour in range(10))


def down(month: str) -> tuple[str, ...]:
    """Return ten hours of outage in a month."""
    return tuple(f"2026-{month}-10 {hour:02}:00" for hour in range(10))


class TestAMiss:
    def test_is_settled_once_and_needs_no_claim_where_none_is_agreed(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            # 10 of 744 hours down is 98.656 %, under 99.5 %: 10 % of the fee of 12,000.
            issued, granted = shop.facts()
            assert isinstance(issued, StatementIssued)
            assert (granted.credit, granted.amount) == ("availability/20260101", Decimal("1200.00"))
            shop.again()
            assert shop.facts() == [issued, granted]

    def test_cites_the_term_the_version_and_the_event_in_every_line(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            lines = json.loads(shop.facts()[0].document)["objectives"][0]["lines"]
            event = {"stream": f"{CONTRACT_ID}/objective-availability/results", "version": 1}
            assert lines
            assert {(line["version"], *line["event"].values()) for line in lines} == {
                (1, *event.values())
            }
            assert all(line["place"] for line in lines)

    def test_can_be_claimed_where_that_is_agreed_up_to_the_last_day(self) -> None:
        with counter(charged_terms(claim=CLAIM)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            # Thirty days after 31 January are over at the end of 2 March.
            until = datetime(2026, 3, 3, tzinfo=UTC)
            standing = shop.account.standing("availability/20260101")
            assert standing == Claimable(Decimal("1200.00"), until)


def test_a_month_that_was_met_is_stated_and_nothing_is_due() -> None:
    with counter(charged_terms()) as shop:
        shop.month(*JANUARY)
        assert [type(one) for one in shop.facts()] == [StatementIssued]
        assert shop.account.standing("availability/20260101") == NothingDue()


class TestAClaimThatRunsFromTheIncident:
    def test_is_in_time_up_to_the_last_second_and_late_one_second_after(self) -> None:
        claim = {"within": "P30D", "after": "incident"}
        with counter(charged_terms(claim=claim)) as shop:
            # Ten hours on the tenth and one on the twelfth: thirty days after it is 11 February.
            shop.month(*JANUARY, *TEN_HOURS, "2026-01-12 08:00")
            until = datetime(2026, 2, 12, tzinfo=UTC)
            credit = "availability/20260101"
            standing = shop.account.standing(credit)
            assert standing == Claimable(Decimal("1200.00"), until)
            answer = datetime(2026, 4, 1, tzinfo=UTC)
            in_time = ClaimCredit(credit, Side.CLIENT, "our log", answer, until - A_SECOND)
            late = replace(in_time, now=until)
            with pytest.raises(Refused) as refusal:
                CREDITS.decide(late, shop.account)
            assert refusal.value.rule == "claim-too-late"
            (claimed,) = CREDITS.decide(in_time, shop.account)
            assert isinstance(claimed, CreditClaimed)

    def test_runs_anew_from_a_restatement(self) -> None:
        claim = {"within": "P30D", "after": "incident"}
        with counter(charged_terms(claim=claim)) as shop:
            shop.month(*JANUARY)
            shop.month(*JANUARY, *TEN_HOURS, batch="corrected", now="2026-02-20")
            until = datetime(2026, 3, 23, tzinfo=UTC)
            standing = shop.account.standing("availability/20260101")
            assert standing == Claimable(Decimal("1200.00"), until)


class TestARestatedResult:
    def test_restates_its_statement_with_the_difference_and_why(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY)
            shop.month(*JANUARY, *TEN_HOURS, batch="corrected", now="2026-02-20")
            _, restated, granted = shop.facts()
            assert isinstance(restated, StatementRestated)
            assert restated.because == "batch corrected of probe came in"
            (line,) = restated.restated
            assert (line.before, line.after) == (Decimal(0), Decimal("1200.00"))
            assert granted == CreditGranted(
                "availability/20260101", Decimal("1200.00"), "due without a claim, as restated"
            )

    def test_takes_back_what_was_granted_for_nothing(self) -> None:
        with counter(charged_terms()) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*JANUARY, batch="corrected", now="2026-02-20")
            standing = shop.account.standing("availability/20260101")
            assert isinstance(standing, Granted)
            assert standing.open == 0

    def test_can_be_claimed_from_the_day_of_the_restatement_on(self) -> None:
        with counter(charged_terms(claim=CLAIM)) as shop:
            shop.month(*JANUARY)
            shop.month(*JANUARY, *TEN_HOURS, batch="corrected", now="2026-05-20")
            standing = shop.account.standing("availability/20260101")
            assert standing == Claimable(Decimal("1200.00"), datetime(2026, 6, 20, tzinfo=UTC))


class TestTheCapOfTheTerm:
    def test_leaves_the_second_miss_what_the_first_left(self) -> None:
        caps = {"credits": {"caps": [{"per": "term", "amount": "1500.00"}]}}
        with counter(charged_terms(**caps)) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *down("02"))
            granted = [one.amount for one in shop.facts() if isinstance(one, CreditGranted)]
            assert granted == [Decimal("1200.00"), Decimal("300.00")]


CHRONIC = {"missed": 2, "of_consecutive": 3, "right": "terminate"}


class TestRepeatedMisses:
    def test_open_the_right_to_end_the_contract_once(self) -> None:
        with counter(charged_terms(objective={"chronic_failure": CHRONIC})) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            assert not _rights(shop.facts("contract"))
            shop.month(*FEBRUARY)
            shop.month(*MARCH, *down("03"))
            (opened,) = _rights(shop.facts("contract"))
            assert opened.objective == "availability"
            assert opened.because == (
                "availability was missed in 2 periods: "
                "2026-01-01 to 2026-01-31, 2026-03-01 to 2026-03-31"
            )
            shop.again()
            assert _rights(shop.facts("contract")) == [opened]

    def test_open_it_for_as_long_as_agreed_from_the_day_the_last_one_was_on_record(self) -> None:
        chronic = {**CHRONIC, "exercised_within": "P30D"}
        with counter(charged_terms(objective={"chronic_failure": chronic})) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *down("02"), now="2026-03-10")
            (opened,) = _rights(shop.facts("contract"))
            assert opened.until == datetime(2026, 4, 10, tzinfo=UTC)
            shop.month(*MARCH, *down("03"), now="2026-04-02")
            _, longer = _rights(shop.facts("contract"))
            assert longer.until == datetime(2026, 5, 3, tzinfo=UTC)
            shop.again()
            assert len(_rights(shop.facts("contract"))) == 2

    def test_open_nothing_for_whoever_learns_of_them_too_late_to_use_it(self) -> None:
        chronic = {**CHRONIC, "exercised_within": "P30D", "notified_within": "P180D"}
        terms = charged_terms(claim={"within": "P180D"}, objective={"chronic_failure": chronic})
        with counter(terms) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *down("02"))
            for credit in ("availability/20260101", "availability/20260201"):
                until, now = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 5, 5, tzinfo=UTC)
                shop.give(ClaimCredit(credit, Side.CLIENT, "our log", until, now), "2026-05-05")
            assert not _rights(shop.facts("contract"))

    def test_only_ask_for_a_new_negotiation_where_that_is_agreed(self) -> None:
        chronic = {**CHRONIC, "right": "renegotiate"}
        with counter(charged_terms(objective={"chronic_failure": chronic})) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *down("02"))
            assert not _rights(shop.facts("contract"))

    def test_count_when_they_were_claimed_where_they_have_to_be_notified(self) -> None:
        chronic = {**CHRONIC, "notified_within": "P45D"}
        terms = charged_terms(claim={"within": "P60D"}, objective={"chronic_failure": chronic})
        with counter(terms) as shop:
            shop.month(*JANUARY, *TEN_HOURS)
            shop.month(*FEBRUARY, *down("02"))
            assert not _rights(shop.facts("contract"))
            for credit in ("availability/20260101", "availability/20260201"):
                until = datetime(2026, 4, 1, tzinfo=UTC)
                now = datetime(2026, 3, 5, tzinfo=UTC)
                shop.give(ClaimCredit(credit, Side.CLIENT, "our log", until, now), "2026-03-05")
            assert len(_rights(shop.facts("contract"))) == 1


def _rights(facts: list[object]) -> list[TerminationRightOpened]:
    return [one for one in facts if isinstance(one, TerminationRightOpened)]


def test_the_term_around_a_day_is_the_initial_one_or_a_renewed_one() -> None:
    begun = concluded(terms_for(ends="2026-12-31"))
    facts = [begun, ContractRenewed(1, datetime(2028, 1, 1, tzinfo=UTC))]
    assert term_around(facts, date(2026, 5, 1), "UTC") == TermDays(
        date(2026, 1, 1), date(2027, 1, 1)
    )
    assert term_around(facts, date(2027, 5, 1), "UTC") == TermDays(
        date(2027, 1, 1), date(2028, 1, 1)
    )
