from dataclasses import replace
from datetime import timedelta

import pytest

from agreements import simple_document, simple_terms
from domain.decider import Refused
from domain.negotiation.commands import (
    ExpireOffer,
    MakeCounterOffer,
    MakeProposal,
    OpenNegotiation,
    RejectOffer,
    WithdrawOffer,
)
from domain.negotiation.facts import (
    Amendment,
    CounterOfferMade,
    MutualTermination,
    NegotiationOpened,
    NewAgreement,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    RejectionReason,
    Renewal,
    Subject,
)
from domain.negotiation.negotiation import NEGOTIATION
from domain.negotiation.table import Negotiating
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import Digest
from domain.values.ids import ContractId, OfferId
from negotiations import (
    CLIENT,
    COUNTER,
    COUNTER_MADE,
    FIRST,
    FIRST_MADE,
    NOW,
    PROVIDER,
    THIRD,
    VALID_UNTIL,
    negotiation,
    offered,
    told,
)
from scenario import Scenario

CONTRACT = ContractId("contract-1")
AN_INSTANT = timedelta(microseconds=1)
REJECT = RejectOffer(FIRST.id, CLIENT, RejectionReason.PRICE, "too dear")
REJECTED = OfferRejected(FIRST.id, CLIENT, RejectionReason.PRICE, "too dear")
WITHDRAW = WithdrawOffer(FIRST.id, PROVIDER, "a mistake")
WITHDRAWN = OfferWithdrawn(FIRST.id, "a mistake")


class TestOpening:
    OPEN = OpenNegotiation(NewAgreement(), CLIENT, "Order management", 14)

    def test_a_side_opens_a_negotiation_once(self) -> None:
        Scenario(NEGOTIATION).when(self.OPEN).then(
            NegotiationOpened(NewAgreement(), CLIENT, "Order management", 14)
        ).when(self.OPEN).refused("negotiation-already-open")

    def test_it_needs_a_title(self) -> None:
        Scenario(NEGOTIATION).when(replace(self.OPEN, title=" ")).refused("blank-title")

    @pytest.mark.parametrize("days", [0, 366])
    def test_the_signing_period_is_at_least_a_day_and_at_most_a_year(self, days: int) -> None:
        refused = Scenario(NEGOTIATION).when(replace(self.OPEN, signing_days=days))
        refused.refused("signing-period-out-of-range")

    @pytest.mark.parametrize("days", [1, 365])
    def test_a_day_and_a_year_are_both_within_it(self, days: int) -> None:
        opening = replace(self.OPEN, signing_days=days)
        assert len(Scenario(NEGOTIATION).when(opening).facts()) == 1


class TestTurnsAlternate:
    def test_either_side_may_put_an_offer_on_the_empty_table(self) -> None:
        negotiation().when(MakeProposal(FIRST, NOW)).then(FIRST_MADE)
        of_the_client = offered("offer-1", CLIENT)
        negotiation().when(MakeProposal(of_the_client, NOW)).then(ProposalMade(of_the_client))

    def test_nobody_makes_two_offers_in_a_row(self) -> None:
        table = negotiation(FIRST_MADE)
        table.when(MakeProposal(THIRD, NOW)).refused("not-your-turn")
        table.when(MakeCounterOffer(THIRD, FIRST.id, NOW)).refused("not-your-turn")

    def test_the_other_side_answers_with_a_counter_offer_and_the_turn_passes(self) -> None:
        negotiation(FIRST_MADE).when(MakeCounterOffer(COUNTER, FIRST.id, NOW)).then(
            COUNTER_MADE
        ).when(MakeCounterOffer(THIRD, COUNTER.id, NOW)).then(CounterOfferMade(THIRD, COUNTER.id))

    def test_a_proposal_does_not_push_the_other_sides_offer_off_the_table(self) -> None:
        negotiation(FIRST_MADE).when(MakeProposal(COUNTER, NOW)).refused("offer-on-the-table")

    @pytest.mark.parametrize("gone", [WITHDRAWN, REJECTED, OfferExpired(FIRST.id)])
    def test_once_an_offer_left_the_table_its_author_may_make_another(
        self, gone: OfferWithdrawn | OfferRejected | OfferExpired
    ) -> None:
        negotiation(FIRST_MADE, gone).when(MakeProposal(THIRD, NOW)).then(ProposalMade(THIRD))

    def test_the_same_offer_sent_twice_is_made_once(self) -> None:
        negotiation(FIRST_MADE).when(MakeProposal(FIRST, NOW)).then()
        negotiation(FIRST_MADE, COUNTER_MADE).when(MakeCounterOffer(COUNTER, FIRST.id, NOW)).then()

    def test_the_same_offer_as_an_answer_to_something_else_is_not_the_same(self) -> None:
        table = negotiation(FIRST_MADE, WITHDRAWN, ProposalMade(THIRD), COUNTER_MADE)
        table.when(MakeCounterOffer(COUNTER, THIRD.id, NOW)).refused("not-your-turn")
        table.when(MakeProposal(COUNTER, NOW)).refused("not-your-turn")

    def test_an_offer_that_left_the_table_does_not_come_back_under_its_id(self) -> None:
        negotiation(FIRST_MADE, WITHDRAWN).when(MakeProposal(FIRST, NOW)).refused("offer-id-taken")


