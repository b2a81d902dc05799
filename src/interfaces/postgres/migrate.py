"""Bring a database's schema to where the code expects it, forward only.

Each ``migrations/NNNN_name.sql`` is applied once, in its own transaction, under an advisory lock,
and recorded in ``parley_migration`` with a digest of its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import LiteralString

import psycopg
from psycopg import Connection
from psycopg.errors import InsufficientPrivilege
from psycopg.rows import TupleRow

SHIPPED = files("interfaces.postgres.migrations")
LOCK = int.from_bytes(b"parley-m")
FILE_NAME = re.compile(r"(?P<number>[0-9]{4})_(?P<name>[a-z0-9_]+)\.sql")
RECORD: LiteralString = """
    CREATE TABLE IF NOT EXISTS public.parley_migration (
        number int PRIMARY KEY,
        name text NOT NULL,
        digest text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


class MigrationError(Exception):
    """The database and the code do not fit; the text says which is ahead or what was changed."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: ``0001_ledger.sql`` has number 1 and name ``ledger``."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return sha256(self.sql.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04d}_{self.name}"


def known_migrations(directory: Traversable = SHIPPED) -> list[Migration]:
    """Return the migrations this code was released with, in order.

    Raises MigrationError when their numbers are not 1, 2, 3, ...
    """
    found = []
    for file in directory.iterdir():
        if matched := FILE_NAME.fullmatch(file.name):
            text = file.read_text(encoding="utf-8")
            found.append(Migration(int(matched["number"]), matched["name"], text))
    found.sort(key=lambda migration: migration.number)
    numbers = [migration.number for migration in found]
    if numbers != list(range(1, len(found) + 1)):
        raise MigrationError(f"migrations are numbered without gaps from 1; these are {numbers}")
    return found


def pending(dsn: str, migrations: Sequence[Migration] | None = None) -> list[Migration]:
    """Return what ``migrate`` would apply, changing nothing.

    Raises MigrationError as ``migrate`` does.
    """
    migrations = known_migrations() if migrations is None else migrations
    with psycopg.connect(dsn) as connection:
        return _outstanding(connection, migrations)


def require_current(dsn: str, migrations: Sequence[Migration] | None = None) -> None:
    """Refuse to go on over a database that is behind the code, ahead of it, or altered.

    Raises MigrationError.
    """
    if outstanding := pending(dsn, migrations):
        names = ", ".join(map(str, outstanding))
        raise MigrationError(f"the database lacks {names}: run `parley migrate`")


def migrate(dsn: str, migrations: Sequence[Migration] | None = None) -> list[Migration]:
    """Apply what is outstanding, and return it; several processes may call this at once.

    Raises MigrationError when an applied migration's text has changed since, when the database has
    migrations this code does not know, and when the role may not apply what is outstanding.
    """
    migrations = known_migrations() if migrations is None else migrations
    if not pending(dsn, migrations):
        return []  # so a role that may change nothing can start what is up to date
    try:
        with psycopg.connect(dsn, autocommit=True) as connection, _alone(connection):
            connection.execute(RECORD)
            outstanding = _outstanding(connection, migrations)
            for migration in outstanding:
                _apply(connection, migration)
    except InsufficientPrivilege as error:
        raise MigrationError(
            "the database is behind this code, and this role may not change it: run "
            "`parley migrate` as the owner of the tables"
        ) from error
    return outstanding


def _apply(connection: Connection[TupleRow], migration: Migration) -> None:
    with connection.transaction():
        connection.execute(migration.sql.encode())
        connection.execute(
            "INSERT INTO public.parley_migration (number, name, digest) VALUES (%s, %s, %s)",
            [migration.number, migration.name, migration.digest],
        )


def _outstanding(
    connection: Connection[TupleRow], migrations: Sequence[Migration]
) -> list[Migration]:
    known = {migration.number: migration for migration in migrations}
    applied = _applied(connection)
    for number, (name, digest) in applied.items():
        if number not in known:
            raise MigrationError(
                f"the database is newer than this code: it has {number:04d}_{name}, "
                f"the newest known here is {max(known, default=0):04d}; deploy the newer code"
            )
        if known[number].digest != digest:
            raise MigrationError(
                f"{known[number]} was changed after it had been applied as {number:04d}_{name}: "
                "restore its text and write a new migration instead"
            )
    return [migration for number, migration in sorted(known.items()) if number not in applied]


def _applied(connection: Connection[TupleRow]) -> dict[int, tuple[str, str]]:
    recorded = connection.execute("SELECT to_regclass('public.parley_migration')").fetchone()
    if recorded is None or recorded[0] is None:
        return {}
    rows = connection.execute(
        "SELECT number, name, digest FROM public.parley_migration ORDER BY number"
    )
    return {number: (name, digest) for number, name, digest in rows}


@contextmanager
def _alone(connection: Connection[TupleRow]) -> Iterator[None]:
    connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        if not connection.broken:
            connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
