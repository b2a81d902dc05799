"""Databases and directories for the tests of the PostgreSQL room."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from interfaces.postgres.embedded import EmbeddedPostgres


@pytest.fixture
def empty_database(postgres: EmbeddedPostgres) -> Iterator[str]:
    """Yield the connection string of a database without any table."""
    name = f"empty_{uuid4().hex}"
    yield postgres.ensure_database(name)
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Yield a directory for a server of the test's own, which any account may pass through."""
    directory = Path(tempfile.mkdtemp(prefix="parley-server-"))
    directory.chmod(0o711)
    yield directory / "postgres"
    EmbeddedPostgres(directory / "postgres").discard()
    shutil.rmtree(directory)
