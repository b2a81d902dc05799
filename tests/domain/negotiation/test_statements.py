"""A signed statement counts for exactly what it says, once, in time, by a key in force."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from authenticator import ORIGIN, PRESENT, SITE, Authenticator
from domain.negotiation.commands import AcceptOffer, MakeProposal, SignAgreement
from domain.negotiation.facts import (
    AgreementSigned,
    OfferAccepted,
    ProposalMade,
    SignatureDeclined,
)
from domain.signatures.checking import Keyring, Pinned, Submitted
from domain.signatures.evidence import PasskeyEvidence
from domain.signatures.passkey import RelyingParty, challenge_of
from domain.signatures.statement import written
from domain.values.ids import PersonId
from negotiations import (
    ADA,
    BO,
    CLIENT,
    FIRST,
    FIRST_ACCEPTED,
    FIRST_MADE,
    NOW,
    PROVIDER,
    THIRD,
    negotiation,
    signing,
)
from signing import own_key

ACCEPTED = negotiation(FIRST_MADE, *FIRST_ACCEPTED)
DEVICE = Authenticator("bo")


def sign(submitted: Submitted | None, **changes: Any) -> SignAgreement:
    """Return the command by which the client's signatory signs the first offer."""
    command = SignAgreement(FIRST.id, FIRST.terms_digest, CLIENT, BO, "mandate-1", NOW, submitted)
    return replace(command, **changes)


def signed(submitted: Submitted) -> AgreementSigned:
    return AgreementSigned(
        FIRST.id, FIRST.terms_digest, CLIENT, BO, "mandate-1", submitted.evidence
    )


def unlike(submitted: Submitted, **known: Any) -> Submitted:
    """Return a statement that meets other circumstances than it speaks of."""
    return replace(submitted, circumstances=replace(submitted.circumstances, **known))


class TestWhatItSays:
    def test_is_recorded_with_the_signature(self) -> None:
        submitted = signing(CLIENT, BO)
        ACCEPTED.when(sign(submitted)).then(signed(submitted))

    def test_nothing_is_signed_without_one(self) -> None:
        ACCEPTED.when(sign(None)).refused("signature-required")

    @pytest.mark.parametrize("field", ["service", "negotiation", "previous", "party"])
    def test_has_to_be_what_is_known_here(self, field: str) -> None:
        other = unlike(signing(CLIENT, BO), **{field: "something else"})
        ACCEPTED.when(sign(other)).refused("statement-mismatch")

    @pytest.mark.parametrize(
        "field", ["action", "offer", "terms_digest", "side", "signer", "mandate", "form"]
    )
    def test_has_to_be_about_this_move(self, field: str) -> None:
        changes: dict[str, Any] = {field: "something else"}
        ACCEPTED.when(sign(signing(CLIENT, BO, **changes))).refused("statement-mismatch")

    def test_names_the_keys_of_both_sides(self) -> None:
        swapped = unlike(signing(CLIENT, BO), keys={"provider": ("other",), "client": ()})
        ACCEPTED.when(sign(swapped)).refused("keys-differ")

    def test_whose_signature_it_is_stands_in_the_command(self) -> None:
        for changes in ({"signatory": PersonId("person-cy")}, {"mandate": "mandate-2"}):
            ACCEPTED.when(sign(signing(CLIENT, BO), **changes)).refused("statement-mismatch")


class TestWhenItCounts:
    @pytest.mark.parametrize(
        ("issued", "expires", "rule"),
        [
            (timedelta(minutes=3), timedelta(hours=1), "statement-not-yet"),
            (timedelta(hours=-1), timedelta(0), "statement-expired"),
            (timedelta(0), timedelta(hours=24, seconds=1), "statement-lives-too-long"),
        ],
    )
    def test_is_around_now(self, issued: timedelta, expires: timedelta, rule: str) -> None:
        submitted = signing(
            CLIENT, BO, issued=written(NOW + issued), expires=written(NOW + expires)
        )
        ACCEPTED.when(sign(submitted)).refused(rule)

    def test_a_clock_may_be_two_minutes_ahead_and_a_statement_live_a_day(self) -> None:
        ahead = NOW + timedelta(minutes=2)
        expires = written(ahead + timedelta(hours=24))
        submitted = signing(CLIENT, BO, issued=written(ahead), expires=expires)
        ACCEPTED.when(sign(submitted)).then(signed(submitted))

    @pytest.mark.parametrize(
        "issued", ["2025-11-03", "2025-11-03T09:00:00+00:00", "2025-02-30T00:00:00Z"]
    )
    def test_is_written_in_one_way(self, issued: str) -> None:
        ACCEPTED.when(sign(signing(CLIENT, BO, issued=issued))).refused("statement-malformed")


