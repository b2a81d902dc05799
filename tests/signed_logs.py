"""Logs for a signer of the tests to sign, and what an operator can do to them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psycopg

from application.ledger import Act, Ledger, Step
from domain.history.checkpoint import Checkpoint, open_checkpoint
from domain.negotiation.commands import Comment, OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from interfaces.signer.signer import Report
from signers import KEY, ORIGIN, signer

NOW: Final = datetime(2026, 3, 1, tzinfo=UTC)
ONE: Final = "relationship-a"
OTHER: Final = "relationship-b"


def tick(database: str, home: Path) -> Report:
    with signer(database, home) as made:
        return made.tick()


def say(ledger: Ledger, log: str, times: int, word: str = "hello") -> None:
    """Add facts to a log: the first time it is opened, too."""
    stream = f"{log}/negotiation-x"
    before = ledger.load(NEGOTIATION, stream).version
    if before == 0:
        opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders")
        ledger.perform(Act("p", None, NOW, f"{stream} 0"), Step(NEGOTIATION, stream, opening))
        before, times = 1, times - 1
    for number in range(before, before + times):
        words = Comment(f"comment-{number}", Side.CLIENT, word)
        act = Act("p", None, NOW, f"{stream} {number} {word}")
        ledger.perform(act, Step(NEGOTIATION, stream, words))


def rows(database: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


def behind_its_back(database: str, *statements: str) -> None:
    """Do as an operator with every right could, past every trigger."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)


def leaves(database: str, log: str) -> list[bytes]:
    query = "SELECT leaf_hash FROM history_leaves WHERE log = %s ORDER BY leaf_index"
    with psycopg.connect(database) as connection:
        return [leaf for (leaf,) in connection.execute(query, (log,))]


def latest(database: str, log: str) -> Checkpoint:
    """Return a log's latest checkpoint, checked by the signer's key."""
    with psycopg.connect(database) as connection:
        found = connection.execute(
            "SELECT note FROM history_checkpoints WHERE log = %s ORDER BY size DESC LIMIT 1", (log,)
        ).fetchone()
    assert found is not None
    return open_checkpoint(found[0], KEY.named(f"{ORIGIN}/{log}")).checkpoint


SET_BACK = (
    "DELETE FROM ledger_events WHERE originator_version > {0} AND originator_id LIKE '{1}/%'",
    "DELETE FROM history_leaves WHERE version > {0} AND log = '{1}'",
    "UPDATE history_logs SET size = {0} WHERE log = '{1}'",
)


def set_back(database: str, log: str, size: int) -> None:
    """Cut a log off, and its facts, in such a way that all that is left fits together."""
    behind_its_back(database, *(statement.format(size, log) for statement in SET_BACK))


def crash(*_: object) -> None:
    """Stand for what does not come back."""
    raise KeyboardInterrupt


def another_home(tmp_path: Path, name: str) -> Path:
    """Return an empty directory for a signer."""
    home = tmp_path / name
    home.mkdir()
    return home
