"""``parley fsck``: exit 0 in words when all fits, 1 with the place when something does not."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from charged import charged_terms
from http_world import open_world
from interfaces.cli.main import app
from measured import measured, month_of_outages


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


def test_names_a_batch_whose_figures_were_exchanged(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_DATABASE", database)
    monkeypatch.setenv("PARLEY_HOME", str(tmp_path))
    with measured(database, tmp_path, charged_terms()) as service:
        service.at("2026-02-01T08:00")
        service.hand_in(month_of_outages("2026-01"))
    told = CliRunner().invoke(app, ["fsck"])
    assert told.exit_code == 0, told.output
    assert "1 batches of figures are as they were received" in told.output
    with psycopg.connect(database) as connection:
        connection.execute("UPDATE measurement_figures SET data = 'less downtime'")
    done = CliRunner().invoke(app, ["fsck", "--json"])
    assert done.exit_code == 1
    (fault,) = json.loads(done.stdout)["faults"]
    assert fault["because"] == "its figures of 2026-01 are not what was received"
    assert "batch 2026-01 of probe" in fault["place"]
