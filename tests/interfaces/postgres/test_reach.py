"""A server that is away is found out by one; the others are told at once, and it is looked for."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from psycopg import OperationalError

from application.errors import PartitionAway
from interfaces.postgres.migrate import MigrationError
from interfaces.postgres.reach import REST, Reach


class Server:
    """Answers, or does not; counts who looked, and may keep them waiting."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.looks = 0
        self.answers = Event()
        self.answers.set()
        self.now = 1000.0
        self.reach = Reach("east", self.look, lambda: self.now)

    def look(self) -> None:
        self.looks += 1
        assert self.answers.wait(10)
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def server() -> Server:
    return Server()


def away(server: Server) -> None:
    server.trouble = OperationalError("nobody there\nat all")
    server.reach.doubt()
    with pytest.raises(PartitionAway, match="the partition east does not answer"):
        server.reach.require()


def test_what_answers_is_looked_at_once(server: Server) -> None:
    for _ in range(3):
        server.reach.require()
    assert (server.looks, server.reach.is_away) == (1, False)


def test_what_is_away_is_left_alone_for_a_while(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    away(server)
    for _ in range(3):
        with pytest.raises(PartitionAway):
            server.reach.require()
    assert (server.looks, server.reach.is_away) == (1, True)
    server.now += REST
    with pytest.raises(PartitionAway):
        server.reach.require()
    assert server.looks == 2
    assert caplog.messages == ["the partition east is away: nobody there"]


def test_it_is_found_when_it_is_back(server: Server) -> None:
    away(server)
    server.trouble = None
    server.now += REST
    server.reach.require()
    assert not server.reach.is_away


def test_a_doubt_that_was_none_keeps_nobody_out(server: Server) -> None:
    server.reach.require()
    server.reach.doubt()
    server.reach.require()
    assert (server.looks, server.reach.is_away) == (2, False)


def test_nobody_waits_for_another_ones_look_at_what_is_away(server: Server) -> None:
    away(server)
    server.now += REST
    server.answers.clear()

    def look() -> None:
        with pytest.raises(PartitionAway):
            server.reach.require()

    looking = Thread(target=look)
    looking.start()
    while server.looks < 2:
        pass
    with pytest.raises(PartitionAway):
        server.reach.require()
    server.answers.set()
    looking.join()
    assert server.looks == 2


def test_what_is_another_database_is_not_begun_with_and_not_used(server: Server) -> None:
    server.trouble = MigrationError("what is called 'east' is 'west'")
    with pytest.raises(MigrationError):
        server.reach.begin()
    with pytest.raises(PartitionAway):
        server.reach.require()


def test_one_may_begin_while_it_is_away(server: Server) -> None:
    server.trouble = OperationalError("nobody there")
    server.reach.begin()
    assert server.reach.is_away
