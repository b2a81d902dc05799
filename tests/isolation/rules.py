"""The rule table: who is answered how, as the design has it. Nothing here asks the code under test.

- Without a valid token nobody learns anything: 401.
- Whoever is not in the relationship cannot tell it from one that does not exist: 404. The same
  holds for a party's own affairs and its catalogue.
- A member without the role is told so: 403.
- An auditor reads what it was admitted to, while it is admitted, and moves nothing.
- One side's private file is for that side's own people; an auditor reads it in the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, Literal

from domain.parties.facts import Role
from domain.values.sides import Side
from isolation.cast import Persona, Reach, Token

Answer = Literal["ok", 401, 403, 404]


class Whose(Enum):
    """Whose business an operation is."""

    EVERYBODYS = auto()
    """Anybody's at all, signed in or not."""
    ANY_SIGNED_IN = auto()
    """Anybody's who is signed in."""
    ANY_PARTYS = auto()
    """Any party's own: no other party is in the request's path."""
    ANY_PARTYS_LIST = auto()
    """The same, and somebody without a party has an empty list."""
    SHARED = auto()
    """Both sides' to read, and their auditors'; one that is all about one stream."""
    SIDES = auto()
    """Both sides' alone."""
    OWN = auto()
    """The provider's own."""
    OWN_AND_CLIENTS = auto()
    """The provider's own, which the parties it works with may look at."""
    OWN_AND_ACQUAINTED = auto()
    """The same, and its auditors may."""


