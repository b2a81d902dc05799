"""Who is told of which fact: one table, deny by default.

A fact that the table does not name is told to nobody; every fact there is stands in the table or
among those that are kept quiet (a test sees to it). What a side does is told to the other side;
what comes about by itself is told to both. A fact of a private file is told to its own side alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Final

from application.access import Action
from domain.bills import facts as bill
from domain.contract import facts as contract
from domain.credits import facts as credit
from domain.disputes import facts as dispute
from domain.documents import facts as document
from domain.escalations import facts as escalation
from domain.exclusions import facts as exclusion
from domain.improvement import facts as plan
from domain.negotiation import facts as negotiation
from domain.negotiation import position_facts as position
from domain.notifications import facts as webhook
from domain.notifications.kinds import NoticeKind
from domain.parties import facts as party
from domain.performance import facts as performance
from domain.relationships import facts as relationship
from domain.requirements import facts as requirements
from domain.reviews import facts as review
from domain.services import facts as offering
from domain.values.sides import Side


class To(Enum):
    """Which sides are told."""

    OTHER = auto()
    """The side that did not do it; both when nobody did."""
    BOTH = auto()
    OWN = auto()
    """The side or the party whose own affair it is."""
    PROVIDER = auto()
    CLIENT = auto()


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a fact, to which sides, and there to whoever may act so.

    ``role``, where the agreement names one in words, is told as well.
    """

    kind: NoticeKind
    to: To
    who: tuple[Action, ...]
    role: str | None = None


Rule = Callable[[Any], Told | None]
K: Final = NoticeKind


def _always(kind: NoticeKind, to: To, *who: Action) -> Rule:
    told = Told(kind, to, who)
    return lambda _fact: told


def _side(side: Side | None) -> To:
    match side:
        case Side.PROVIDER:
            return To.PROVIDER
        case Side.CLIENT:
            return To.CLIENT
        case None:
            return To.BOTH


def _approval(fact: position.ApprovalRequested) -> Told:
    who = {
        position.ApprovalKind.TECHNICAL: Action.APPROVE_TECHNICAL,
        position.ApprovalKind.COMMERCIAL: Action.APPROVE_COMMERCIAL,
        position.ApprovalKind.MANDATE: Action.APPROVE_MANDATE,
    }[fact.kind]
    return Told(K.APPROVAL_REQUESTED, To.OWN, (who,))


def _established(fact: performance.ResultEstablished) -> Told | None:
    missed = Told(K.PERIOD_MISSED, To.BOTH, (Action.MEASURE, Action.CLAIM))
    return missed if fact.result.missed else None


def _excluded(fact: exclusion.ExclusionRequested) -> Told:
    kind = K.EXCLUSION_ANSWERED if fact.granted_by_itself else K.EXCLUSION_REQUESTED
    return Told(kind, To.OTHER, (Action.EXCLUDE,))


def _climbed(fact: escalation.EscalationClimbed) -> Told:
    return Told(K.ESCALATION, _side(fact.side), (), fact.role)


def _disputed(fact: dispute.DisputeEscalated) -> Told:
    return Told(K.DISPUTE_ESCALATED, To.BOTH, (Action.DISPUTE,), fact.role)


def _owed(fact: review.ActionAgreed) -> Told:
    return Told(K.ACTION_OWED, _side(fact.planned.side), (Action.REVIEW,))


def _stated(fact: credit.StatementIssued) -> Told | None:
    return Told(K.STATEMENT_ISSUED, To.BOTH, (Action.CLAIM,)) if fact.stated else None


