from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from contracts import (
    BERLIN,
    CLIENT,
    NEGOTIATION,
    PROVIDER,
    amending,
    concluded,
    concluding,
    contract,
    terms_for,
    utc,
)
from domain.contract.contract import (
    CONTRACT,
    AgreeTermination,
    AmendContract,
    BringIntoForce,
    ContractCommand,
    DeclineRenewal,
    EndContract,
    GiveNotice,
    LapseTerminationRight,
    OpenTerminationRight,
    RenewContract,
    WithdrawNotice,
)
from domain.contract.facts import (
    ContractAmended,
    ContractCameIntoForce,
    ContractConcluded,
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    Ground,
    TerminationAgreed,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
    TerminationRightLapsed,
    TerminationRightOpened,
)
from domain.contract.standing import InForce
from domain.terms.agreement import AgreementTerms
from domain.values.ids import OfferId
from scenario import Scenario

AN_INSTANT = timedelta(microseconds=1)
A_DAY = timedelta(days=1)
TERMS = terms_for()
BETTER = terms_for(availability="99.9")
ENDLESS = terms_for(ends=None)
JULY = utc(2026, 7, 1)
NEW_YEAR = utc(2027, 1, 1)
AGREE = AgreeTermination(
    NEGOTIATION, OfferId("offer-3"), terms_for(ends="2026-09-30"), TERMS.digest
)
AGREED = TerminationAgreed(NEGOTIATION, OfferId("offer-3"), TERMS.digest, utc(2026, 10, 1))


def amended(
    version: int, terms: AgreementTerms, since: datetime, end: datetime | None, offer: str
) -> ContractAmended:
    return ContractAmended(version, NEGOTIATION, OfferId(offer), terms, terms.digest, since, end)


class TestConclusion:
    def test_signed_terms_bind_from_their_first_local_day_to_the_end_of_their_last(self) -> None:
        berlin = terms_for(zone=BERLIN)
        (fact,) = Scenario(CONTRACT).when(concluding(berlin)).facts()
        assert isinstance(fact, ContractConcluded)
        assert fact.begins_at == utc(2025, 12, 31, 23)
        assert fact.ends_at == utc(2026, 12, 31, 23)

    def test_terms_without_a_last_day_bind_without_an_end(self) -> None:
        (fact,) = Scenario(CONTRACT).when(concluding(ENDLESS)).facts()
        assert fact.ends_at is None

    def test_a_contract_is_concluded_once(self) -> None:
        signed = Scenario(CONTRACT).when(concluding(TERMS)).then(concluded(TERMS))
        signed.when(concluding(TERMS)).then()
        signed.when(concluding(BETTER, "offer-2")).refused("already-concluded")
        signed.when(concluding(TERMS, "offer-2")).refused("already-concluded")

    def test_an_amended_contract_is_not_concluded_again(self) -> None:
        changed = contract(TERMS, amended(2, BETTER, JULY, NEW_YEAR, "offer-2"))
        changed.when(concluding(TERMS)).refused("already-concluded")


class TestComingIntoForce:
    def test_it_binds_from_its_first_instant_on_and_not_before(self) -> None:
        first = utc(2026, 1, 1)
        pending = Scenario(CONTRACT).given(concluded(TERMS))
        pending.when(BringIntoForce(first - AN_INSTANT)).refused("not-due")
        pending.when(BringIntoForce(first)).then(ContractCameIntoForce()).when(
            BringIntoForce(first)
        ).then()


