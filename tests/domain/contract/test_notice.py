from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts import (
    BERLIN,
    CLIENT,
    NEGOTIATION,
    PROVIDER,
    concluded,
    contract,
    terms_for,
    utc,
)
from domain.contract.contract import CONTRACT, EndContract, GiveNotice, WithdrawNotice
from domain.contract.facts import (
    ContractAmended,
    ContractExpired,
    ContractTerminated,
    Ground,
    TerminationAgreed,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
    TerminationRightOpened,
)
from domain.decider import Refused
from domain.values.canonical import Digest
from domain.values.ids import OfferId
from domain.values.sides import Side
from negotiations import told
from scenario import Scenario

AN_INSTANT = timedelta(microseconds=1)
PERIODS = {
    "by_provider": "P90D",
    "by_client": "P30D",
    "for_cause": "P14D",
    "for_chronic_failure": "P7D",
}
NOW = utc(2026, 3, 1, 12)
GIVE = GiveNotice("notice-1", CLIENT, Ground.CONVENIENCE, "another provider", None, NOW)
RIGHT = TerminationRightOpened("availability", "missed 3 of 6")


def noticeable(ends: str | None = "2026-12-31", **terms: Any) -> Scenario:
    return contract(terms_for(ends=ends, notice=PERIODS, **terms))


def given(ends_at: datetime, by: Side = CLIENT, ground: Ground = Ground.CONVENIENCE) -> Any:
    return TerminationNoticeGiven("notice-1", by, ground, "another provider", ends_at)


class TestHowSoon:
    @pytest.mark.parametrize(
        ("by", "ground", "ends_at"),
        [
            (PROVIDER, Ground.CONVENIENCE, utc(2026, 5, 31)),
            (CLIENT, Ground.CONVENIENCE, utc(2026, 4, 1)),
            (PROVIDER, Ground.CAUSE, utc(2026, 3, 16)),
            (CLIENT, Ground.CAUSE, utc(2026, 3, 16)),
            (CLIENT, Ground.CHRONIC_FAILURE, utc(2026, 3, 9)),
        ],
    )
    def test_each_side_and_ground_has_its_period_counted_from_the_day_after(
        self, by: Side, ground: Ground, ends_at: datetime
    ) -> None:
        give = replace(GIVE, by=by, ground=ground)
        noticeable().given(RIGHT).when(give).then(given(ends_at, by, ground))

    def test_the_days_are_local_and_may_be_shorter_than_24_hours(self) -> None:
        """The clocks go forward on 29 March: the period of 30 days is an hour short."""
        berlin = noticeable(zone=BERLIN)
        late_on_the_first = datetime.fromisoformat("2026-03-01T22:59:59Z")
        berlin.when(replace(GIVE, now=late_on_the_first)).then(given(utc(2026, 3, 31, 22)))
        just_past_midnight = utc(2026, 3, 1, 23)
        berlin.when(replace(GIVE, now=just_past_midnight)).then(given(utc(2026, 4, 1, 22)))

    def test_or_longer(self) -> None:
        berlin = noticeable(zone=BERLIN)
        berlin.when(replace(GIVE, now=utc(2026, 10, 1, 12))).then(given(utc(2026, 10, 31, 23)))

    def test_a_month_is_a_calendar_month(self) -> None:
        monthly = contract(terms_for(notice={"by_client": "P1M"}))
        monthly.when(replace(GIVE, now=utc(2026, 1, 31, 12))).then(given(utc(2026, 3, 1)))

    def test_a_last_day_may_be_later_but_not_sooner(self) -> None:
        soonest = date(2026, 3, 31)
        noticeable().when(replace(GIVE, last_day=soonest)).then(given(utc(2026, 4, 1)))
        noticeable().when(replace(GIVE, last_day=date(2026, 6, 30))).then(given(utc(2026, 7, 1)))
        too_soon = noticeable().when(replace(GIVE, last_day=soonest - timedelta(days=1)))
        too_soon.refused("notice-too-short")
        assert str(utc(2026, 4, 1)) in told(too_soon)

    def test_a_last_day_is_a_local_one(self) -> None:
        summer = replace(GIVE, last_day=date(2026, 6, 30))
        noticeable(zone=BERLIN).when(summer).then(given(utc(2026, 6, 30, 22)))

    def test_a_notice_can_be_given_before_the_contract_begins(self) -> None:
        terms = terms_for(notice=PERIODS)
        pending = Scenario(CONTRACT).given(concluded(terms))
        ended = pending.when(replace(GIVE, now=utc(2025, 11, 1))).then(given(utc(2025, 12, 2)))
        ended.when(EndContract(utc(2025, 12, 2))).then(
            ContractTerminated(Ground.CONVENIENCE, utc(2025, 12, 2))
        )

    def test_a_contract_without_an_end_is_ended_by_notice(self) -> None:
        noticeable(ends=None).when(GIVE).then(given(utc(2026, 4, 1)))

    def test_the_version_in_force_says_how_soon_and_not_one_that_governs_later(self) -> None:
        slower = terms_for(notice={**PERIODS, "by_client": "P60D"})
        july, end = utc(2026, 7, 1), utc(2027, 1, 1)
        amended = ContractAmended(
            2, NEGOTIATION, OfferId("offer-2"), slower, slower.digest, july, end
        )
        changing = noticeable().given(amended)
        changing.when(GIVE).then(given(utc(2026, 4, 1)))
        changing.when(replace(GIVE, now=july - AN_INSTANT)).then(given(utc(2026, 7, 31)))
        changing.when(replace(GIVE, now=july)).then(given(utc(2026, 8, 31)))

    def test_a_later_version_that_governs_earlier_takes_the_place_of_what_it_overtakes(
        self,
    ) -> None:
        end = utc(2027, 1, 1)
        slower, slowest = (
            terms_for(notice={**PERIODS, "by_client": period}) for period in ("P60D", "P90D")
        )
        versions = [
            ContractAmended(n, NEGOTIATION, OfferId(f"offer-{n}"), terms, terms.digest, since, end)
            for n, terms, since in [(2, slower, utc(2026, 7, 1)), (3, slowest, utc(2026, 5, 1))]
        ]
        august = replace(GIVE, now=utc(2026, 8, 1))
        noticeable().given(*versions).when(august).then(given(utc(2026, 10, 31)))


