"""Whoever was to destroy a key is killed before they get to it: the worker does it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from application.ledger import Act, Ledger, Step
from domain.parties.commands import (
    AppointRepresentative,
    ErasePersonalDetails,
    RegisterParty,
    WithdrawRepresentative,
)
from domain.parties.party import PARTY
from domain.values.ids import PersonId, StreamId
from faults.installation import PATIENCE, Installation, caught_up, until
from interfaces.postgres.persistence import ledger_env

PARTY_ID, ADA, BO = "party-1", PersonId("person-ada"), PersonId("person-bo")
TO_THE_FACT = [
    RegisterParty(
        "N", "HRB 1", "DE", None, ADA, "Ada", "ada@x.example", "head", StreamId("identity-1")
    ),
    AppointRepresentative(ADA, BO, "Bo Lind", "bo@x.example", "clerk", StreamId("identity-2")),
    WithdrawRepresentative(ADA, BO),
    ErasePersonalDetails(ADA, BO),
]

pytestmark = pytest.mark.postgres


@pytest.fixture
def house(database: str) -> Iterator[Installation]:
    """Lend a place to run a worker in, on the tests' own database."""
    with tempfile.TemporaryDirectory(prefix="parley-workers-") as home:
        yield Installation(Path(home), database=database)


def keys(dsn: str) -> dict[str, bool]:
    """Return of whom there was a key, and whether it is still there."""
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT subject, key IS NOT NULL FROM subject_keys").fetchall()
    return dict(found)


def test_the_worker_destroys_it_and_again_when_a_copy_of_the_keys_was_restored(
    house: Installation,
) -> None:
    with Ledger(ledger_env(house.dsn)) as killed:
        for command in TO_THE_FACT:
            act = Act(ADA, PARTY_ID, datetime(2026, 3, 1, tzinfo=UTC), type(command).__name__)
            killed.perform(act, Step(PARTY, PARTY_ID, command))
        copied = killed.keys.find(BO)
    assert keys(house.dsn) == {ADA: True, BO: True}
    for _ in range(2):
        worker = house.run("worker")
        try:
            until("the key is destroyed", lambda: keys(house.dsn) == {ADA: True, BO: False})
            until("the worker has caught up", lambda: caught_up(house.dsn))
        finally:
            worker.kill()
            worker.wait(PATIENCE)
        with psycopg.connect(house.dsn) as connection:
            connection.execute(
                "UPDATE subject_keys SET key = %s, destroyed_at = NULL WHERE subject = %s",
                (copied, BO),
            )
