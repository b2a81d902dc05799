"""The clocks of the service's processes jump hours forward and back, while they run.

Wall clocks only, by libfaketime: what measures how long something takes goes on as it did, as it
does when somebody sets a machine's clock. PostgreSQL, and the clients, keep the true time.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import Final

import psycopg
import pytest

from domain.values.sides import Side
from faults.installation import Installation, until
from faults.programs import run
from faults.trying import Trial, often

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

JUMPS: Final = (3, -3, 0)
"""Hours from the true time, again and again."""
SET: Final = timedelta(minutes=90)
"""Nearer than this to the time expected, a clock has jumped there."""


class Clock:
    """The wall clock of an installation's processes, to be set."""

    def __init__(self, home: Path) -> None:
        self._file = home / "clock"
        self.jump(0)
        self.settings = {
            "LD_PRELOAD": run("faketime", "-f", "+0", "printenv", "LD_PRELOAD").strip(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, hours: int) -> None:
        """Set the clock to so many hours from the true time."""
        self._file.write_text(f"{hours:+d}h\n")


@pytest.fixture
def elsewhen(installation: Installation) -> Iterator[tuple[Installation, Clock]]:
    """Lend an installation with a clock to set, on a database of its own."""
    with tempfile.TemporaryDirectory(prefix="parley-clocks-") as name:
        home = Path(name)
        clock = Clock(home)
        database = installation.postgres.ensure_database("clocks")
        server = Installation(home, web_processes=2, database=database, more=clock.settings)
        try:
            yield server.start(), clock
        finally:
            server.discard()
            with psycopg.connect(installation.postgres.dsn("postgres"), autocommit=True) as admin:
                admin.execute("DROP DATABASE clocks WITH (FORCE)")


def test_jumping_clocks_lose_nothing_and_leave_a_history_that_verifies(
    elsewhen: tuple[Installation, Clock],
) -> None:
    server, clock = elsewhen
    hours = cycle(JUMPS)
    with server.pair() as pair:
        early = datetime.now(UTC) - timedelta(hours=6)
        for side in Side:  # tokens that hold all along
            server.admit(pair.lead[side], early)
        trial = Trial("clocks jump by hours, forward and back", server, pair)

        def jump() -> None:
            now = next(hours)
            clock.jump(now)
            until("the service has the new time", lambda: shows(server, now))

        with trial.load():
            trial.until_acknowledged(jump, often(len(JUMPS)))
        clock.jump(0)
        trial.settle()


def shows(server: Installation, hours: int) -> bool:
    """Tell whether whoever answers of its web processes dates the answers so many hours off."""
    dates = set()
    for _ in range(8):
        connection = HTTPConnection("127.0.0.1", server.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            dates.add(parsedate_to_datetime(str(connection.getresponse().getheader("Date"))))
        finally:
            connection.close()
    expected = datetime.now(UTC) + timedelta(hours=hours)
    return all(abs(date - expected) < SET for date in dates)
