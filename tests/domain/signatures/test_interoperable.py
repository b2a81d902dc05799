"""What is signed here, other people's libraries read; what they say no to, so do we."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
import webauthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from hypothesis import given
from hypothesis import strategies as st
from webauthn.helpers.exceptions import InvalidAuthenticationResponse

from authenticator import ORIGIN, PRESENT, SITE, VERIFIED, Authenticator
from domain.signatures.passkey import Assertion, RelyingParty, challenge_of, verify_assertion
from domain.signatures.statement import Statement
from domain.signatures.verifying import BadSignature, base64url, from_base64url
from properties import MODEST
from signing import submitted

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STATEMENT = submitted("ada", NOW).evidence.statement
PAYLOAD = STATEMENT.canonical()
DEVICE = Authenticator("ada")
CHALLENGE = challenge_of(PAYLOAD)


@MODEST
@given(
    st.builds(
        Statement,
        **dict.fromkeys(
            (
                "action",
                "service",
                "negotiation",
                "offer",
                "terms_digest",
                "previous",
                "side",
                "party",
                "signer",
                "mandate",
                "nonce",
                "issued",
                "expires",
            ),
            st.text(st.characters(codec="utf-8")),
        ),
        keys=st.dictionaries(st.text(st.characters(codec="utf-8")), st.just(("a", "b"))),
    )
)
def test_a_statement_s_bytes_are_those_of_rfc_8785(statement: Statement) -> None:
    document = {**statement.document(), "keys": {k: [*v] for k, v in statement.keys.items()}}
    assert statement.canonical() == rfc8785.dumps(document)


def said_by_the_library(assertion: Assertion, device: Authenticator = DEVICE) -> bool:
    name = base64url(device.credential)
    credential = {
        "id": name,
        "rawId": name,
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "authenticatorData": assertion.authenticator_data,
            "clientDataJSON": assertion.client_data,
            "signature": assertion.signature,
        },
    }
    try:
        webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=sha256(PAYLOAD).digest(),
            expected_rp_id=SITE,
            expected_origin=ORIGIN,
            credential_public_key=device.cose,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except InvalidAuthenticationResponse:
        return False
    return True


def said_here(assertion: Assertion, device: Authenticator = DEVICE) -> bool:
    try:
        verify_assertion(assertion, PAYLOAD, device.jwk, RelyingParty(SITE, ORIGIN))
    except BadSignature:
        return False
    return True


def test_both_take_the_holder_s_yes() -> None:
    assertion = DEVICE.get(CHALLENGE)
    assert said_here(assertion)
    assert said_by_the_library(assertion)


@pytest.mark.parametrize(
    "changes",
    [
        {"challenge": challenge_of(b"another statement")},
        {"challenge": CHALLENGE, "flags": PRESENT},
        {"challenge": CHALLENGE, "flags": VERIFIED},
        {"challenge": CHALLENGE, "type": "webauthn.create"},
        {"challenge": CHALLENGE, "origin": "https://evil.example"},
    ],
    ids=" ".join,
)
def test_both_refuse_an_answer_to_another_question(changes: dict[str, Any]) -> None:
    assertion = DEVICE.get(**changes)
    assert not said_here(assertion)
    assert not said_by_the_library(assertion)


def test_both_refuse_another_site_s_passkey_and_another_s_device() -> None:
    elsewhere = Authenticator("ada", site="evil.example").get(CHALLENGE)
    assert not said_here(elsewhere)
    assert not said_by_the_library(elsewhere)
    another = Authenticator("mallory").get(CHALLENGE)
    assert not said_here(another)
    assert not said_by_the_library(another)


@MODEST
@given(st.sampled_from(["authenticator_data", "client_data", "signature"]), st.integers(0, 2000))
def test_both_refuse_an_answer_of_which_a_bit_was_flipped(part: str, bit: int) -> None:
    genuine = DEVICE.get(CHALLENGE)
    raw = bytearray(from_base64url(getattr(genuine, part)))
    raw[bit // 8 % len(raw)] ^= 1 << bit % 8
    parts = {name: getattr(genuine, name) for name in Assertion.__slots__}
    assertion = Assertion(**{**parts, part: base64url(bytes(raw))})
    assert not said_here(assertion)
    assert not _taken(assertion)


def _taken(assertion: Assertion) -> bool:
    try:
        return said_by_the_library(assertion)
    except (
        ValueError
    ):  # the library lets what is no JSON or no UTF-8 any more through to the caller
        return False


@pytest.mark.parametrize("first", [CHALLENGE, challenge_of(b"another statement")])
def test_of_two_challenges_neither_was_signed(first: str) -> None:
    """The same answer would stand for both statements, for whoever reads the first or the last."""
    data = from_base64url(DEVICE.get(CHALLENGE).authenticator_data)
    said = from_base64url(DEVICE.get(CHALLENGE).client_data)
    twice = said.replace(b"{", b'{"challenge":"%s",' % first.encode(), 1)
    signature = DEVICE.private.sign(data + sha256(twice).digest(), ECDSA(hashes.SHA256()))
    assert not said_here(Assertion(base64url(data), base64url(twice), base64url(signature)))


def test_inside_another_page_nothing_is_signed_here() -> None:
    assert not said_here(DEVICE.get(CHALLENGE, crossOrigin=True))