class TestTheRightToIt:
    @pytest.mark.parametrize("ground", list(Ground))
    def test_terms_that_say_nothing_give_no_right(self, ground: Ground) -> None:
        silent = contract(terms_for(), RIGHT)
        silent.when(replace(GIVE, ground=ground)).refused("no-termination-right")

    @pytest.mark.parametrize(
        ("by", "ground", "period"),
        [
            (PROVIDER, Ground.CONVENIENCE, "by_provider"),
            (CLIENT, Ground.CONVENIENCE, "by_client"),
            (CLIENT, Ground.CAUSE, "for_cause"),
            (CLIENT, Ground.CHRONIC_FAILURE, "for_chronic_failure"),
        ],
    )
    def test_a_ground_without_a_period_gives_no_right(
        self, by: Side, ground: Ground, period: str
    ) -> None:
        others = {name: length for name, length in PERIODS.items() if name != period}
        give = replace(GIVE, by=by, ground=ground)
        contract(terms_for(notice=others), RIGHT).when(give).refused("no-termination-right")

    def test_chronic_failure_is_a_right_only_once_it_happened_and_only_of_the_client(self) -> None:
        chronic = replace(GIVE, ground=Ground.CHRONIC_FAILURE)
        noticeable().when(chronic).refused("no-termination-right")
        noticeable().given(RIGHT).when(replace(chronic, by=PROVIDER)).refused(
            "no-termination-right"
        )

    def test_chronic_failure_is_a_ground_up_to_the_last_microsecond_of_its_right(self) -> None:
        limited = replace(RIGHT, until=NOW + AN_INSTANT)
        chronic = replace(GIVE, ground=Ground.CHRONIC_FAILURE)
        noticeable().given(limited).when(chronic).then(
            given(utc(2026, 3, 9), ground=Ground.CHRONIC_FAILURE)
        )
        late = noticeable().given(replace(RIGHT, until=NOW))
        late.when(chronic).refused("termination-right-lapsed")
        with pytest.raises(Refused) as refusal:
            late.when(chronic).facts()
        assert refusal.value.because == (
            "the right to end this is over: missed 3 of 6, to be used before 2026-03-01T12:00:00Z"
        )

    def test_a_right_that_lapsed_takes_none_from_another_objective(self) -> None:
        lapsed = replace(RIGHT, until=NOW)
        other = TerminationRightOpened("response", "missed 2 of 2", NOW + AN_INSTANT)
        noticeable().given(lapsed, other).when(replace(GIVE, ground=Ground.CHRONIC_FAILURE)).then(
            given(utc(2026, 3, 9), ground=Ground.CHRONIC_FAILURE)
        )

    def test_nobody_ends_it_by_agreement_alone(self) -> None:
        alone = replace(GIVE, ground=Ground.BY_AGREEMENT)
        noticeable().when(alone).refused("no-termination-right")

    def test_it_takes_a_reason(self) -> None:
        noticeable().when(replace(GIVE, because=" ")).refused("blank-reason")

    def test_a_notice_is_given_once_and_a_second_one_hears_of_the_first(self) -> None:
        running = noticeable().when(GIVE).then(given(utc(2026, 4, 1))).when(GIVE).then()
        second = running.when(replace(GIVE, notice="notice-2", by=PROVIDER))
        second.refused("ending-already")
        assert str(utc(2026, 4, 1)) in told(second)

    def test_after_an_agreed_end_no_notice_is_needed(self) -> None:
        agreed = TerminationAgreed(
            NEGOTIATION, OfferId("offer-2"), Digest("sha256:it"), utc(2026, 10, 1)
        )
        noticeable().given(agreed).when(GIVE).refused("ending-already")

    @pytest.mark.parametrize(
        ("now", "last_day"),
        [(utc(2026, 12, 15), None), (NOW, date(2026, 12, 31)), (utc(2027, 1, 2), None)],
    )
    def test_what_ends_by_itself_no_later_needs_none_either(
        self, now: datetime, last_day: date | None
    ) -> None:
        noticeable().when(replace(GIVE, now=now, last_day=last_day)).refused("ending-already")

    def test_what_ends_a_day_later_does(self) -> None:
        day_before = replace(GIVE, last_day=date(2026, 12, 30))
        noticeable().when(day_before).then(given(utc(2026, 12, 31)))


