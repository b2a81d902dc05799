from dataclasses import replace
from datetime import timedelta

import pytest

from domain.negotiation.commands import (
    AcceptOffer,
    BreakOff,
    DeclineSignature,
    ExpireSigningPeriod,
    MakeProposal,
    SignAgreement,
    WithdrawOffer,
)
from domain.negotiation.facts import (
    AgreementSigned,
    Amendment,
    NegotiationConcluded,
    NegotiationFact,
    NewAgreement,
    OfferAccepted,
    ProposalMade,
    SignatureDeclined,
    SignatureRequested,
    SigningPeriodExpired,
)
from domain.values.canonical import Digest
from domain.values.ids import ContractId, PersonId
from domain.values.sides import Side
from negotiations import (
    ADA,
    BO,
    CLIENT,
    COUNTER,
    FIRST,
    FIRST_ACCEPTED,
    FIRST_MADE,
    NOW,
    PROVIDER,
    SIGN_BY,
    THIRD,
    negotiation,
    offered,
    signing,
    told,
)
from scenario import Scenario

AN_INSTANT = timedelta(microseconds=1)
SIGNATORIES = {PROVIDER: ADA, CLIENT: BO}
SUBMITTED = {side: signing(side, person) for side, person in SIGNATORIES.items()}


def sign(side: Side) -> SignAgreement:
    return SignAgreement(
        FIRST.id, FIRST.terms_digest, side, SIGNATORIES[side], "mandate-1", NOW, SUBMITTED[side]
    )


def signed(side: Side) -> AgreementSigned:
    return AgreementSigned(
        FIRST.id,
        FIRST.terms_digest,
        side,
        SIGNATORIES[side],
        "mandate-1",
        SUBMITTED[side].evidence,
    )


def accepted(*facts: NegotiationFact) -> Scenario:
    return negotiation(FIRST_MADE, *FIRST_ACCEPTED, *facts)


DECLINE = DeclineSignature(FIRST.id, CLIENT, BO, "the board said no")
DECLINED = SignatureDeclined(FIRST.id, CLIENT, BO, "the board said no")
CONCLUDED = NegotiationConcluded(NewAgreement(), FIRST.id, FIRST.terms, FIRST.terms_digest, None)


class TestSigning:
    @pytest.mark.parametrize("first", list(Side))
    def test_the_last_signature_concludes_whoever_signs_first(self, first: Side) -> None:
        accepted().when(sign(first)).then(signed(first)).when(sign(first.other)).then(
            signed(first.other), CONCLUDED
        )

    def test_a_side_signs_once(self) -> None:
        accepted(signed(PROVIDER)).when(sign(PROVIDER)).then()
        second_signatory = replace(sign(PROVIDER), signatory=PersonId("person-cy"))
        accepted(signed(PROVIDER)).when(second_signatory).then()

    def test_a_signature_sent_again_after_the_conclusion_adds_nothing(self) -> None:
        concluded = accepted(signed(PROVIDER), signed(CLIENT), CONCLUDED)
        concluded.when(sign(CLIENT)).then()
        concluded.when(sign(PROVIDER)).then()

    def test_a_signature_under_other_terms_is_none_at_any_time(self) -> None:
        wrong = replace(sign(PROVIDER), terms_digest=Digest("sha256:other"))
        accepted().when(wrong).refused("digest-mismatch")
        accepted(signed(PROVIDER)).when(wrong).refused("digest-mismatch")
        concluded = accepted(signed(PROVIDER), signed(CLIENT), CONCLUDED)
        concluded.when(wrong).refused("negotiation-over")

    def test_only_the_accepted_offer_is_signed(self) -> None:
        other = replace(sign(PROVIDER), offer=THIRD.id)
        accepted().when(other).refused("not-the-accepted-offer")
        accepted(signed(PROVIDER)).when(other).refused("not-the-accepted-offer")

    def test_nothing_is_signed_before_it_is_accepted(self) -> None:
        negotiation(FIRST_MADE).when(sign(CLIENT)).refused("nothing-to-sign")

    def test_the_contract_learns_from_when_an_amendment_governs(self) -> None:
        subject = Amendment(ContractId("contract-1"))
        amending = offered("offer-first", effective_from=NOW)
        facts = (ProposalMade(amending), *FIRST_ACCEPTED, signed(PROVIDER))
        negotiation(*facts, subject=subject).when(sign(CLIENT)).then(
            signed(CLIENT),
            NegotiationConcluded(subject, FIRST.id, FIRST.terms, FIRST.terms_digest, NOW),
        )

    def test_the_agreed_number_of_days_is_counted_from_the_acceptance(self) -> None:
        later = NOW + timedelta(hours=7)
        accept = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, later)
        requested = negotiation(FIRST_MADE).when(accept).facts()[-1]
        assert isinstance(requested, SignatureRequested)
        assert requested.sign_by == later + timedelta(days=14)


