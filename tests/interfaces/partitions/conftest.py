"""An installation in three partitions, each a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from http_world import World, open_world
from interfaces.partitions import moving, routes
from interfaces.partitions.opening import prepare_partitions
from interfaces.partitions.routes import Routes
from interfaces.postgres.embedded import EmbeddedPostgres
from parted import Databases, Settling, Town


@contextmanager
def _three(postgres: EmbeddedPostgres, template: str) -> Iterator[Databases]:
    made = [f"partition_{uuid4().hex}" for _ in range(3)]
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        for one in made:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(one), sql.Identifier(template)
                )
            )
        home, east, west = (postgres.dsn(one) for one in made)
        databases = Databases(home, {"east": east, "west": west})
        prepare_partitions(databases.home, databases.others)
        yield databases
        for one in made:
            connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(one)))


@contextmanager
def _settling() -> Iterator[Settling]:
    """Let new relationships live where a test says, and nobody believe in an old place."""
    settling = Settling()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Routes, "place", lambda _self, _relationship: settling.place)
        patched.setattr(routes, "LEASE", 0.0)
        patched.setattr(moving, "GRACE", 0.0)
        yield settling


@pytest.fixture
def databases(postgres: EmbeddedPostgres, migrated_template: str) -> Iterator[Databases]:
    """Lend three empty databases that are partitions of one installation."""
    with _three(postgres, migrated_template) as databases:
        yield databases


@pytest.fixture
def settling() -> Iterator[Settling]:
    """Say where new relationships live."""
    with _settling() as settling:
        yield settling


@pytest.fixture
def parted(databases: Databases, tmp_path: Path) -> Iterator[World]:
    """Lend a service over the three, with nobody in it."""
    with open_world(databases.home, tmp_path, partitions=databases.setting) as world:
        yield world


@pytest.fixture(scope="module")
def town(
    postgres: EmbeddedPostgres, migrated_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """Lend a service over three partitions with a cast in each, to all tests of a module."""
    home = tmp_path_factory.mktemp("home")
    with (
        _three(postgres, migrated_template) as databases,
        _settling() as settling,
        open_world(databases.home, home, partitions=databases.setting) as world,
    ):
        casts = []
        for settling.place in databases.all:
            casts.append(world.cast(f"{settling.place}-"))
        yield Town(world, databases, settling, *casts)