class TestAmendment:
    def test_a_further_version_governs_from_an_instant_in_mid_term(self) -> None:
        amend = amending(BETTER, JULY)
        contract(TERMS).when(amend).then(amended(2, BETTER, JULY, NEW_YEAR, "offer-2")).when(
            amend
        ).then()

    def test_versions_are_counted(self) -> None:
        best = terms_for(availability="99.95")
        contract(TERMS, amended(2, BETTER, JULY, NEW_YEAR, "offer-2")).when(
            amending(best, JULY, "offer-3")
        ).then(amended(3, best, JULY, NEW_YEAR, "offer-3"))

    def test_a_contract_can_be_amended_before_it_begins(self) -> None:
        pending = Scenario(CONTRACT).given(concluded(TERMS))
        first = utc(2026, 1, 1)
        after = pending.when(amending(BETTER, first)).then(
            amended(2, BETTER, first, NEW_YEAR, "offer-2")
        )
        after.when(BringIntoForce(first)).then(ContractCameIntoForce())

    def test_no_version_governs_before_the_contract_begins_or_after_it_ends(self) -> None:
        before = amending(BETTER, utc(2026, 1, 1) - AN_INSTANT)
        contract(TERMS).when(before).refused("effective-outside-term")
        contract(TERMS).when(amending(BETTER, NEW_YEAR)).refused("effective-outside-term")
        last = NEW_YEAR - AN_INSTANT
        contract(TERMS).when(amending(BETTER, last)).then(
            amended(2, BETTER, last, NEW_YEAR, "offer-2")
        )

    def test_a_version_without_an_end_may_govern_from_any_later_instant(self) -> None:
        later = utc(2031, 1, 1)
        contract(TERMS).when(amending(ENDLESS, later)).then(
            amended(2, ENDLESS, later, None, "offer-2")
        )

    def test_the_same_terms_from_another_day_are_another_version(self) -> None:
        may = utc(2026, 5, 1)
        contract(TERMS, amended(2, BETTER, JULY, NEW_YEAR, "offer-2")).when(
            amending(BETTER, may, "offer-3")
        ).then(amended(3, BETTER, may, NEW_YEAR, "offer-3"))

    def test_it_can_go_back_to_earlier_terms(self) -> None:
        contract(TERMS, amended(2, BETTER, JULY, NEW_YEAR, "offer-2")).when(
            amending(TERMS, utc(2026, 10, 1), "offer-3")
        ).then(amended(3, TERMS, utc(2026, 10, 1), NEW_YEAR, "offer-3"))

    def test_a_renewal_by_agreement_is_an_amendment_that_moves_the_end(self) -> None:
        next_year = terms_for(starts="2027-01-01", ends="2027-12-31")
        renewed = (
            contract(TERMS)
            .when(amending(next_year, NEW_YEAR))
            .then(amended(2, next_year, NEW_YEAR, utc(2028, 1, 1), "offer-2"))
        )
        renewed.when(EndContract(NEW_YEAR)).refused("not-due")
        renewed.when(EndContract(utc(2028, 1, 1))).then(ContractExpired(utc(2028, 1, 1)))

    def test_one_that_leaves_the_term_alone_leaves_the_end_where_renewals_moved_it(self) -> None:
        yearly = {"kind": "automatic", "for": "P1Y", "decline_by": "P60D"}
        renewed = ContractRenewed(1, utc(2028, 1, 1))
        better = terms_for(availability="99.9", renewal=yearly)
        contract(terms_for(renewal=yearly), renewed).when(amending(better, utc(2027, 6, 1))).then(
            amended(2, better, utc(2027, 6, 1), utc(2028, 1, 1), "offer-2")
        )


class TestTheEnd:
    def test_a_contract_expires_when_its_last_day_is_over_and_not_before(self) -> None:
        contract(TERMS).when(EndContract(NEW_YEAR - AN_INSTANT)).refused("not-due")
        late = EndContract(utc(2027, 1, 5))
        contract(TERMS).when(late).then(ContractExpired(NEW_YEAR)).when(late).then()

    def test_a_contract_without_a_last_day_never_expires(self) -> None:
        contract(ENDLESS).when(EndContract(utc(2999, 1, 1))).refused("not-due")

    def test_its_last_day_is_a_local_one(self) -> None:
        berlin = contract(terms_for(zone=BERLIN, ends="2026-06-30"))
        end = utc(2026, 6, 30, 22)
        berlin.when(EndContract(end - AN_INSTANT)).refused("not-due")
        berlin.when(EndContract(end)).then(ContractExpired(end))

    @pytest.mark.parametrize(
        "command",
        [
            concluding(TERMS),
            amending(BETTER, JULY),
            AGREE,
            DeclineRenewal(CLIENT, "enough", JULY),
            OpenTerminationRight("availability", "missed 3 of 6"),
            GiveNotice("notice-1", CLIENT, Ground.CONVENIENCE, "enough", None, JULY),
            WithdrawNotice("notice-1", CLIENT, JULY),
        ],
        ids=lambda command: type(command).__name__,
    )
    def test_nothing_happens_to_it_afterwards(self, command: ContractCommand) -> None:
        ended = contract(TERMS, ContractExpired(NEW_YEAR))
        ended.when(command).refused("contract-ended")

    def test_what_the_daily_sheet_finds_due_twice_is_recorded_once(self) -> None:
        ended = contract(TERMS, ContractExpired(NEW_YEAR))
        for due in (EndContract(NEW_YEAR), BringIntoForce(NEW_YEAR), RenewContract(NEW_YEAR)):
            ended.when(due).then()


