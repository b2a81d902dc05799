"""Every stored event: its name and version for ever, and the class that reads it today.

Append only. A name never changes and is never used again; a changed shape is a new version with an
upcaster from the one before, and the stored sample of every version must load for ever
(``tests/stored_events``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.bills import facts as bill
from domain.contract import facts as contract
from domain.credits import facts as credit
from domain.disputes import facts as dispute
from domain.documents import facts as document
from domain.escalations import facts as escalation
from domain.exclusions import facts as exclusions
from domain.improvement import facts as plan
from domain.negotiation import facts as negotiation
from domain.negotiation import position_facts as position
from domain.notifications import facts as webhook
from domain.parties import facts as party
from domain.performance import facts as performance
from domain.relationships import facts as relationship
from domain.requirements import facts as requirements
from domain.reviews import facts as review
from domain.services import facts as offering

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class EventType:
    """One line of the catalogue: stored name, current version, and the fact's class."""

    name: str
    version: int
    fact: type

    @property
    def topic(self) -> str:
        """The stored topic of newly written events, ``area.Name/version``."""
        return f"{self.name}/{self.version}"


class EventCatalogue:
    """The event types by name and by class, with the upcasters between versions.

    Raises ValueError when a name or class stands twice, or when an upcaster is missing or has no
    place: a catalogue with a hole would make an old history unreadable.
    """

    def __init__(
        self, types: Iterable[EventType], upcasters: Mapping[tuple[str, int], Upcaster]
    ) -> None:
        self.types = tuple(types)
        self._by_name = {kind.name: kind for kind in self.types}
        self._by_fact = {kind.fact: kind for kind in self.types}
        self._upcasters = dict(upcasters)
        if not len(self._by_name) == len(self._by_fact) == len(self.types):
            raise ValueError("a stored name or a fact's class stands twice in the catalogue")
        steps = {(kind.name, old) for kind in self.types for old in range(1, kind.version)}
        if steps != self._upcasters.keys():
            raise ValueError(f"upcasters do not fit: {sorted(steps ^ self._upcasters.keys())}")

    def of_fact(self, fact: object) -> EventType:
        """Return the type of a fact; raises KeyError when the catalogue does not name it."""
        return self._by_fact[type(fact)]

    def of_topic(self, topic: str) -> tuple[EventType, int]:
        """Return the type and the version of a stored topic; raises ValueError if unknown."""
        name, _, version = topic.rpartition("/")
        kind = self._by_name.get(name)
        if kind is None:
            raise ValueError(f"the event catalogue has no {name!r}")
        if not version.isdigit() or not 1 <= int(version) <= kind.version:
            raise ValueError(f"known versions of {name} are 1 to {kind.version}, not {version!r}")
        return kind, int(version)

    def topics(self, fact: type) -> tuple[str, ...]:
        """Return every topic that facts of a class were ever stored under."""
        kind = self._by_fact[fact]
        return tuple(f"{kind.name}/{version}" for version in range(1, kind.version + 1))

    def upcast(self, kind: EventType, version: int, fact: dict[str, Any]) -> dict[str, Any]:
        """Bring a stored fact of an older version to the current one."""
        for step in range(version, kind.version):
            fact = self._upcasters[kind.name, step](fact)
        return fact


