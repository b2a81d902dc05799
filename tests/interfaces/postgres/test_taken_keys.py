"""A key that is taken is a conflict, however early the server says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from eventsourcing.persistence import IntegrityError

from application.ledger import Ledger
from application.ports import KeyRecord
from application.recorded import Recorded
from domain.negotiation.facts import CommentMade
from domain.values.sides import Side
from interfaces.postgres.persistence import ledger_env

NOW = datetime(2026, 3, 1, tzinfo=UTC)
STREAM = "relationship-a/negotiation-b"


def test_a_taken_key_and_a_taken_version_are_conflicts_every_time(database: str) -> None:
    with Ledger(ledger_env(database)) as ledger:

        def save(version: int, key: str, length: int = 1) -> None:
            fact = CommentMade("c", Side.CLIENT, "x" * length)
            record = KeyRecord("p", key, "", STREAM, version, version)
            event = Recorded(STREAM, version, NOW, "p", None, key, fact)
            ledger.save(event, command_key=record)

        save(1, "first")
        for attempt in range(100):
            with pytest.raises(IntegrityError, match=r"^key first of p is taken"):
                save(2, "first", 1 + attempt * 2000)
            with pytest.raises(IntegrityError, match=r"^version 1 of .* is taken"):
                save(1, f"fresh {attempt}", 1 + attempt * 2000)
        save(2, "second")
        assert [event.version for event in ledger.history(STREAM)] == [1, 2]
