"""Passkeys over HTTP: registered by their holders, asked about exactly one statement."""

from __future__ import annotations

from typing import Any

import pytest

from authenticator import ORIGIN, SITE, Authenticator
from domain.negotiation.facts import AgreementSigned
from domain.signatures.evidence import PasskeyEvidence
from http_answers import Json, done, problem
from http_cast import Organisation
from http_world import Cast, World
from signing_table import EXACTLY, set_up

PHONE = Authenticator("client-signatory")


def invited(organisation: Organisation, role: str = "signatory") -> Json:
    return done(organisation[role].post(f"{organisation.path}/passkeys/options", key=None))


def register(organisation: Organisation, body: Json, role: str = "signatory") -> Any:
    return organisation[role].post(f"{organisation.path}/passkeys", body, if_match="*")


def answered(invitation: Json, phone: Authenticator = PHONE) -> Json:
    return {"ticket": invitation["ticket"], "credential": phone.create(invitation["options"])}


class TestRegistration:
    def test_a_person_registers_their_own(self, provider: Organisation) -> None:
        invitation = invited(provider)
        assert invitation["options"]["rp"]["id"] == SITE
        assert invitation["options"]["authenticatorSelection"]["userVerification"] == "required"
        party = done(register(provider, answered(invitation)), 201)
        key = party["keys"][-1]
        assert key["thumbprint"] == PHONE.thumbprint
        assert (key["person"], key["passkey_of"]) == (provider.persons["signatory"], ORIGIN)
        again = invited(provider)["options"]["excludeCredentials"]
        assert [one["type"] for one in again] == ["public-key"]

    def test_a_ticket_is_one_persons(self, provider: Organisation) -> None:
        body = answered(invited(provider))
        problem(register(provider, body, "legal"), 409, "passkey-ticket-invalid")

    def test_a_ticket_holds_for_ten_minutes(self, world: World, provider: Organisation) -> None:
        body = answered(invited(provider))
        world.clock.forward(minutes=10)
        problem(register(provider, body), 409, "passkey-ticket-invalid")

    @pytest.mark.parametrize("ticket", ["nonsense", "a.b.c", "YQ.99999999999.YQ", "YQ.٣.YQ"])
    def test_what_this_service_did_not_write_is_no_ticket(
        self, provider: Organisation, ticket: str
    ) -> None:
        body = {**answered(invited(provider)), "ticket": ticket}
        answer = register(provider, body)
        assert answer.status_code in (409, 422)
        assert answer.json()["rule"] in ("passkey-ticket-invalid", "bad-shape")

    def test_an_answer_to_another_invitation_is_none(self, provider: Organisation) -> None:
        earlier, later = invited(provider), invited(provider)
        crossed = {"ticket": later["ticket"], "credential": PHONE.create(earlier["options"])}
        problem(register(provider, crossed), 409, "passkey-registration-invalid")

    @pytest.mark.parametrize(
        "phone",
        [
            Authenticator("a", site="evil.example"),
            Authenticator("a", origin="https://evil.example"),
        ],
        ids=["site", "origin"],
    )
    def test_an_answer_from_another_site_is_none(
        self, provider: Organisation, phone: Authenticator
    ) -> None:
        body = answered(invited(provider), phone)
        problem(register(provider, body), 409, "passkey-registration-invalid")

    @pytest.mark.parametrize("credential", [{}, {"id": "YQ"}, {"id": 1, "response": []}])
    def test_what_no_authenticator_says_is_refused(
        self, provider: Organisation, credential: Json
    ) -> None:
        body = {"ticket": invited(provider)["ticket"], "credential": credential}
        problem(register(provider, body), 409, "passkey-registration-invalid")

    def test_it_is_revoked_like_any_other_key(self, provider: Organisation) -> None:
        done(register(provider, answered(invited(provider))), 201)
        path = f"{provider.path}/keys/{PHONE.thumbprint}/revocation"
        party = done(provider["signatory"].post(path, {"because": "lost"}, if_match="*"))
        assert PHONE.thumbprint not in [key["thumbprint"] for key in party["keys"]]
        problem(register(provider, answered(invited(provider))), 409, "key-ended")


class TestSigning:
    def test_a_passkey_signs_the_statement_it_was_asked_about(
        self, world: World, cast: Cast
    ) -> None:
        done(register(cast.client, answered(invited(cast.client))), 201)
        table = set_up(world, cast)
        done(table.accept())
        signatory = cast.client["signatory"]
        shown = done(signatory.get(f"{table.path}/statement", action="sign"))
        (options,) = shown["passkeys"]
        (allowed,) = options["allow_credentials"]
        assert allowed["thumbprint"] == PHONE.thumbprint
        answer = PHONE.get(options["challenge"])
        evidence = {
            "kind": "passkey",
            "statement": shown["statement"],
            "thumbprint": allowed["thumbprint"],
            "rp_id": options["rp_id"],
            "origin": ORIGIN,
            "authenticator_data": answer.authenticator_data,
            "client_data": answer.client_data,
            "signature": answer.signature,
        }
        other = {**evidence, "statement": {**shown["statement"], "nonce": "A" * 22}}
        path = f"{table.path}/signatures"
        refused = signatory.post(path, {**EXACTLY, "evidence": other}, if_match="*")
        problem(refused, 409, "signature-invalid")
        done(signatory.post(path, {**EXACTLY, "evidence": evidence}, if_match="*"))
        (fact,) = table.recorded(AgreementSigned)
        assert isinstance(fact.evidence, PasskeyEvidence)
        assert fact.evidence.thumbprint == PHONE.thumbprint
