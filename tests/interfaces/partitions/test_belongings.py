"""What lies beside the facts moves with them: files, open signing rounds, figures by month."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.types.json import Jsonb

from parted import Town, move

pytestmark = pytest.mark.postgres

TABLES = ("document_revisions", "document_rounds", "measurement_batches", "measurement_figures")


def test_files_rounds_and_figures_go_along_and_leave_nothing_behind(town: Town) -> None:
    relationship, databases = town.east.relationship, town.databases
    with psycopg.connect(databases.others["east"]) as connection:
        connection.execute(
            "INSERT INTO document_revisions (document, digest, pdf)"
            " VALUES (%s, 'sha256:' || encode(sha256('a file'::bytea), 'hex'), 'a file')",
            (relationship,),
        )
        connection.execute(
            "INSERT INTO document_rounds VALUES (%s, 'client', 'a round', 'person', 'revision',"
            " ARRAY['chain'::bytea], 'pdf', 'attributes', 'digest', 1, 2, now())",
            (relationship,),
        )
        connection.execute("SELECT measurement_month('2026-01-01')")
        connection.execute(
            "WITH batch AS (INSERT INTO measurement_batches (contract, objective, source, batch,"
            " digest, shape, starts, ends, stream, sheets, settled) VALUES (%s, 'objective',"
            " 'source', 'batch', 'digest', 'shape', '2026-01-01', '2026-02-01', 'stream', %s, true)"
            " RETURNING id) INSERT INTO measurement_figures"
            " SELECT '2026-01-01', id, 'figures' FROM batch",
            (relationship, Jsonb([["2026-01-01", 3, "digest"]])),
        )
    move(town.world, databases, relationship, "west")
    for table in TABLES:
        count = f"SELECT count(*) FROM {table}"
        assert databases.ask("west", count) == [(1,)], table
        assert databases.ask("east", count) == [(0,)], table
    assert databases.ask("west", "SELECT data FROM measurement_figures") == [(b"figures",)]
