"""A passkey's assertion counts like a signature, for its own site and this statement alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from authenticator import Authenticator
from bench import Bench, faults_of
from bundles import Bundle, bundle, pins_text
from domain.parties.facts import PasskeyPinned
from domain.parties.keys import CurveKey, Thumbprint
from domain.signatures.evidence import PasskeyEvidence
from domain.signatures.passkey import challenge_of
from domain.signatures.verifying import base64url
from domain.values.ids import PersonId
from domain.values.sides import Side
from recorded_deals import PARTIES, PERSONS, Negotiated, deal, signer_of
from signing import own_key

DEVICE: Final = Authenticator("the provider's signatory")
PARTY: Final = PARTIES[Side.PROVIDER]


def asserted(**changes: Any) -> Callable[[Negotiated], object]:
    """Let the provider's signatory sign with a passkey; ``changes`` are to the evidence."""

    def sign(made: Negotiated) -> object:
        jwk = DEVICE.jwk
        pinned = PasskeyPinned(
            PersonId(PERSONS[Side.PROVIDER]),
            Thumbprint(DEVICE.thumbprint),
            CurveKey(jwk["x"], jwk["y"]),
            base64url(DEVICE.credential),
            DEVICE.site,
            DEVICE.origin,
        )
        made.ledger.record(PARTY, pinned, Side.PROVIDER)
        ours = own_key(signer_of(Side.PROVIDER)).thumbprint
        keys = {
            "provider": tuple(sorted((ours, DEVICE.thumbprint))),
            "client": (own_key(signer_of(Side.CLIENT)).thumbprint,),
        }
        said = made.evidence("sign", Side.PROVIDER, keys=keys).statement
        answer = DEVICE.get(challenge_of(said.canonical()))
        evidence = PasskeyEvidence(
            said,
            DEVICE.thumbprint,
            DEVICE.site,
            DEVICE.origin,
            answer.authenticator_data,
            answer.client_data,
            answer.signature,
        )
        return made.signed(Side.PROVIDER, replace(evidence, **changes))  # type: ignore[arg-type] # any evidence

    return sign


def pins() -> str:
    return f"{pins_text()}key provider {DEVICE.thumbprint}\n"


def signed_by_passkey(**changes: Any) -> Bundle:
    return bundle(deal(asserted(**changes)))


def test_a_pinned_passkey_signs(bench: Bench) -> None:
    answered = bench.ask(signed_by_passkey(), pins())
    assert faults_of(answered) == ""
    assert answered["verdict"] == "holds"


def test_a_passkey_that_nobody_pinned_is_not_reached(bench: Bench) -> None:
    answered = bench.ask(signed_by_passkey())
    assert answered["verdict"] == "unproven"
    assert f"signed with key {DEVICE.thumbprint}" in str(answered["gaps"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"origin": "https://elsewhere.example"}, "the passkey was registered for another site"),
        ({"rp_id": "elsewhere.example"}, "the passkey was registered for another site"),
        ({"thumbprint": own_key("mallory").thumbprint}, "knows no passkey"),
        ({"client_data": base64url(b"{}")}, "the passkey was asked with another type"),
        ({"authenticator_data": base64url(bytes(37))}, "answered for a site other than"),
        ({"signature": base64url(bytes(64))}, "the signature is not this key's"),
        ({"signature": "="}, "not the canonical spelling of base64url"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_assertion_of_another_kind_is_refused(
    changes: dict[str, str], said: str, bench: Bench
) -> None:
    assert said in faults_of(bench.ask(signed_by_passkey(**changes), pins()))