class TestTakingItBack:
    END = utc(2026, 4, 1)
    WITHDRAW = WithdrawNotice("notice-1", CLIENT, END - AN_INSTANT)
    WITHDRAWN = TerminationNoticeWithdrawn("notice-1", CLIENT)

    def test_who_gave_notice_takes_it_back_until_it_takes_effect(self) -> None:
        running = noticeable().given(given(self.END))
        running.when(self.WITHDRAW).then(self.WITHDRAWN).when(self.WITHDRAW).refused(
            "unknown-notice"
        )
        running.when(replace(self.WITHDRAW, now=self.END)).refused("contract-ended")

    def test_the_other_side_does_not(self) -> None:
        other = replace(self.WITHDRAW, by=PROVIDER)
        noticeable().given(given(self.END)).when(other).refused("not-your-notice")

    def test_only_the_notice_that_runs_is_taken_back(self) -> None:
        other = replace(self.WITHDRAW, notice="notice-2")
        noticeable().given(given(self.END)).when(other).refused("unknown-notice")
        noticeable().when(self.WITHDRAW).refused("unknown-notice")

    def test_afterwards_the_contract_runs_its_term_and_either_side_may_give_notice(self) -> None:
        free = noticeable().given(given(self.END), self.WITHDRAWN)
        free.when(EndContract(self.END)).refused("not-due")
        free.when(EndContract(utc(2027, 1, 1))).then(ContractExpired(utc(2027, 1, 1)))
        free.when(replace(GIVE, notice="notice-2")).then(
            replace(given(self.END), notice="notice-2")
        )


class TestTakingEffect:
    def test_a_notice_ends_the_contract_at_its_instant_and_on_its_ground(self) -> None:
        end = utc(2026, 3, 16)
        running = noticeable().given(given(end, PROVIDER, Ground.CAUSE))
        running.when(EndContract(end - AN_INSTANT)).refused("not-due")
        running.when(EndContract(end)).then(ContractTerminated(Ground.CAUSE, end))

    def test_a_term_that_an_amendment_cut_shorter_ends_it_first(self) -> None:
        shorter = terms_for(ends="2026-03-31", notice=PERIODS)
        april = utc(2026, 4, 1)
        amended = ContractAmended(
            2, NEGOTIATION, OfferId("offer-2"), shorter, shorter.digest, NOW, april
        )
        cut = noticeable().given(given(utc(2026, 5, 1)), amended)
        cut.when(EndContract(utc(2026, 6, 1))).then(ContractExpired(april))
