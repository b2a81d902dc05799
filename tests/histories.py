"""One history of everything that views are made of, as a ledger would hold it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from agreements import simple_terms
from application.ledger import Ledger
from application.recorded import Positioned, Recorded
from domain.contract.facts import (
    ContractAmended,
    ContractCameIntoForce,
    ContractConcluded,
    ContractTerminated,
    Ground,
    RenewalDeclined,
    TerminationNoticeGiven,
    TerminationNoticeWithdrawn,
)
from domain.contract.standing import begins_at, ends_at
from domain.credits.facts import (
    CreditApplied,
    CreditClaimed,
    CreditGranted,
    Kind,
    Restated,
    Stated,
    StatementIssued,
    StatementRestated,
)
from domain.disputes.facts import DisputeEscalated, DisputeOpened, Rung
from domain.negotiation.facts import (
    AgreementSigned,
    CommentMade,
    CounterOfferMade,
    Firmness,
    NegotiationConcluded,
    NegotiationOpened,
    NewAgreement,
    Offer,
    OfferAccepted,
    ProposalMade,
    SignatureRequested,
)
from domain.negotiation.position_facts import NoteMade
from domain.parties.facts import PartyRegistered
from domain.parties.keys import Thumbprint
from domain.performance.facts import (
    PeriodReported,
    Result,
    ResultEstablished,
    ResultRestated,
)
from domain.relationships.facts import (
    AdmissionId,
    AuditorAdmitted,
    Grant,
    RelationshipInvited,
    RelationshipJoined,
)
from domain.requirements.facts import (
    Priority,
    RequirementFoundInfeasible,
    RequirementId,
    RequirementMatched,
    RequirementsBaselined,
    RequirementsEngineerAppointed,
    RequirementsOpened,
    RequirementStated,
    RequirementWithdrawn,
)
from domain.reviews.facts import (
    ActionAgreed,
    MinutesApproved,
    MinutesWritten,
    Planned,
    ReviewCalled,
)
from domain.services.facts import (
    Charge,
    DependencyDeclared,
    DependencyId,
    DependencyWithdrawn,
    Every,
    LevelId,
    ServiceLevelOffered,
    ServiceLevelWithdrawn,
    ServiceOffered,
)
from domain.values.canonical import Digest
from domain.values.figures import Bound, Figure
from domain.values.ids import NegotiationId, OfferId, OfferingId, PartyId, PersonId
from domain.values.sides import Side
from domain.values.sums import Sum

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT
NORTHWIND, ALPINE, AUDITOR = PartyId("party-n"), PartyId("party-a"), PartyId("party-z")
ADA = PersonId("person-ada")
RELATIONSHIP: Final = "relationship-r"
OFFERING: Final = f"{NORTHWIND}/offering-1"
REQUIREMENTS: Final = f"{RELATIONSHIP}/requirements-1"
NEGOTIATION: Final = f"{RELATIONSHIP}/negotiation-1"
POSITION: Final = f"{NEGOTIATION}/position-provider"
CONTRACT: Final = f"{RELATIONSHIP}/contract-1"
OTHER_CONTRACT: Final = f"{RELATIONSHIP}/contract-2"
BEGINNING: Final = datetime(2025, 11, 3, 9, tzinfo=UTC)
VALID_UNTIL: Final = BEGINNING + timedelta(days=30)
TERMS = simple_terms()
AMENDED = simple_terms(availability="99.9")
FIRST, SECOND = OfferId("offer-1"), OfferId("offer-2")
MUST, COULD, GONE = (RequirementId(f"requirement-{name}") for name in ("must", "could", "gone"))
AT_LEAST = Figure(Bound.AT_LEAST, Decimal("99.5"), "%")
FEE = Charge(Sum(Decimal("1200.00"), "EUR"), Every.MONTH)

Fact = tuple[str, Any]


def _offer(name: OfferId, by: Side) -> Offer:
    return Offer(name, by, TERMS, TERMS.digest, Firmness.FIRM, VALID_UNTIL)


def _stated(requirement: RequirementId, priority: Priority) -> RequirementStated:
    return RequirementStated(
        requirement, "orders", "availability", "always", AT_LEAST, "24 x 7", priority, "so", CLIENT
    )


def _level(name: str) -> ServiceLevelOffered:
    return ServiceLevelOffered(LevelId(name), name, "availability", AT_LEAST, "24 x 7", FEE)


def _needs(name: str) -> DependencyDeclared:
    return DependencyDeclared(DependencyId(name), name, None, Decimal("99.9"), None)


PEOPLE: list[Fact] = [
    (NORTHWIND, PartyRegistered("Northwind", "HRB 1", "DE", None)),
    (
        RELATIONSHIP,
        RelationshipInvited(
            NORTHWIND, ALPINE, PROVIDER, "hosting", (Thumbprint("n"),), VALID_UNTIL
        ),
    ),
    (RELATIONSHIP, RelationshipJoined(CLIENT, (Thumbprint("a"),), (Thumbprint("n"),))),
    (
        RELATIONSHIP,
        AuditorAdmitted(AdmissionId("admission-1"), AUDITOR, CLIENT, Grant(None, None), None),
    ),
]
CATALOGUE: list[Fact] = [
    (OFFERING, ServiceOffered("HOST", "Hosting", "Runs applications.")),
    (OFFERING, _level("level-gold")),
    (OFFERING, _level("level-silver")),
    (OFFERING, ServiceLevelWithdrawn(LevelId("level-silver"), "nobody took it")),
    (OFFERING, _needs("dependency-power")),
    (OFFERING, _needs("dependency-network")),
    (OFFERING, DependencyWithdrawn(DependencyId("dependency-power"))),
]
SHEET: list[Fact] = [
    (REQUIREMENTS, RequirementsOpened("Orders", "take orders", CLIENT)),
    (REQUIREMENTS, RequirementsEngineerAppointed(ADA)),
    (REQUIREMENTS, _stated(MUST, Priority.MUST)),
    (REQUIREMENTS, _stated(COULD, Priority.COULD)),
    (REQUIREMENTS, _stated(GONE, Priority.COULD)),
    (
        REQUIREMENTS,
        RequirementMatched(MUST, OfferingId(OFFERING), LevelId("level-gold"), None),
    ),
    (REQUIREMENTS, RequirementFoundInfeasible(COULD, "not at night", None)),
    (REQUIREMENTS, RequirementFoundInfeasible(GONE, "never", None)),
    (REQUIREMENTS, RequirementWithdrawn(GONE, "solved otherwise")),
    (REQUIREMENTS, RequirementsBaselined(1, (COULD, MUST), TERMS.digest)),
]
OFFERS: list[Fact] = [
    (NEGOTIATION, NegotiationOpened(NewAgreement(), CLIENT, "Orders", 14)),
    (POSITION, NoteMade(PROVIDER, "note-1", "they are in a hurry")),
    (NEGOTIATION, ProposalMade(_offer(FIRST, PROVIDER))),
    (NEGOTIATION, CommentMade("comment-1", CLIENT, "too dear")),
    (NEGOTIATION, CounterOfferMade(_offer(SECOND, CLIENT), FIRST)),
]
SIGNATURES: list[Fact] = [
    (NEGOTIATION, OfferAccepted(SECOND, TERMS.digest, PROVIDER)),
    (NEGOTIATION, SignatureRequested(SECOND, TERMS.digest, VALID_UNTIL)),
    (NEGOTIATION, AgreementSigned(SECOND, TERMS.digest, CLIENT, ADA, "mandate-1", None)),
    (NEGOTIATION, AgreementSigned(SECOND, TERMS.digest, PROVIDER, ADA, "mandate-2", None)),
    (NEGOTIATION, NegotiationConcluded(NewAgreement(), SECOND, TERMS, TERMS.digest, None)),
]
CONCLUDED: list[Fact] = [
    (
        CONTRACT,
        ContractConcluded(
            NORTHWIND,
            ALPINE,
            NegotiationId(NEGOTIATION),
            SECOND,
            TERMS,
            TERMS.digest,
            begins_at(TERMS),
            ends_at(TERMS),
        ),
    ),
]
SINCE_MARCH = datetime(2026, 3, 1, tzinfo=UTC)
IN_FORCE: list[Fact] = [
    (CONTRACT, ContractCameIntoForce()),
    (
        CONTRACT,
        ContractAmended(
            2,
            NegotiationId(f"{RELATIONSHIP}/negotiation-2"),
            OfferId("offer-3"),
            AMENDED,
            AMENDED.digest,
            SINCE_MARCH,
            ends_at(AMENDED),
        ),
    ),
    (CONTRACT, RenewalDeclined(CLIENT, "another supplier")),
]
LAST_INSTANT = datetime(2026, 7, 1, tzinfo=UTC)
NOTICE: list[Fact] = [
    (
        CONTRACT,
        TerminationNoticeGiven("notice-1", CLIENT, Ground.CONVENIENCE, "moving", LAST_INSTANT),
    ),
]
LATE_NOTICE: list[Fact] = [
    (
        CONTRACT,
        TerminationNoticeGiven(
            "notice-2", CLIENT, Ground.CONVENIENCE, "late", LAST_INSTANT.replace(year=2030)
        ),
    ),
]
"""A notice whose period runs longer than the contract does."""
WITHDRAWN: list[Fact] = [(CONTRACT, TerminationNoticeWithdrawn("notice-1", CLIENT))]
ENDED: list[Fact] = [(CONTRACT, ContractTerminated(Ground.CONVENIENCE, LAST_INSTANT))]

RESULTS = f"{CONTRACT}/objective-availability/results"
JANUARY = Result(
    date(2026, 1, 1),
    datetime(2026, 1, 1, tzinfo=UTC),
    datetime(2026, 2, 1, tzinfo=UTC),
    "reported",
    Digest("sha256:" + "0" * 64),
    (),
)
MEASURED: list[Fact] = [
    (RESULTS, PeriodReported(JANUARY.period, PROVIDER, "")),
    (RESULTS, ResultEstablished(JANUARY)),
    (RESULTS, ResultRestated(replace(JANUARY, basis="other side's figures"), "late figures")),
]

CREDITS: Final = f"{CONTRACT}/credits"
CREDIT: Final = "availability/20260101"
CLAIM_UNTIL: Final = datetime(2026, 3, 3, tzinfo=UTC)
ANSWER_BY: Final = datetime(2026, 3, 20, tzinfo=UTC)
STATED: Final = Stated(CREDIT, "availability", Kind.CREDIT, Decimal("1200.00"), CLAIM_UNTIL)
NO_DIGEST: Final = Digest("sha256:" + "1" * 64)
FIRST_DAY, LAST_DAY = date(2026, 1, 1), date(2026, 1, 31)
SETTLED: list[Fact] = [
    (
        CREDITS,
        StatementIssued(1, FIRST_DAY, FIRST_DAY, LAST_DAY, "EUR", "{}", NO_DIGEST, (STATED,)),
    ),
]
CLAIMED: list[Fact] = [
    (CREDITS, CreditClaimed(CREDIT, Decimal("1200.00"), "our log", ANSWER_BY)),
]
HALF: Final = Restated(
    CREDIT,
    "availability",
    Kind.CREDIT,
    Decimal("1200.00"),
    Decimal("600.00"),
    Decimal("-600.00"),
    CLAIM_UNTIL,
)
APPLIED: list[Fact] = [
    (CREDITS, CreditGranted(CREDIT, Decimal("1200.00"), "the claim was admitted")),
    (CREDITS, CreditApplied(CREDIT, Decimal("1200.00"), PROVIDER, "deducted", "invoice 1")),
    (
        CREDITS,
        StatementRestated(
            2, 1, FIRST_DAY, FIRST_DAY, LAST_DAY, "EUR", "{}", NO_DIGEST, "late", (HALF,)
        ),
    ),
]
DISPUTE: Final = f"{CONTRACT}/dispute-1"
RUNGS: Final = tuple(
    Rung(level, role, datetime(2026, 3, 10 * level, tzinfo=UTC))
    for level, role in enumerate(("managers", "directors"), start=1)
)
DISPUTED: list[Fact] = [
    (DISPUTE, DisputeOpened(CLIENT, CREDITS, 1, "too little", "", RUNGS)),
    (DISPUTE, DisputeEscalated(1, "managers")),
]
REVIEW: Final = f"{CONTRACT}/review-1"
MEETING: Final = datetime(2026, 3, 5, 9, tzinfo=UTC)
PLANNED: Final = Planned("action-1", "more discs", PROVIDER, "operations", date(2026, 4, 30))
REVIEWED: list[Fact] = [
    (REVIEW, ReviewCalled(CLIENT, MEETING, "the outage", ())),
    (REVIEW, MinutesWritten(CLIENT, 1, "what was said", (PLANNED,))),
    (REVIEW, MinutesApproved(PROVIDER, 1)),
    (REVIEW, ActionAgreed(PLANNED)),
]

EVERYTHING: list[Fact] = [
    *PEOPLE,
    *CATALOGUE,
    *SHEET,
    *OFFERS,
    *SIGNATURES,
    *CONCLUDED,
    *IN_FORCE,
    *MEASURED,
    *SETTLED,
    *CLAIMED,
    *APPLIED,
    *DISPUTED,
    *REVIEWED,
    *NOTICE,
    *WITHDRAWN,
    *NOTICE,
    *ENDED,
    *[(OTHER_CONTRACT, fact) for _, fact in (*CONCLUDED, *IN_FORCE)],
]


def minute(number: int) -> datetime:
    """Return when the n-th fact of a history was recorded, from 1."""
    return BEGINNING + timedelta(minutes=number)


def recorded(facts: Iterable[Fact]) -> list[Recorded]:
    """Put facts into envelopes, one a minute, each stream counting for itself."""
    versions: dict[str, int] = {}
    events = []
    for number, (stream, fact) in enumerate(facts, start=1):
        versions[stream] = versions.get(stream, 0) + 1
        at, key = minute(number), f"key-{number}"
        events.append(Recorded(stream, versions[stream], at, ADA, NORTHWIND, key, fact))
    return events


def positioned(facts: Iterable[Fact]) -> list[Positioned]:
    """Return the facts with positions as a ledger gives them, which leaves gaps."""
    return [Positioned(2 * number, e) for number, e in enumerate(recorded(facts), start=1)]


def save(ledger: Ledger, facts: Sequence[Fact]) -> None:
    """Record a history in a ledger."""
    for event in recorded(facts):
        ledger.save(event)