_ANSWERED: Final = _always(K.EXCLUSION_ANSWERED, To.OTHER, Action.EXCLUDE)
_BILL_ANSWERED: Final = _always(K.BILL_ANSWERED, To.OTHER, Action.CLAIM)
_CLAIM_ANSWERED: Final = _always(K.CLAIM_ANSWERED, To.OTHER, Action.CLAIM)
_OFFERED: Final = _always(K.OFFER_RECEIVED, To.OTHER, Action.NEGOTIATE)
_APPROVAL_ANSWERED: Final = _always(K.APPROVAL_ANSWERED, To.OWN, Action.NEGOTIATE)
_DISPUTE_ENDED: Final = _always(K.DISPUTE_ENDED, To.OTHER, Action.DISPUTE)
_DISPUTE_ANSWERED: Final = _always(K.DISPUTE_ANSWERED, To.OTHER, Action.DISPUTE)
_CONTRACT_ENDED: Final = _always(K.CONTRACT_ENDED, To.BOTH, Action.NEGOTIATE, Action.MEASURE)
_NOTICE: Final = _always(K.CONTRACT_NOTICE, To.OTHER, Action.GIVE_NOTICE)
_DECLINED: Final = _always(K.RELATIONSHIP_DECLINED, To.OTHER, Action.LEAD)
_MINUTES_ANSWERED: Final = _always(K.MINUTES_ANSWERED, To.OTHER, Action.REVIEW)
_PLAN_ANSWERED: Final = _always(K.PLAN_ANSWERED, To.OTHER, Action.REVIEW)
_REVIEW_CHANGED: Final = _always(K.REVIEW_CHANGED, To.OTHER, Action.REVIEW)
_SET_ASIDE: Final = _always(K.PERIOD_SET_ASIDE, To.BOTH, Action.MEASURE)
_SETTLED_NEEDS: Final = _always(K.REQUIREMENTS_SETTLED, To.OTHER, Action.STATE_REQUIREMENTS)

