"""Whether a statement counts here and now: what it says, when, and by whose key.

The verifier asks the same of a record long after, with its own pinned keys and without the clock;
here a statement that does not count is refused by the rule it breaks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from domain.decider import Refused
from domain.signatures.evidence import Evidence, JwsEvidence, PasskeyEvidence
from domain.signatures.jws import header_of, verify_detached
from domain.signatures.passkey import RelyingParty, verify_assertion
from domain.signatures.statement import (
    NONCE_PATTERN,
    ROTATION_FORM,
    STATEMENT_FORM,
    Rotation,
    Statement,
)
from domain.signatures.verifying import BadSignature

LEEWAY: Final = timedelta(minutes=2)
"""How far a signer's clock may be ahead of the service's."""

LONGEST_LIFE: Final = timedelta(hours=24)
INSTANT_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A public key in force; ``passkey`` tells where it was registered, if it is a passkey."""

    jwk: Mapping[str, str]
    passkey: RelyingParty | None = None


@dataclass(frozen=True, slots=True)
class Keyring:
    """One person's keys in force by thumbprint, and the thumbprints that no longer count."""

    in_force: Mapping[str, Pinned]
    ended: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the service looked up when a statement came in; ``Statement`` says what each is."""

    service: str
    negotiation: str
    previous: str
    party: str
    signer: str
    mandate: str
    keys: Mapping[str, tuple[str, ...]]
    keyring: Keyring


@dataclass(frozen=True, slots=True)
class Submitted:
    """A signed statement, and what the service knows of its circumstances."""

    evidence: Evidence
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Subject:
    """What a statement has to be about."""

    action: Literal["accept", "sign"]
    offer: str
    terms_digest: str
    side: str


def check_statement(
    submitted: Submitted, subject: Subject, used: Collection[str], now: datetime
) -> None:
    """Return if a signed statement counts now; ``used`` holds the nonces recorded before.

    Raises Refused, by rule: statement-mismatch, keys-differ, nonce-malformed, nonce-used, and
    those of ``check_times`` and ``check_signature``.
    """
    statement, known = submitted.evidence.statement, submitted.circumstances
    _refuse_other_values(
        statement,
        {
            "form": STATEMENT_FORM,
            "action": subject.action,
            "service": known.service,
            "negotiation": known.negotiation,
            "offer": subject.offer,
            "terms_digest": subject.terms_digest,
            "previous": known.previous,
            "side": subject.side,
            "party": known.party,
            "signer": known.signer,
            "mandate": known.mandate,
        },
    )
    expected = {side: tuple(prints) for side, prints in known.keys.items()}
    if statement.keys != expected:
        raise Refused(
            "keys-differ",
            "the statement names other keys than those in force: "
            + "; ".join(f"the {side}'s are {', '.join(expected[side])}" for side in expected),
            place="keys",
        )
    check_times(statement.issued, statement.expires, now)
    _refuse_bad_nonce(statement.nonce, used)
    check_signature(submitted.evidence, known.keyring)


def check_rotation(rotation: Rotation, jws: str, jwk: Mapping[str, str], now: datetime) -> None:
    """Return if the retired key's holder hands over now, in exactly these words.

    Raises Refused, by rule: statement-mismatch, nonce-malformed, signature-invalid, and those of
    ``check_times``. What the rotation is about is compared by the caller.
    """
    _refuse_other_values(rotation, {"form": ROTATION_FORM})
    check_times(rotation.issued, rotation.expires, now)
    _refuse_bad_nonce(rotation.nonce, ())
    try:
        verify_detached(jws, rotation.canonical(), jwk, rotation.retired)
    except BadSignature as bad:
        raise _invalid(bad) from bad


def refuse_other_rotation(rotation: Rotation, expected: Mapping[str, str]) -> None:
    """Raise Refused (statement-mismatch) at the first field that says something else."""
    _refuse_other_values(rotation, expected)


def check_times(issued: str, expires: str, now: datetime) -> None:
    """Return if a statement holds now.

    Raises Refused, by rule: statement-malformed, statement-not-yet, statement-expired,
    statement-lives-too-long.
    """
    begins, ends = _instant("issued", issued), _instant("expires", expires)
    if begins - LEEWAY > now:
        raise Refused(
            "statement-not-yet",
            f"the statement holds from {issued} on; set the clock",
            place="issued",
        )
    if ends <= now:
        raise Refused(
            "statement-expired",
            f"the statement held until {expires}, and here it is {now:%Y-%m-%dT%H:%M:%SZ}: "
            "sign a new one",
            place="expires",
        )
    if ends - begins > LONGEST_LIFE:
        raise Refused(
            "statement-lives-too-long",
            "a statement holds for 24 hours at most",
            place="expires",
        )


def check_signature(evidence: Evidence, keyring: Keyring) -> None:
    """Return if a key in force of the signer's signed the statement.

    Raises Refused, by rule: key-not-pinned, key-revoked, key-of-another-kind, passkey-elsewhere,
    signature-invalid.
    """
    payload = evidence.statement.canonical()
    try:
        match evidence:
            case JwsEvidence(jws=token):
                thumbprint, pinned = _signing_key(token, keyring)
                verify_detached(token, payload, pinned.jwk, thumbprint)
            case PasskeyEvidence(thumbprint=thumbprint):
                pinned = _in_force(thumbprint, keyring)
                _refuse_another_site(evidence, pinned)
                verify_assertion(evidence.assertion, payload, pinned.jwk, evidence.relying_party)
    except BadSignature as bad:
        raise _invalid(bad) from bad


def _signing_key(token: str, keyring: Keyring) -> tuple[str, Pinned]:
    """Find whose header a token has: there is only one possible header for each key."""
    header = token.partition("..")[0]
    for thumbprint in (*keyring.in_force, *keyring.ended):
        if header_of(thumbprint) == header:
            pinned = _in_force(thumbprint, keyring)
            if pinned.passkey is not None:
                raise Refused(
                    "key-of-another-kind",
                    "a passkey signs by an assertion, not by a JWS",
                    place="jws",
                )
            return thumbprint, pinned
    raise Refused(
        "key-not-pinned", "the signer has pinned no key that signs under this header", place="jws"
    )


def _in_force(thumbprint: str, keyring: Keyring) -> Pinned:
    if thumbprint in keyring.in_force:
        return keyring.in_force[thumbprint]
    if thumbprint in keyring.ended:
        raise Refused(
            "key-revoked",
            f"key {thumbprint} was retired or revoked: sign with one in force",
            place="thumbprint",
        )
    raise Refused(
        "key-not-pinned", f"the signer has not pinned key {thumbprint}", place="thumbprint"
    )


def _refuse_another_site(evidence: PasskeyEvidence, pinned: Pinned) -> None:
    if pinned.passkey is None:
        raise Refused(
            "key-of-another-kind", "this key is no passkey: sign with a JWS", place="thumbprint"
        )
    if pinned.passkey != evidence.relying_party:
        raise Refused(
            "passkey-elsewhere",
            f"the passkey was registered for {pinned.passkey.origin} ({pinned.passkey.id})",
            place="origin",
        )


def _refuse_other_values(statement: Statement | Rotation, expected: Mapping[str, str]) -> None:
    for field, value in expected.items():
        said = getattr(statement, field)
        if said != value:
            raise Refused(
                "statement-mismatch",
                f"the statement's {field} is {said!r}; here it is {value!r}",
                place=field,
            )


def _refuse_bad_nonce(nonce: str, used: Collection[str]) -> None:
    if not re.fullmatch(NONCE_PATTERN, nonce):
        raise Refused("nonce-malformed", "a nonce is 16 random bytes in base64url", place="nonce")
    if nonce in used:
        raise Refused(
            "nonce-used", "a statement with this nonce is recorded: sign a new one", place="nonce"
        )


def _instant(field: str, text: str) -> datetime:
    if re.fullmatch(INSTANT_PATTERN, text):
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            pass  # such as the 30th of February
    raise Refused(
        "statement-malformed", f'{field} is an instant such as "2026-03-31T10:00:00Z"', place=field
    )


def _invalid(bad: BadSignature) -> Refused:
    return Refused("signature-invalid", str(bad), place="signature")
