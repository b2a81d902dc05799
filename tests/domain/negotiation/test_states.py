"""Every move in every state in which it is not the rule's own subject."""

from dataclasses import replace

import pytest

from domain.negotiation.commands import (
    AcceptOffer,
    BreakOff,
    Comment,
    DeclareConstraint,
    DeclineSignature,
    ExpireOffer,
    ExpireSigningPeriod,
    LiftConstraint,
    LockTerm,
    MakeCounterOffer,
    MakeProposal,
    NegotiationCommand,
    OpenNegotiation,
    RejectOffer,
    SignAgreement,
    UnlockTerm,
    WithdrawOffer,
)
from domain.negotiation.constraints import Constraint, Weight
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    NegotiationBrokenOff,
    NegotiationConcluded,
    NewAgreement,
    OfferWithdrawn,
    RejectionReason,
)
from domain.negotiation.negotiation import NEGOTIATION
from negotiations import (
    ADA,
    AVAILABILITY,
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
    VALID_UNTIL,
    negotiation,
    signing,
    told,
)
from scenario import Scenario

LIMIT = Constraint("limit", CLIENT, AVAILABILITY, Weight.REQUIRED, at_least="99")
SUBMITTED = signing(CLIENT, BO)
SIGN = SignAgreement(FIRST.id, FIRST.terms_digest, CLIENT, BO, "mandate-1", NOW, SUBMITTED)
SAY = Comment("comment-1", CLIENT, "Could you do 99.9 at night?", AVAILABILITY, FIRST.id)
SAID = CommentMade("comment-1", CLIENT, "Could you do 99.9 at night?", AVAILABILITY, FIRST.id)
LEAVE = BreakOff(CLIENT, "bought elsewhere")
LEFT = NegotiationBrokenOff(CLIENT, "bought elsewhere")

AT_THE_TABLE: list[NegotiationCommand] = [
    DeclareConstraint(LIMIT),
    LiftConstraint("limit", CLIENT),
    MakeProposal(THIRD, NOW),
    MakeCounterOffer(COUNTER, FIRST.id, NOW),
    WithdrawOffer(FIRST.id, PROVIDER),
    RejectOffer(FIRST.id, CLIENT, RejectionReason.OTHER, "changed our minds"),
    ExpireOffer(FIRST.id, VALID_UNTIL),
    LockTerm(AVAILABILITY, CLIENT, FIRST.id),
    UnlockTerm(AVAILABILITY, CLIENT),
    AcceptOffer(FIRST.id, FIRST.terms_digest, PROVIDER, NOW),
]
WHEN_SIGNING: list[NegotiationCommand] = [
    SIGN,
    DeclineSignature(FIRST.id, CLIENT, BO, "no"),
    ExpireSigningPeriod(FIRST.id, SIGN_BY),
]
OPEN = OpenNegotiation(NewAgreement(), CLIENT, "Order management")
ALL = [OPEN, *AT_THE_TABLE, *WHEN_SIGNING, SAY, LEAVE]

ACCEPTED = negotiation(FIRST_MADE, *FIRST_ACCEPTED)
CONCLUDED = ACCEPTED.given(
    AgreementSigned(FIRST.id, FIRST.terms_digest, PROVIDER, ADA, "mandate-2", None),
    AgreementSigned(FIRST.id, FIRST.terms_digest, CLIENT, BO, "mandate-1", None),
    NegotiationConcluded(NewAgreement(), FIRST.id, FIRST.terms, FIRST.terms_digest, None),
)
BROKEN_OFF = negotiation(FIRST_MADE, LEFT)


def named(command: NegotiationCommand) -> str:
    return type(command).__name__


@pytest.mark.parametrize("move", [one for one in ALL if one is not OPEN], ids=named)
def test_nothing_happens_before_a_negotiation_is_opened(move: NegotiationCommand) -> None:
    Scenario(NEGOTIATION).when(move).refused("negotiation-not-open")


@pytest.mark.parametrize("move", [OPEN, *AT_THE_TABLE, LEAVE], ids=named)
def test_while_signatures_are_awaited_nothing_moves_at_the_table(
    move: NegotiationCommand,
) -> None:
    ACCEPTED.when(move).refused("awaiting-signatures")


@pytest.mark.parametrize("move", [one for one in ALL if one is not SIGN], ids=named)
def test_once_both_signed_nothing_moves_any_more(move: NegotiationCommand) -> None:
    over = CONCLUDED.when(move)
    over.refused("negotiation-over")
    assert "both sides have signed" in told(over)


@pytest.mark.parametrize("move", [one for one in ALL if one is not LEAVE], ids=named)
def test_once_a_side_left_nothing_moves_any_more(move: NegotiationCommand) -> None:
    over = BROKEN_OFF.when(move)
    over.refused("negotiation-over")
    assert told(over) == "the client broke this negotiation off"


class TestBreakingOff:
    def test_either_side_may_leave_at_its_turn_or_not(self) -> None:
        negotiation(FIRST_MADE).when(LEAVE).then(LEFT).when(LEAVE).then()
        negotiation().when(replace(LEAVE, by=PROVIDER)).then(
            NegotiationBrokenOff(PROVIDER, "bought elsewhere")
        )

    def test_who_leaves_second_is_told_who_left_first(self) -> None:
        BROKEN_OFF.when(replace(LEAVE, by=PROVIDER)).refused("negotiation-over")


class TestComments:
    def test_a_side_says_something_once(self) -> None:
        negotiation(FIRST_MADE).when(SAY).then(SAID).when(SAY).then()

    def test_both_go_on_talking_while_signatures_are_awaited(self) -> None:
        ACCEPTED.when(SAY).then(SAID).when(SAY).then()
        ACCEPTED.given(SAID).when(SIGN).then(
            AgreementSigned(
                FIRST.id, FIRST.terms_digest, CLIENT, BO, "mandate-1", SUBMITTED.evidence
            )
        )

    def test_silence_is_not_a_comment(self) -> None:
        negotiation(FIRST_MADE).when(replace(SAY, text=" \n")).refused("empty-comment")

    def test_an_offer_nobody_made_is_not_commented_on(self) -> None:
        negotiation().when(SAY).refused("unknown-offer")
        negotiation().when(replace(SAY, offer=None)).then(replace(SAID, offer=None))

    def test_other_words_under_the_same_id_are_not_swallowed(self) -> None:
        other = replace(SAY, text="Never mind.")
        negotiation(FIRST_MADE, SAID).when(other).refused("comment-id-taken")


def test_a_move_on_an_offer_that_is_gone_says_so_after_any_number_of_moves() -> None:
    gone = negotiation(FIRST_MADE, OfferWithdrawn(FIRST.id, ""), SAID)
    late = gone.when(RejectOffer(FIRST.id, CLIENT, RejectionReason.PRICE, "too dear"))
    assert told(late) == "offer offer-first was withdrawn; nothing is on the table"
