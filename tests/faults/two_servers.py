"""One installation on two servers of its own: home's is the embedded one, the other is the east's.

Both are durable and each can be killed by itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from faults.calling import Answer, Move
from faults.installation import PATIENCE, Installation, alive, until
from interfaces.postgres.embedded import EmbeddedPostgres

FACTS = "SELECT count(*) FROM ledger_events WHERE split_part(originator_id, '/', 1) = %s"


class TwoServers(Installation):
    """An installation whose relationships are at home or in the east, where another server is."""

    def __init__(self, home: Path) -> None:
        self.east = EmbeddedPostgres(home / "east").start()
        super().__init__(home, partitions={"east": self.east.ensure_database()})

    def lives(self, relationship: str) -> dict[str, int]:
        """Return where there are facts of a relationship, and how many."""
        found = {}
        for name, one in {"home": self.dsn, **self.partitions}.items():
            with psycopg.connect(one) as connection:
                facts = connection.execute(FACTS, (relationship,)).fetchone()
            found[name] = 0 if facts is None else facts[0]
        return {name: facts for name, facts in found.items() if facts}

    def lives_at(self, relationship: str) -> str:
        """Return where a relationship lives, as home says."""
        with psycopg.connect(self.dsn) as connection:
            found = connection.execute(
                "SELECT partition FROM partition_routes WHERE relationship = %s", (relationship,)
            ).fetchone()
        return "home" if found is None else str(found[0])

    def steps(self, relationship: str, step: str) -> int:
        """Return how often moves of a relationship have told of a step."""
        return (self.home / "log").read_text(errors="replace").count(f"{relationship}: {step}\n")

    def move(self, relationship: str, place: str, *more: str) -> tuple[int, str]:
        """Move a relationship by the command; return its exit code and what it said."""
        told = ["partition", "move", relationship, "--to", place, *more]
        ran = subprocess.run(  # noqa: S603 - our own interpreter, our own modules
            [sys.executable, "-m", "interfaces.cli.main", *told],
            env=self.environment,
            capture_output=True,
            text=True,
            cwd=self.home,
            timeout=PATIENCE,
            check=False,
        )
        return ran.returncode, ran.stderr

    def kill_east(self) -> None:
        """Kill -9 the other server, and wait until nobody answers there."""
        pidfile = self.east.data_dir / "data" / "postmaster.pid"
        postmaster = int(pidfile.read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)
        until("the killed server is gone", lambda: not alive(postmaster))
        until("nobody answers there", lambda: not self.east.is_ready())

    def under_way(self) -> int:
        """Return how many moves were begun and have not ended."""
        with psycopg.connect(self.dsn) as connection:
            moves = connection.execute("SELECT FROM partition_moves WHERE ended_at IS NULL")
            return moves.rowcount

    def ready(self) -> Answer:
        """Return what the service says of itself."""
        connection = self.call("anybody", timeout=5)
        try:
            return connection.send("GET", "/health/ready")
        finally:
            connection.close()

    def read(self, subject: str, path: str) -> Answer:
        """Read something below ``/v1``."""
        connection = self.call(subject)
        try:
            return connection.get(path)
        finally:
            connection.close()

    def say(self, subject: str, negotiation: str, text: str, key: str | None = None) -> Answer:
        """Comment in a negotiation, once."""
        named = {} if key is None else {"key": key}
        return self.once(Move(subject, f"{negotiation}/comments", {"text": text}, None, **named))

    def discard(self) -> None:
        """Kill what still runs and delete both servers."""
        super().discard()
        self.east.discard()


@contextmanager
def two_servers(home: Path) -> Iterator[TwoServers]:
    """Lend an installation on two servers that runs."""
    home.chmod(0o711)
    server = TwoServers(home)
    try:
        server.start()
        yield server
    finally:
        server.discard()


class Listener:
    """Follows a relationship's events live, and keeps what it was sent."""

    def __init__(self, server: Installation, subject: str, relationship: str) -> None:
        self._connection = server.call(subject)
        http = self._connection._http  # noqa: SLF001 - a stream is read by whoever asked for it
        headers = self._connection._authorization  # noqa: SLF001 - as above
        http.request("GET", f"/v1/relationships/{relationship}/events", headers=headers)
        self._stream = http.getresponse()
        assert self._stream.status == 200, self._stream.read()

    def next(self) -> tuple[str, int]:
        """Return stream and version of the next fact that is sent; waits for it."""
        while line := self._stream.readline().decode():
            if line.startswith("data: "):
                fact = json.loads(line.removeprefix("data: "))
                return fact["stream"], fact["version"]
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self._connection.close()