class TestOnlyOnce:
    def test_a_nonce_is_sixteen_bytes(self) -> None:
        ACCEPTED.when(sign(signing(CLIENT, BO, nonce="short"))).refused("nonce-malformed")

    def test_the_other_side_does_not_use_it_again(self) -> None:
        first = signing(PROVIDER, ADA)
        nonce = first.evidence.statement.nonce
        signed_first = AgreementSigned(
            FIRST.id, FIRST.terms_digest, PROVIDER, ADA, "mandate-1", first.evidence
        )
        replayed = signing(CLIENT, BO, nonce=nonce)
        ACCEPTED.given(signed_first).when(sign(replayed)).refused("nonce-used")

    def test_not_even_after_the_table_was_open_again(self) -> None:
        accept = signing(CLIENT, BO, action="accept", mandate="")
        declined = SignatureDeclined(FIRST.id, PROVIDER, ADA, "the board said no")
        reopened = (
            negotiation(FIRST_MADE)
            .given(OfferAccepted(FIRST.id, FIRST.terms_digest, CLIENT, accept.evidence))
            .given(FIRST_ACCEPTED[1], declined)
        )
        table = reopened.when(MakeProposal(THIRD, NOW)).then(ProposalMade(THIRD))
        nonce = accept.evidence.statement.nonce
        again = signing(CLIENT, BO, THIRD, action="accept", mandate="", nonce=nonce)
        command = AcceptOffer(THIRD.id, THIRD.terms_digest, CLIENT, NOW, again)
        table.when(command).refused("nonce-used")


class TestWhoseKey:
    def test_a_key_nobody_pinned_signs_nothing(self) -> None:
        unpinned = unlike(signing(CLIENT, BO), keyring=Keyring({}))
        ACCEPTED.when(sign(unpinned)).refused("key-not-pinned")

    def test_a_key_that_ended_signs_nothing(self) -> None:
        ended = Keyring({}, frozenset({own_key(BO).thumbprint}))
        revoked = unlike(signing(CLIENT, BO), keyring=ended)
        ACCEPTED.when(sign(revoked)).refused("key-revoked")

    def test_what_another_key_signed_is_not_signed(self) -> None:
        genuine = signing(CLIENT, BO)
        other = own_key("mallory").jwk
        pinned = Keyring({own_key(BO).thumbprint: Pinned(other)})
        ACCEPTED.when(sign(unlike(genuine, keyring=pinned))).refused("signature-invalid")

    def test_what_is_no_token_is_not_signed(self) -> None:
        genuine = signing(CLIENT, BO)
        cut = replace(genuine, evidence=replace(genuine.evidence, jws="no token"))
        ACCEPTED.when(sign(cut)).refused("key-not-pinned")

    def test_a_passkey_does_not_sign_by_a_token(self) -> None:
        site = RelyingParty(SITE, ORIGIN)
        pinned = Keyring({own_key(BO).thumbprint: Pinned(own_key(BO).jwk, site)})
        ACCEPTED.when(sign(unlike(signing(CLIENT, BO), keyring=pinned))).refused(
            "key-of-another-kind"
        )


class TestPasskeys:
    def submitted(
        self, site: str = SITE, origin: str = ORIGIN, pinned: Pinned | None = None, **answer: Any
    ) -> Submitted:
        """Return what the client's signatory signed with their passkey."""
        said = signing(CLIENT, BO)
        statement = said.evidence.statement
        told = {"challenge": challenge_of(statement.canonical()), **answer}
        assertion = DEVICE.get(**told)
        evidence = PasskeyEvidence(
            statement,
            DEVICE.thumbprint,
            site,
            origin,
            assertion.authenticator_data,
            assertion.client_data,
            assertion.signature,
        )
        keyring = Keyring(
            {DEVICE.thumbprint: pinned or Pinned(DEVICE.jwk, RelyingParty(SITE, ORIGIN))}
        )
        return Submitted(evidence, replace(said.circumstances, keyring=keyring))

    def test_a_passkey_signs_as_a_key_does(self) -> None:
        submitted = self.submitted()
        ACCEPTED.when(sign(submitted)).then(signed(submitted))

    def test_what_it_said_yes_to_elsewhere_does_not_count(self) -> None:
        for elsewhere in ({"site": "evil.example"}, {"origin": "https://evil.example"}):
            ACCEPTED.when(sign(self.submitted(**elsewhere))).refused("passkey-elsewhere")

    def test_another_challenge_or_an_unverified_holder_does_not_count(self) -> None:
        other = challenge_of(b"another statement")
        ACCEPTED.when(sign(self.submitted(challenge=other))).refused("signature-invalid")
        ACCEPTED.when(sign(self.submitted(flags=PRESENT))).refused("signature-invalid")

    def test_a_key_that_is_no_passkey_makes_no_assertions(self) -> None:
        plain = self.submitted(pinned=Pinned(DEVICE.jwk))
        ACCEPTED.when(sign(plain)).refused("key-of-another-kind")

    def test_a_passkey_nobody_pinned_signs_nothing(self) -> None:
        unpinned = unlike(self.submitted(), keyring=Keyring({}))
        ACCEPTED.when(sign(unpinned)).refused("key-not-pinned")


class TestAccepting:
    ACCEPT = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, NOW)

    def test_a_statement_is_kept_with_the_acceptance(self) -> None:
        submitted = signing(CLIENT, BO, action="accept", mandate="")
        accepted = OfferAccepted(FIRST.id, FIRST.terms_digest, CLIENT, submitted.evidence)
        negotiation(FIRST_MADE).when(replace(self.ACCEPT, submitted=submitted)).then(
            accepted, FIRST_ACCEPTED[1]
        )

    def test_a_statement_of_signing_accepts_nothing(self) -> None:
        wrong = replace(self.ACCEPT, submitted=signing(CLIENT, BO))
        negotiation(FIRST_MADE).when(wrong).refused("statement-mismatch")
