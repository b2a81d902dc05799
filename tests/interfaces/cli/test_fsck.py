"""``parley fsck``: exit 0 in words when all fits, 1 with the place when something does not."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from http_world import open_world
from interfaces.cli.main import app


@pytest.fixture
def installation(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have two parties in a relationship in the database that the command line is told of."""
    with open_world(database, tmp_path) as world:
        world.cast()
    monkeypatch.setenv("PARLEY_DATABASE", database)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    return database


@pytest.mark.usefixtures("installation")
def test_says_what_it_checked_when_all_fits() -> None:
    done = CliRunner().invoke(app, ["fsck"])
    assert done.exit_code == 0, done.output
    assert "every leaf, root, checkpoint and view is what the facts lead to" in done.output


def test_names_a_rewritten_fact_and_a_stale_row(installation: str) -> None:
    with psycopg.connect(installation) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE ledger_events SET state = convert_to(replace(convert_from(state, 'UTF8'),"
            " 'run order management', 'run all there is'), 'UTF8')"
        )
    done = CliRunner().invoke(app, ["fsck", "--json"])
    assert done.exit_code == 1
    faults = json.loads(done.stdout)["faults"]
    assert "the fact is not the one its leaf was made of" in [one["because"] for one in faults]
    stale = [one["place"] for one in faults if one["place"].startswith("view ")]
    assert any(place.startswith("view relationships row ") for place in stale)
    assert any(place.startswith("view audit_trail row ") for place in stale)
