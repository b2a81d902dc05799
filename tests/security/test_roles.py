"""The service lives under a role that adds facts and can change none; nothing more is granted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege
from typer.testing import CliRunner

from domain.values.sides import Side
from faults.calling import Move
from faults.installation import Installation
from http_world import open_world
from interfaces.cli.main import app as command_line
from interfaces.postgres.migrate import MigrationError, migrate, require_current
from interfaces.postgres.roles import SERVICE, SIGNER, Grants, grant
from signers import sign_all
from story.test_life_of_an_agreement import test_the_life_of_an_agreement as tell_the_story

pytestmark = pytest.mark.postgres
RECORD: Final = (
    "ledger_events",
    "ledger_keys",
    "history_logs",
    "history_leaves",
    "history_signers",
    "history_checkpoints",
    "history_nodes",
    "partition_routes",
    "partition_fences",
)
"""What nobody may ever change: the facts, what was said of them, and where they are."""


@pytest.fixture
def lesser(database: str) -> Iterator[str]:
    """Return a role that may do nothing yet; each worker of a test run has one of its own."""
    role = f"lesser_of_{conninfo_to_dict(database)['dbname']}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        yield role
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def under(role: str, database: str) -> str:
    """Return how to connect as a role."""
    return make_conninfo(database, options=f"-c role={role}")


def tables(database: str) -> set[str]:
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
        return {name for (name,) in found}


def test_every_table_is_named_in_what_the_service_may_do(database: str) -> None:
    assert tables(database) == set(SERVICE.tables)


def test_a_whole_life_of_an_agreement_is_lived_under_the_lesser_role(
    database: str, lesser: str, tmp_path: Path
) -> None:
    grant(database, lesser, SERVICE)
    with open_world(under(lesser, database), tmp_path) as world:
        world.database = database  # the signer has a role of its own
        tell_the_story(world, world.cast())


def test_the_signer_signs_under_its_own(database: str, lesser: str, tmp_path: Path) -> None:
    with open_world(database, tmp_path) as world:
        world.cast()
    grant(database, lesser, SIGNER)
    sign_all(under(lesser, database), tmp_path / "signer")
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM history_checkpoints").fetchone() != (0,)


@pytest.mark.parametrize("kind", [SERVICE, SIGNER], ids=["service", "signer"])
@pytest.mark.parametrize("table", RECORD)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_is_on_record_is_nobodys_to_change(
    database: str, lesser: str, kind: Grants, table: str, change: str
) -> None:
    grant(database, lesser, kind)
    with psycopg.connect(under(lesser, database)) as connection:
        column = connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
        ).fetchone()
        assert column is not None
        names = (sql.Identifier(table), *(sql.Identifier(column[0]),) * 2)
        with pytest.raises(InsufficientPrivilege):
            connection.execute(sql.SQL(change).format(*names[: change.count("{}")]))


@pytest.mark.parametrize(
    "way",
    [
        "INSERT INTO ledger_events (originator_id, originator_version) VALUES ('a', 1)",
        "INSERT INTO history_leaves VALUES ('a', 0, 'a', 1, '')",
        "DROP TRIGGER history_append ON ledger_events",
        "ALTER TABLE ledger_events DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "CREATE TABLE mine ()",
        "CREATE FUNCTION sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
        "ALTER FUNCTION history_leaf(text, bigint, text, bytea) RENAME TO mine",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY ledger_events TO PROGRAM 'cat'",
    ],
)
def test_there_is_no_way_around_it(database: str, lesser: str, way: str) -> None:
    grant(database, lesser, SERVICE, SIGNER)
    with (
        psycopg.connect(under(lesser, database)) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute(way.encode())


def test_what_a_role_held_before_is_taken_from_it(database: str, lesser: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(
            sql.SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(sql.Identifier(lesser))
        )
        connection.execute(
            sql.SQL("GRANT UPDATE (state) ON ledger_events TO {}").format(sql.Identifier(lesser))
        )
    grant(database, lesser, SERVICE)
    with (
        psycopg.connect(under(lesser, database)) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute("UPDATE ledger_events SET state = NULL")


def test_who_owns_the_tables_cannot_be_made_less(database: str, lesser: str) -> None:
    with psycopg.connect(database) as connection:
        owner = connection.execute("SELECT current_user").fetchone()
    assert owner is not None
    with pytest.raises(MigrationError, match="whom nothing can be refused"):
        grant(database, owner[0], SERVICE)
    with psycopg.connect(database) as connection:
        connection.execute(
            sql.SQL("GRANT {} TO {}").format(sql.Identifier(owner[0]), sql.Identifier(lesser))
        )
    with pytest.raises(MigrationError, match="whom nothing can be refused"):
        grant(database, lesser, SERVICE)


def test_a_role_that_is_not_there_is_named(database: str) -> None:
    with pytest.raises(MigrationError, match="there is no role nobody_at_all"):
        grant(database, "nobody_at_all", SERVICE)


def test_the_command_migrates_and_grants(
    database: str, lesser: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_DATABASE", database)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    told = ["migrate", "--grant", lesser, "--grant-signer", lesser]
    done = CliRunner().invoke(command_line, told, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert f"{lesser} may do what it needs" in done.output
    require_current(under(lesser, database))
    assert migrate(under(lesser, database)) == []


def test_the_processes_themselves_run_under_it(database: str, lesser: str, tmp_path: Path) -> None:
    grant(database, lesser, SERVICE, SIGNER)
    installation = Installation(tmp_path, web_processes=1, database=under(lesser, database))
    try:
        installation.start()
        owner = Installation(tmp_path, database=database)
        with owner.pair() as pair:
            path = pair.negotiation()
            move = Move(pair.lead[Side.PROVIDER], f"{path}/comments", {"text": "as a lesser role"})
            assert installation.once(move).yes
            assert installation.wrong() == []
    finally:
        installation.discard()
