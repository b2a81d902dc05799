"""The keys of personal data on PostgreSQL: beside the ledger, or in a database of their own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from application.errors import KeyDestroyed
from application.ledger import Ledger
from application.ports import KeyRing
from interfaces.postgres.key_ring import prepare_keys
from interfaces.postgres.migrate import MigrationError
from interfaces.postgres.persistence import ledger_env

BO = "person-bo"


@pytest.fixture
def ledger(database: str, empty_database: str) -> Iterator[Ledger]:
    """Lend a ledger whose keys are in a database of their own."""
    prepare_keys(empty_database)
    with Ledger(ledger_env(database, subject_keys=empty_database)) as opened:
        yield opened


@pytest.fixture
def keys(ledger: Ledger) -> KeyRing:
    return ledger.keys


def rows(database: str) -> list[tuple[str, bytes | None]]:
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT subject, key FROM subject_keys").fetchall()


def test_a_key_is_durable_before_it_is_used_and_the_same_for_everybody(
    keys: KeyRing, empty_database: str
) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(keys.key_for, [BO] * 24))
    assert len(made) == 1
    assert rows(empty_database) == [(BO, *made)]
    assert keys.find(BO) == made.pop()


def test_each_person_has_a_key_of_their_own(keys: KeyRing) -> None:
    assert len({keys.key_for(f"person-{number}") for number in range(5)}) == 5
    assert keys.find("person-9") is None


def test_a_destroyed_key_is_gone_and_none_is_made_again(keys: KeyRing, empty_database: str) -> None:
    key = keys.key_for(BO)
    for _ in range(2):
        keys.destroy(BO)
    assert keys.find(BO) is None
    with pytest.raises(KeyDestroyed, match=BO):
        keys.key_for(BO)
    assert rows(empty_database) == [(BO, None)]
    with psycopg.connect(empty_database) as connection:
        left = connection.execute("SELECT t::text FROM subject_keys t").fetchone()
    assert left is not None
    assert key.hex() not in left[0]


def test_a_key_that_never_was_can_be_destroyed_too(keys: KeyRing) -> None:
    keys.destroy(BO)
    with pytest.raises(KeyDestroyed):
        keys.key_for(BO)


def test_the_ledgers_own_database_then_holds_no_key(
    keys: KeyRing, database: str, empty_database: str
) -> None:
    keys.key_for(BO)
    assert rows(database) == []
    assert len(rows(empty_database)) == 1


def test_a_database_of_the_keys_own_is_prepared_once_and_is_not_the_ledgers(
    database: str, empty_database: str
) -> None:
    for _ in range(2):
        prepare_keys(empty_database)
    assert rows(empty_database) == []
    with pytest.raises(
        MigrationError, match="PARLEY_SUBJECT_KEYS names the database of the ledger"
    ):
        prepare_keys(database)
