"""Whether every yes on record is its signer's own, over exactly what was on the table.

Told apart from the facts alone: which key a person had, which leaf was answered, which terms stood
in the offer. The service's own judgement of a statement has no part in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from application.recorded import Positioned, Recorded
from domain.negotiation.facts import (
    AgreementSigned,
    CounterOfferMade,
    Offer,
    OfferAccepted,
    ProposalMade,
    SignatureRequested,
)
from domain.parties.facts import SigningKeyPinned
from domain.parties.keys import members
from domain.relationships.facts import RelationshipInvited
from domain.signatures.evidence import JwsEvidence
from domain.signatures.jws import header_of, verify_detached
from domain.signatures.verifying import BadSignature
from domain.values.ids import relationship_of
from domain.values.sides import Side
from faults.checker_of_history import Leaves
from faults.told import Acknowledged


@dataclass
class _Known:
    """What the facts before one say of who is who and what is on the table."""

    leaves: Leaves
    origins: Collection[str]
    keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    """A person's keys by thumbprint."""
    parties: dict[tuple[str, Side], str] = field(default_factory=dict)
    offers: dict[tuple[str, str], tuple[Offer, int]] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    """The version of the latest request to sign an offer."""
    nonces: set[str] = field(default_factory=set)
    signatures: set[tuple[str, str]] = field(default_factory=set)
    """Idempotency key and signature of every yes on record."""


def unsigned_yes(
    events: Iterable[Positioned],
    leaves: Leaves,
    acknowledged: Iterable[Acknowledged],
    origins: Collection[str],
) -> Iterator[str]:
    """Name each acceptance or signature that does not hold, or that is not the one sent."""
    known = _Known(leaves, origins)
    for event in (one.event for one in events):
        try:
            because = _take(known, event)
        except KeyError as missing:
            because = f"what it answers is not on record: {missing}"
        if because is not None:
            yield f"not signed: {event.stream} version {event.version}: {because}"
    for one in acknowledged:
        if one.signed is not None and (one.key, one.signed) not in known.signatures:
            yield f"signature lost: what was sent under key {one.key} is not on record as signed"


def _take(known: _Known, event: Recorded) -> str | None:
    """Take a fact in; return why it is no valid yes, if it claims to be one."""
    match event.fact:
        case SigningKeyPinned(person=person, thumbprint=thumbprint, key=key):
            known.keys.setdefault(person, {})[thumbprint] = key
        case RelationshipInvited(provider=provider, client=client):
            known.parties[event.stream, Side.PROVIDER] = provider
            known.parties[event.stream, Side.CLIENT] = client
        case ProposalMade(offer=offer) | CounterOfferMade(offer=offer):
            known.offers[event.stream, offer.id] = (offer, event.version)
        case SignatureRequested(offer=requested):
            known.asked[event.stream, requested] = event.version
        case OfferAccepted(offer=accepted, evidence=evidence) if evidence is not None:
            answered = known.offers[event.stream, accepted][1]
            return _because(known, event, "accept", answered)
        case AgreementSigned(offer=signed):
            return _because(known, event, "sign", known.asked[event.stream, signed])
        case _:
            return None
    return None


def _because(known: _Known, event: Recorded, action: str, answered: int) -> str | None:
    fact = event.fact
    if not isinstance(fact.evidence, JwsEvidence):
        return "there is no signature by a key of one's own"
    statement = fact.evidence.statement
    known.signatures.add((event.key, fact.evidence.jws))
    side = Side(fact.by)
    offer, _ = known.offers[event.stream, fact.offer]
    expected = {
        "action": action,
        "negotiation": event.stream,
        "offer": fact.offer,
        "terms_digest": offer.terms.digest,
        "previous": known.leaves[event.stream, answered].hash.hex(),
        "side": side,
        "party": known.parties[str(relationship_of(event.stream)), side],
        "signer": event.by,
    }
    for name, value in expected.items():
        if getattr(statement, name) != value:
            return f"the statement's {name} is {getattr(statement, name)!r}, not {value!r}"
    if statement.service not in known.origins:
        return f"the statement is for another service, {statement.service}"
    if statement.nonce in known.nonces:
        return f"its nonce {statement.nonce} was used before"
    known.nonces.add(statement.nonce)
    return _forged(fact.evidence, known.keys.get(event.by, {}))


def _forged(evidence: JwsEvidence, keys: Mapping[str, Any]) -> str | None:
    header = evidence.jws.partition("..")[0]
    for thumbprint, key in keys.items():
        if header_of(thumbprint) == header:
            try:
                verify_detached(
                    evidence.jws, evidence.statement.canonical(), members(key), thumbprint
                )
            except BadSignature as bad:
                return str(bad)
            return None
    return "it is by a key that the signer never pinned"