TABLE: Final[dict[type, Rule]] = {
    relationship.RelationshipInvited: _always(K.RELATIONSHIP_INVITED, To.OTHER, Action.LEAD),
    relationship.RelationshipJoined: _always(K.RELATIONSHIP_JOINED, To.OTHER, Action.LEAD),
    relationship.RelationshipDeclined: _DECLINED,
    relationship.RelationshipInvitationWithdrawn: _DECLINED,
    relationship.RelationshipInvitationLapsed: _DECLINED,
    relationship.RelationshipEnded: _always(K.RELATIONSHIP_ENDED, To.OTHER, Action.LEAD),
    relationship.AuditorAdmitted: _always(K.AUDITOR_ADMITTED, To.OTHER, Action.ADMIT_AUDITORS),
    relationship.AuditorDismissed: _always(K.AUDITOR_DISMISSED, To.OTHER, Action.ADMIT_AUDITORS),
    requirements.RequirementsOpened: _always(
        K.REQUIREMENTS_OPENED, To.OTHER, Action.STATE_REQUIREMENTS
    ),
    requirements.RequirementFoundInfeasible: _SETTLED_NEEDS,
    requirements.RequirementsBaselined: _SETTLED_NEEDS,
    requirements.RequirementsReopened: _SETTLED_NEEDS,
    negotiation.NegotiationOpened: _always(K.NEGOTIATION_OPENED, To.OTHER, Action.NEGOTIATE),
    negotiation.ProposalMade: _OFFERED,
    negotiation.CounterOfferMade: _OFFERED,
    negotiation.OfferWithdrawn: _always(K.OFFER_WITHDRAWN, To.OTHER, Action.NEGOTIATE),
    negotiation.OfferRejected: _always(K.OFFER_REJECTED, To.OTHER, Action.NEGOTIATE),
    negotiation.OfferExpired: _always(K.OFFER_EXPIRED, To.BOTH, Action.NEGOTIATE),
    negotiation.CommentMade: _always(K.COMMENT_MADE, To.OTHER, Action.COMMENT),
    negotiation.OfferAccepted: _always(K.OFFER_ACCEPTED, To.OTHER, Action.NEGOTIATE),
    negotiation.SignatureRequested: _always(K.SIGNATURE_REQUESTED, To.BOTH, Action.SIGN),
    negotiation.AgreementSigned: _always(
        K.SIGNATURE_GIVEN, To.OTHER, Action.NEGOTIATE, Action.SIGN
    ),
    negotiation.SignatureDeclined: _always(
        K.SIGNATURE_DECLINED, To.OTHER, Action.NEGOTIATE, Action.SIGN
    ),
    negotiation.SigningPeriodExpired: _always(
        K.SIGNING_PERIOD_EXPIRED, To.BOTH, Action.NEGOTIATE, Action.SIGN
    ),
    negotiation.NegotiationBrokenOff: _always(K.NEGOTIATION_BROKEN_OFF, To.OTHER, Action.NEGOTIATE),
    position.ApprovalRequested: _approval,
    position.ApprovalGiven: _APPROVAL_ANSWERED,
    position.ApprovalRefused: _APPROVAL_ANSWERED,
    contract.ContractConcluded: _always(K.CONTRACT_CONCLUDED, To.BOTH, Action.COMMENT),
    contract.ContractCameIntoForce: _always(
        K.CONTRACT_IN_FORCE, To.BOTH, Action.NEGOTIATE, Action.MEASURE
    ),
    contract.ContractAmended: _always(K.CONTRACT_AMENDED, To.BOTH, Action.COMMENT),
    contract.ContractRenewed: _always(K.CONTRACT_RENEWED, To.BOTH, Action.GIVE_NOTICE),
    contract.RenewalDeclined: _always(K.CONTRACT_RENEWAL_DECLINED, To.OTHER, Action.GIVE_NOTICE),
    contract.TerminationRightOpened: _always(K.TERMINATION_RIGHT, To.BOTH, Action.GIVE_NOTICE),
    contract.TerminationRightLapsed: _always(K.TERMINATION_RIGHT, To.BOTH, Action.GIVE_NOTICE),
    contract.TerminationNoticeGiven: _NOTICE,
    contract.TerminationNoticeWithdrawn: _NOTICE,
    contract.TerminationAgreed: _CONTRACT_ENDED,
    contract.ContractTerminated: _CONTRACT_ENDED,
    contract.ContractExpired: _CONTRACT_ENDED,
    performance.ResultEstablished: _established,
    performance.ResultRestated: _always(K.RESULT_RESTATED, To.BOTH, Action.MEASURE, Action.CLAIM),
    performance.PeriodSetAside: _SET_ASIDE,
    performance.PeriodTakenUp: _SET_ASIDE,
    performance.ThresholdReached: _always(K.THRESHOLD_REACHED, To.BOTH, Action.MEASURE),
    escalation.EscalationClimbed: _climbed,
    escalation.EscalationAcknowledged: _always(K.ESCALATION_OVER, To.OTHER, Action.MEASURE),
    exclusion.ExclusionRequested: _excluded,
    exclusion.ExclusionGranted: _ANSWERED,
    exclusion.ExclusionRefused: _ANSWERED,
    exclusion.ExclusionWithdrawn: _ANSWERED,
    credit.StatementIssued: _stated,
    credit.StatementRestated: _always(K.STATEMENT_ISSUED, To.BOTH, Action.CLAIM),
    bill.BillRecorded: _always(K.BILL_RECORDED, To.OTHER, Action.CLAIM),
    bill.BillContested: _always(K.BILL_CONTESTED, To.OTHER, Action.CLAIM),
    bill.ContestWithdrawn: _BILL_ANSWERED,
    bill.BillCorrected: _BILL_ANSWERED,
    bill.BillCancelled: _BILL_ANSWERED,
    credit.CreditClaimed: _always(K.CLAIM_LODGED, To.OTHER, Action.CLAIM),
    credit.ClaimWithdrawn: _CLAIM_ANSWERED,
    credit.ClaimAdmitted: _CLAIM_ANSWERED,
    credit.ClaimRejected: _CLAIM_ANSWERED,
    credit.ClaimLapsed: _always(K.CLAIM_LAPSED, To.BOTH, Action.CLAIM),
    credit.CreditGranted: _always(K.CREDIT_GRANTED, To.OTHER, Action.CLAIM),
    credit.CreditApplied: _always(K.CREDIT_APPLIED, To.OTHER, Action.CLAIM),
    dispute.DisputeOpened: _always(K.DISPUTE_OPENED, To.OTHER, Action.DISPUTE),
    dispute.DisputeAnswered: _DISPUTE_ANSWERED,
    dispute.MediatorCalled: _DISPUTE_ANSWERED,
    dispute.SettlementDeclined: _DISPUTE_ANSWERED,
    dispute.DisputeEscalated: _disputed,
    dispute.SettlementProposed: _always(K.SETTLEMENT_PROPOSED, To.OTHER, Action.DISPUTE),
    dispute.DisputeSettled: _DISPUTE_ENDED,
    dispute.DisputeWithdrawn: _DISPUTE_ENDED,
    review.ReviewCalled: _always(K.REVIEW_CALLED, To.OTHER, Action.REVIEW),
    review.ReviewMoved: _REVIEW_CHANGED,
    review.ReviewCancelled: _REVIEW_CHANGED,
    review.MinutesWritten: _always(K.MINUTES_WRITTEN, To.OTHER, Action.REVIEW),
    review.MinutesApproved: _MINUTES_ANSWERED,
    review.MinutesObjected: _MINUTES_ANSWERED,
    review.ActionAgreed: _owed,
    review.ActionDone: _always(K.ACTION_DONE, To.OTHER, Action.REVIEW),
    review.ActionAccepted: _always(K.ACTION_ACCEPTED, To.OTHER, Action.REVIEW),
    review.ActionReopened: _always(K.ACTION_OWED, To.OTHER, Action.REVIEW),
    review.ActionOverdue: _always(K.ACTION_OVERDUE, To.BOTH, Action.REVIEW),
    plan.PlanBegun: _always(K.PLAN_BEGUN, To.OTHER, Action.REVIEW),
    plan.PlanProposed: _always(K.PLAN_PROPOSED, To.OTHER, Action.REVIEW),
    plan.PlanChangesAsked: _PLAN_ANSWERED,
    plan.PlanAgreed: _PLAN_ANSWERED,
    plan.PlanWithdrawn: _PLAN_ANSWERED,
    plan.MeasureProgressed: _always(K.PLAN_PROGRESSED, To.OTHER, Action.REVIEW),
    plan.MeasureOverdue: _always(K.PLAN_OVERDUE, To.BOTH, Action.REVIEW),
    plan.PlanClosed: _always(K.PLAN_CLOSED, To.OTHER, Action.REVIEW),
    document.DocumentSealed: _always(K.DOCUMENT_TO_SIGN, To.BOTH, Action.SIGN),
    document.DocumentSigned: _always(K.DOCUMENT_SIGNED, To.OTHER, Action.SIGN),
    webhook.WebhookDisabled: _always(K.WEBHOOK_DISABLED, To.OWN, Action.ADMINISTER),
}
"""What is told."""

