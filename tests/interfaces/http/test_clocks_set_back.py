"""A clock that was ahead is set right: what follows stands no earlier than what it follows from.

An auditor offline has nothing but the instants on record: each yes has to lie between the pinning
and the end of its key, and within what its statement says of itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from bench import Bench, faults_of
from domain.negotiation.facts import AgreementSigned
from domain.parties.facts import Role, SigningKeyRevoked, SigningMandateRevoked
from domain.signatures.statement import written
from domain.values.sides import Side
from http_answers import Json, done
from http_cast import Cast, Deal
from http_world import World
from signing_table import Table, refused, set_up

AHEAD: Final = timedelta(hours=3)
BECAUSE: Final = {"because": "it was lost"}


@pytest.fixture
def cast(world: World) -> Cast:
    """Bring everybody on by a clock that is three hours ahead, and set it right."""
    right = world.clock.time
    world.clock.forward(hours=3)
    assembled = world.cast("fast-")
    world.clock.time = right
    return assembled


def test_nobody_signs_before_their_key_was_pinned(world: World, cast: Cast, tmp_path: Path) -> None:
    deal = world.strike_a_deal(cast, in_force=False)
    assert verified(world, cast, deal, tmp_path) == ""
    assert all(at == world.clock.time + AHEAD for at in signed_at(world, deal.negotiation))


def test_a_statement_is_dated_and_judged_when_it_is_recorded(world: World, cast: Cast) -> None:
    table = accepted(world, cast)
    now = world.clock.time
    refused(table, table.sign(dated(table, now, now + AHEAD)), "statement-expired", "expires")
    given = table.prepared()
    assert given["statement"]["issued"] == written(now + AHEAD)
    done(table.sign(given))
    assert signed_at(world, table.negotiation) == [now + AHEAD]


@pytest.mark.parametrize(
    ("what", "fact"), [("keys", SigningKeyRevoked), ("mandates", SigningMandateRevoked)]
)
def test_nothing_ends_before_what_was_signed_with_it(
    what: str, fact: type, world: World, tmp_path: Path
) -> None:
    cast = world.cast()
    right = world.clock.time
    world.clock.forward(hours=3)
    deal = world.strike_a_deal(cast, in_force=False)
    world.clock.time = right
    client = cast.client
    first = client[Role.ADMINISTRATOR]
    (one,) = done(first.get(client.path))[what]
    path = f"{client.path}/{what}/{one.get('thumbprint') or one['id']}/revocation"
    done(first.post(path, BECAUSE, if_match="*"))
    [revoked] = [
        event.at for event in world.house.ledger.history(client.id) if isinstance(event.fact, fact)
    ]
    assert revoked == right + AHEAD
    world.settle()
    assert verified(world, cast, deal, tmp_path) == ""


def test_a_representative_leaves_after_what_they_signed(world: World, tmp_path: Path) -> None:
    cast = world.cast()
    right = world.clock.time
    world.clock.forward(hours=3)
    deal = world.strike_a_deal(cast, in_force=False)
    world.clock.time = right
    person = cast.client.persons[Role.SIGNATORY]
    leaving = f"{cast.client.path}/representatives/{person}"
    done(cast.client[Role.ADMINISTRATOR].delete(leaving, if_match="*"))
    world.settle()
    assert verified(world, cast, deal, tmp_path) == ""


def accepted(world: World, cast: Cast) -> Table:
    """Set up a table whose offer awaits both signatures."""
    table = set_up(world, cast)
    done(table.accept())
    return table


def dated(table: Table, issued: datetime, expires: datetime) -> Json:
    return table.prepared(issued=written(issued), expires=written(expires))


def signed_at(world: World, negotiation: str) -> list[datetime]:
    events = world.house.ledger.history(negotiation)
    return [event.at for event in events if isinstance(event.fact, AgreementSigned)]


def verified(world: World, cast: Cast, deal: Deal, home: Path) -> str:
    """Return what a verifier offline holds against the contract's bundle."""
    world.sign()
    legal = cast.on(Side.CLIENT)[Role.LEGAL]
    pins = legal.get(f"{cast.path}/pins").text.replace("quorum both", "quorum none")
    exported: Any = legal.get(f"{deal.contract_path}/audit")
    assert exported.is_success, exported.text
    path = home / "bundle.zip"
    path.write_bytes(exported.content)
    return faults_of(Bench(home).ask(path, pins))
