"""After the server crashed and came back, the first to ask is answered, however many lay idle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from application.ledger import Act, Step
from application.projections.base import Query
from domain.negotiation.commands import OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.sides import Side
from interfaces.composition import House, open_house
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate

MANY = 16


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    """Start a server of this test's own."""
    own = EmbeddedPostgres(data_dir, durable=False).start()
    yield own
    own.discard()


def all_at_once(house: House) -> None:
    """Make both pools as large as many readers make them."""
    together = Barrier(MANY)

    def read() -> None:
        with house.ledger.factory.datastore.get_connection():  # type: ignore[attr-defined]
            together.wait(20)
        house.store.view(house.projections.audit_trail).find(Query(everybodys=True))

    readers = [Thread(target=read) for _ in range(MANY)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()


def test_the_first_request_after_a_crash_is_answered(server: EmbeddedPostgres) -> None:
    conninfo = server.ensure_database()
    migrate(conninfo)
    with open_house(conninfo) as house:
        all_at_once(house)
        server.stop()
        server.start()
        opening = OpenNegotiation(NewAgreement(), Side.CLIENT, "Orders")
        step = Step(NEGOTIATION, "relationship-a/negotiation-b", opening)
        act = Act("p", None, datetime(2026, 3, 1, tzinfo=UTC), "k")
        assert house.ledger.perform(act, step).stream.version == 1
        assert house.store.view(house.projections.audit_trail).find(Query(everybodys=True)) == []
