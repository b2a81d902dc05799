"""Facts in words, for the timeline and the line that is read out when something moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final, get_args

from pydantic import TypeAdapter

from application.event_catalogue import CATALOGUE
from domain.bills.facts import BillFact
from domain.contract.facts import ContractFact
from domain.credits.facts import CreditFact
from domain.disputes.facts import DisputeFact
from domain.documents.facts import DocumentFact
from domain.escalations.facts import EscalationFact
from domain.exclusions.facts import ExclusionFact
from domain.improvement.facts import PlanFact
from domain.negotiation.facts import NegotiationFact
from domain.negotiation.position_facts import PositionFact
from domain.notifications.facts import WebhookFact
from domain.parties.facts import IdentityFact, PartyFact
from domain.performance.facts import MeasurementFact, PerformanceFact
from domain.relationships.facts import RecordsInspected, RelationshipFact
from domain.requirements.facts import RequirementsFact
from domain.reviews.facts import ReviewFact
from domain.services.facts import OfferingFact
from interfaces.web.sayings import (
    affairs,
    contracts,
    escalations,
    negotiations,
    parties,
    performance,
    plans,
    relationships,
    webhooks,
)
from interfaces.web.sayings.voice import Saying, Voice

_WORDS: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
Sayer = Callable[[Any, Voice], Saying]
AREAS: Final[tuple[tuple[Any, Sayer], ...]] = (
    (PartyFact, parties.of_party),
    (IdentityFact, parties.of_identity),
    (WebhookFact, webhooks.of_webhook),
    (RelationshipFact, relationships.of_relationship),
    (RecordsInspected, relationships.of_inspection),
    (OfferingFact, relationships.of_offering),
    (RequirementsFact, relationships.of_requirements),
    (NegotiationFact, negotiations.of_negotiation),
    (PositionFact, negotiations.of_position),
    (ContractFact, contracts.of_contract),
    (DocumentFact, contracts.of_document),
    (MeasurementFact, performance.of_measurements),
    (PerformanceFact, performance.of_performance),
    (ExclusionFact, performance.of_exclusions),
    (EscalationFact, escalations.of_escalations),
    (CreditFact, affairs.of_credits),
    (BillFact, affairs.of_bills),
    (DisputeFact, affairs.of_dispute),
    (ReviewFact, affairs.of_review),
    (PlanFact, plans.of_plan),
)
"""The facts of each area, and what says them."""


def deed(name: str) -> str:
    """Say what a fact is, by its name: ``CounterOfferMade`` is ``Counter offer made``."""
    return " ".join(_WORDS.findall(name)).lower().capitalize()


def said(fact: object, voice: Voice) -> Saying:
    """Say a fact in a sentence, with the names that a reader knows."""
    return _sayers()[type(fact)](fact, voice)


def read(name: str, document: Mapping[str, Any]) -> object:
    """Read a fact as views keep it: its class's name, and its fields as JSON."""
    return _adapter(name).validate_python(document)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    (fact,) = (kind.fact for kind in CATALOGUE.types if kind.fact.__name__ == name)
    return TypeAdapter(fact)


@cache
def _sayers() -> dict[type, Sayer]:
    return {fact: sayer for facts, sayer in AREAS for fact in _members(facts)}


def _members(facts: Any) -> Iterable[type]:
    return get_args(facts) or (facts,)
