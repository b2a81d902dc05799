"""A running service whose writers never stop: their relationship moves, and moves again."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread

import pytest

from domain.values.sides import Side
from faults.calling import Connection, Lost, Move
from faults.installation import PATIENCE, Installation, until
from parted import Databases

pytestmark = pytest.mark.postgres

WRITERS = 4


@pytest.fixture
def installation(databases: Databases) -> Iterator[Installation]:
    """Lend a service of two web processes, a worker and a signer over three partitions."""
    with tempfile.TemporaryDirectory(prefix="parley-partitions-") as home:
        more = {"PARLEY_PARTITIONS": databases.setting}
        installation = Installation(Path(home), database=databases.home, more=more)
        try:
            yield installation
        finally:
            installation.discard()


class Writers:
    """Each sends comments, one after another; each until it is answered yes, under its one key."""

    def __init__(self, installation: Installation, path: str, subject: str) -> None:
        self._installation, self._path, self._subject = installation, path, subject
        self._stop = Event()
        self.acknowledged: dict[str, int] = {}
        self.told_to_wait = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let them write while this lasts; they end with what they have begun."""
        threads = [Thread(target=self._write, args=(n,), daemon=True) for n in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in threads)

    def _write(self, number: int) -> None:
        with closing(self._installation.call(self._subject)) as connection:
            self._write_over(connection, number)

    def _write_over(self, connection: Connection, number: int) -> None:
        said = 0
        while not self._stop.is_set():
            said += 1
            body = {"text": f"{number} says {said}"}
            move = Move(self._subject, f"{self._path}/comments", body, None)
            while True:
                try:
                    answer = connection.move(move)
                except Lost:
                    continue
                if answer.yes:
                    self.acknowledged[move.key] = answer.version
                    break
                assert answer.status == 503, answer
                self.told_to_wait += answer.document["rule"] == "relationship-moving"
                time.sleep(0.05)


def moved(installation: Installation, relationship: str, place: str) -> subprocess.Popen[bytes]:
    """Begin to move a relationship by the command."""
    return installation.run("partition", "move", relationship, "--to", place)


def test_nothing_acknowledged_is_lost_or_doubled(
    installation: Installation, databases: Databases
) -> None:
    with installation.pair() as pair:
        path = pair.negotiation()
        relationship = pair.relationship
    installation.start()
    writers = Writers(installation, path, pair.lead[Side.CLIENT])
    with writers.at_work():
        until("they write", lambda: len(writers.acknowledged) > WRITERS)
        for step in ("copied ahead", "fenced", "shown", "switched"):
            killed = moved(installation, relationship, "east")
            until(f"it is {step}", partial(installation.logged, f"{relationship}: {step}\n"))
            os.killpg(killed.pid, signal.SIGKILL)
            killed.wait(PATIENCE)
        assert moved(installation, relationship, "east").wait(PATIENCE) == 0, installation.said()
        before = len(writers.acknowledged)
        until("they go on", lambda: len(writers.acknowledged) > before + 50)
        assert moved(installation, relationship, "west").wait(PATIENCE) == 0, installation.said()
        before = len(writers.acknowledged)
        until("they go on", lambda: len(writers.acknowledged) > before + 50)
    assert writers.told_to_wait
    assert set(databases.facts(relationship)) == {"west"}
    recorded = databases.ask(
        "west",
        "SELECT convert_from(state, 'UTF8')::json ->> 'key', originator_version FROM ledger_events"
        " WHERE topic LIKE 'negotiation.CommentMade/%%'",
    )
    assert Counter(key for key, _ in recorded) == Counter(writers.acknowledged.keys())
    assert dict(recorded) == writers.acknowledged
    checked = installation.run("fsck", "--json")
    assert checked.wait(PATIENCE) == 0, installation.said()
