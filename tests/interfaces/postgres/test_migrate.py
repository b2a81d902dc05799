"""Forward-only migrations: once, in order, safely from many processes, never over a stranger."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from eventsourcing.application import Application

from interfaces.postgres.migrate import (
    Migration,
    MigrationError,
    known_migrations,
    migrate,
    pending,
    require_current,
)

pytestmark = pytest.mark.postgres

FIRST = Migration(1, "first", "CREATE TABLE first (id int); INSERT INTO first VALUES (1);")
SECOND = Migration(2, "second", "CREATE TABLE second (id int);")


def tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def test_an_empty_database_gets_every_migration_once(empty_database: str) -> None:
    assert pending(empty_database) == known_migrations()
    assert migrate(empty_database) == known_migrations()
    assert migrate(empty_database) == []
    assert pending(empty_database) == []
    require_current(empty_database)


def test_what_is_pending_is_named_and_changes_nothing(empty_database: str) -> None:
    migrate(empty_database, [FIRST])
    assert pending(empty_database, [FIRST, SECOND]) == [SECOND]
    assert "second" not in tables(empty_database)
    with pytest.raises(MigrationError, match="lacks 0002_second"):
        require_current(empty_database, [FIRST, SECOND])


def test_a_migration_changed_after_it_was_applied_is_refused(empty_database: str) -> None:
    migrate(empty_database, [FIRST])
    edited = replace(FIRST, sql=FIRST.sql + " -- edited")
    for refuse in (migrate, pending, require_current):
        with pytest.raises(MigrationError, match="0001_first was changed"):
            refuse(empty_database, [edited])


def test_a_database_newer_than_the_code_is_refused(empty_database: str) -> None:
    migrate(empty_database, [FIRST, SECOND])
    for refuse in (migrate, pending, require_current):
        with pytest.raises(MigrationError, match="newer than this code: it has 0002_second"):
            refuse(empty_database, [FIRST])


def test_a_failing_migration_leaves_nothing_of_itself(empty_database: str) -> None:
    broken = Migration(2, "broken", "CREATE TABLE half (id int); SELECT nonsense;")
    with pytest.raises(psycopg.errors.UndefinedColumn):
        migrate(empty_database, [FIRST, broken])
    assert "half" not in tables(empty_database)
    assert migrate(empty_database, [FIRST, SECOND]) == [SECOND]


def test_processes_migrating_at_once_do_it_once_between_them(empty_database: str) -> None:
    program = (
        "import sys; from interfaces.postgres.migrate import migrate; "
        "print(len(migrate(sys.argv[1])))"
    )
    racers = [
        subprocess.Popen(  # noqa: S603 - this interpreter, this program
            [sys.executable, "-c", program, empty_database],
            stdout=subprocess.PIPE,
            text=True,
            env={"PYTHONPATH": ":".join(sys.path)},
        )
        for _ in range(4)
    ]
    applied = [int(racer.communicate(timeout=60)[0]) for racer in racers]
    assert sorted(applied) == [0, 0, 0, len(known_migrations())]


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    for name in ("0001_first.sql", "0003_third.sql", "notes.txt"):
        (tmp_path / name).write_text("SELECT 1;")
    with pytest.raises(MigrationError, match=r"without gaps from 1; these are \[1, 3\]"):
        known_migrations(tmp_path)


def shape(dsn: str, relation: str) -> dict[str, object]:
    """Describe a table as PostgreSQL's catalogue does: columns, keys, indexes, storage."""
    columns = """
        SELECT attname, format_type(atttypid, atttypmod), attnotnull,
               pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum
    """
    indexes = "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass"
    storage = "SELECT reloptions FROM pg_class WHERE oid = %s::regclass"
    attributes = """
        SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = 'public.stored_event_text'::regclass AND attnum > 0 ORDER BY attnum
    """
    with psycopg.connect(dsn) as connection:
        return {
            "columns": connection.execute(columns, [relation]).fetchall(),
            "indexes": sorted(connection.execute(indexes, [relation]).fetchall()),
            "storage": connection.execute(storage, [relation]).fetchall(),
            "type": connection.execute(attributes).fetchall(),
        }


def test_the_ledger_table_is_the_one_the_event_store_would_make(
    empty_database: str, database: str
) -> None:
    named = psycopg.conninfo.conninfo_to_dict(empty_database)

    class Stock(Application[str]):
        name = "ledger"
        env = {  # noqa: RUF012 - the library reads it from the class
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "ORIGINATOR_ID_TYPE": "text",
            "POSTGRES_DBNAME": str(named["dbname"]),
            "POSTGRES_HOST": str(named["host"]),
            "POSTGRES_PORT": str(named["port"]),
            "POSTGRES_USER": str(named["user"]),
            "POSTGRES_PASSWORD": "none",
        }

    with Stock():
        assert shape(empty_database, "ledger_events") == shape(database, "ledger_events")


def test_every_test_finds_an_empty_database_first(database: str) -> None:
    fill(database)


def test_every_test_finds_an_empty_database_second(database: str) -> None:
    fill(database)


def fill(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM view_tracking").fetchone() == (0,)
        connection.execute("INSERT INTO view_tracking VALUES ('inbox', 1, 1)")
        inserted = connection.execute(
            "INSERT INTO ledger_events VALUES ('a-1', 1, 't', '') RETURNING notification_id"
        )
        assert inserted.fetchone() == (1,)
