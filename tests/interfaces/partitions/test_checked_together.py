"""The checker of the faults looks at all partitions together, and finds what it has to find."""

from __future__ import annotations

import psycopg
import pytest

from faults.checker import check
from http_cast import open_negotiation
from parted import Town, move

pytestmark = pytest.mark.postgres

FACT = (
    "SELECT originator_id, originator_version, topic, state FROM ledger_events"
    " WHERE originator_id = %s AND originator_version = 1"
)
ADD = (
    "INSERT INTO ledger_events (originator_id, originator_version, topic, state)"
    " VALUES (%s, %s, %s, %s)"
)
KEY = (
    "SELECT principal, key, fingerprint, stream, first_version, last_version, recorded_at"
    " FROM ledger_keys WHERE stream = %s"
)


def findings(town: Town) -> set[str]:
    """Return the kinds of what is found."""
    databases = town.databases
    return {one.split(":")[0] for one in check(databases.home, partitions=databases.others)}


def change(town: Town, place: str, *statements: tuple[str, tuple[object, ...]]) -> None:
    """Change a partition's database behind the service's back, past its fence."""
    with psycopg.connect(town.databases.all[place]) as connection:
        connection.execute("ALTER TABLE ledger_events DISABLE TRIGGER fence")
        for statement, told in statements:
            assert connection.execute(statement.encode(), told).rowcount
        connection.execute("ALTER TABLE ledger_events ENABLE TRIGGER fence")


def test_nothing_is_found_where_nothing_is_wrong_before_a_move_and_after(town: Town) -> None:
    for cast in town.casts():
        open_negotiation(cast)
    town.world.settle()
    assert findings(town) == set()
    move(town.world, town.databases, town.east.relationship, "home")
    move(town.world, town.databases, town.east.relationship, "west")
    town.world.settle()
    assert findings(town) == set()


def test_a_fact_that_is_in_two_databases_is_found(town: Town) -> None:
    fact = town.databases.ask("west", FACT, town.west.relationship)[0]
    change(town, "home", (ADD, fact))
    found = findings(town)
    undo = (
        ("DELETE FROM ledger_events WHERE originator_id = %s", fact[:1]),
        ("DELETE FROM history_leaves WHERE log = %s", fact[:1]),
        ("DELETE FROM history_logs WHERE log = %s", fact[:1]),
    )
    change(town, "home", *undo)
    assert {"gap", "doubled key"} <= found


def test_a_key_that_is_recorded_in_two_databases_is_found(town: Town) -> None:
    key = town.databases.ask("west", KEY, town.west.relationship)[0]
    columns = "principal, key, fingerprint, stream, first_version, last_version, recorded_at"
    add = f"INSERT INTO ledger_keys ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s)"
    change(town, "east", (add, key))
    found = findings(town)
    change(town, "east", ("DELETE FROM ledger_keys WHERE key = %s", key[1:2]))
    assert found == {"doubled key"}


def test_a_row_of_a_view_that_is_stale_in_another_database_is_found(town: Town) -> None:
    spoil = "UPDATE view_rows SET sort = sort || %s WHERE relationship = %s AND view = %s"
    of = town.west.relationship, "audit_trail"
    change(town, "west", (spoil, ("x", *of)))
    found = findings(town)
    mend = "UPDATE view_rows SET sort = rtrim(sort, %s) WHERE relationship = %s AND view = %s"
    change(town, "west", (mend, ("x", *of)))
    assert found == {"stale view"}