QUIET: Final[frozenset[type]] = frozenset(
    {
        *party.PartyFact.__args__,
        *party.IdentityFact.__args__,
        *offering.OfferingFact.__args__,
        relationship.RecordsInspected,  # the audit trail has it; every reading would be a message
        requirements.SlaTeamFormed,
        requirements.RequirementsEngineerAppointed,
        requirements.RequirementStated,
        requirements.RequirementWithdrawn,
        requirements.RequirementMatched,
        requirements.RequirementFoundFeasible,
        negotiation.ConstraintDeclared,
        negotiation.ConstraintLifted,
        negotiation.TermLocked,
        negotiation.TermUnlocked,
        negotiation.NegotiationConcluded,  # the contract that follows is told
        position.DraftSaved,
        position.NoteMade,
        position.ReservePositionSet,
        position.FeasibilityAssessed,
        position.BacktestRecorded,
        position.OfferReleased,
        performance.MeasurementsReceived,
        performance.PeriodReported,  # the result that follows is told, if it is a miss
        escalation.EscalationBegun,  # its first level is told
        escalation.EscalationEnded,
        document.DocumentRendered,
        document.DocumentArchived,
        webhook.WebhookAdded,
        webhook.WebhookSubscribed,
        webhook.WebhookKeyRotated,
        webhook.WebhookEnabled,
        webhook.WebhookRemoved,
    }
)
"""What is kept quiet."""


def told(fact: object) -> Told | None:
    """Say what is told of a fact, and to whom; None for what is told to nobody."""
    rule = TABLE.get(type(fact))
    return None if rule is None else rule(fact)


def sides_told(to: To, acting: Side | None, private_to: Side | None) -> frozenset[Side]:
    """Return the sides that are told of something in a relationship.

    ``acting`` is the side that did it, if one did; ``private_to`` the side whose private file it
    is in: then that side alone is told, whatever else is said.
    """
    sides = _sides_of(to, acting, private_to)
    return sides if private_to is None else sides & {private_to}


def _sides_of(to: To, acting: Side | None, private_to: Side | None) -> frozenset[Side]:
    match to:
        case To.OTHER if acting is not None:
            return frozenset({acting.other})
        case To.OTHER | To.BOTH:
            return frozenset(Side)
        case To.PROVIDER:
            return frozenset({Side.PROVIDER})
        case To.CLIENT:
            return frozenset({Side.CLIENT})
        case To.OWN:
            return frozenset() if private_to is None else frozenset({private_to})
