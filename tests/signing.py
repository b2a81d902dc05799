"""Everybody's own keys and what they sign, as their own machines would: the service has no part."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.signatures.checking import Circumstances, Keyring, Pinned, Submitted
from domain.signatures.evidence import JwsEvidence
from domain.signatures.statement import Rotation, Statement, written
from interfaces.signing_tool.own_key import OwnKey
from interfaces.signing_tool.statements import signed, statement_of

SERVICE: Final = "parley.localhost"
_nonces = count(1)


@cache
def own_key(owner: str) -> OwnKey:
    """Return somebody's key pair: the same for the same name, wherever the test runs."""
    return OwnKey(Ed25519PrivateKey.from_private_bytes(sha256(owner.encode()).digest()))


def fresh_nonce() -> str:
    """Return a nonce that no test used before in this run."""
    number = sha256(f"nonce {next(_nonces)}".encode()).digest()[:16]
    return urlsafe_b64encode(number).rstrip(b"=").decode()


def evidence_from(answer: Mapping[str, Any], owner: str, /, **changes: Any) -> dict[str, Any]:
    """Sign the statement that a service prepared, changed or not, with the owner's key."""
    statement = replace(statement_of(answer["statement"]), **changes)
    return signed(statement, own_key(owner))


def rotation_from(
    party: str, person: str, retired: OwnKey, key: OwnKey, now: datetime, /, **changes: Any
) -> Rotation:
    """Return what the retired key's holder signs to hand over to another key."""
    said = Rotation(
        SERVICE,
        party,
        person,
        retired.thumbprint,
        key.thumbprint,
        fresh_nonce(),
        written(now),
        written(now + timedelta(hours=1)),
    )
    return replace(said, **changes)


def submitted(owner: str, now: datetime, **statement: Any) -> Submitted:
    """Return a statement that its signer signed with their one pinned key, and all that it takes.

    ``statement`` says what differs from a statement about nothing in particular; what the service
    holds agrees with it.
    """
    key = own_key(owner)
    said = Statement(
        **{
            "action": "sign",
            "service": SERVICE,
            "negotiation": "negotiation-1",
            "offer": "offer-1",
            "terms_digest": "sha256:0",
            "previous": "00" * 32,
            "side": "client",
            "party": "party-1",
            "signer": owner,
            "mandate": "",
            "keys": {"provider": ("p",), "client": (key.thumbprint,)},
            "nonce": fresh_nonce(),
            "issued": written(now),
            "expires": written(now + timedelta(hours=1)),
            **statement,
        }
    )
    known = Circumstances(
        service=said.service,
        negotiation=said.negotiation,
        previous=said.previous,
        party=said.party,
        signer=said.signer,
        mandate=said.mandate,
        keys=said.keys,
        keyring=Keyring({key.thumbprint: Pinned(key.jwk)}),
    )
    return Submitted(JwsEvidence(said, key.jws(said.canonical())), known)
