"""Keys and certificates: pinned by their owners, handed over under a signature, ended for good."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from domain.parties.commands import (
    PinCertificate,
    PinPasskey,
    PinSigningKey,
    PinWitnessKey,
    RevokeCertificate,
    RevokeSigningKey,
    RevokeWitnessKey,
    RotateSigningKey,
    WithdrawRepresentative,
)
from domain.parties.facts import (
    CertificatePinned,
    CertificateRevoked,
    PasskeyPinned,
    RepresentativeWithdrawn,
    SigningKeyPinned,
    SigningKeyRevoked,
    SigningKeyRotated,
    WitnessKeyPinned,
    WitnessKeyRevoked,
)
from domain.parties.keys import CurveKey, Fingerprint, PublicKey, thumbprint_of
from domain.parties.standing import (
    certificates_of,
    key_named,
    keyring_of,
    keys_of,
    keys_of_party,
    passkeys_of,
    witness_keys_of,
)
from domain.signatures.passkey import RelyingParty
from northwind import (
    ADA,
    BO,
    BO_APPOINTED,
    CY,
    JANUARY,
    KEY,
    OTHER_KEY,
    OTHER_PRINT,
    PRINT,
    northwind,
    rotation,
    state_after,
)
from signing import own_key

PINNED = SigningKeyPinned(ADA, PRINT, KEY)
HAND_OVER = rotation(ADA, "ada", "bo")
HANDED_OVER = SigningKeyRotated(
    ADA, PRINT, OTHER_PRINT, OTHER_KEY, HAND_OVER.statement, HAND_OVER.jws
)
CURVE_KEY = CurveKey("A" * 43, "E" * 43)
PASSKEY = PinPasskey(ADA, CURVE_KEY, "Y3JlZA", "parley.example", "https://parley.example")
PASSKEY_PINNED = PasskeyPinned(
    ADA, thumbprint_of(CURVE_KEY), CURVE_KEY, "Y3JlZA", "parley.example", "https://parley.example"
)
CERTIFICATE = Fingerprint("ab" * 32)


class TestSigningKeys:
    def test_a_thumbprint_is_the_one_of_rfc_8037(self) -> None:
        key = PublicKey("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        assert thumbprint_of(key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"

    @pytest.mark.parametrize("x", ["", "A" * 42, "A" * 44, "A" * 42 + "B", "+" + "A" * 42])
    def test_what_is_not_32_bytes_in_base64url_is_no_key(self, x: str) -> None:
        with pytest.raises(ValidationError):
            TypeAdapter(PublicKey).validate_python({"x": x})

    def test_a_representative_pins_a_key_of_their_own(self) -> None:
        pin = PinSigningKey(ADA, KEY)
        northwind().when(pin).then(PINNED).when(pin).then()

    def test_a_stranger_pins_none(self) -> None:
        northwind().when(PinSigningKey(CY, KEY)).refused("not-a-representative")

    def test_two_representatives_do_not_share_a_key(self) -> None:
        northwind(BO_APPOINTED, PINNED).when(PinSigningKey(BO, KEY)).refused("key-in-use")

    def test_an_administrator_revokes_anothers_lost_key(self) -> None:
        revoke = RevokeSigningKey(ADA, PRINT, "laptop stolen")
        northwind(BO_APPOINTED, SigningKeyPinned(BO, PRINT, KEY)).when(revoke).then(
            SigningKeyRevoked(BO, PRINT, "laptop stolen")
        ).when(revoke).then()

    def test_a_colleague_does_not(self) -> None:
        northwind(BO_APPOINTED, PINNED).when(RevokeSigningKey(BO, PRINT, "mischief")).refused(
            "not-an-administrator"
        )

    def test_a_key_nobody_pinned_is_not_revoked(self) -> None:
        northwind().when(RevokeSigningKey(ADA, PRINT, "lost")).refused("unknown-key")

    def test_a_key_that_ended_never_comes_back(self) -> None:
        rotated = northwind(PINNED, HANDED_OVER)
        rotated.when(PinSigningKey(ADA, KEY)).refused("key-ended")
        rotated.when(rotation(ADA, "bo", "ada")).refused("key-ended")

    def test_only_keys_in_force_count(self) -> None:
        state = state_after(PINNED, HANDED_OVER)
        assert keys_of(state, ADA) == keys_of_party(state) == (OTHER_PRINT,)
        assert key_named(state, PRINT) is None
        known = key_named(state, OTHER_PRINT)
        assert known is not None
        assert (known.person, known.key) == (ADA, OTHER_KEY)
        assert keyring_of(state, ADA).ended == {PRINT}


class TestRotation:
    def test_the_retired_key_signs_for_the_one_that_takes_its_place(self) -> None:
        northwind(PINNED).when(HAND_OVER).then(HANDED_OVER)

    def test_the_rotation_is_kept_with_the_key_that_signed_it(self) -> None:
        (kept,) = state_after(PINNED, HANDED_OVER).rotations
        assert (kept.rotation, kept.retired) == (HANDED_OVER, KEY)

    def test_an_administrator_does_not_rotate_anothers_key(self) -> None:
        bos = northwind(BO_APPOINTED, SigningKeyPinned(BO, PRINT, KEY))
        bos.when(HAND_OVER).refused("not-your-key")

    def test_another_key_cannot_sign_it(self) -> None:
        said = HAND_OVER.statement.canonical()
        forged = replace(HAND_OVER, jws=own_key("bo").jws(said))
        northwind(PINNED).when(forged).refused("signature-invalid")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("service", "elsewhere.example"),
            ("party", "party-other"),
            ("person", BO),
            ("retired", OTHER_PRINT),
            ("thumbprint", PRINT),
            ("form", "parley/rotation/2"),
        ],
    )
    def test_a_rotation_said_of_something_else_is_none(self, field: str, value: str) -> None:
        changes: dict[str, Any] = {field: value}
        northwind(PINNED).when(rotation(ADA, "ada", "bo", **changes)).refused("statement-mismatch")

    def test_an_old_rotation_is_not_taken_up_later(self) -> None:
        later = replace(HAND_OVER, now=JANUARY + timedelta(hours=2))
        northwind(PINNED).when(later).refused("statement-expired")

    def test_a_passkey_is_not_rotated_but_revoked(self) -> None:
        retired = PASSKEY_PINNED.thumbprint
        command: RotateSigningKey = replace(HAND_OVER, retired=retired)
        northwind(PASSKEY_PINNED).when(command).refused("not-your-key")


class TestPasskeys:
    def test_a_representative_pins_a_passkey_of_their_own(self) -> None:
        northwind().when(PASSKEY).then(PASSKEY_PINNED).when(PASSKEY).then()

    def test_its_key_counts_with_the_site_it_was_registered_at(self) -> None:
        state = state_after(PINNED, PASSKEY_PINNED)
        ring = keyring_of(state, ADA).in_force
        site = RelyingParty("parley.example", "https://parley.example")
        assert [pinned.passkey for pinned in ring.values()] == [None, site]
        assert [one.key for one in passkeys_of(state, ADA)] == [CURVE_KEY]
        assert passkeys_of(state, CY) == ()

    def test_the_same_key_is_not_pinned_for_another_use(self) -> None:
        passkey = replace(PASSKEY, key=KEY)
        northwind(PINNED).when(passkey).refused("key-in-use")

    def test_it_ends_like_any_other_key(self) -> None:
        lost = RevokeSigningKey(ADA, PASSKEY_PINNED.thumbprint, "lost")
        ended = SigningKeyRevoked(ADA, PASSKEY_PINNED.thumbprint, "lost")
        northwind(PASSKEY_PINNED).when(lost).then(ended).when(PASSKEY).refused("key-ended")


class TestWitnessKeys:
    def test_an_administrator_pins_and_revokes_the_partys(self) -> None:
        pin, revoke = PinWitnessKey(ADA, KEY), RevokeWitnessKey(ADA, PRINT, "moved house")
        pinned = northwind().when(pin).then(WitnessKeyPinned(PRINT, KEY)).when(pin).then()
        revoked = pinned.when(revoke).then(WitnessKeyRevoked(PRINT, "moved house"))
        revoked.when(revoke).then()
        revoked.when(pin).refused("key-ended")

    def test_nobody_else_does(self) -> None:
        northwind(BO_APPOINTED).when(PinWitnessKey(BO, KEY)).refused("not-an-administrator")

    def test_a_key_does_not_both_sign_and_witness(self) -> None:
        northwind(PINNED).when(PinWitnessKey(ADA, KEY)).refused("key-in-use")
        northwind(WitnessKeyPinned(PRINT, KEY)).when(PinSigningKey(ADA, KEY)).refused("key-in-use")

    def test_one_that_was_never_pinned_is_not_revoked(self) -> None:
        northwind().when(RevokeWitnessKey(ADA, PRINT, "lost")).refused("unknown-key")

    def test_others_learn_which_are_in_force(self) -> None:
        assert witness_keys_of(state_after(WitnessKeyPinned(PRINT, KEY))) == {PRINT: KEY}


class TestCertificates:
    def test_a_representative_pins_their_own_and_revokes_it(self) -> None:
        pin, revoke = PinCertificate(BO, CERTIFICATE), RevokeCertificate(BO, CERTIFICATE, "expired")
        pinned = northwind(BO_APPOINTED).when(pin).then(CertificatePinned(BO, CERTIFICATE))
        revoked = pinned.when(revoke).then(CertificateRevoked(BO, CERTIFICATE, "expired"))
        revoked.when(pin).refused("certificate-ended")

    def test_two_do_not_share_one(self) -> None:
        bos = northwind(BO_APPOINTED, CertificatePinned(BO, CERTIFICATE))
        bos.when(PinCertificate(BO, CERTIFICATE)).then()
        bos.when(PinCertificate(ADA, CERTIFICATE)).refused("certificate-in-use")

    def test_an_administrator_revokes_anothers_and_nobody_else_does(self) -> None:
        bos = northwind(BO_APPOINTED, CertificatePinned(BO, CERTIFICATE))
        bos.when(RevokeCertificate(ADA, CERTIFICATE, "left")).then(
            CertificateRevoked(BO, CERTIFICATE, "left")
        )
        adas = northwind(BO_APPOINTED, CertificatePinned(ADA, CERTIFICATE))
        adas.when(RevokeCertificate(BO, CERTIFICATE, "mischief")).refused("not-an-administrator")

    def test_one_that_was_never_pinned_is_not_revoked(self) -> None:
        northwind().when(RevokeCertificate(ADA, CERTIFICATE, "lost")).refused("unknown-certificate")

    def test_who_no_longer_represents_the_party_signs_no_documents_for_it(self) -> None:
        because = "its owner no longer represents the party"
        left = northwind(BO_APPOINTED, CertificatePinned(BO, CERTIFICATE))
        facts = left.when(WithdrawRepresentative(ADA, BO)).facts()
        assert facts == [CertificateRevoked(BO, CERTIFICATE, because), RepresentativeWithdrawn(BO)]
        state = state_after(BO_APPOINTED, CertificatePinned(BO, CERTIFICATE))
        assert certificates_of(state, BO) == (CERTIFICATE,)
        assert certificates_of(state_after(BO_APPOINTED, *facts), BO) == ()