class TestTheTreeOfOffers:
    def test_a_counter_offer_may_go_back_to_an_older_offer(self) -> None:
        back = offered("offer-back", CLIENT, FIRST.terms)
        table = negotiation(FIRST_MADE, COUNTER_MADE, CounterOfferMade(THIRD, COUNTER.id))
        went_back = table.when(MakeCounterOffer(back, FIRST.id, NOW)).then(
            CounterOfferMade(back, FIRST.id)
        )
        state = NEGOTIATION.replay(went_back.facts)
        assert isinstance(state, Negotiating)
        assert state.answers == {
            FIRST.id: None,
            COUNTER.id: FIRST.id,
            THIRD.id: COUNTER.id,
            back.id: FIRST.id,
        }
        assert state.on_the_table == back
        assert set(state.fates.values()) == {"countered"}

    def test_an_offer_that_left_the_table_can_still_be_answered(self) -> None:
        answer = MakeCounterOffer(COUNTER, FIRST.id, NOW)
        negotiation(FIRST_MADE, WITHDRAWN).when(answer).then(COUNTER_MADE)

    def test_an_offer_nobody_made_cannot_be_answered(self) -> None:
        answer = MakeCounterOffer(COUNTER, OfferId("offer-nobody-made"), NOW)
        negotiation(FIRST_MADE).when(answer).refused("unknown-offer")


class TestWithdrawing:
    def test_the_author_takes_its_offer_off_the_table_once(self) -> None:
        negotiation(FIRST_MADE).when(WITHDRAW).then(WITHDRAWN).when(WITHDRAW).then()

    def test_nobody_withdraws_the_offer_of_the_other_side(self) -> None:
        negotiation(FIRST_MADE).when(replace(WITHDRAW, by=CLIENT)).refused("not-your-offer")
        negotiation(FIRST_MADE, WITHDRAWN).when(replace(WITHDRAW, by=CLIENT)).refused(
            "offer-not-on-the-table"
        )

    def test_an_offer_nobody_made_cannot_be_withdrawn(self) -> None:
        negotiation().when(WITHDRAW).refused("unknown-offer")

    def test_an_answered_offer_cannot_be_withdrawn_and_the_author_hears_why(self) -> None:
        late = negotiation(FIRST_MADE, COUNTER_MADE).when(WITHDRAW)
        assert "was countered; offer offer-counter is on the table now" in told(late)


