"""Which action each operation takes: the table that the isolation tests cross with every role.

A route that the table does not name keeps the service from starting.
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from application.access import Action

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed-in"
"""Anybody with a valid token, whoever they represent."""

ACCESS: Final[dict[str, str]] = {
    "live": PUBLIC,
    "ready": PUBLIC,
    "whoAmI": SIGNED_IN,
    "registerParty": SIGNED_IN,
    "getParty": Action.REPRESENT,
    "appointRepresentative": Action.ADMINISTER,
    "withdrawRepresentative": Action.ADMINISTER,
    "erasePersonalDetails": Action.ADMINISTER,
    "assignRole": Action.ADMINISTER,
    "relieveRole": Action.ADMINISTER,
    "grantMandate": Action.ADMINISTER,
    "revokeMandate": Action.ADMINISTER,
    "pinKey": Action.REPRESENT,
    "revokeKey": Action.REPRESENT,
    "rotateKey": Action.REPRESENT,
    "invitePasskey": Action.REPRESENT,
    "pinPasskey": Action.REPRESENT,
    "pinWitnessKey": Action.ADMINISTER,
    "revokeWitnessKey": Action.ADMINISTER,
    "pinCertificate": Action.REPRESENT,
    "revokeCertificate": Action.REPRESENT,
    "inviteToRelationship": Action.LEAD,
    "listRelationships": Action.READ,
    "getRelationship": Action.READ,
    "joinRelationship": Action.LEAD,
    "declineRelationship": Action.LEAD,
    "withdrawInvitation": Action.LEAD,
    "admitAuditor": Action.ADMIT_AUDITORS,
    "dismissAuditor": Action.ADMIT_AUDITORS,
    "endRelationship": Action.LEAD,
    "offerService": Action.OFFER_SERVICES,
    "listServices": Action.READ,
    "getService": Action.READ,
    "offerLevel": Action.OFFER_SERVICES,
    "withdrawLevel": Action.OFFER_SERVICES,
    "declareDependency": Action.OFFER_SERVICES,
    "redeclareDependency": Action.OFFER_SERVICES,
    "withdrawDependency": Action.OFFER_SERVICES,
    "retireService": Action.OFFER_SERVICES,
    "openRequirements": Action.STATE_REQUIREMENTS,
    "listRequirements": Action.READ,
    "getRequirements": Action.READ,
    "formSlaTeam": Action.ENGINEER_REQUIREMENTS,
    "appointEngineer": Action.ENGINEER_REQUIREMENTS,
    "stateRequirement": Action.STATE_REQUIREMENTS,
    "restateRequirement": Action.STATE_REQUIREMENTS,
    "withdrawRequirement": Action.STATE_REQUIREMENTS,
    "matchRequirement": Action.ENGINEER_REQUIREMENTS,
    "findFeasible": Action.ENGINEER_REQUIREMENTS,
    "findInfeasible": Action.ENGINEER_REQUIREMENTS,
    "assessRequirement": Action.ENGINEER_REQUIREMENTS,
    "baselineRequirements": Action.STATE_REQUIREMENTS,
    "reopenRequirements": Action.STATE_REQUIREMENTS,
    "readNegotiationPosition": Action.READ_PRIVATE,
    "saveNegotiationDraft": Action.PREPARE,
    "makeNegotiationNote": Action.PREPARE,
    "setNegotiationReserve": Action.PREPARE,
    "recordNegotiationAssessment": Action.ENGINEER_REQUIREMENTS,
    "requestNegotiationApproval": Action.PREPARE,
    "giveNegotiationTechnicalApproval": Action.APPROVE_TECHNICAL,
    "giveNegotiationCommercialApproval": Action.APPROVE_COMMERCIAL,
    "giveNegotiationMandateApproval": Action.APPROVE_MANDATE,
    "refuseNegotiationTechnicalApproval": Action.APPROVE_TECHNICAL,
    "refuseNegotiationCommercialApproval": Action.APPROVE_COMMERCIAL,
    "refuseNegotiationMandateApproval": Action.APPROVE_MANDATE,
    "readRequirementsPosition": Action.READ_PRIVATE,
    "saveRequirementsDraft": Action.PREPARE,
    "makeRequirementsNote": Action.PREPARE,
    "setRequirementsReserve": Action.PREPARE,
    "recordRequirementsAssessment": Action.ENGINEER_REQUIREMENTS,
    "requestRequirementsApproval": Action.PREPARE,
    "giveRequirementsTechnicalApproval": Action.APPROVE_TECHNICAL,
    "giveRequirementsCommercialApproval": Action.APPROVE_COMMERCIAL,
    "giveRequirementsMandateApproval": Action.APPROVE_MANDATE,
    "refuseRequirementsTechnicalApproval": Action.APPROVE_TECHNICAL,
    "refuseRequirementsCommercialApproval": Action.APPROVE_COMMERCIAL,
    "refuseRequirementsMandateApproval": Action.APPROVE_MANDATE,
    "checkTerms": SIGNED_IN,
    "compareTerms": SIGNED_IN,
    "getTermsSchema": SIGNED_IN,
    "importTerms": SIGNED_IN,
    "openNegotiation": Action.NEGOTIATE,
    "listNegotiations": Action.READ,
    "getNegotiation": Action.READ,
    "breakOffNegotiation": Action.NEGOTIATE,
    "makeOffer": Action.NEGOTIATE,
    "getOffer": Action.READ,
    "compareOffers": Action.READ,
    "redlineOffer": Action.READ,
    "prepareStatement": Action.SIGN,  # and to negotiate, for a statement of acceptance
    "acceptOffer": Action.NEGOTIATE,
    "rejectOffer": Action.NEGOTIATE,
    "withdrawOffer": Action.NEGOTIATE,
    "signAgreement": Action.SIGN,
    "declineSignature": Action.SIGN,
    "lockTerm": Action.NEGOTIATE,
    "unlockTerm": Action.NEGOTIATE,
    "declareConstraint": Action.NEGOTIATE,
    "liftConstraint": Action.NEGOTIATE,
    "comment": Action.COMMENT,
    "listContracts": Action.READ,
    "getContract": Action.READ,
    "getTerms": Action.READ,
    "listVersions": Action.READ,
    "getVersion": Action.READ,
    "compareVersions": Action.READ,
    "exportAgreement": Action.READ,
    "redlineVersion": Action.READ,
    "summariseVersion": Action.READ,
    "packageVersion": Action.READ,
    "issueDocument": Action.ISSUE_DOCUMENTS,
    "getDocument": Action.READ,
    "downloadDocument": Action.READ,
    "beginSigningDocument": Action.SIGN,
    "signDocument": Action.SIGN,
    "archiveDocument": Action.ISSUE_DOCUMENTS,
    "giveNotice": Action.GIVE_NOTICE,
    "withdrawNotice": Action.GIVE_NOTICE,
    "declineRenewal": Action.GIVE_NOTICE,
    "handInMeasurements": Action.MEASURE,
    "listMeasurements": Action.READ,
    "reportPeriod": Action.MEASURE,
    "listResults": Action.READ,
    "getResult": Action.READ,
    "getRunningResult": Action.READ,
    "getPerformance": Action.READ,
    "listExclusions": Action.READ,
    "requestExclusion": Action.EXCLUDE,
    "grantExclusion": Action.EXCLUDE,
    "refuseExclusion": Action.EXCLUDE,
    "withdrawExclusion": Action.EXCLUDE,
    "readAuditTrail": Action.READ,
    "listDueDates": Action.READ,
    "streamEvents": Action.READ,
    "getHistoryKey": SIGNED_IN,
    "getServiceCheckpoint": SIGNED_IN,
    "proveServiceConsistency": SIGNED_IN,
    "getCheckpoint": Action.READ,
    "proveConsistency": Action.READ,
    "proveCheckpoint": Action.READ,
    "proveLeaf": Action.READ,
    "getReceipt": Action.READ,
    "cosignCheckpoint": Action.WITNESS,
    "exportBundle": Action.READ,
    "draftPins": Action.READ,
}


def operations(app: FastAPI) -> set[str]:
    """Return the operation ids of every route."""
    # FastAPI keeps included routers nested, so the app's own list of routes does not show them.
    routes = (found.original_route for found in iter_route_contexts(app.routes))
    return {str(route.operation_id) for route in routes if isinstance(route, APIRoute)}


def check_every_route_is_named(app: FastAPI) -> None:
    """Raise RuntimeError unless the table names exactly the routes there are."""
    served = operations(app)
    if served != ACCESS.keys():
        unnamed, gone = sorted(served - ACCESS.keys()), sorted(ACCESS.keys() - served)
        raise RuntimeError(f"access table: unnamed operations {unnamed}, no such operations {gone}")
