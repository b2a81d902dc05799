"""A negotiation on the simple agreement: its people, its offers, its beginnings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agreements import simple_terms
from domain.decider import Refused
from domain.negotiation.facts import (
    CounterOfferMade,
    Firmness,
    NegotiationFact,
    NegotiationOpened,
    NewAgreement,
    Offer,
    OfferAccepted,
    ProposalMade,
    SignatureRequested,
    Subject,
)
from domain.negotiation.negotiation import NEGOTIATION
from domain.signatures.checking import Submitted
from domain.terms.agreement import AgreementTerms
from domain.terms.paths import TermPath
from domain.values.ids import OfferId, PersonId
from domain.values.sides import Side
from scenario import Outcome, Scenario
from signing import submitted

PROVIDER, CLIENT = Side.PROVIDER, Side.CLIENT
ADA, BO = PersonId("person-ada"), PersonId("person-bo")
NOW = datetime(2025, 11, 3, 9, tzinfo=UTC)
VALID_UNTIL = NOW + timedelta(days=10)
SIGNING_DAYS = 14
SIGN_BY = NOW + timedelta(days=SIGNING_DAYS)
AVAILABILITY = TermPath("objectives/availability/targets/always/at_least")
FEE = TermPath("charges/monthly-fee/amount")


def offered(
    name: str,
    by: Side = PROVIDER,
    terms: AgreementTerms | None = None,
    firmness: Firmness = Firmness.FIRM,
    *,
    effective_from: datetime | None = None,
) -> Offer:
    """Return an offer valid for ten days; on the simple terms, unless others are given."""
    terms = simple_terms() if terms is None else terms
    return Offer(OfferId(name), by, terms, terms.digest, firmness, VALID_UNTIL, effective_from)


FIRST = offered("offer-first")
COUNTER = offered("offer-counter", CLIENT, simple_terms(availability="99.9"))
THIRD = offered("offer-third", PROVIDER, simple_terms(availability="99.9", fee="13500.00"))

FIRST_MADE = ProposalMade(FIRST)
COUNTER_MADE = CounterOfferMade(COUNTER, FIRST.id)
FIRST_ACCEPTED = (
    OfferAccepted(FIRST.id, FIRST.terms_digest, CLIENT),
    SignatureRequested(FIRST.id, FIRST.terms_digest, SIGN_BY),
)


def opened(subject: Subject | None = None) -> NegotiationOpened:
    """Return the client's opening, of a new agreement unless another subject is given."""
    return NegotiationOpened(subject or NewAgreement(), CLIENT, "Order management", SIGNING_DAYS)


def negotiation(*facts: NegotiationFact, subject: Subject | None = None) -> Scenario:
    """Return an open negotiation in which these facts happened."""
    return Scenario(NEGOTIATION).given(opened(subject), *facts)


def signing(
    side: Side, signer: PersonId, offer: Offer = FIRST, now: datetime = NOW, /, **changes: Any
) -> Submitted:
    """Return the signer's statement that they sign an offer for a side, but for ``changes``."""
    about = {
        "offer": offer.id,
        "terms_digest": offer.terms_digest,
        "side": str(side),
        "signer": signer,
        "mandate": "mandate-1",
    }
    return submitted(signer, now, **{**about, **changes})


def told(outcome: Outcome) -> str:
    """Return what whoever is refused is told."""
    with pytest.raises(Refused) as refusal:
        outcome.facts()
    return refusal.value.because
