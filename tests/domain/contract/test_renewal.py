from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts import BERLIN, CLIENT, NEGOTIATION, PROVIDER, contract, terms_for, utc
from domain.contract.contract import DeclineRenewal, EndContract, GiveNotice, RenewContract
from domain.contract.facts import (
    ContractAmended,
    ContractExpired,
    ContractRenewed,
    ContractTerminated,
    Ground,
    RenewalDeclined,
    TerminationAgreed,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
)
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import OfferId

AN_INSTANT = timedelta(microseconds=1)


def renewing(**changes: Any) -> AgreementTerms:
    """Return terms for 2026 that renew by a year unless declined 60 days before the end."""
    notice = changes.pop("notice", None)
    zone = changes.pop("zone", "UTC")
    renewal = {"kind": "automatic", "for": "P1Y", "decline_by": "P60D", **changes}
    term: dict[str, Any] = {"renewal": renewal}
    return terms_for(zone=zone, **term, **({"notice": notice} if notice else {}))


TERMS = renewing()
DEADLINE = utc(2026, 11, 2)
"""60 days before 1 January: the last day to decline is 1 November."""
NEW_YEAR, NEXT = utc(2027, 1, 1), utc(2028, 1, 1)
DECLINE = DeclineRenewal(CLIENT, "moving on", DEADLINE - AN_INSTANT)
DECLINED = RenewalDeclined(CLIENT, "moving on")


class TestDeclining:
    def test_either_side_declines_before_the_deadline_once(self) -> None:
        contract(TERMS).when(DECLINE).then(DECLINED).when(DECLINE).then()
        contract(TERMS).when(replace(DECLINE, by=PROVIDER)).then(replace(DECLINED, by=PROVIDER))

    @pytest.mark.parametrize("late", [DEADLINE, DEADLINE + AN_INSTANT, NEW_YEAR])
    def test_nobody_does_at_the_deadline_or_after(self, late: Any) -> None:
        contract(TERMS).when(replace(DECLINE, now=late)).refused("renewal-decided")

    def test_the_second_side_to_decline_keeps_to_the_deadline_too(self) -> None:
        second = replace(DECLINE, by=PROVIDER)
        declined = contract(TERMS, DECLINED)
        declined.when(second).then(replace(DECLINED, by=PROVIDER))
        declined.when(replace(second, now=DEADLINE)).refused("renewal-decided")

    def test_the_deadline_is_a_local_midnight_on_whichever_side_of_a_clock_change(self) -> None:
        berlin = contract(renewing(zone=BERLIN, decline_by="P90D"))
        summer_midnight = utc(2026, 10, 2, 22)
        at = replace(DECLINE, now=summer_midnight)
        berlin.when(at).refused("renewal-decided")
        berlin.when(replace(at, now=summer_midnight - AN_INSTANT)).then(DECLINED)

    def test_without_a_deadline_it_can_be_declined_until_the_end(self) -> None:
        until_the_end = contract(terms_for(renewal={"kind": "automatic", "for": "P1Y"}))
        until_the_end.when(replace(DECLINE, now=NEW_YEAR - AN_INSTANT)).then(DECLINED)
        until_the_end.when(replace(DECLINE, now=NEW_YEAR)).refused("renewal-decided")

    @pytest.mark.parametrize(
        "term",
        [
            {},
            {"renewal": {"kind": "none"}},
            {"renewal": {"kind": "by agreement", "for": "P1Y"}},
            {"ends": None, "renewal": {"kind": "automatic", "for": "P1Y"}},
        ],
        ids=["no word on it", "none", "by agreement", "open-ended"],
    )
    def test_what_does_not_renew_by_itself_cannot_be_declined(self, term: dict[str, Any]) -> None:
        plain = contract(terms_for(**term))
        plain.when(DECLINE).refused("no-automatic-renewal")
        plain.when(RenewContract(NEW_YEAR)).refused("no-automatic-renewal")

    def test_a_declined_contract_ends_on_its_last_day(self) -> None:
        declined = contract(TERMS, DECLINED)
        declined.when(RenewContract(DEADLINE)).refused("no-automatic-renewal")
        declined.when(EndContract(NEW_YEAR)).then(ContractExpired(NEW_YEAR))