class TestAgreedTermination:
    def test_both_may_end_it_at_any_day_without_notice(self) -> None:
        agreed = contract(TERMS).when(AGREE).then(AGREED).when(AGREE).then()
        end = utc(2026, 10, 1)
        agreed.when(EndContract(end - AN_INSTANT)).refused("not-due")
        agreed.when(EndContract(end)).then(ContractTerminated(Ground.BY_AGREEMENT, end))

    def test_it_needs_a_last_day(self) -> None:
        contract(TERMS).when(replace(AGREE, terms=ENDLESS)).refused("no-last-day")

    def test_it_ends_what_had_no_end(self) -> None:
        contract(ENDLESS).when(AGREE).then(AGREED)

    def test_what_both_agreed_neither_side_takes_back(self) -> None:
        agreed = contract(TERMS, AGREED)
        agreed.when(WithdrawNotice("notice-1", CLIENT, JULY)).refused("unknown-notice")

    def test_a_later_agreement_counts_even_one_beyond_the_last_day(self) -> None:
        later = replace(AGREE, offer=OfferId("offer-4"), terms=terms_for(ends="2027-01-31"))
        end = utc(2027, 2, 1)
        agreed = (
            contract(TERMS, AGREED)
            .when(later)
            .then(replace(AGREED, offer=OfferId("offer-4"), ends_at=end))
        )
        agreed.when(EndContract(NEW_YEAR)).refused("not-due")
        agreed.when(EndContract(end)).then(ContractTerminated(Ground.BY_AGREEMENT, end))


class TestRepeatedMisses:
    def test_a_right_to_terminate_opens_once_per_objective(self) -> None:
        opening = OpenTerminationRight("availability", "missed 3 of 6")
        opened = TerminationRightOpened("availability", "missed 3 of 6")
        contract(TERMS).when(opening).then(opened).when(opening).then().when(
            replace(opening, objective="latency")
        ).then(replace(opened, objective="latency"))

    def test_a_right_that_has_a_limit_is_kept_open_by_further_misses_only(self) -> None:
        opening = OpenTerminationRight("availability", "missed 3 of 6", JULY)
        opened = TerminationRightOpened("availability", "missed 3 of 6", JULY)
        further = replace(opening, because="missed 4 of 6", until=JULY + A_DAY)
        reopened = replace(opened, because="missed 4 of 6", until=JULY + A_DAY)
        longer = contract(TERMS).when(opening).then(opened).when(further).then(reopened)
        longer.when(opening).then()
        longer.when(LapseTerminationRight("availability", JULY)).refused("not-due")

    def test_a_right_that_is_not_used_in_time_lapses_once_and_can_open_again(self) -> None:
        opened = TerminationRightOpened("availability", "missed 3 of 6", JULY)
        lapse = LapseTerminationRight("availability", JULY)
        lapsed = (
            contract(TERMS, opened).when(lapse).then(TerminationRightLapsed("availability", JULY))
        )
        lapsed.when(lapse).then()
        again = OpenTerminationRight("availability", "missed 4 of 6", JULY + A_DAY)
        lapsed.when(again).then(
            TerminationRightOpened("availability", "missed 4 of 6", JULY + A_DAY)
        )

    def test_a_right_without_a_limit_or_in_use_does_not_lapse(self) -> None:
        lapse = LapseTerminationRight("availability", JULY)
        contract(TERMS).when(lapse).refused("not-due")
        unlimited = TerminationRightOpened("availability", "missed 3 of 6")
        contract(TERMS, unlimited).when(lapse).refused("not-due")
        opened = replace(unlimited, until=JULY)
        notice = TerminationNoticeGiven(
            "notice-1", CLIENT, Ground.CHRONIC_FAILURE, "enough", JULY + A_DAY
        )
        used = contract(TERMS, opened, notice)
        used.when(lapse).refused("not-due")
        used.given(TerminationNoticeWithdrawn("notice-1", CLIENT)).when(lapse).then(
            TerminationRightLapsed("availability", JULY)
        )


@pytest.mark.parametrize(
    "command",
    [
        amending(BETTER, JULY),
        AGREE,
        BringIntoForce(JULY),
        DeclineRenewal(PROVIDER, "enough", JULY),
        RenewContract(JULY),
        OpenTerminationRight("availability", "missed"),
        LapseTerminationRight("availability", JULY),
        GiveNotice("notice-1", CLIENT, Ground.CAUSE, "breach", None, JULY),
        WithdrawNotice("notice-1", CLIENT, JULY),
        EndContract(JULY),
    ],
    ids=lambda command: type(command).__name__,
)
def test_nothing_happens_to_what_nobody_signed(command: ContractCommand) -> None:
    Scenario(CONTRACT).when(command).refused("contract-not-concluded")


def test_the_latest_signed_version_is_what_stands() -> None:
    amendment: AmendContract = amending(BETTER, JULY)
    state = CONTRACT.replay(contract(TERMS).when(amendment).scenario.facts)
    after = CONTRACT.replay(CONTRACT.decide(amendment, state), state)
    assert isinstance(after, InForce)
    assert (after.standing.version, after.standing.terms) == (2, BETTER)