TYPES: tuple[EventType, ...] = (
    EventType("party.PartyRegistered", 1, party.PartyRegistered),
    EventType("party.RepresentativeAppointed", 2, party.RepresentativeAppointed),
    EventType("party.RepresentativeWithdrawn", 1, party.RepresentativeWithdrawn),
    EventType("party.RoleAssigned", 1, party.RoleAssigned),
    EventType("party.RoleRelieved", 1, party.RoleRelieved),
    EventType("party.SigningMandateGranted", 1, party.SigningMandateGranted),
    EventType("party.SigningMandateRevoked", 1, party.SigningMandateRevoked),
    EventType("party.SigningKeyPinned", 1, party.SigningKeyPinned),
    EventType("party.SigningKeyRotated", 2, party.SigningKeyRotated),
    EventType("party.SigningKeyRevoked", 1, party.SigningKeyRevoked),
    EventType("party.PasskeyPinned", 1, party.PasskeyPinned),
    EventType("party.WitnessKeyPinned", 1, party.WitnessKeyPinned),
    EventType("party.WitnessKeyRevoked", 1, party.WitnessKeyRevoked),
    EventType("party.CertificatePinned", 1, party.CertificatePinned),
    EventType("party.CertificateRevoked", 1, party.CertificateRevoked),
    EventType("party.PersonalDetailsErased", 1, party.PersonalDetailsErased),
    EventType("identity.IdentityBound", 1, party.IdentityBound),
    EventType("identity.IdentityUnbound", 1, party.IdentityUnbound),
    EventType("relationship.RelationshipInvited", 1, relationship.RelationshipInvited),
    EventType("relationship.RelationshipJoined", 1, relationship.RelationshipJoined),
    EventType("relationship.RelationshipDeclined", 1, relationship.RelationshipDeclined),
    EventType(
        "relationship.RelationshipInvitationWithdrawn",
        1,
        relationship.RelationshipInvitationWithdrawn,
    ),
    EventType(
        "relationship.RelationshipInvitationLapsed", 1, relationship.RelationshipInvitationLapsed
    ),
    EventType("relationship.AuditorAdmitted", 1, relationship.AuditorAdmitted),
    EventType("relationship.AuditorDismissed", 1, relationship.AuditorDismissed),
    EventType("relationship.RelationshipEnded", 1, relationship.RelationshipEnded),
    EventType("inspection.RecordsInspected", 1, relationship.RecordsInspected),
    EventType("offering.ServiceOffered", 1, offering.ServiceOffered),
    EventType("offering.ServiceLevelOffered", 1, offering.ServiceLevelOffered),
    EventType("offering.ServiceLevelWithdrawn", 1, offering.ServiceLevelWithdrawn),
    EventType("offering.DependencyDeclared", 1, offering.DependencyDeclared),
    EventType("offering.DependencyWithdrawn", 1, offering.DependencyWithdrawn),
    EventType("offering.ServiceRetired", 1, offering.ServiceRetired),
    EventType("requirements.RequirementsOpened", 1, requirements.RequirementsOpened),
    EventType("requirements.SlaTeamFormed", 1, requirements.SlaTeamFormed),
    EventType(
        "requirements.RequirementsEngineerAppointed", 1, requirements.RequirementsEngineerAppointed
    ),
    EventType("requirements.RequirementStated", 1, requirements.RequirementStated),
    EventType("requirements.RequirementWithdrawn", 1, requirements.RequirementWithdrawn),
    EventType("requirements.RequirementMatched", 1, requirements.RequirementMatched),
    EventType("requirements.RequirementFoundFeasible", 1, requirements.RequirementFoundFeasible),
    EventType(
        "requirements.RequirementFoundInfeasible", 1, requirements.RequirementFoundInfeasible
    ),
    EventType("requirements.RequirementsBaselined", 1, requirements.RequirementsBaselined),
    EventType("requirements.RequirementsReopened", 1, requirements.RequirementsReopened),
    EventType("negotiation.NegotiationOpened", 1, negotiation.NegotiationOpened),
    EventType("negotiation.ConstraintDeclared", 1, negotiation.ConstraintDeclared),
    EventType("negotiation.ConstraintLifted", 1, negotiation.ConstraintLifted),
    EventType("negotiation.ProposalMade", 1, negotiation.ProposalMade),
    EventType("negotiation.CounterOfferMade", 1, negotiation.CounterOfferMade),
    EventType("negotiation.OfferWithdrawn", 1, negotiation.OfferWithdrawn),
    EventType("negotiation.OfferRejected", 1, negotiation.OfferRejected),
    EventType("negotiation.OfferExpired", 1, negotiation.OfferExpired),
    EventType("negotiation.TermLocked", 1, negotiation.TermLocked),
    EventType("negotiation.TermUnlocked", 1, negotiation.TermUnlocked),
    EventType("negotiation.CommentMade", 1, negotiation.CommentMade),
    EventType("negotiation.OfferAccepted", 2, negotiation.OfferAccepted),
    EventType("negotiation.SignatureRequested", 1, negotiation.SignatureRequested),
    EventType("negotiation.AgreementSigned", 2, negotiation.AgreementSigned),
    EventType("negotiation.SignatureDeclined", 1, negotiation.SignatureDeclined),
    EventType("negotiation.SigningPeriodExpired", 1, negotiation.SigningPeriodExpired),
    EventType("negotiation.NegotiationConcluded", 1, negotiation.NegotiationConcluded),
    EventType("negotiation.NegotiationBrokenOff", 1, negotiation.NegotiationBrokenOff),
    EventType("position.DraftSaved", 1, position.DraftSaved),
    EventType("position.NoteMade", 1, position.NoteMade),
    EventType("position.ReservePositionSet", 1, position.ReservePositionSet),
    EventType("position.FeasibilityAssessed", 1, position.FeasibilityAssessed),
    EventType("position.BacktestRecorded", 1, position.BacktestRecorded),
    EventType("position.ApprovalRequested", 1, position.ApprovalRequested),
    EventType("position.ApprovalGiven", 1, position.ApprovalGiven),
    EventType("position.ApprovalRefused", 1, position.ApprovalRefused),
    EventType("position.OfferReleased", 1, position.OfferReleased),
    EventType("contract.ContractConcluded", 1, contract.ContractConcluded),
    EventType("contract.ContractCameIntoForce", 1, contract.ContractCameIntoForce),
    EventType("contract.ContractAmended", 1, contract.ContractAmended),
    EventType("contract.RenewalDeclined", 1, contract.RenewalDeclined),
    EventType("contract.ContractRenewed", 1, contract.ContractRenewed),
    EventType("contract.TerminationRightOpened", 2, contract.TerminationRightOpened),
    EventType("contract.TerminationRightLapsed", 1, contract.TerminationRightLapsed),
    EventType("contract.TerminationNoticeGiven", 1, contract.TerminationNoticeGiven),
    EventType("contract.TerminationNoticeWithdrawn", 1, contract.TerminationNoticeWithdrawn),
    EventType("contract.TerminationAgreed", 1, contract.TerminationAgreed),
    EventType("contract.ContractTerminated", 1, contract.ContractTerminated),
    EventType("contract.ContractExpired", 1, contract.ContractExpired),
    EventType("measurements.MeasurementsReceived", 1, performance.MeasurementsReceived),
    EventType("performance.PeriodReported", 1, performance.PeriodReported),
    EventType("performance.ResultEstablished", 1, performance.ResultEstablished),
    EventType("performance.ResultRestated", 1, performance.ResultRestated),
    EventType("performance.ThresholdReached", 1, performance.ThresholdReached),
    EventType("performance.PeriodSetAside", 1, performance.PeriodSetAside),
    EventType("performance.PeriodTakenUp", 1, performance.PeriodTakenUp),
    EventType("exclusions.ExclusionRequested", 1, exclusions.ExclusionRequested),
    EventType("exclusions.ExclusionGranted", 1, exclusions.ExclusionGranted),
    EventType("exclusions.ExclusionRefused", 1, exclusions.ExclusionRefused),
    EventType("exclusions.ExclusionWithdrawn", 1, exclusions.ExclusionWithdrawn),
    EventType("dispute.DisputeOpened", 1, dispute.DisputeOpened),
    EventType("dispute.DisputeAnswered", 1, dispute.DisputeAnswered),
    EventType("dispute.DisputeEscalated", 1, dispute.DisputeEscalated),
    EventType("dispute.MediatorCalled", 1, dispute.MediatorCalled),
    EventType("dispute.SettlementProposed", 1, dispute.SettlementProposed),
    EventType("dispute.SettlementDeclined", 1, dispute.SettlementDeclined),
    EventType("dispute.DisputeSettled", 1, dispute.DisputeSettled),
    EventType("dispute.DisputeWithdrawn", 1, dispute.DisputeWithdrawn),
    EventType("review.ReviewCalled", 1, review.ReviewCalled),
    EventType("review.ReviewMoved", 1, review.ReviewMoved),
    EventType("review.ReviewCancelled", 1, review.ReviewCancelled),
    EventType("review.MinutesWritten", 1, review.MinutesWritten),
    EventType("review.MinutesApproved", 1, review.MinutesApproved),
    EventType("review.MinutesObjected", 1, review.MinutesObjected),
    EventType("review.ActionAgreed", 1, review.ActionAgreed),
    EventType("review.ActionDone", 1, review.ActionDone),
    EventType("review.ActionAccepted", 1, review.ActionAccepted),
    EventType("review.ActionReopened", 1, review.ActionReopened),
    EventType("review.ActionOverdue", 1, review.ActionOverdue),
    EventType("plan.PlanBegun", 1, plan.PlanBegun),
    EventType("plan.PlanProposed", 1, plan.PlanProposed),
    EventType("plan.PlanChangesAsked", 1, plan.PlanChangesAsked),
    EventType("plan.PlanAgreed", 1, plan.PlanAgreed),
    EventType("plan.MeasureProgressed", 1, plan.MeasureProgressed),
    EventType("plan.MeasureOverdue", 1, plan.MeasureOverdue),
    EventType("plan.PlanClosed", 1, plan.PlanClosed),
    EventType("plan.PlanWithdrawn", 1, plan.PlanWithdrawn),
    EventType("document.DocumentRendered", 1, document.DocumentRendered),
    EventType("document.DocumentSealed", 1, document.DocumentSealed),
    EventType("document.DocumentSigned", 1, document.DocumentSigned),
    EventType("document.DocumentArchived", 1, document.DocumentArchived),
    EventType("credits.StatementIssued", 1, credit.StatementIssued),
    EventType("credits.StatementRestated", 1, credit.StatementRestated),
    EventType("credits.CreditClaimed", 1, credit.CreditClaimed),
    EventType("credits.ClaimWithdrawn", 1, credit.ClaimWithdrawn),
    EventType("credits.ClaimLapsed", 1, credit.ClaimLapsed),
    EventType("credits.ClaimAdmitted", 1, credit.ClaimAdmitted),
    EventType("credits.ClaimRejected", 1, credit.ClaimRejected),
    EventType("credits.CreditGranted", 1, credit.CreditGranted),
    EventType("credits.CreditApplied", 1, credit.CreditApplied),
    EventType("bills.BillRecorded", 1, bill.BillRecorded),
    EventType("bills.BillContested", 1, bill.BillContested),
    EventType("bills.ContestWithdrawn", 1, bill.ContestWithdrawn),
    EventType("bills.BillCorrected", 1, bill.BillCorrected),
    EventType("bills.BillCancelled", 1, bill.BillCancelled),
    EventType("escalation.EscalationBegun", 1, escalation.EscalationBegun),
    EventType("escalation.EscalationClimbed", 1, escalation.EscalationClimbed),
    EventType("escalation.EscalationAcknowledged", 1, escalation.EscalationAcknowledged),
    EventType("escalation.EscalationEnded", 1, escalation.EscalationEnded),
    EventType("webhook.WebhookAdded", 1, webhook.WebhookAdded),
    EventType("webhook.WebhookSubscribed", 1, webhook.WebhookSubscribed),
    EventType("webhook.WebhookKeyRotated", 1, webhook.WebhookKeyRotated),
    EventType("webhook.WebhookDisabled", 1, webhook.WebhookDisabled),
    EventType("webhook.WebhookEnabled", 1, webhook.WebhookEnabled),
    EventType("webhook.WebhookRemoved", 1, webhook.WebhookRemoved),
)


def _as_it_is(fact: dict[str, Any]) -> dict[str, Any]:
    """Return a fact whose next version differs in how it is kept, not in what it says."""
    return fact


def _before_signatures(fact: dict[str, Any]) -> dict[str, Any]:
    """Return an acceptance or a signature from before statements were signed."""
    return {**fact, "evidence": None}


def _before_handing_over(fact: dict[str, Any]) -> dict[str, Any]:
    """Return a rotation from before the retired key had to sign it."""
    return {**fact, "statement": None, "jws": None}


def _without_limit(fact: dict[str, Any]) -> dict[str, Any]:
    """Return a right from before its limit was recorded: it said none."""
    return {**fact, "until": None}


UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("party.SigningKeyRotated", 1): _before_handing_over,
    ("negotiation.OfferAccepted", 1): _before_signatures,
    ("negotiation.AgreementSigned", 1): _before_signatures,
    ("contract.TerminationRightOpened", 1): _without_limit,
    # Until version 2 the details were stored in the clear.
    ("party.RepresentativeAppointed", 1): _as_it_is,
}
"""From (name, version) to the next version's shape."""

CATALOGUE = EventCatalogue(TYPES, UPCASTERS)
