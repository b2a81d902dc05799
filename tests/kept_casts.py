"""The cast as it stood when it was first assembled, put into other empty databases as it is.

To bring everybody on takes some seventy requests. What they leave behind is rows; a world that
begins at the same instant with nothing in it is given the same rows instead, as any process finds
what another one recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import sql

from http_cast import Cast, assemble
from unaltered import require_unaltered

if TYPE_CHECKING:
    from http_world import World

PATIENCE: Final = "10s"
"""How long a forgotten transaction is waited for before it fails, loudly, whoever comes next."""


@dataclass(frozen=True)
class Rows:
    """All that a database holds: its tables as PostgreSQL copies them, and its sequences."""

    tables: dict[str, bytes]
    sequences: dict[str, int]


@dataclass(frozen=True)
class Kept:
    """A cast, its rows, and how many idempotency keys were used up for it."""

    cast: Cast
    rows: Rows
    keys: int


_KEPT: dict[datetime, Kept] = {}


def cast_of(world: World) -> Cast:
    """Return everybody, assembled or as they were when first assembled at this instant."""
    if world.house.ledger.head() != 0 or world.partitions:
        return assemble(world)
    beginning = world.clock.time
    kept = _KEPT.get(beginning)
    if kept is None:
        cast = assemble(world)
        if world.clock.time == beginning:
            _KEPT[beginning] = Kept(cast, taken(world.database), world.keys_used)
        return cast
    put(world.database, kept.rows)
    world.keys_used = max(world.keys_used, kept.keys)
    people = (
        replace(one, world=world, persons=dict(one.persons)) for one in kept.cast.organisations()
    )
    return Cast(*people, kept.cast.relationship, kept.cast.admission)


def emptied(database: str) -> str:
    """Empty every table of a database, but for which migrations it has seen; return it.

    Most tables are empty already, and to truncate one costs new files for it and its indexes.

    Raises:
        AssertionError: a test before this one altered its functions or triggers.
    """
    with psycopg.connect(database) as connection:
        require_unaltered(database, connection)
        connection.execute(sql.SQL("SET lock_timeout = {}").format(PATIENCE))
        tables = connection.execute(
            "SELECT tablename FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename <> 'parley_migration'"
        ).fetchall()
        names = [sql.Identifier("public", name) for (name,) in tables]
        connection.execute(sql.SQL("LOCK TABLE {}").format(sql.SQL(", ").join(names)))
        holding = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, table)
            for (name,), table in zip(tables, names, strict=True)
        )
        held = [_named(name) for (name,) in connection.execute(holding).fetchall()]
        if held:
            connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(held)))
        begun = connection.execute(
            "SELECT sequencename FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        ).fetchall()
        for (name,) in begun:  # also where what took a number was never committed
            connection.execute(sql.SQL("ALTER SEQUENCE {} RESTART").format(_named(name)))
    return database


def taken(database: str) -> Rows:
    """Return what a database holds, but for which migrations it has seen."""
    with psycopg.connect(database) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind = 'r' AND relname <> 'parley_migration'"
        ).fetchall()
        tables = {name: _copied(connection, name) for (name,) in names}
        sequences = connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences"
            " WHERE schemaname = 'public' AND last_value IS NOT NULL"
        ).fetchall()
    return Rows({name: rows for name, rows in tables.items() if rows}, dict(sequences))


def put(database: str, rows: Rows) -> None:
    """Put rows into an empty database, as they are: no trigger fires, nothing is looked up."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        for name, content in rows.tables.items():
            into = sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(_named(name))
            with connection.cursor().copy(into) as copying:
                copying.write(content)
        for name, last in rows.sequences.items():
            connection.execute("SELECT setval(%s::regclass, %s)", (f'public."{name}"', last))


def _copied(connection: psycopg.Connection[Any], name: str) -> bytes:
    """Return a table's rows, nothing if there are none."""
    if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(_named(name))).rowcount == 0:
        return b""
    out = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(_named(name))
    with connection.cursor().copy(out) as copying:
        return b"".join(copying)


def _named(name: str) -> sql.Identifier:
    return sql.Identifier("public", name)
