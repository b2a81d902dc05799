"""``parley partition``: what is said of partitions, what would move, and moving it."""

from __future__ import annotations

import json
from uuid import uuid4

import psycopg
import pytest
from click.testing import Result
from psycopg import sql
from typer.testing import CliRunner

from http_world import open_world
from interfaces.cli.answers import NO, USAGE, Said
from interfaces.cli.main import app
from interfaces.partitions.opening import prepare_partitions
from interfaces.partitions.routes import Routes
from interfaces.postgres.embedded import EmbeddedPostgres

pytestmark = pytest.mark.postgres


def test_a_relationship_is_moved_by_the_command(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    home, east = (made(postgres, migrated_template) for _ in range(2))
    directory = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("PARLEY_DATABASE", home)
    monkeypatch.setenv("PARLEY_HOME", str(directory))
    monkeypatch.setenv("PARLEY_PARTITIONS", f"east={east}")
    monkeypatch.setattr(Routes, "place", lambda _self, _relationship: "home")
    ran = CliRunner().invoke
    prepare_partitions(home, {"east": east})
    with open_world(home, directory, partitions=f"east={east}") as world:
        relationship = world.cast().relationship

    def parley(*words: str) -> Result:
        return ran(app, ["partition", *words], catch_exceptions=True)

    listed = json.loads(parley("list", "--json").stdout)
    assert [one["relationships"] for one in listed["partitions"]] == [1, 0]
    planned = parley("move", relationship, "--to", "east", "--plan")
    assert "would go from home to east: 3 facts, 0 files, 0 batches of figures" in planned.stdout
    assert json.loads(parley("list", "--json").stdout) == listed
    moved = parley("move", relationship, "--to", "east", "--json")
    assert moved.exit_code == 0, moved.output
    assert json.loads(moved.stdout)["steps"][-1] == "cleared"
    words = parley("list").stdout
    assert "east: 1 relationships, 3 facts" in words
    for told, code, because in (
        (("move", relationship, "--to", "east"), NO, "lives in east already"),
        (("move", relationship, "--to", "north"), NO, "there is no partition 'north'"),
        (("move", relationship, "--to", "east", "--undo"), NO, "not on its way"),
        (("move", relationship, "--to", "home", "--undo", "--plan"), USAGE, "do not go together"),
    ):
        refusal = parley(*told).exception
        assert isinstance(refusal, Said)
        assert (refusal.code, because in str(refusal)) == (code, True)
    checked = ran(app, ["fsck"])
    assert checked.exit_code == 0, checked.output


def made(postgres: EmbeddedPostgres, template: str) -> str:
    """Return a migrated database of its own."""
    name = f"partition_{uuid4().hex}"
    with psycopg.connect(postgres.dsn("postgres"), autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
    return postgres.dsn(name)


def test_one_partition_has_nothing_to_move(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_DATABASE", database)
    refusal = CliRunner().invoke(app, ["partition", "move", "relationship-x", "--to", "east"])
    assert isinstance(refusal.exception, Said)
    assert refusal.exception.code == USAGE