class TestRejecting:
    def test_the_other_side_turns_an_offer_down_once(self) -> None:
        negotiation(FIRST_MADE).when(REJECT).then(REJECTED).when(REJECT).then()

    def test_a_rejection_needs_words(self) -> None:
        negotiation(FIRST_MADE).when(replace(REJECT, because="  ")).refused("blank-reason")

    def test_nobody_rejects_its_own_offer(self) -> None:
        negotiation(FIRST_MADE).when(replace(REJECT, by=PROVIDER)).refused("own-offer")

    def test_a_withdrawn_offer_is_not_rejected(self) -> None:
        negotiation(FIRST_MADE, WITHDRAWN).when(REJECT).refused("offer-not-on-the-table")


class TestExpiry:
    def test_an_offer_expires_at_the_end_of_its_validity_and_not_before(self) -> None:
        early = ExpireOffer(FIRST.id, VALID_UNTIL - AN_INSTANT)
        due = ExpireOffer(FIRST.id, VALID_UNTIL)
        negotiation(FIRST_MADE).when(early).refused("not-due").when(due).then(
            OfferExpired(FIRST.id)
        ).when(due).then()

    def test_an_answered_offer_does_not_expire(self) -> None:
        due = ExpireOffer(FIRST.id, VALID_UNTIL)
        negotiation(FIRST_MADE, COUNTER_MADE).when(due).refused("offer-not-on-the-table")

    def test_an_offer_is_made_before_it_expires(self) -> None:
        negotiation().when(MakeProposal(FIRST, VALID_UNTIL)).refused("validity-in-the-past")
        negotiation().when(MakeProposal(FIRST, VALID_UNTIL - AN_INSTANT)).then(FIRST_MADE)


class TestWhatCanBeOffered:
    def test_terms_that_do_not_hold_together_are_not_sent_and_every_place_is_named(self) -> None:
        document = simple_document()
        document["objectives"][0]["remedy"]["of"] = "no-such-charge"
        document["term"] = {"starts": "2026-12-31", "ends": "2026-01-01"}
        broken = offered("offer-1", terms=AgreementTerms.model_validate(document))
        with pytest.raises(Refused) as refusal:
            negotiation().when(MakeProposal(broken, NOW)).facts()
        assert refusal.value.rule == "terms-refused-by-lint"
        places = {finding["place"] for finding in refusal.value.findings}
        assert {"objectives/availability/remedy/of", "term/ends"} <= places

    def test_a_counter_offer_is_held_to_the_same(self) -> None:
        backwards = simple_terms(term={"starts": "2026-12-31", "ends": "2026-01-01"})
        answer = MakeCounterOffer(offered("offer-2", CLIENT, backwards), FIRST.id, NOW)
        negotiation(FIRST_MADE).when(answer).refused("terms-refused-by-lint")

    def test_an_offer_names_the_digest_of_its_own_terms(self) -> None:
        mislabelled = replace(FIRST, terms_digest=Digest("sha256:other"))
        negotiation().when(MakeProposal(mislabelled, NOW)).refused("digest-mismatch")

    def test_an_amendment_says_from_when_it_governs(self) -> None:
        table = negotiation(subject=Amendment(CONTRACT))
        table.when(MakeProposal(FIRST, NOW)).refused("effective-from-with-amendments-only")
        amending = offered("offer-1", effective_from=NOW)
        table.when(MakeProposal(amending, NOW)).then(ProposalMade(amending))

    @pytest.mark.parametrize(
        "subject", [NewAgreement(), Renewal(CONTRACT), MutualTermination(CONTRACT)]
    )
    def test_nothing_else_does(self, subject: Subject) -> None:
        table = negotiation(subject=subject)
        amending = offered("offer-1", effective_from=NOW)
        table.when(MakeProposal(amending, NOW)).refused("effective-from-with-amendments-only")
        table.when(MakeProposal(FIRST, NOW)).then(FIRST_MADE)

    def test_an_end_by_consent_names_the_last_day(self) -> None:
        endless = offered("offer-1", terms=simple_terms(term={"starts": "2026-01-01"}))
        ending = negotiation(subject=MutualTermination(CONTRACT))
        ending.when(MakeProposal(endless, NOW)).refused("no-last-day")
        negotiation().when(MakeProposal(endless, NOW)).then(ProposalMade(endless))
