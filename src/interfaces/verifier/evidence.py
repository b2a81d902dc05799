"""A side's signed statement: is it about this, and is it by a key that the reader's pins reach?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from domain.signatures.jws import header_of, verify_detached
from domain.signatures.passkey import Assertion, RelyingParty, verify_assertion
from domain.signatures.statement import STATEMENT_FORM, Statement
from domain.signatures.verifying import BadSignature
from interfaces.verifier.findings import Malformed
from interfaces.verifier.keybook import Keybook, KnownKey
from interfaces.verifier.stored import CLOCKS_APART, Told, instant_in, object_of, text_of

_MEMBERS: Final = frozenset(Statement.__dataclass_fields__)


class Refuted(Exception):  # noqa: N818 - it is an answer
    """A signature that does not hold, and why."""


class Unpinned(Exception):  # noqa: N818 - it is an answer
    """A signature that holds, by a key that the reader's pins do not reach."""


@dataclass(frozen=True, slots=True)
class SaidYes:
    """A side's yes that holds: who signed what, with which key, as recorded when."""

    action: str
    side: str
    signer: str
    thumbprint: str
    terms_digest: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What a statement has to be about: the offer and its digest, and the leaf it answers."""

    action: str
    side: str
    offer: str
    terms_digest: str
    previous: str


def check_evidence(told: Told, asked: Asked, books: Mapping[str, Keybook]) -> SaidYes:
    """Return a fact's evidence if it proves a side's yes to what was asked.

    Raises Refuted when it does not, Unpinned when only the pins are missing, and Malformed.
    """
    evidence = object_of(told.fact, "evidence")
    statement = _statement(object_of(evidence, "statement"))
    book = books[asked.side]
    _refuse_another_subject(statement, told, asked, book)
    thumbprint, key = _key(evidence, book)
    _refuse_out_of_time(statement, told, thumbprint, key)
    if key.person != statement.signer:
        raise Refuted(f"key {thumbprint} is not {statement.signer}'s")
    _verify(evidence, statement.canonical(), thumbprint, key)
    _refuse_other_keys(statement, thumbprint, books)
    if not key.trusted:
        raise Unpinned(
            f"signed with key {thumbprint}, which is neither pinned for the {asked.side} nor "
            "handed over to by one that is"
        )
    if asked.action == "sign":
        _refuse_without_mandate(statement, told, book)
    return SaidYes(
        asked.action, asked.side, statement.signer, thumbprint, asked.terms_digest, told.at
    )


def _statement(document: dict[str, Any]) -> Statement:
    if document.keys() != _MEMBERS:
        raise Malformed(f"a statement has the members {', '.join(sorted(_MEMBERS))}")
    keys: dict[str, tuple[str, ...]] = {}
    for side, named in object_of(document, "keys").items():
        if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
            raise Malformed("keys is not a list of thumbprints for each side")
        keys[side] = tuple(named)
    texts = {name: text_of(document, name) for name in document if name != "keys"}
    return Statement(**texts, keys=keys)  # type: ignore[arg-type] # compared word by word below


def _refuse_another_subject(statement: Statement, told: Told, asked: Asked, book: Keybook) -> None:
    expected = {
        "form": STATEMENT_FORM,
        "action": asked.action,
        "negotiation": told.stored.stream,
        "offer": asked.offer,
        "terms_digest": asked.terms_digest,
        "previous": asked.previous,
        "side": asked.side,
        "party": book.party,
        "signer": told.by,
    }
    if statement.service not in book.services:
        names = " or ".join(map(repr, sorted(book.services)))
        raise Refuted(f"the statement's service is {statement.service[:100]!r}; here it is {names}")
    if asked.action == "sign":
        expected |= {
            "signer": text_of(told.fact, "signatory"),
            "mandate": text_of(told.fact, "mandate"),
        }
    for name, value in expected.items():
        said = getattr(statement, name)
        if said != value:
            raise Refuted(f"the statement's {name} is {said[:100]!r}; here it is {value!r}")


def _refuse_out_of_time(statement: Statement, told: Told, thumbprint: str, key: KnownKey) -> None:
    issued = instant_in(statement.issued, "issued")
    expires = instant_in(statement.expires, "expires")
    if issued - told.at > CLOCKS_APART or told.at >= expires:
        raise Refuted(
            f"the statement held from {statement.issued} until {statement.expires}, "
            f"and it was recorded at {told.at:%Y-%m-%dT%H:%M:%SZ}"
        )
    if not key.counts_at(told.at):
        raise Refuted(f"key {thumbprint} did not count yet or no longer when it was recorded")


def _key(evidence: dict[str, Any], book: Keybook) -> tuple[str, KnownKey]:
    """Find the key; a JWS names it by its header, of which there is only one for each key."""
    if evidence.get("kind") == "passkey":
        thumbprint = text_of(evidence, "thumbprint")
        key = book.keys.get(thumbprint)
        if key is not None and key.passkey is not None:
            return thumbprint, key
        raise Refuted(f"the log of {book.party} knows no passkey {thumbprint[:50]}")
    header = text_of(evidence, "jws").partition("..")[0]
    for thumbprint, key in book.keys.items():
        if key.passkey is None and header_of(thumbprint) == header:
            return thumbprint, key
    raise Refuted(f"the log of {book.party} knows no key that signs under this header")


def _verify(evidence: dict[str, Any], payload: bytes, thumbprint: str, key: KnownKey) -> None:
    try:
        if key.passkey is None:
            verify_detached(text_of(evidence, "jws"), payload, key.jwk, thumbprint)
            return
        told = RelyingParty(text_of(evidence, "rp_id"), text_of(evidence, "origin"))
        if told != key.passkey:
            raise Refuted("the passkey was registered for another site")
        parts = ("authenticator_data", "client_data", "signature")
        assertion = Assertion(*(text_of(evidence, part) for part in parts))
        verify_assertion(assertion, payload, key.jwk, key.passkey)
    except (BadSignature, ValueError, RecursionError) as bad:
        raise Refuted(f"the signature does not hold: {bad}") from bad


def _refuse_other_keys(statement: Statement, thumbprint: str, books: Mapping[str, Keybook]) -> None:
    """Refuse a statement whose signer was shown keys that neither party's log knows."""
    if statement.keys.keys() != books.keys():
        raise Refuted("the statement names the keys of other sides")
    for side, book in books.items():
        named = statement.keys[side]
        if list(named) != sorted(set(named)):
            raise Refuted(f"the statement's keys of the {side} are not in order")
        strangers = [one for one in named if one not in book.keys]
        if strangers:
            raise Refuted(
                f"the signer was shown key {strangers[0][:50]} as the {side}'s, which the log of "
                f"{book.party} does not know"
            )
        if book.pinned and not any(book.keys[one].trusted for one in named):
            raise Refuted(f"the signer was shown no key of the {side} that the pins reach")
    if thumbprint not in statement.keys[statement.side]:
        raise Refuted("the signer's own key is not among those that the statement names")


def _refuse_without_mandate(statement: Statement, told: Told, book: Keybook) -> None:
    mandate = book.mandates.get(statement.mandate)
    if mandate is None or mandate.person != statement.signer:
        raise Refuted(f"{book.party} granted {statement.signer} no mandate {statement.mandate}")
    if not mandate.holds_at(told.at):
        raise Refuted(f"mandate {statement.mandate} did not hold when it was signed")
