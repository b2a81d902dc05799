"""The database role that `parley migrate --grant-signer` makes is enough, and reads no fact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from application.ledger import Act, Ledger, Step
from domain.negotiation.commands import OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from http_world import BEGINNING
from interfaces.postgres.migrate import require_current
from interfaces.postgres.persistence import ledger_env
from interfaces.postgres.roles import SIGNER, grant
from interfaces.signer.signer import Report
from signers import signer


@pytest.fixture
def restricted(database: str) -> Iterator[str]:
    """Return how to connect as the signer's role; each worker of a test run has one of its own."""
    role = f"signer_of_{conninfo_to_dict(database)['dbname']}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        grant(database, role, SIGNER)
        yield make_conninfo(database, options=f"-c role={role}")
        connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_the_role_signs(database: str, restricted: str, tmp_path: Path) -> None:
    stream = "relationship-a/negotiation-x"
    opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders")
    with Ledger(ledger_env(database)) as ledger:
        ledger.perform(Act("p", None, BEGINNING, "open"), Step(NEGOTIATION, stream, opening))
    require_current(restricted)
    with signer(restricted, tmp_path) as made:
        assert made.tick() == Report(signed=1)


@pytest.mark.parametrize("query", ["SELECT state FROM ledger_events", "TABLE view_rows"])
def test_it_reads_no_fact_and_no_view(restricted: str, query: str) -> None:
    with psycopg.connect(restricted) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(query)


def test_it_changes_nothing_that_was_published(restricted: str) -> None:
    with psycopg.connect(restricted) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute("UPDATE history_checkpoints SET note = ''")