ANYBODY: Final = (*Role, None)
"""Any representative, even one without a role."""
MEMBERS: Final = tuple(Role)
ADMINISTRATOR: Final = (Role.ADMINISTRATOR,)
NEGOTIATOR: Final = (Role.NEGOTIATOR,)
SIGNATORY: Final = (Role.SIGNATORY,)
FINANCE: Final = (Role.FINANCE,)
SERVICE: Final = (Role.REQUIREMENTS_ENGINEER, Role.SERVICE_MANAGER)
DEAL: Final = (*NEGOTIATOR, *SIGNATORY, Role.LEGAL, *FINANCE, *SERVICE)
"""Those who work on an agreement: everybody but administrators and auditors."""
CATALOGUE: Final = (Role.SERVICE_MANAGER, *NEGOTIATOR)
NEEDS: Final = (*NEGOTIATOR, *SERVICE)
LEADERS: Final = (*ADMINISTRATOR, *NEGOTIATOR)
ADMITTERS: Final = (*ADMINISTRATOR, Role.LEGAL)
CLAIMANTS: Final = (*FINANCE, *CATALOGUE)
DISPUTANTS: Final = (Role.LEGAL, *CLAIMANTS)
ENDERS: Final = (*NEGOTIATOR, *SIGNATORY)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whose an operation is, and which of their roles it takes (None: no role at all)."""

    whose: Whose
    roles: tuple[Role | None, ...] = ANYBODY


def _each(rule: Rule, *operations: str) -> dict[str, Rule]:
    return dict.fromkeys(operations, rule)


def _files(on: str) -> dict[str, Rule]:
    """Return the rules for the private files about one kind of thing."""
    rules = _each(
        Rule(Whose.SIDES, DEAL),
        f"save{on}Draft",
        f"make{on}Note",
        f"set{on}Reserve",
        f"request{on}Approval",
    )
    rules[f"read{on}Position"] = Rule(Whose.SIDES, (*DEAL, Role.AUDITOR))
    rules[f"record{on}Assessment"] = Rule(Whose.SIDES, SERVICE)
    if on == "Negotiation":
        rules[f"record{on}Backtest"] = Rule(Whose.SIDES, SERVICE)
    for kind, roles in (("Technical", SERVICE), ("Commercial", FINANCE), ("Mandate", SIGNATORY)):
        rule = Rule(Whose.SIDES, roles)
        rules |= _each(rule, f"give{on}{kind}Approval", f"refuse{on}{kind}Approval")
    return rules


RULES: Final[dict[str, Rule]] = {
    **_each(Rule(Whose.EVERYBODYS), "live", "ready", "getCalendarByAddress"),
    **_each(
        Rule(Whose.ANY_SIGNED_IN),
        "whoAmI",
        "checkTerms",
        "compareTerms",
        "getTermsSchema",
        "importTerms",
        "registerParty",
        "getHistoryKey",
        "getServiceCheckpoint",
        "proveServiceConsistency",
        "listInbox",  # empty for whoever nothing waits for
        "getCalendar",  # empty for whoever has nothing that falls due
    ),
    **_each(
        Rule(Whose.ANY_PARTYS),
        "listNotifications",
        "readNotifications",
        "getNotificationWishes",
        "setNotificationWishes",
        "openCalendarAddress",
        "closeCalendarAddress",
    ),
    **_each(
        Rule(Whose.OWN, ADMINISTRATOR),
        "listWebhooks",
        "addWebhook",
        "getWebhook",
        "removeWebhook",
        "subscribeWebhook",
        "rotateWebhookKey",
        "enableWebhook",
        "testWebhook",
        "listWebhookDeliveries",
        "redeliverWebhook",
    ),
    **_each(Rule(Whose.OWN_AND_ACQUAINTED), "getParty"),
    **_each(
        Rule(Whose.OWN, ADMINISTRATOR),
        "appointRepresentative",
        "withdrawRepresentative",
        "erasePersonalDetails",
        "assignRole",
        "relieveRole",
        "grantMandate",
        "revokeMandate",
        "pinWitnessKey",
        "revokeWitnessKey",
        "revokeCertificate",  # somebody else's, like a key
        "revokeKey",  # somebody else's key: one's own is one's own
    ),
    **_each(
        Rule(Whose.OWN), "pinKey", "rotateKey", "invitePasskey", "pinPasskey", "pinCertificate"
    ),
    **_each(Rule(Whose.ANY_PARTYS, LEADERS), "inviteToRelationship"),
    **_each(Rule(Whose.ANY_PARTYS_LIST, MEMBERS), "listRelationships"),
    **_each(
        Rule(Whose.SIDES, LEADERS),
        "joinRelationship",
        "declineRelationship",
        "withdrawInvitation",
        "endRelationship",
    ),
    **_each(Rule(Whose.SIDES, ADMITTERS), "admitAuditor", "dismissAuditor"),
    **_each(Rule(Whose.OWN_AND_CLIENTS, MEMBERS), "listServices", "getService"),
    **_each(
        Rule(Whose.OWN, CATALOGUE),
        "offerService",
        "offerLevel",
        "withdrawLevel",
        "declareDependency",
        "redeclareDependency",
        "withdrawDependency",
        "retireService",
    ),
    **_each(
        Rule(Whose.SIDES, NEEDS),
        "openRequirements",
        "stateRequirement",
        "restateRequirement",
        "withdrawRequirement",
        "baselineRequirements",
        "reopenRequirements",
    ),
    **_each(
        Rule(Whose.SIDES, SERVICE),
        "formSlaTeam",
        "appointEngineer",
        "matchRequirement",
        "findFeasible",
        "findInfeasible",
        "assessRequirement",
    ),
    **_files("Negotiation"),
    **_files("Requirements"),
    **_each(
        Rule(Whose.SIDES, NEGOTIATOR),
        "openNegotiation",
        "breakOffNegotiation",
        "makeOffer",
        "acceptOffer",
        "rejectOffer",
        "withdrawOffer",
        "lockTerm",
        "unlockTerm",
        "declareConstraint",
        "liftConstraint",
    ),
    **_each(Rule(Whose.SIDES, DEAL), "comment"),
    **_each(Rule(Whose.SIDES, MEMBERS), "cosignCheckpoint"),
    **_each(Rule(Whose.SIDES, SIGNATORY), "prepareStatement", "signAgreement", "declineSignature"),
    **_each(Rule(Whose.SIDES, DEAL), "issueDocument", "archiveDocument"),
    **_each(Rule(Whose.SIDES, SIGNATORY), "beginSigningDocument", "signDocument"),
    **_each(Rule(Whose.SIDES, SERVICE), "handInMeasurements", "reportPeriod"),
    **_each(
        Rule(Whose.SIDES, CATALOGUE),
        "requestExclusion",
        "grantExclusion",
        "refuseExclusion",
        "withdrawExclusion",
    ),
    **_each(
        Rule(Whose.SIDES, CLAIMANTS),
        "recordBill",
        "contestBill",
        "withdrawContest",
        "correctBill",
        "cancelBill",
        "claimCredit",
        "withdrawClaim",
        "admitClaim",
        "rejectClaim",
        "grantCredit",
        "applyCredit",
    ),
    **_each(
        Rule(Whose.SIDES, DISPUTANTS),
        "openDispute",
        "answerDispute",
        "callMediator",
        "proposeSettlement",
        "acceptSettlement",
        "declineSettlement",
        "withdrawDispute",
    ),
    **_each(
        Rule(Whose.SIDES, CATALOGUE),
        "callReview",
        "moveReview",
        "cancelReview",
        "writeMinutes",
        "approveMinutes",
        "objectToMinutes",
        "completeAction",
        "acceptAction",
        "reopenAction",
        "beginPlan",
        "proposePlan",
        "askForPlanChanges",
        "agreePlan",
        "progressMeasure",
        "closePlan",
        "withdrawPlan",
    ),
    **_each(Rule(Whose.SIDES, DEAL), "acknowledgeEscalation"),
    **_each(Rule(Whose.SIDES, ENDERS), "giveNotice", "withdrawNotice", "declineRenewal"),
    **_each(
        Rule(Whose.SHARED, MEMBERS),
        "getRelationship",
        "listRequirements",
        "getRequirements",
        "listNegotiations",
        "getNegotiation",
        "getOffer",
        "compareOffers",
        "redlineOffer",
        "listContracts",
        "getContract",
        "getTerms",
        "listVersions",
        "getVersion",
        "compareVersions",
        "exportAgreement",
        "redlineVersion",
        "summariseVersion",
        "getDocument",
        "downloadDocument",
        "packageVersion",
        "listMeasurements",
        "listResults",
        "getResult",
        "getRunningResult",
        "getPerformance",
        "listExclusions",
        "listBills",
        "listStatements",
        "getStatement",
        "listCredits",
        "listEscalations",
        "listDisputes",
        "getDispute",
        "listReviews",
        "getReview",
        "listPlans",
        "getPlan",
        "readAuditTrail",
        "listDueDates",
        "streamEvents",
        "getCheckpoint",
        "proveConsistency",
        "proveCheckpoint",
        "proveLeaf",
        "getReceipt",
        "exportBundle",
        "draftPins",
    ),
}


def expected(rule: Rule, persona: Persona, *, admitted_to_one: bool, in_a_stream: bool) -> Answer:
    """Say how somebody is answered.

    ``admitted_to_one`` tells whether the request is about the stream that the auditor of one
    stream was admitted to, or about no single stream; ``in_a_stream`` whether it names a stream
    of the relationship at all.
    """
    if rule.whose is Whose.EVERYBODYS:
        return "ok"
    if persona.token is not Token.VALID:
        return 401
    if rule.whose is Whose.ANY_SIGNED_IN or _has_nothing_to_list(rule, persona):
        return "ok"
    if persona.mixes and not in_a_stream:
        return "ok"  # it asks its own relationship, which does not have what it names
    if not _lets_in(rule, persona, admitted_to_one=admitted_to_one):
        return 404
    return "ok" if _covered(rule, persona) else 403


def _has_nothing_to_list(rule: Rule, persona: Persona) -> bool:
    return rule.whose is Whose.ANY_PARTYS_LIST and persona.party is None


def _lets_in(rule: Rule, persona: Persona, *, admitted_to_one: bool) -> bool:
    """Tell whether somebody may know of what is asked for."""
    in_time = persona.reach is not Reach.NOTHING
    match rule.whose:
        case Whose.ANY_PARTYS | Whose.ANY_PARTYS_LIST:
            return persona.party is not None
        case Whose.OWN:
            return persona.side is Side.PROVIDER
        case Whose.OWN_AND_ACQUAINTED:
            return persona.side is not None or in_time
        case Whose.SHARED if persona.reach is Reach.ONE_STREAM:
            return admitted_to_one
        case Whose.SHARED:
            return persona.side is not None or in_time
        case _:
            return persona.side is not None


def _covered(rule: Rule, persona: Persona) -> bool:
    if rule.whose is Whose.OWN_AND_ACQUAINTED and persona.side is not Side.PROVIDER:
        return bool(persona.roles)  # representing the party is enough for one's own alone
    return bool({*persona.roles} & {*rule.roles}) or (None in rule.roles)


def may_read_file(persona: Persona, side: Side) -> bool:
    """Tell whether somebody may read a side's private files, wherever they appear."""
    if persona.token is not Token.VALID:
        return False
    if persona.side is side:
        return bool({*persona.roles} & {*DEAL, Role.AUDITOR})
    return side is Side.CLIENT and persona.reach is Reach.CLIENT_FILE
