"""Each page stands for an operation of the API: everybody is answered alike by both.

So the rules of ``isolation.rules`` hold for pages too, and what a page is asked about is made by
``isolation.requests``. A page that only leads to a form stands for what it reads.
"""

from __future__ import annotations

from typing import Final

PAGES_AS: Final[dict[str, str]] = {
    # The door, and what everybody finds behind it
    "inbox_page": "whoAmI",
    "follow_inbox": "whoAmI",
    "relationships_page": "whoAmI",
    # A relationship
    "relationship_page": "getRelationship",
    "follow_relationship": "streamEvents",
    # Negotiations
    "negotiations_page": "listNegotiations",
    "open_negotiation_form": "openNegotiation",
    "negotiation_page": "getNegotiation",
    "breaking_off_page": "getNegotiation",
    "break_off_form": "breakOffNegotiation",
    "lock_form": "lockTerm",
    "unlock_form": "unlockTerm",
    "declare_limit_form": "declareConstraint",
    "lift_limit_form": "liftConstraint",
    "comment_form": "comment",
    "offer_page": "getOffer",
    "offer_terms_file": "getOffer",
    "acceptance_page": "getOffer",
    "accept_form": "acceptOffer",
    "rejection_page": "getOffer",
    "reject_form": "rejectOffer",
    "withdrawal_page": "getOffer",
    "withdraw_form": "withdrawOffer",
    "sign_page": "getOffer",
    "sign_form": "signAgreement",
    "decline_form": "declineSignature",
    # An offer is written, and what is one side's own
    "offer_editor": "readNegotiationPosition",
    "edit_offer": "readNegotiationPosition",
    "check_offer": "readNegotiationPosition",
    "our_side_page": "readNegotiationPosition",
    "our_note_form": "makeNegotiationNote",
    "our_reserve_form": "setNegotiationReserve",
    "our_approval_request_form": "requestNegotiationApproval",
    "our_approval_form": "readNegotiationPosition",
    "our_assessment_form": "recordNegotiationAssessment",
    "our_backtest_form": "recordNegotiationBacktest",
    # How a contract is lived by
    "performance_page": "getPerformance",
    "working_page": "getResult",
    "measurements_page": "listMeasurements",
    "hand_in_form": "handInMeasurements",
    "report_form": "reportPeriod",
    "exclusions_page": "listExclusions",
    "request_exclusion_form": "requestExclusion",
    "grant_exclusion_form": "grantExclusion",
    "refuse_exclusion_form": "refuseExclusion",
    "withdraw_exclusion_form": "withdrawExclusion",
    "credits_page": "listCredits",
    "statement_page": "getStatement",
    "claim_form": "claimCredit",
    "withdraw_claim_form": "withdrawClaim",
    "admit_claim_form": "admitClaim",
    "reject_claim_form": "rejectClaim",
    "grant_credit_form": "grantCredit",
    "apply_credit_form": "applyCredit",
    "disputes_page": "listDisputes",
    "open_dispute_form": "openDispute",
    "dispute_page": "getDispute",
    "answer_dispute_form": "answerDispute",
    "call_mediator_form": "callMediator",
    "propose_settlement_form": "proposeSettlement",
    "accept_settlement_form": "acceptSettlement",
    "decline_settlement_form": "declineSettlement",
    "withdraw_dispute_form": "withdrawDispute",
    "reviews_page": "listReviews",
    "call_review_form": "callReview",
    "review_page": "getReview",
    "move_review_form": "moveReview",
    "cancel_review_form": "cancelReview",
    "write_minutes_form": "writeMinutes",
    "approve_minutes_form": "approveMinutes",
    "object_to_minutes_form": "objectToMinutes",
    "complete_action_form": "completeAction",
    "accept_action_form": "acceptAction",
    "reopen_action_form": "reopenAction",
}
"""The operation by whose rule, and about whose things, a page is asked for."""

LEFT_OUT: Final[dict[str, str]] = {
    "sign_in_page": "it leads whoever is signed in to the inbox",
    "sign_out": "it ends the session it is asked in",
    "begin_sign_in": "there is no identity provider on this stage",
    "finish_sign_in": "there is no identity provider on this stage",
    "sign_in_as": "it signs in whoever asks, in development alone",
    "make_example": "it founds parties, in development alone",
}
"""Pages that stand for no operation, and why; they have tests of their own."""
