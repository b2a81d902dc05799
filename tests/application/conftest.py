"""Ledgers and view stores of both kinds: in memory and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg_pool import ConnectionPool

from application.ledger import Ledger
from application.projections.base import ViewStore
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.memory.views import MemoryViewStore
from interfaces.postgres.persistence import ledger_env
from interfaces.postgres.views import PostgresViewStore

KINDS = ["memory", "postgres"]


@pytest.fixture(params=KINDS)
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    """Lend an empty ledger of each kind."""
    on_postgres = request.param == "postgres"
    env = ledger_env(request.getfixturevalue("database")) if on_postgres else MEMORY_ENV
    with Ledger(env) as opened:
        yield opened


@pytest.fixture
def postgres_ledger(database: str) -> Iterator[Ledger]:
    """Lend an empty ledger on PostgreSQL."""
    with Ledger(ledger_env(database)) as opened:
        yield opened


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[ViewStore]:
    """Lend a view store of each kind with nothing in it."""
    if request.param == "memory":
        yield MemoryViewStore()
        return
    yield request.getfixturevalue("postgres_store")


@pytest.fixture
def postgres_store(database: str) -> Iterator[PostgresViewStore]:
    """Lend a view store on PostgreSQL with nothing in it."""
    with ConnectionPool(database, min_size=1, max_size=4, open=True) as pool:
        yield PostgresViewStore(pool)