class TestTheSigningPeriod:
    def test_a_signature_comes_in_time_until_the_instant_before_it_ends(self) -> None:
        in_time = signing(CLIENT, BO, FIRST, SIGN_BY - AN_INSTANT)
        last = replace(sign(CLIENT), now=SIGN_BY - AN_INSTANT, submitted=in_time)
        accepted().when(last).then(replace(signed(CLIENT), evidence=in_time.evidence))
        accepted().when(replace(last, now=SIGN_BY)).refused("signing-period-over")

    def test_its_end_is_recorded_with_the_signatures_that_are_missing(self) -> None:
        expire = ExpireSigningPeriod(FIRST.id, SIGN_BY)
        accepted().when(replace(expire, now=SIGN_BY - AN_INSTANT)).refused("not-due").when(
            expire
        ).then(SigningPeriodExpired(FIRST.id, (PROVIDER, CLIENT))).when(expire).then()
        accepted(signed(PROVIDER)).when(expire).then(SigningPeriodExpired(FIRST.id, (CLIENT,)))

    def test_the_end_of_another_offers_signing_period_is_not_recorded(self) -> None:
        expire = ExpireSigningPeriod(THIRD.id, SIGN_BY)
        accepted().when(expire).refused("not-the-accepted-offer")
        negotiation(FIRST_MADE).when(expire).refused("nothing-to-sign")

    def test_after_it_the_table_is_open_and_the_signature_given_does_not_count(self) -> None:
        expired = SigningPeriodExpired(FIRST.id, (CLIENT,))
        reopened = accepted(signed(PROVIDER), expired)
        reopened.when(MakeProposal(THIRD, NOW)).then(ProposalMade(THIRD))
        late = reopened.when(sign(CLIENT))
        late.refused("nothing-to-sign")
        assert "offer offer-first was not signed in time" in told(late)

    def test_another_offer_accepted_later_needs_both_signatures_anew(self) -> None:
        expired = SigningPeriodExpired(FIRST.id, (CLIENT,))
        anew = (
            ProposalMade(THIRD),
            OfferAccepted(THIRD.id, THIRD.terms_digest, CLIENT),
            SignatureRequested(THIRD.id, THIRD.terms_digest, SIGN_BY),
        )
        third = replace(
            sign(CLIENT),
            offer=THIRD.id,
            terms_digest=THIRD.terms_digest,
            submitted=signing(CLIENT, BO, THIRD),
        )
        facts = accepted(signed(PROVIDER), expired, *anew).when(third).facts()
        assert [type(one) for one in facts] == [AgreementSigned]


class TestDeclining:
    def test_a_side_declines_and_the_table_is_open_for_both_again(self) -> None:
        reopened = accepted().when(DECLINE).then(DECLINED)
        reopened.when(MakeProposal(THIRD, NOW)).then(ProposalMade(THIRD))
        reopened.when(MakeProposal(COUNTER, NOW)).then(ProposalMade(COUNTER))
        reopened.when(DECLINE).refused("nothing-to-sign")

    def test_who_signed_is_bound_and_declines_no_more(self) -> None:
        accepted(signed(CLIENT)).when(DECLINE).refused("already-signed")

    def test_who_has_not_signed_may_decline_although_the_other_did(self) -> None:
        accepted(signed(PROVIDER)).when(DECLINE).then(DECLINED)

    def test_only_the_accepted_offer_is_declined(self) -> None:
        accepted().when(replace(DECLINE, offer=THIRD.id)).refused("not-the-accepted-offer")
        negotiation(FIRST_MADE).when(DECLINE).refused("nothing-to-sign")

    def test_whoever_signs_too_late_is_told_that_it_was_declined(self) -> None:
        late = accepted(DECLINED).when(sign(PROVIDER))
        late.refused("nothing-to-sign")
        assert "offer offer-first was refused a signature" in told(late)

    def test_a_declined_offer_is_not_accepted_again(self) -> None:
        accept = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, NOW)
        again = accepted(DECLINED).when(accept)
        again.refused("offer-not-on-the-table")
        assert "was refused a signature" in told(again)


def test_an_accepted_offer_is_not_withdrawn_and_the_author_hears_why() -> None:
    late = accepted(signed(CLIENT)).when(WithdrawOffer(FIRST.id, PROVIDER))
    late.refused("awaiting-signatures")
    assert told(late) == (
        "offer offer-first was accepted by the client and awaits the signature of the provider"
    )


def test_nobody_breaks_off_while_signatures_are_awaited() -> None:
    walking = accepted().when(BreakOff(PROVIDER, "no longer wanted"))
    walking.refused("awaiting-signatures")
    assert "decline to sign instead" in told(walking)
