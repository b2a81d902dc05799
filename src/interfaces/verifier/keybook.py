"""A party's keys and mandates as its own log tells them, and which keys the reader's pins reach.

A key is trusted when the reader pinned it, or when a trusted key signed the statement that hands
over to it. That the party's log says so is not enough: the service writes that log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from domain.signatures.jws import verify_detached
from domain.signatures.passkey import RelyingParty
from domain.signatures.statement import ROTATION_FORM, Rotation
from domain.signatures.verifying import BadSignature, thumbprint_of_members
from interfaces.verifier.findings import Findings, Malformed
from interfaces.verifier.stored import (
    CLOCKS_APART,
    StoredFact,
    Told,
    instant_in,
    instant_of,
    object_of,
    optional_instant_of,
    text_of,
    told_by,
)

KEYBOOK_FACTS: Final = frozenset(
    f"party.{name}"
    for name in (
        "SigningKeyPinned",
        "PasskeyPinned",
        "SigningKeyRotated",
        "SigningKeyRevoked",
        "SigningMandateGranted",
        "SigningMandateRevoked",
    )
)


@dataclass(slots=True)
class KnownKey:
    """A key: whose it is, from when until when it counts, and whether the pins reach it."""

    jwk: Mapping[str, str]
    person: str
    since: datetime
    until: datetime | None = None
    passkey: RelyingParty | None = None
    trusted: bool = False

    def counts_at(self, at: datetime) -> bool:
        """Tell whether its signatures count at an instant, by the service's clock."""
        return self.since <= at and (self.until is None or at <= self.until)


@dataclass(slots=True)
class KnownMandate:
    """Whom a mandate lets sign, and from when until when."""

    person: str
    since: datetime
    until: datetime | None
    revoked: datetime | None = None

    def holds_at(self, at: datetime) -> bool:
        """Tell whether it binds the party at an instant, by the service's clock."""
        ended = self.until is not None and at >= self.until
        gone = self.revoked is not None and at > self.revoked
        return self.since <= at and not ended and not gone


@dataclass(slots=True)
class Keybook:
    """One side's party, and what its log says of its keys and mandates."""

    side: str
    party: str
    services: Collection[str]
    """The names under which statements were signed for it: the service's own, and pinned ones."""
    pinned: Collection[str]
    keys: dict[str, KnownKey] = field(default_factory=dict)
    mandates: dict[str, KnownMandate] = field(default_factory=dict)

    def take(self, stored: StoredFact, findings: Findings) -> None:
        """Take in one fact of the party's log, in the log's order."""
        if stored.stream != self.party:
            findings.faults.add(stored.place, f"it is no fact of {self.party}")
            return
        try:
            self._take(told_by(stored), findings)
        except Malformed as bad:
            findings.faults.add(stored.place, f"the fact is malformed: {bad}")

    def _take(self, told: Told, findings: Findings) -> None:
        fact = told.fact
        match told.stored.name:
            case "party.SigningKeyPinned" | "party.PasskeyPinned":
                self._pin(told, findings)
            case "party.SigningKeyRotated":
                self._rotate(told, findings)
            case "party.SigningKeyRevoked":
                self._end(text_of(fact, "thumbprint"), told.at)
            case "party.SigningMandateGranted":
                self.mandates[text_of(fact, "mandate")] = KnownMandate(
                    text_of(fact, "person"),
                    instant_of(fact, "valid_from"),
                    optional_instant_of(fact, "valid_until"),
                )
            case "party.SigningMandateRevoked":
                mandate = self.mandates.get(text_of(fact, "mandate"))
                if mandate is not None and mandate.revoked is None:
                    mandate.revoked = told.at
            case _:
                return

    def _pin(self, told: Told, findings: Findings) -> None:
        """Take a key in; one that was there before is not made young again."""
        fact = told.fact
        thumbprint, jwk = text_of(fact, "thumbprint"), _jwk(fact)
        if thumbprint_of_members(jwk) != thumbprint:
            findings.faults.add(told.stored.place, "the key's thumbprint is another one")
        elif thumbprint in self.keys:
            findings.faults.add(told.stored.place, f"key {thumbprint} was pinned before")
        else:
            site = (
                RelyingParty(text_of(fact, "rp_id"), text_of(fact, "origin"))
                if "rp_id" in fact
                else None
            )
            self.keys[thumbprint] = KnownKey(
                jwk,
                text_of(fact, "person"),
                told.at,
                passkey=site,
                trusted=thumbprint in self.pinned,
            )

    def _rotate(self, told: Told, findings: Findings) -> None:
        fact = told.fact
        retired, handed_over = text_of(fact, "retired"), self._handed_over(told, findings)
        old = self.keys.get(retired)
        was_good = old is not None and old.trusted and old.until is None
        self._end(retired, told.at)
        self._pin(told, findings)
        fresh = self.keys.get(text_of(fact, "thumbprint"))
        if fresh is not None and handed_over and was_good:
            fresh.trusted = True

    def _handed_over(self, told: Told, findings: Findings) -> bool:
        """Tell whether the retired key's own statement hands over to the new key."""
        fact = told.fact
        if fact.get("statement") is None:
            findings.remarks.add(
                told.stored.place, "the key was replaced without a statement of the one retired"
            )
            return False
        rotation = Rotation(**_texts(object_of(fact, "statement"), Rotation))  # type: ignore[arg-type] # compared word by word below
        issued, expires = (instant_in(getattr(rotation, one), one) for one in ("issued", "expires"))
        if issued - told.at > CLOCKS_APART or told.at >= expires:
            findings.faults.add(told.stored.place, "the rotation did not hold when it was recorded")
            return False
        expected = {
            "form": ROTATION_FORM,
            "party": self.party,
            "person": text_of(fact, "person"),
            "retired": text_of(fact, "retired"),
            "thumbprint": text_of(fact, "thumbprint"),
        }
        others = [name for name, value in expected.items() if getattr(rotation, name) != value]
        others += [] if rotation.service in self.services else ["service"]
        if others:
            findings.faults.add(told.stored.place, f"the rotation's {others[0]} is another one")
            return False
        old = self.keys.get(rotation.retired)
        if old is None:
            findings.faults.add(
                told.stored.place, f"the party's log does not know key {rotation.retired}"
            )
            return False
        try:
            verify_detached(text_of(fact, "jws"), rotation.canonical(), old.jwk, rotation.retired)
        except (BadSignature, ValueError) as bad:
            findings.faults.add(told.stored.place, f"the rotation's signature: {bad}")
            return False
        return True

    def _end(self, thumbprint: str, at: datetime) -> None:
        key = self.keys.get(thumbprint)
        if key is not None and key.until is None:
            key.until = at


def _jwk(fact: dict[str, Any]) -> dict[str, str]:
    key = object_of(fact, "key")
    names = ("crv", "kty", "x", "y") if key.get("kty") == "EC" else ("crv", "kty", "x")
    return {name: text_of(key, name) for name in names}


def _texts(document: dict[str, Any], form: type[Any]) -> dict[str, str]:
    """Return a statement's members, all of which are text; raises Malformed for other members."""
    expected = set(form.__dataclass_fields__)
    if document.keys() != expected:
        raise Malformed(f"a statement of this kind has the members {', '.join(sorted(expected))}")
    return {name: text_of(document, name) for name in document}
