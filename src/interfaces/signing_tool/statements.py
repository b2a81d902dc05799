"""From what a service answers to a signed statement: each thing it says is derived anew first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from domain.history.leaf import leaf_of
from domain.signatures.evidence import JwsEvidence
from domain.signatures.statement import Rotation, Statement, written
from domain.terms.agreement import AgreementTerms
from domain.values.canonical import digest_of
from interfaces.files.once import NamedTwiceError, read_once
from interfaces.signing_tool.own_key import OwnKey

LIFE: Final = timedelta(minutes=30)
TOPICS: Final = {
    "accept": ("negotiation.ProposalMade/", "negotiation.CounterOfferMade/"),
    "sign": ("negotiation.SignatureRequested/",),
}


class Lie(Exception):  # noqa: N818 - it is an answer: nothing is signed
    """The service says something that does not hold; ``place`` names it."""

    def __init__(self, place: str, because: str) -> None:
        super().__init__(f"{place}: {because}")
        self.place = place
        self.because = because


@dataclass(frozen=True, slots=True)
class Intent:
    """What the signer set out to sign, known before the service is asked.

    ``service`` is the origin that they know the service by.
    """

    action: str
    service: str
    negotiation: str
    offer: str
    side: str
    party: str
    signer: str


def terms_shown(offer: Mapping[str, Any]) -> AgreementTerms:
    """Return the terms of an offer as it was answered; raises Lie when the digest is not theirs."""
    terms = AgreementTerms.model_validate(offer["terms"])
    if not terms.digest == digest_of(offer["terms"]) == offer["terms_digest"]:
        raise Lie("terms_digest", f"the terms shown have digest {terms.digest}")
    return terms


def statement_of(document: Mapping[str, Any]) -> Statement:
    """Read a statement as it travels; raises Lie for what is none."""
    try:
        keys = {side: tuple(prints) for side, prints in document["keys"].items()}
        return Statement(**{**document, "keys": keys})
    except (TypeError, KeyError, AttributeError) as malformed:
        raise Lie("statement", f"not a statement: {malformed}") from malformed


def checked(answer: Mapping[str, Any], intent: Intent, terms: AgreementTerms) -> Statement:
    """Return the statement a service prepared if it says what the signer set out to sign.

    The keys it names are not judged here: see ``known_keys``. Raises Lie with the place.
    """
    statement = statement_of(answer["statement"])
    expected = {**asdict(intent), "terms_digest": terms.digest}
    for field, value in expected.items():
        if getattr(statement, field) != value:
            raise Lie(field, f"the statement says {getattr(statement, field)!r}, not {value!r}")
    _refuse_another_fact(answer["answered"], statement)
    return statement


def dated(statement: Statement, nonce: str, now: datetime) -> Statement:
    """Return a statement with a nonce and times of the signer's own."""
    return replace(statement, nonce=nonce, issued=written(now), expires=written(now + LIFE))


def signed(statement: Statement, key: OwnKey) -> dict[str, Any]:
    """Return a statement with the signature over it, as evidence travels."""
    evidence = JwsEvidence(statement, key.jws(statement.canonical()))
    document: dict[str, Any] = json.loads(json.dumps(asdict(evidence)))
    return document


def handed_over(rotation: Rotation, retired: OwnKey, key: OwnKey) -> dict[str, Any]:
    """Return what it takes to put ``key`` in the place of ``retired``, which signs it."""
    return {
        "key": key.jwk,
        "statement": rotation.document(),
        "jws": retired.jws(rotation.canonical()),
    }


def _refuse_another_fact(answered: Mapping[str, Any], statement: Statement) -> None:
    """Derive the leaf of the fact that is answered, and read what the fact itself says."""
    stream, topic, state = answered["stream"], str(answered["topic"]), answered["state"].encode()
    if leaf_of(stream, answered["version"], topic, state).hex() != statement.previous:
        raise Lie("previous", "it is not the leaf of the fact that was shown")
    if stream != statement.negotiation or not topic.startswith(TOPICS[statement.action]):
        raise Lie("previous", f"{topic} in {stream} is not what is answered here")
    try:
        fact = read_once(state)["fact"]
    except NamedTwiceError as twice:
        raise Lie("previous", f"what is answered says two things: {twice}") from None
    offer = fact["offer"] if isinstance(fact["offer"], dict) else {**fact, "id": fact["offer"]}
    if offer["id"] != statement.offer or offer["terms_digest"] != statement.terms_digest:
        raise Lie("previous", "the fact that is answered is about other terms")
