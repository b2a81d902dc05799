"""The credits of a contract, from statement to money, and back when late data come in."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from attainments import example
from domain.credits.account import (
    Account,
    Claimable,
    Claimed,
    Granted,
    Lapsed,
    NothingDue,
    amounts_open,
    answers_due,
    claims_open,
    credited,
)
from domain.credits.commands import (
    AdmitClaim,
    ApplyCredit,
    ClaimCredit,
    CreditCommand,
    GrantCredit,
    IssueStatement,
    LapseClaim,
    RejectClaim,
    RestateStatement,
    WithdrawClaim,
)
from domain.credits.credits import CREDITS
from domain.credits.facts import (
    ClaimAdmitted,
    ClaimLapsed,
    ClaimRejected,
    ClaimWithdrawn,
    CreditApplied,
    CreditClaimed,
    CreditGranted,
    Kind,
    Restated,
    Stated,
    StatementIssued,
    StatementRestated,
)
from domain.credits.stating import credit_id
from domain.settlement.caps import Credited
from domain.settlement.settlement import settle
from domain.settlement.statement import Settlement
from domain.values.periods import Days
from domain.values.sides import Side
from scenario import Scenario
from settlements import case_of, changed, days, judged, signed, with_remedy

MARCH: Final = days("2026-03")
CREDIT: Final = "availability/20260301"
UNTIL: Final = datetime(2026, 6, 1, tzinfo=UTC)
ANSWER_BY: Final = datetime(2026, 7, 1, tzinfo=UTC)
IN_TIME: Final = datetime(2026, 5, 31, 23, 59, 59, tzinfo=UTC)


def march(value: str, *, run: Days = MARCH) -> Settlement:
    """Settle a month of the region, whose credits are claimed: 10 %, 30 %, 100 % of 12,000."""
    versions = signed(example("aws-ec2-region"))
    return settle(case_of(versions, run, judged(versions, run, value)))


def automatic(value: str) -> Settlement:
    """Settle a month of the two-tier sample, whose credits are automatic: 0.20 or 0.30."""
    versions = signed(example("accord-two-tier"))
    return settle(case_of(versions, MARCH, judged(versions, MARCH, value)))


def issued(settlement: Settlement, *stated: Stated, statement: int = 1) -> StatementIssued:
    return StatementIssued(
        statement,
        settlement.period,
        settlement.days.first,
        settlement.days.last,
        settlement.currency,
        settlement.canonical().decode(),
        settlement.digest,
        stated,
    )


def claimable(amount: str, until: datetime = UNTIL) -> Stated:
    return Stated(CREDIT, "availability", Kind.CREDIT, Decimal(amount), until)


def claim(now: datetime = IN_TIME, *, by: Side = Side.CLIENT) -> ClaimCredit:
    return ClaimCredit(CREDIT, by, "logs of both probes, 10 March", ANSWER_BY, now)


def restated(
    settlement: Settlement, before: str, after: str, difference: str, until: datetime | None = UNTIL
) -> StatementRestated:
    return StatementRestated(
        2,
        1,
        settlement.period,
        settlement.days.first,
        settlement.days.last,
        settlement.currency,
        settlement.canonical().decode(),
        settlement.digest,
        "a day's probes came in late",
        (
            Restated(
                CREDIT,
                "availability",
                Kind.CREDIT,
                Decimal(before),
                Decimal(after),
                Decimal(difference),
                until,
            ),
        ),
    )


TEN_PERCENT: Final = march("99.5")
THIRTY_PERCENT: Final = march("98")
STATED: Final = Scenario(CREDITS).given(issued(TEN_PERCENT, claimable("1200.00")))
CLAIMED: Final = STATED.given(
    CreditClaimed(CREDIT, Decimal("1200.00"), "logs of both probes, 10 March", ANSWER_BY)
)
GRANTED: Final = CLAIMED.given(
    ClaimAdmitted(CREDIT),
    CreditGranted(CREDIT, Decimal("1200.00"), "the claim was admitted"),
)


def account(scenario: Scenario) -> Account:
    state = CREDITS.replay(scenario.facts)
    assert isinstance(state, Account)
    return state


# Statements


def test_a_statement_is_issued_with_the_bytes_its_digest_is_of() -> None:
    Scenario(CREDITS).when(IssueStatement(TEN_PERCENT)).then(
        issued(TEN_PERCENT, claimable("1200.00"))
    ).when(IssueStatement(TEN_PERCENT)).then()


def test_what_needs_no_claim_is_granted_with_the_statement() -> None:
    settlement = automatic("97")
    Scenario(CREDITS).when(IssueStatement(settlement)).then(
        issued(settlement, Stated(CREDIT, "availability", Kind.CREDIT, Decimal("0.30"), None)),
        CreditGranted(CREDIT, Decimal("0.30"), "due without a claim"),
    )


def test_a_period_that_costs_nothing_has_a_statement_too_and_nothing_to_claim() -> None:
    settlement = march("100")
    Scenario(CREDITS).when(IssueStatement(settlement)).then(
        issued(settlement, claimable("0.00"))
    ).when(claim()).refused("not-claimable")


def test_a_period_is_settled_once_and_restated_after_that() -> None:
    STATED.when(IssueStatement(THIRTY_PERCENT)).refused("already-settled")


def test_the_next_month_is_another_statement() -> None:
    april = march("99.5", run=days("2026-04"))
    found = STATED.when(IssueStatement(april)).facts()
    assert isinstance(found[0], StatementIssued)
    assert (found[0].statement, found[0].stated[0].credit) == (2, "availability/20260401")


def test_all_credits_of_a_contract_are_in_one_currency() -> None:
    versions = signed(changed(example("aws-ec2-region"), currency="EUR"))
    run = days("2026-04")
    in_euro = settle(case_of(versions, run, judged(versions, run, "98")))
    STATED.when(IssueStatement(in_euro)).refused("other-currency")


def test_hours_that_are_not_charged_and_a_bonus_are_amounts_of_their_own() -> None:
    terms = with_remedy(example("accord-two-tier"), bonus=[{"at_least": "99.9", "percent": "1"}])
    versions = signed(terms)
    settlement = settle(case_of(versions, MARCH, judged(versions, MARCH, "100")))
    scenario = Scenario(CREDITS).given(*Scenario(CREDITS).when(IssueStatement(settlement)).facts())
    bonus = credit_id("availability", date(2026, 3, 1), Kind.BONUS)
    assert account(scenario).standing(bonus) == Granted(Decimal("0.10"))
    pay = ApplyCredit(bonus, Side.PROVIDER, Decimal("0.10"), "payment", "invoice 7")
    scenario.when(pay).refused("not-your-move")  # a bonus is the client's to pay
    paid = ApplyCredit(bonus, Side.CLIENT, Decimal("0.10"), "payment", "invoice 7")
    assert len(scenario.when(paid).facts()) == 1


# Claims


def test_a_claim_in_the_last_second_is_in_time() -> None:
    STATED.when(claim(IN_TIME)).then(*CLAIMED.facts[-1:]).when(claim(IN_TIME)).then()


def test_a_claim_one_second_later_is_late() -> None:
    STATED.when(claim(UNTIL)).refused("claim-too-late")


def test_only_the_client_claims_and_says_what_shows_it() -> None:
    STATED.when(claim(by=Side.PROVIDER)).refused("not-your-move")
    STATED.when(ClaimCredit(CREDIT, Side.CLIENT, "  ", ANSWER_BY, IN_TIME)).refused("blank-reason")
    wrong = ClaimCredit("availability/20260401", Side.CLIENT, "logs", ANSWER_BY, IN_TIME)
    STATED.when(wrong).refused("unknown-credit")


def test_what_nobody_claims_lapses_when_it_can_be_claimed_no_more() -> None:
    STATED.when(LapseClaim(CREDIT, IN_TIME)).refused("claim-in-time").when(
        LapseClaim(CREDIT, UNTIL)
    ).then(ClaimLapsed(CREDIT)).when(LapseClaim(CREDIT, UNTIL)).then().when(claim()).refused(
        "claim-too-late"
    )


def test_an_admitted_claim_is_granted() -> None:
    CLAIMED.when(AdmitClaim(CREDIT, Side.CLIENT)).refused("not-your-move").when(
        AdmitClaim(CREDIT, Side.PROVIDER)
    ).then(*GRANTED.facts[-2:]).when(RejectClaim(CREDIT, Side.PROVIDER, "no")).refused(
        "claim-answered"
    )


def test_a_rejected_claim_says_why_and_can_be_granted_after_all() -> None:
    rejected = CLAIMED.when(RejectClaim(CREDIT, Side.PROVIDER, "")).refused("blank-reason")
    rejected = rejected.when(RejectClaim(CREDIT, Side.PROVIDER, "the logs are of April")).then(
        ClaimRejected(CREDIT, "the logs are of April")
    )
    rejected.when(claim()).refused("claim-answered")
    rejected.when(AdmitClaim(CREDIT, Side.PROVIDER)).refused("claim-answered")
    too_much = GrantCredit(CREDIT, Side.PROVIDER, Decimal("1200.01"), "settled in dispute 1")
    rejected.when(too_much).refused("more-than-stated")
    half = GrantCredit(CREDIT, Side.PROVIDER, Decimal(600), "settled in dispute 1")
    rejected.when(half).then(CreditGranted(CREDIT, Decimal(600), "settled in dispute 1"))
    STATED.when(half).refused("not-turned-down")


def test_a_claim_is_withdrawn_until_it_is_answered() -> None:
    CLAIMED.when(WithdrawClaim(CREDIT, Side.CLIENT)).then(ClaimWithdrawn(CREDIT)).when(
        WithdrawClaim(CREDIT, Side.CLIENT)
    ).refused("not-claimed").when(claim()).then(*CLAIMED.facts[-1:])
    GRANTED.when(WithdrawClaim(CREDIT, Side.CLIENT)).refused("claim-answered")


def test_what_can_be_claimed_and_what_is_to_be_answered_is_known_with_its_date() -> None:
    assert list(claims_open(account(STATED))) == [(CREDIT, UNTIL)]
    assert list(answers_due(account(STATED))) == []
    assert list(answers_due(account(CLAIMED))) == [(CREDIT, ANSWER_BY)]


# Money


def test_a_credit_is_deducted_in_parts_never_more_than_is_open() -> None:
    first = ApplyCredit(CREDIT, Side.PROVIDER, Decimal(1000), "deduction", "invoice 4")
    done = CreditApplied(CREDIT, Decimal(1000), Side.PROVIDER, "deduction", "invoice 4")
    assert [open_ for _, open_ in amounts_open(account(GRANTED))] == [1200]
    GRANTED.when(first).then(done).when(first).then().when(
        ApplyCredit(CREDIT, Side.PROVIDER, Decimal(200), "deduction", "invoice 4")
    ).refused("reference-used").when(
        ApplyCredit(CREDIT, Side.PROVIDER, Decimal("200.01"), "deduction", "invoice 5")
    ).refused("more-than-due").when(
        ApplyCredit(CREDIT, Side.PROVIDER, Decimal(200), "deduction", "invoice 5")
    ).then(CreditApplied(CREDIT, Decimal(200), Side.PROVIDER, "deduction", "invoice 5"))


def test_nothing_is_deducted_before_it_is_granted() -> None:
    early = ApplyCredit(CREDIT, Side.PROVIDER, Decimal(1), "deduction", "invoice 4")
    CLAIMED.when(early).refused("not-granted")


# Late data


def test_late_data_after_the_statement_are_a_difference_of_their_own() -> None:
    restate = RestateStatement(THIRTY_PERCENT, "a day's probes came in late")
    more = restated(THIRTY_PERCENT, "1200.00", "3600.00", "2400.00")
    after = GRANTED.when(restate).then(more).when(restate).then()
    assert account(after).standing(CREDIT) == Granted(Decimal("3600.00"))
    assert after.facts[0] == issued(TEN_PERCENT, claimable("1200.00"))


def test_a_result_that_was_better_after_all_is_owed_back() -> None:
    better = march("100")
    paid = GRANTED.given(
        CreditApplied(CREDIT, Decimal("1200.00"), Side.PROVIDER, "deduction", "invoice 4")
    )
    after = paid.when(RestateStatement(better, "a day's probes came in late")).then(
        restated(better, "1200.00", "0.00", "-1200.00")
    )
    standing = account(after).standing(CREDIT)
    assert isinstance(standing, Granted)
    assert standing.open == -1200
    back = ApplyCredit(CREDIT, Side.CLIENT, Decimal(-1200), "addition", "invoice 5")
    taken = CreditApplied(CREDIT, Decimal(-1200), Side.CLIENT, "addition", "invoice 5")
    settled = account(after.when(back).then(taken)).standing(CREDIT)
    assert isinstance(settled, Granted)
    assert settled.open == 0


def test_after_a_lapse_only_what_came_on_top_can_be_claimed() -> None:
    later = datetime(2026, 9, 1, tzinfo=UTC)
    lapsed = STATED.given(ClaimLapsed(CREDIT))
    after = lapsed.given(restated(THIRTY_PERCENT, "1200.00", "3600.00", "2400.00", later))
    assert account(after).standing(CREDIT) == Claimable(Decimal("2400.00"), later)
    fewer = lapsed.given(restated(march("100"), "1200.00", "0.00", "-1200.00"))
    assert account(fewer).standing(CREDIT) == Lapsed(Decimal("1200.00"))


def test_an_automatic_credit_restated_from_nothing_is_granted() -> None:
    nothing, something = automatic("100"), automatic("97")
    start = Scenario(CREDITS).given(*Scenario(CREDITS).when(IssueStatement(nothing)).facts())
    restate = RestateStatement(something, "a day's probes came in late")
    start.when(restate).then(
        restated(something, "0.00", "0.30", "0.30", None),
        CreditGranted(CREDIT, Decimal("0.30"), "due without a claim, as restated"),
    ).when(restate).then()


def test_an_automatic_credit_that_was_granted_follows_its_restatement_without_another_grant() -> (
    None
):
    less, more = automatic("99.7"), automatic("97")
    start = Scenario(CREDITS).given(*Scenario(CREDITS).when(IssueStatement(less)).facts())
    restate = RestateStatement(more, "a day's probes came in late")
    after = start.when(restate).then(restated(more, "0.20", "0.30", "0.10", None))
    assert account(after).standing(CREDIT) == Granted(Decimal("0.30"))


def test_a_restatement_never_shortens_the_time_to_claim() -> None:
    sooner = datetime(2026, 5, 1, tzinfo=UTC)
    after = STATED.given(restated(THIRTY_PERCENT, "1200.00", "3600.00", "2400.00", sooner))
    assert account(after).standing(CREDIT) == Claimable(Decimal("3600.00"), UNTIL)


def test_a_claim_stands_on_the_restated_amount_and_falls_with_it() -> None:
    more = CLAIMED.given(restated(THIRTY_PERCENT, "1200.00", "3600.00", "2400.00"))
    assert account(more).standing(CREDIT) == Claimed(Decimal("3600.00"), UNTIL, ANSWER_BY)
    nothing = CLAIMED.given(restated(march("100"), "1200.00", "0.00", "-1200.00"))
    assert account(nothing).standing(CREDIT) == NothingDue()


def test_what_was_never_stated_cannot_be_restated_and_a_reason_is_given() -> None:
    restate = RestateStatement(march("98", run=days("2026-04")), "late")
    STATED.when(restate).refused("not-settled")
    STATED.when(RestateStatement(THIRTY_PERCENT, " ")).refused("blank-reason")


# What takes room under a cap


def test_a_credit_takes_room_under_caps_unless_it_lapsed_or_was_rejected() -> None:
    standing = [Credited("availability", MARCH, Decimal("1200.00"))]
    for scenario in (STATED, CLAIMED, GRANTED):
        assert list(credited(account(scenario))) == standing
    for gone in (STATED.given(ClaimLapsed(CREDIT)), CLAIMED.given(ClaimRejected(CREDIT, "no"))):
        assert list(credited(account(gone))) == []


def test_every_command_but_a_statement_needs_a_credit_that_is_known() -> None:
    unknown: list[CreditCommand] = [
        claim(),
        WithdrawClaim(CREDIT, Side.CLIENT),
        LapseClaim(CREDIT, UNTIL),
        AdmitClaim(CREDIT, Side.PROVIDER),
        RejectClaim(CREDIT, Side.PROVIDER, "no"),
        GrantCredit(CREDIT, Side.PROVIDER, Decimal(1), "goodwill"),
        ApplyCredit(CREDIT, Side.PROVIDER, Decimal(1), "deduction", "invoice 4"),
    ]
    for command in unknown:
        Scenario(CREDITS).when(command).refused("unknown-credit")
