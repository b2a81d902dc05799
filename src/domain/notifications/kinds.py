"""What people are told of. The values are stored, sent and subscribed to: change with care."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class NoticeKind(StrEnum):
    """One kind of notification, named by what it is about and what came about."""

    RELATIONSHIP_INVITED = "relationship.invited"
    RELATIONSHIP_JOINED = "relationship.joined"
    RELATIONSHIP_DECLINED = "relationship.declined"
    RELATIONSHIP_ENDED = "relationship.ended"
    AUDITOR_ADMITTED = "auditor.admitted"
    AUDITOR_DISMISSED = "auditor.dismissed"
    REQUIREMENTS_OPENED = "requirements.opened"
    REQUIREMENTS_SETTLED = "requirements.settled"
    NEGOTIATION_OPENED = "negotiation.opened"
    NEGOTIATION_BROKEN_OFF = "negotiation.broken-off"
    OFFER_RECEIVED = "offer.received"
    OFFER_WITHDRAWN = "offer.withdrawn"
    OFFER_REJECTED = "offer.rejected"
    OFFER_EXPIRED = "offer.expired"
    OFFER_ACCEPTED = "offer.accepted"
    COMMENT_MADE = "comment.made"
    APPROVAL_REQUESTED = "approval.requested"
    APPROVAL_ANSWERED = "approval.answered"
    SIGNATURE_REQUESTED = "signature.requested"
    SIGNATURE_GIVEN = "signature.given"
    SIGNATURE_DECLINED = "signature.declined"
    SIGNING_PERIOD_EXPIRED = "signature.period-expired"
    DOCUMENT_TO_SIGN = "document.to-sign"
    DOCUMENT_SIGNED = "document.signed"
    CONTRACT_CONCLUDED = "contract.concluded"
    CONTRACT_IN_FORCE = "contract.in-force"
    CONTRACT_AMENDED = "contract.amended"
    CONTRACT_RENEWED = "contract.renewed"
    CONTRACT_RENEWAL_DECLINED = "contract.renewal-declined"
    CONTRACT_NOTICE = "contract.notice"
    CONTRACT_ENDED = "contract.ended"
    TERMINATION_RIGHT = "contract.termination-right"
    THRESHOLD_REACHED = "threshold.reached"
    PERIOD_MISSED = "period.missed"
    RESULT_RESTATED = "result.restated"
    PERIOD_SET_ASIDE = "period.set-aside"
    ESCALATION = "escalation.climbed"
    ESCALATION_OVER = "escalation.over"
    EXCLUSION_REQUESTED = "exclusion.requested"
    EXCLUSION_ANSWERED = "exclusion.answered"
    STATEMENT_ISSUED = "statement.issued"
    BILL_RECORDED = "bill.recorded"
    BILL_CONTESTED = "bill.contested"
    BILL_ANSWERED = "bill.answered"
    CLAIM_LODGED = "claim.lodged"
    CLAIM_ANSWERED = "claim.answered"
    CLAIM_LAPSED = "claim.lapsed"
    CREDIT_GRANTED = "credit.granted"
    CREDIT_APPLIED = "credit.applied"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_ANSWERED = "dispute.answered"
    DISPUTE_ESCALATED = "dispute.escalated"
    DISPUTE_ENDED = "dispute.ended"
    SETTLEMENT_PROPOSED = "dispute.settlement-proposed"
    REVIEW_CALLED = "review.called"
    REVIEW_CHANGED = "review.changed"
    MINUTES_WRITTEN = "review.minutes-written"
    MINUTES_ANSWERED = "review.minutes-answered"
    ACTION_OWED = "action.owed"
    ACTION_DONE = "action.done"
    ACTION_ACCEPTED = "action.accepted"
    ACTION_OVERDUE = "action.overdue"
    PLAN_BEGUN = "plan.begun"
    PLAN_PROPOSED = "plan.proposed"
    PLAN_ANSWERED = "plan.answered"
    PLAN_PROGRESSED = "plan.progressed"
    PLAN_OVERDUE = "plan.overdue"
    PLAN_CLOSED = "plan.closed"
    DUE_SOON = "due.soon"
    WEBHOOK_DISABLED = "webhook.disabled"
    WEBHOOK_TEST = "webhook.test"


ASKS_FOR_SOMETHING: Final = frozenset(
    {
        NoticeKind.RELATIONSHIP_INVITED,
        NoticeKind.OFFER_RECEIVED,
        NoticeKind.OFFER_ACCEPTED,
        NoticeKind.APPROVAL_REQUESTED,
        NoticeKind.SIGNATURE_REQUESTED,
        NoticeKind.DOCUMENT_TO_SIGN,
        NoticeKind.CONTRACT_NOTICE,
        NoticeKind.TERMINATION_RIGHT,
        NoticeKind.THRESHOLD_REACHED,
        NoticeKind.PERIOD_MISSED,
        NoticeKind.PERIOD_SET_ASIDE,
        NoticeKind.ESCALATION,
        NoticeKind.EXCLUSION_REQUESTED,
        NoticeKind.BILL_CONTESTED,
        NoticeKind.CLAIM_LODGED,
        NoticeKind.DISPUTE_OPENED,
        NoticeKind.DISPUTE_ESCALATED,
        NoticeKind.SETTLEMENT_PROPOSED,
        NoticeKind.REVIEW_CALLED,
        NoticeKind.MINUTES_WRITTEN,
        NoticeKind.ACTION_OWED,
        NoticeKind.ACTION_OVERDUE,
        NoticeKind.PLAN_BEGUN,
        NoticeKind.PLAN_PROPOSED,
        NoticeKind.PLAN_OVERDUE,
        NoticeKind.DUE_SOON,
        NoticeKind.WEBHOOK_DISABLED,
    }
)
"""What somebody has to act on, or to know at once: these go out by mail unless told otherwise."""
