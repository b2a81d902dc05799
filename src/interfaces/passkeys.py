"""Registering passkeys (WebAuthn level 3, section 7.1): the ceremony, by the library.

The challenge travels with the caller in a ticket that only this installation can write, so any of
its processes can take the answer. A ticket holds for one person and a few minutes; used twice it
pins the same passkey, which is pinned already.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import webauthn
from webauthn.helpers import decode_credential_public_key
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import DecodedEC2PublicKey, DecodedOKPPublicKey
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from domain.decider import Refused
from domain.parties.keys import AnyKey, CurveKey, PublicKey
from domain.signatures.passkey import RelyingParty
from domain.signatures.verifying import BadSignature, base64url, from_base64url

TICKET_LIFE: Final = timedelta(minutes=10)
ALGORITHMS: Final = [COSEAlgorithmIdentifier.ECDSA_SHA_256, COSEAlgorithmIdentifier.EDDSA]
TICKETS_KEPT: Final = "passkey-tickets.key"
P256: Final = 1
ED25519: Final = 6
"""Curves as COSE numbers them (RFC 9053, section 7.1)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a page asks the authenticator with, and the ticket to hand back with its answer."""

    options: dict[str, Any]
    ticket: str


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey's public key, and the authenticator's id for it in base64url."""

    key: AnyKey
    credential: str


class Passkeys:
    """Registers passkeys for one site; ``home`` keeps the secret that tickets are made with."""

    def __init__(self, site: RelyingParty, home: Path) -> None:
        self.site = site
        self._home = home

    def invite(self, person: str, known: tuple[str, ...], now: datetime) -> Invitation:
        """Return what to ask an authenticator with that holds none of the known credentials."""
        challenge = secrets.token_bytes(32)
        options = webauthn.generate_registration_options(
            rp_id=self.site.id,
            rp_name="Parley",
            user_id=person.encode(),
            user_name=person,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(from_base64url(k)) for k in known],
            supported_pub_key_algs=ALGORITHMS,
        )
        expires = int((now + TICKET_LIFE).timestamp())
        return Invitation(
            json.loads(webauthn.options_to_json(options)), self._ticket(person, challenge, expires)
        )

    def register(
        self, person: str, ticket: str, answer: dict[str, Any], now: datetime
    ) -> Registered:
        """Return the passkey that an authenticator made.

        Raises Refused, by rule: passkey-ticket-invalid, passkey-registration-invalid.
        """
        challenge = self._challenge(person, ticket, now)
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self.site.id,
                expected_origin=self.site.origin,
                require_user_verification=True,
                supported_pub_key_algs=ALGORITHMS,
            )
            key = _key(made.credential_public_key)
        except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
            raise Refused(
                "passkey-registration-invalid",
                f"the authenticator's answer does not hold: {wrong}",
                place="credential",
            ) from wrong
        return Registered(key, base64url(made.credential_id))

    def _ticket(self, person: str, challenge: bytes, expires: int) -> str:
        return f"{base64url(challenge)}.{expires}.{self._mac(person, challenge, expires)}"

    def _challenge(self, person: str, ticket: str, now: datetime) -> bytes:
        wrong = Refused(
            "passkey-ticket-invalid",
            "the registration was begun too long ago, or by somebody else: begin anew",
            place="ticket",
        )
        parts = ticket.split(".")
        if len(parts) != 3 or not parts[1].isascii() or not parts[1].isdigit():  # noqa: PLR2004 - challenge, expiry, MAC
            raise wrong
        try:
            challenge, expires = from_base64url(parts[0]), int(parts[1])
        except (BadSignature, ValueError):
            raise wrong from None
        mac = self._mac(person, challenge, expires)
        if not hmac.compare_digest(mac.encode(), parts[2].encode()) or expires <= now.timestamp():
            raise wrong
        return challenge

    def _mac(self, person: str, challenge: bytes, expires: int) -> str:
        secret = kept_secret(self._home / TICKETS_KEPT)
        said = f"parley/passkey-ticket/1\n{person}\n{expires}\n".encode() + challenge
        return base64url(hmac.digest(secret, said, sha256))


def kept_secret(path: Path) -> bytes:
    """Read 32 secret bytes, making them at first use; of two that start at once, one is kept."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_bytes(secrets.token_bytes(32))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


def _key(cose: bytes) -> AnyKey:
    match decode_credential_public_key(cose):
        case DecodedEC2PublicKey(crv=curve, x=x, y=y) if curve == P256:
            return CurveKey(base64url(x), base64url(y))
        case DecodedOKPPublicKey(crv=curve, x=x) if curve == ED25519:
            return PublicKey(base64url(x))
        case other:
            raise ValueError(f"keys of this kind are not taken: {type(other).__name__}")
