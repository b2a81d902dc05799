"""What a party lets its people sign, up to how much, and with which keys."""

from typing import Any

import pytest

from http_answers import Json
from http_cast import Organisation, key_of
from http_world import World, done, problem

NO_MANDATE = "mandate-00000000000000000000000000"
NO_KEY = "A" * 43
BECAUSE = {"because": "their task is done"}
TEN_THOUSAND = {"amount": "10000.00", "currency": "EUR"}


def shown(organisation: Organisation) -> Json:
    return done(organisation["administrator"].get(organisation.path))


class TestMandates:
    def grant(self, provider: Organisation, **changes: Any) -> Any:
        asked = {"person": provider.persons["signatory"], "up_to": TEN_THOUSAND, **changes}
        return provider["administrator"].post(f"{provider.path}/mandates", asked, if_match="*")

    def test_a_mandate_holds_from_now_on_unless_it_says_from_when(
        self, world: World, provider: Organisation
    ) -> None:
        granted = done(self.grant(provider), 201)["mandates"][-1]
        assert granted["up_to"] == TEN_THOUSAND
        assert granted["valid_from"] == world.clock.now().isoformat().replace("+00:00", "Z")
        assert granted["valid_until"] is None

    def test_a_mandate_without_limit_is_said_to_be(self, provider: Organisation) -> None:
        assert done(self.grant(provider, up_to=None), 201)["mandates"][-1]["up_to"] is None
        asked = {"person": provider.persons["signatory"]}
        unsaid = provider["administrator"].post(f"{provider.path}/mandates", asked, if_match="*")
        assert problem(unsaid, 422, "bad-shape")["place"] == "body/up_to"

    def test_only_a_signatory_holds_one(self, provider: Organisation) -> None:
        answer = self.grant(provider, person=provider.persons["legal"])
        problem(answer, 409, "not-a-signatory")

    def test_it_ends_after_it_begins(self, provider: Organisation) -> None:
        answer = self.grant(
            provider, valid_from="2026-02-01T00:00:00Z", valid_until="2026-01-01T00:00:00Z"
        )
        problem(answer, 409, "mandate-period")

    @pytest.mark.parametrize(
        "change",
        [
            {"up_to": {"amount": 10000.5, "currency": "EUR"}},
            {"up_to": {"amount": "-1.00", "currency": "EUR"}},
            {"up_to": {"amount": "1.00", "currency": "gold"}},
            {"up_to": {"amount": "1.00", "currency": "EUR", "tax": "19"}},
            {"valid_from": 1767225600},
            {"valid_from": "2026-01-01T00:00:00"},
            {"person": "Ada"},
        ],
    )
    def test_a_misshapen_mandate_is_refused(self, provider: Organisation, change: Json) -> None:
        problem(self.grant(provider, **change), 422, "bad-shape")

    def test_a_mandate_is_revoked_once(self, provider: Organisation) -> None:
        (mandate,) = shown(provider)["mandates"]
        path = f"{provider.path}/mandates/{mandate['id']}/revocation"
        first = provider["administrator"]
        party = done(first.post(path, BECAUSE, if_match="*"))
        assert party["mandates"] == []
        assert done(first.post(path, BECAUSE, if_match="*")) == party

    def test_only_a_mandate_that_was_granted(self, provider: Organisation) -> None:
        path = f"{provider.path}/mandates/{NO_MANDATE}/revocation"
        answer = provider["administrator"].post(path, BECAUSE, if_match="*")
        problem(answer, 409, "unknown-mandate")
        answer = provider["administrator"].post(
            f"{provider.path}/mandates/first/revocation", BECAUSE, if_match="*"
        )
        problem(answer, 422, "bad-shape")


class TestKeys:
    def test_any_representative_pins_a_key_of_their_own(self, provider: Organisation) -> None:
        key = key_of("newcomer")
        party = done(provider["newcomer"].post(f"{provider.path}/keys", key, if_match="*"), 201)
        pinned = party["keys"][-1]
        assert pinned["person"] == provider.persons["newcomer"]
        assert {name: pinned[name] for name in key} == key

    def test_a_key_is_one_person_s(self, provider: Organisation) -> None:
        key = key_of("provider-signatory")
        answer = provider["legal"].post(f"{provider.path}/keys", key, if_match="*")
        problem(answer, 409, "key-in-use")

    @pytest.mark.parametrize(
        "key",
        [
            {**key_of("a"), "x": "short"},
            {**key_of("a"), "kty": "RSA"},
            {**key_of("a"), "d": "private"},
            {"kty": "OKP", "crv": "Ed25519"},
        ],
    )
    def test_what_is_no_public_key_is_refused(self, provider: Organisation, key: Json) -> None:
        answer = provider["legal"].post(f"{provider.path}/keys", key, if_match="*")
        problem(answer, 422, "bad-shape")

    def revoke(self, provider: Organisation, role: str, thumbprint: str, key: str) -> Any:
        path = f"{provider.path}/keys/{thumbprint}/revocation"
        return provider[role].post(path, BECAUSE, if_match="*", key=key)

    def test_one_revokes_one_s_own_key(self, provider: Organisation) -> None:
        (thumbprint,) = provider.keys
        party = done(self.revoke(provider, "signatory", thumbprint, "once"))
        assert party["keys"] == []
        assert done(self.revoke(provider, "signatory", thumbprint, "once")) == party

    def test_an_administrator_anybody_s_and_nobody_else(self, provider: Organisation) -> None:
        (thumbprint,) = provider.keys
        problem(self.revoke(provider, "legal", thumbprint, "1"), 403, "role-missing")
        assert done(self.revoke(provider, "administrator", thumbprint, "2"))["keys"] == []

    def test_a_revoked_key_is_not_pinned_again(self, provider: Organisation) -> None:
        (thumbprint,) = provider.keys
        done(self.revoke(provider, "signatory", thumbprint, "1"))
        key = key_of("provider-signatory")
        answer = provider["signatory"].post(f"{provider.path}/keys", key, if_match="*")
        problem(answer, 409, "key-ended")

    def test_only_a_key_that_was_pinned(self, provider: Organisation) -> None:
        problem(self.revoke(provider, "administrator", NO_KEY, "1"), 409, "unknown-key")
        problem(self.revoke(provider, "administrator", "key", "2"), 422, "bad-shape")
