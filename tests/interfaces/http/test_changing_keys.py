"""What becomes of signatures when mandates end and keys change hands, are lost or slipped in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.negotiation.facts import OfferAccepted
from http_answers import done, problem
from http_cast import Cast, evidence, key_of
from http_world import World
from interfaces.signing_tool.statements import handed_over, signed
from signing import own_key, rotation_from
from signing_table import Table, refused, set_up


@pytest.fixture
def table(world: World, cast: Cast) -> Table:
    return set_up(world, cast)


@pytest.fixture
def accepted(table: Table) -> Table:
    """Set up a table whose offer awaits both signatures."""
    done(table.accept())
    return table


class TestWhatIsSignedUnder:
    def test_a_mandate_that_ended(self, accepted: Table) -> None:
        client = accepted.cast.client
        administrator = client["administrator"]
        (forever,) = done(administrator.get(client.path))["mandates"]
        ending = accepted.world.clock.now() + timedelta(hours=1)
        granting = {
            "person": client.persons["signatory"],
            "up_to": None,
            "valid_until": ending.isoformat(),
        }
        done(administrator.post(f"{client.path}/mandates", granting, if_match="*"), 201)
        path = f"{client.path}/mandates/{forever['id']}/revocation"
        done(administrator.post(path, {"because": "a shorter one"}, if_match="*"))
        in_time = accepted.prepared()
        accepted.world.clock.forward(hours=1)
        refused(accepted, accepted.sign(in_time), "mandate-missing")

    def test_a_key_slipped_in_between_the_two(self, accepted: Table) -> None:
        known = accepted.statement()
        assert known.keys["provider"] == tuple(accepted.cast.provider.keys)
        slipped = accepted.cast.provider["newcomer"]
        done(
            slipped.post(f"{accepted.cast.provider.path}/keys", key_of("mallory"), if_match="*"),
            201,
        )
        answer = accepted.sign(signed(known, own_key("client-signatory")))
        refused(accepted, answer, "keys-differ", "keys")

    def test_keeps_the_statement_that_came_with_it(self, table: Table) -> None:
        negotiator = table.cast.client["negotiator"]
        keys = f"{table.cast.client.path}/keys"
        done(negotiator.post(keys, key_of("client-negotiator"), if_match="*"), 201)
        given = evidence(negotiator, table.negotiation, table.offered, "accept")
        done(table.accept(given))
        (fact,) = table.recorded(OfferAccepted)
        assert fact.evidence.jws == given["jws"]


class TestKeysThatChange:
    def rotate(self, accepted: Table, retired: str, key: str) -> Any:
        client = accepted.cast.client
        old, new = own_key(retired), own_key(key)
        person, now = client.persons["signatory"], accepted.world.clock.now()
        body = handed_over(rotation_from(client.id, person, old, new, now), old, new)
        path = f"{client.path}/keys/{old.thumbprint}/rotation"
        return client["signatory"].post(path, body, if_match="*")

    def test_the_new_key_signs_and_the_retired_one_does_not(self, accepted: Table) -> None:
        party = done(self.rotate(accepted, "client-signatory", "next key"))
        (key,), (rotation,) = party["keys"], party["rotations"]
        assert key["thumbprint"] == own_key("next key").thumbprint == rotation["thumbprint"]
        statement = accepted.statement()
        old = accepted.sign(signed(statement, own_key("client-signatory")))
        refused(accepted, old, "key-revoked", "thumbprint")
        done(accepted.sign(signed(statement, own_key("next key"))))

    def test_the_other_side_sees_the_rotation(self, accepted: Table) -> None:
        done(self.rotate(accepted, "client-signatory", "next key"))
        provider = accepted.cast.provider["legal"]
        (rotation,) = done(provider.get(accepted.cast.client.path))["rotations"]
        assert rotation["retired_key"] == key_of("client-signatory")
        assert rotation["statement"]["thumbprint"] == own_key("next key").thumbprint

    def test_nobody_hands_over_a_key_that_they_do_not_hold(self, accepted: Table) -> None:
        problem(self.rotate(accepted, "mallory", "next key"), 409, "not-your-key")

    def test_a_path_and_a_statement_that_retire_different_keys(self, accepted: Table) -> None:
        client = accepted.cast.client
        old, new = own_key("client-signatory"), own_key("next key")
        person, now = client.persons["signatory"], accepted.world.clock.now()
        body = handed_over(rotation_from(client.id, person, old, new, now), old, new)
        path = f"{client.path}/keys/{new.thumbprint}/rotation"
        problem(client["signatory"].post(path, body, if_match="*"), 409, "statement-mismatch")

    def test_a_revoked_key_signs_nothing(self, accepted: Table) -> None:
        client = accepted.cast.client
        signatory = client["signatory"]
        done(signatory.post(f"{client.path}/keys", key_of("another key"), if_match="*"), 201)
        gone = own_key("client-signatory").thumbprint
        path = f"{client.path}/keys/{gone}/revocation"
        done(client["administrator"].post(path, {"because": "stolen"}, if_match="*"))
        refused(accepted, accepted.sign(accepted.prepared()), "key-revoked", "thumbprint")
