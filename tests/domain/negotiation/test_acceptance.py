from dataclasses import replace
from datetime import timedelta

import pytest

from domain.negotiation.commands import AcceptOffer
from domain.negotiation.facts import (
    Firmness,
    NegotiationFact,
    OfferExpired,
    OfferRejected,
    OfferWithdrawn,
    ProposalMade,
    RejectionReason,
)
from domain.values.canonical import Digest
from negotiations import (
    CLIENT,
    COUNTER,
    COUNTER_MADE,
    FIRST,
    FIRST_ACCEPTED,
    FIRST_MADE,
    NOW,
    PROVIDER,
    VALID_UNTIL,
    negotiation,
    offered,
    told,
)

ACCEPT = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, NOW)
AN_INSTANT = timedelta(microseconds=1)


def test_the_other_side_accepts_and_both_are_asked_to_sign_within_the_agreed_days() -> None:
    negotiation(FIRST_MADE).when(ACCEPT).then(*FIRST_ACCEPTED)


def test_accepting_twice_accepts_once() -> None:
    negotiation(FIRST_MADE, *FIRST_ACCEPTED).when(ACCEPT).then()


def test_nobody_accepts_its_own_offer() -> None:
    negotiation(FIRST_MADE).when(replace(ACCEPT, by=PROVIDER)).refused("own-offer")


def test_an_offer_nobody_made_is_not_accepted() -> None:
    negotiation().when(ACCEPT).refused("unknown-offer")


def test_an_older_offer_is_not_accepted_once_it_was_answered() -> None:
    negotiation(FIRST_MADE, COUNTER_MADE).when(ACCEPT).refused("offer-not-on-the-table")


def test_the_answer_can_be_accepted_instead_by_the_first_author() -> None:
    accept = AcceptOffer(COUNTER.id, COUNTER.terms_digest, PROVIDER, NOW)
    facts = negotiation(FIRST_MADE, COUNTER_MADE).when(accept).facts()
    assert [type(one).__name__ for one in facts] == ["OfferAccepted", "SignatureRequested"]


def test_an_offer_is_accepted_until_the_instant_before_its_validity_ends() -> None:
    last = replace(ACCEPT, now=VALID_UNTIL - AN_INSTANT)
    assert len(negotiation(FIRST_MADE).when(last).facts()) == len(FIRST_ACCEPTED)


def test_an_offer_is_not_accepted_at_the_instant_its_validity_ends() -> None:
    late = negotiation(FIRST_MADE).when(replace(ACCEPT, now=VALID_UNTIL))
    late.refused("offer-expired")
    assert str(VALID_UNTIL) in told(late)


def test_an_indicative_offer_is_not_accepted() -> None:
    indicative = replace(FIRST, firmness=Firmness.INDICATIVE)
    negotiation(ProposalMade(indicative)).when(ACCEPT).refused("offer-indicative")


def test_an_acceptance_of_other_terms_is_no_acceptance() -> None:
    wrong = replace(ACCEPT, terms_digest=Digest("sha256:other"))
    mistaken = negotiation(FIRST_MADE).when(wrong)
    mistaken.refused("digest-mismatch")
    assert FIRST.terms_digest in told(mistaken)


def test_the_digest_of_another_offer_does_not_do_either() -> None:
    wrong = AcceptOffer(COUNTER.id, FIRST.terms_digest, PROVIDER, NOW)
    negotiation(FIRST_MADE, COUNTER_MADE).when(wrong).refused("digest-mismatch")


@pytest.mark.parametrize(
    ("gone", "word"),
    [
        (OfferWithdrawn(FIRST.id, "a mistake"), "withdrawn"),
        (OfferRejected(FIRST.id, CLIENT, RejectionReason.PRICE, "too dear"), "rejected"),
        (OfferExpired(FIRST.id), "expired"),
        (COUNTER_MADE, "countered"),
    ],
)
def test_whoever_accepts_too_late_is_told_what_became_of_the_offer(
    gone: NegotiationFact, word: str
) -> None:
    late = negotiation(FIRST_MADE, gone).when(ACCEPT)
    late.refused("offer-not-on-the-table")
    assert f"offer offer-first was {word}" in told(late)


def test_the_same_terms_offered_anew_have_to_be_accepted_under_the_new_offer() -> None:
    again = offered("offer-again")
    table = negotiation(FIRST_MADE, OfferWithdrawn(FIRST.id, "a mistake"), ProposalMade(again))
    table.when(ACCEPT).refused("offer-not-on-the-table")
    assert len(table.when(replace(ACCEPT, offer=again.id)).facts()) == len(FIRST_ACCEPTED)
