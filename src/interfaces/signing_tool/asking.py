"""Ask a service what there is to sign, and believe none of it: what is left is fit to be signed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.signatures.statement import Rotation, Statement, written
from domain.terms.agreement import AgreementTerms
from domain.terms.value import total_value
from domain.terms.words import in_words
from interfaces.signing_tool.known_keys import Known, recognise
from interfaces.signing_tool.own_key import OwnKey
from interfaces.signing_tool.statements import (
    LIFE,
    Intent,
    Lie,
    checked,
    dated,
    handed_over,
    signed,
    terms_shown,
)

Read = Callable[..., Any]
"""``read(path, **query)``: what the service answers, as JSON."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the signer is asked: these terms, this statement, these keys; all of it checked.

    ``news`` says which keys are new to the signer; ``known`` is what they know them by after a yes.
    """

    statement: Statement
    terms: AgreementTerms
    known: Known
    news: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the terms in words, what they are worth, and what a signature says."""
        for section in in_words(self.terms):
            yield section.heading
            yield from (f"  {line}" for line in section.lines)
        said = self.statement
        yield ""
        yield f"Total value: {total_value(self.terms)}"
        yield f"Digest: {said.terms_digest}"
        under = f" under mandate {said.mandate}" if said.mandate else ""
        yield f"To {said.action} offer {said.offer} as the {said.side}{under}"
        yield from self.news

    def answered(self, key: OwnKey, nonce: str, now: datetime) -> dict[str, Any]:
        """Return the body that says yes, signed now."""
        statement = dated(self.statement, nonce, now)
        return {"terms_digest": statement.terms_digest, "evidence": signed(statement, key)}


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the signer knows by which keys, and which new ones they have compared themselves."""

    known: Known
    compared: Collection[str] = ()


def ask(read: Read, offer_path: str, intended: Mapping[str, str], trust: Trust) -> Question:
    """Return what there is to sign; raises Lie with the place of what does not hold.

    ``intended`` holds the ``action``, the ``negotiation``, the ``offer`` and the ``key`` (the
    thumbprint to sign with); ``offer_path`` is where the service has the offer.
    """
    try:
        return _checked(read, offer_path, intended, trust)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as malformed:
        raise Lie("answer", f"it is not in the form agreed: {malformed!r}") from malformed


def _checked(read: Read, offer_path: str, intended: Mapping[str, str], trust: Trust) -> Question:
    me = read("/me")
    relationship = read(f"/relationships/{intended['negotiation'].split('/')[0]}")
    side = relationship["seat"]
    if me["party"] is None or me["party"] != relationship.get(side):
        raise Lie("party", "you are on neither side of this relationship")
    service = _service(trust.known, me)
    known, news, keys = trust.known, list[str](), dict[str, tuple[str, ...]]()
    for seat in ("provider", "client"):
        card = read(f"/parties/{relationship[seat]}")
        if card["id"] != relationship[seat]:
            raise Lie("party", f"asked for {relationship[seat]}, shown {card['id']}")
        found = recognise(known, service, card, trust.compared)
        known, news = found.known, [*news, *found.news]
        keys[seat] = tuple(sorted(one["thumbprint"] for one in card["keys"]))
    if intended["key"] not in keys[side]:
        raise Lie("keys", f"your key {intended['key']} is not pinned: `parley key pin` first")
    offer = read(offer_path)
    terms = terms_shown(offer)
    intent = Intent(
        intended["action"],
        service,
        intended["negotiation"],
        intended["offer"],
        side,
        me["party"],
        me["person"],
    )
    statement = checked(read(f"{offer_path}/statement", action=intent.action), intent, terms)
    if statement.keys != keys:
        raise Lie("keys", "the statement names other keys than the two parties are shown with")
    return Question(statement, terms, known, tuple(news))


def rotate(read: Read, retired: OwnKey, key: OwnKey, nonce: str, now: datetime) -> dict[str, Any]:
    """Return what it takes to put a key in another's place at the service that one signs in to."""
    me = read("/me")
    rotation = Rotation(
        me["service"],
        me["party"],
        me["person"],
        retired.thumbprint,
        key.thumbprint,
        nonce,
        written(now),
        written(now + LIFE),
    )
    return handed_over(rotation, retired, key)


def _service(known: Known, me: Mapping[str, Any]) -> str:
    """Return the service's origin, the one that the signer's own party is known at."""
    before = {service for service, party, _ in known if party == me["party"]}
    if before and me["service"] not in before:
        raise Lie("service", f"it calls itself {me['service']}; you know it as {min(before)}")
    return str(me["service"])