class TestRenewing:
    def test_a_contract_nobody_declined_goes_on_from_the_deadline_on_and_not_before(self) -> None:
        renewal = RenewContract(DEADLINE)
        contract(TERMS).when(replace(renewal, now=DEADLINE - AN_INSTANT)).refused("not-due")
        contract(TERMS).when(renewal).then(ContractRenewed(1, NEXT)).when(renewal).refused(
            "not-due"
        )

    def test_a_renewed_contract_does_not_end_on_its_first_last_day(self) -> None:
        contract(TERMS, ContractRenewed(1, NEXT)).when(EndContract(NEW_YEAR)).refused("not-due")

    def test_a_decided_renewal_is_recorded_before_any_end(self) -> None:
        contract(TERMS).when(EndContract(NEW_YEAR)).refused("not-due")

    def test_the_next_renewal_can_be_declined_again(self) -> None:
        in_time = utc(2027, 11, 2) - AN_INSTANT
        renewed = contract(TERMS, ContractRenewed(1, NEXT))
        renewed.when(replace(DECLINE, now=in_time)).then(DECLINED)

    def test_renewals_found_late_are_all_recorded_at_once_and_once(self) -> None:
        late = RenewContract(utc(2029, 6, 1))
        contract(TERMS).when(late).then(
            ContractRenewed(1, NEXT),
            ContractRenewed(2, utc(2029, 1, 1)),
            ContractRenewed(3, utc(2030, 1, 1)),
        ).when(late).refused("not-due")

    def test_it_renews_at_most_as_often_as_agreed(self) -> None:
        twice = contract(renewing(at_most=2), ContractRenewed(1, NEXT))
        second = twice.when(RenewContract(utc(2027, 11, 2))).then(
            ContractRenewed(2, utc(2029, 1, 1))
        )
        over = utc(2028, 12, 31)
        second.when(RenewContract(over)).refused("no-automatic-renewal")
        second.when(replace(DECLINE, now=utc(2028, 1, 1))).refused("no-automatic-renewal")
        second.when(EndContract(utc(2029, 1, 1))).then(ContractExpired(utc(2029, 1, 1)))

    def test_renewals_found_late_stop_at_the_agreed_number_too(self) -> None:
        contract(renewing(at_most=2)).when(RenewContract(utc(2040, 1, 1))).then(
            ContractRenewed(1, NEXT), ContractRenewed(2, utc(2029, 1, 1))
        )

    def test_a_renewed_term_ends_with_a_local_day(self) -> None:
        half_year = renewing(zone=BERLIN, **{"for": "P6M"})
        contract(half_year).when(RenewContract(DEADLINE)).then(
            ContractRenewed(1, utc(2027, 6, 30, 22))
        )


class TestRenewalByAgreement:
    def test_who_declined_the_old_end_has_not_declined_the_one_both_signed_since(self) -> None:
        next_year = terms_for(
            starts="2027-01-01",
            ends="2027-12-31",
            renewal={"kind": "automatic", "for": "P1Y", "decline_by": "P60D"},
        )
        agreed = ContractAmended(
            2, NEGOTIATION, OfferId("offer-2"), next_year, next_year.digest, NEW_YEAR, NEXT
        )
        contract(TERMS, DECLINED, agreed).when(RenewContract(utc(2027, 11, 2))).then(
            ContractRenewed(1, utc(2029, 1, 1))
        )

    def test_an_amendment_that_leaves_the_end_alone_leaves_it_declined(self) -> None:
        better = terms_for(availability="99.9", renewal=TERMS.document()["term"]["renewal"])
        amended = ContractAmended(
            2, NEGOTIATION, OfferId("offer-2"), better, better.digest, utc(2026, 12, 1), NEW_YEAR
        )
        contract(TERMS, DECLINED, amended).when(RenewContract(DEADLINE)).refused(
            "no-automatic-renewal"
        )


class TestRenewalAndAnEarlyEnd:
    NOTICE = TerminationNoticeGiven(
        "notice-1", CLIENT, Ground.CONVENIENCE, "enough", utc(2026, 12, 1)
    )

    def test_an_end_before_the_last_day_stops_the_renewal(self) -> None:
        ending = contract(TERMS, self.NOTICE)
        ending.when(RenewContract(DEADLINE)).refused("no-automatic-renewal")
        agreed = TerminationAgreed(
            NEGOTIATION, OfferId("offer-2"), Digest("sha256:it"), utc(2026, 12, 1)
        )
        contract(TERMS, agreed).when(RenewContract(DEADLINE)).refused("no-automatic-renewal")

    def test_a_notice_taken_back_lets_it_renew_again(self) -> None:
        back = TerminationNoticeWithdrawn("notice-1", CLIENT)
        contract(TERMS, self.NOTICE, back).when(RenewContract(DEADLINE)).then(
            ContractRenewed(1, NEXT)
        )

    def test_so_the_other_side_may_decline_while_the_notice_runs(self) -> None:
        decline = replace(DECLINE, by=PROVIDER)
        contract(TERMS, self.NOTICE).when(decline).then(replace(DECLINED, by=PROVIDER))

    def test_a_notice_that_ends_it_in_the_next_term_waits_for_the_renewal(self) -> None:
        terms = renewing(notice={"by_client": "P3M"})
        give = GiveNotice("notice-1", CLIENT, Ground.CONVENIENCE, "enough", None, utc(2026, 11, 15))
        march = utc(2027, 2, 16)
        given = contract(terms).when(give).then(replace(self.NOTICE, ends_at=march))
        given.when(EndContract(NEW_YEAR)).refused("not-due")
        renewed = given.when(RenewContract(NEW_YEAR)).then(ContractRenewed(1, NEXT))
        renewed.when(RenewContract(utc(2027, 11, 2))).refused("no-automatic-renewal")
        renewed.when(EndContract(march - AN_INSTANT)).refused("not-due")
        renewed.when(EndContract(march)).then(ContractTerminated(Ground.CONVENIENCE, march))
