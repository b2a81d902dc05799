"""One worker works at a time, another stands by; what it cannot process ends it, loudly."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from application.ledger import Ledger
from faults.installation import PATIENCE, Installation, alive, caught_up, until
from faults.pair import Pair
from interfaces.postgres.persistence import ledger_env

pytestmark = pytest.mark.postgres

HOLDERS = (
    "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database"
    " WHERE datname = current_database() AND locktype = 'advisory' AND granted"
    " AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'parley worker')"
)


@pytest.fixture
def house(database: str) -> Iterator[Installation]:
    """Lend a place to run workers in, on the tests' own database."""
    with tempfile.TemporaryDirectory(prefix="parley-workers-") as home:
        yield Installation(Path(home), database=database)


def at_desks(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        found = connection.execute(HOLDERS).fetchone()
    assert found is not None
    return int(found[0])


def test_a_second_worker_stands_by_and_takes_over_when_the_first_is_killed(
    house: Installation,
) -> None:
    workers = [house.run("worker")]
    try:
        until("one works", lambda: house.logged("the worker is at its desk"))
        workers.append(house.run("worker"))
        until("the other stands by", lambda: house.logged("this one stands by"))
        assert at_desks(house.dsn) == 1
        with Ledger(ledger_env(house.dsn)) as ledger:
            Pair(ledger).enter()
        until("the first has caught up", lambda: caught_up(house.dsn))
        first, _ = workers
        first.kill()
        first.wait(PATIENCE)
        with Ledger(ledger_env(house.dsn)) as ledger:
            Pair(ledger).enter()
        assert house.wrong() == []
        assert at_desks(house.dsn) == 1
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(PATIENCE)


def test_a_fact_that_a_view_cannot_take_in_ends_the_worker_loudly(house: Installation) -> None:
    with psycopg.connect(house.dsn) as connection:
        connection.execute(
            "INSERT INTO ledger_events (originator_id, originator_version, topic, state)"
            " VALUES ('relationship-planted', 1, 'relationship.RelationshipInvited/1', '{}')"
        )
    worker = house.run("worker")
    assert worker.wait(PATIENCE) not in {0, None}
    assert "relationship-planted version 1 (relationship.RelationshipInvited/1)" in house.said()
    assert not alive(worker.pid)


def test_a_worker_that_is_asked_to_stop_does(house: Installation) -> None:
    worker = house.run("worker")
    until("it works", lambda: house.logged("the worker is at its desk"))
    worker.terminate()
    assert worker.wait(PATIENCE) == 0
    assert at_desks(house.dsn) == 0
