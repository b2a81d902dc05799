"""Facts of any size that a request may have reach the database, and nobody waits for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Thread

import pytest

from application.ledger import Ledger
from application.recorded import Recorded
from domain.negotiation.facts import CommentMade
from domain.values.sides import Side
from interfaces.postgres.persistence import ledger_env

SAVES = 8
STREAM = "relationship-1/negotiation-1"
LONG = "long-winded " * 100_000


@pytest.mark.postgres
def test_facts_larger_than_a_socket_takes_at_once_are_recorded(database: str) -> None:
    with Ledger(ledger_env(database)) as ledger:
        saving = Thread(target=_save_all, args=[ledger], daemon=True)
        saving.start()
        saving.join(60)

        assert not saving.is_alive(), "the server has a part of a fact and waits for the rest"
        texts = [event.fact.text for event in ledger.history(STREAM)]
        assert texts == [LONG] * SAVES


def _save_all(ledger: Ledger) -> None:
    for version in range(1, SAVES + 1):
        said = CommentMade(f"comment-{version}", Side.CLIENT, LONG)
        now = datetime(2025, 11, 3, tzinfo=UTC)
        ledger.save(Recorded(STREAM, version, now, "person-1", None, "key", said))
