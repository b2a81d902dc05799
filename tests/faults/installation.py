"""A whole installation as its own processes: `parley serve` on the embedded PostgreSQL, durable.

Nothing here reaches into the service: it is started, killed, called over loopback, and looked at
through its database.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self, TypeVar

import psycopg

from application.ledger import Ledger
from faults.calling import Answer, Connection, Move
from faults.checker import NONE, Acknowledged, check
from faults.pair import Pair
from interfaces.composition import projections
from interfaces.identity.development_issuer import DevelopmentIssuer
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.persistence import ledger_env
from interfaces.postgres.views import POLICIES
from signers import ORIGIN

ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 180.0
"""How long anything that has to happen may take on a busy machine, in seconds."""

T = TypeVar("T")


def until(what: str, look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """Look again and again until there is something to see; fails by name when there is not."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.05)
    return seen


def free_port() -> int:
    """Return a port below those that outgoing connections take, so that it stays free."""
    while True:
        port = random.randint(20_000, 32_000)  # noqa: S311 - any will do
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


@dataclass
class Installation:
    """One installation in a directory of its own; ``database`` None is the embedded one."""

    home: Path
    web_processes: int = 2
    worker: bool = True
    database: str | None = None
    port: int = field(default_factory=free_port)
    supervisor: subprocess.Popen[bytes] | None = None
    more: dict[str, str] = field(default_factory=dict)
    """Settings besides, by the name of their variable."""
    partitions: dict[str, str] = field(default_factory=dict)
    """The databases besides the first one, by name."""
    origins: tuple[str, ...] = (ORIGIN,)
    """The names that it signed under, the present one last."""

    def __post_init__(self) -> None:
        self.home.chmod(0o711)  # the database's account passes through, when root runs the tests
        self.issuer = DevelopmentIssuer(self.home, "parley")
        self.postgres = EmbeddedPostgres(self.home / "postgres")
        self._tokens: dict[str, str] = {}

    @property
    def dsn(self) -> str:
        """The connection string of its database."""
        return self.database or self.postgres.dsn()

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        told = {
            "PYTHONPATH": str(ROOT / "src"),
            "PARLEY_HOME": str(self.home),
            "PARLEY_PORT": str(self.port),
            "PARLEY_WEB_PROCESSES": str(self.web_processes),
            "PARLEY_RATE_LIMIT": "0",  # a fault is looked for as fast as the service can go
        }
        if self.database is not None:
            told["PARLEY_DATABASE"] = self.database
        if self.partitions:
            named = (f"{name}={one}" for name, one in self.partitions.items())
            told["PARLEY_PARTITIONS"] = "; ".join(named)
        kept = {name: text for name, text in os.environ.items() if not name.startswith("PARLEY_")}
        return {**kept, **told, **self.more}

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start a ``parley`` command of this installation, in a process group of its own."""
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter, our own modules
                [sys.executable, "-m", "interfaces.cli.main", *command],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.home,
            )

    def launch(self) -> subprocess.Popen[bytes]:
        """Start ``parley serve`` without waiting for it."""
        self.supervisor = self.run("serve", "--worker" if self.worker else "--no-worker")
        return self.supervisor

    def start(self) -> Self:
        """Start ``parley serve``, and wait until every process is up and it answers."""
        supervisor = self.launch()

        def up() -> bool:
            assert supervisor.poll() is None, f"parley serve ended: {self.said()}"
            return self.answers() and len(self.children()) == self.web_processes + self.worker + 1

        until("the installation answers", up)
        return self

    def keep_running(self) -> Self:
        """Start it unless it runs."""
        if self.supervisor is None or self.supervisor.poll() is not None:
            self.start()
        return self

    @contextmanager
    def pair(self) -> Iterator[Pair]:
        """Let a provider and a client in; they can be looked after while this lasts."""
        with Ledger(ledger_env(self.dsn)) as ledger:
            yield Pair(ledger).enter()

    def answers(self) -> bool:
        """Tell whether it is ready for requests."""
        connection = Connection(self.port, timeout=5)
        try:
            return connection.send("GET", "/health/ready").status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def said(self) -> str:
        """Return the end of what its processes logged."""
        return "\n".join((self.home / "log").read_text(errors="replace").splitlines()[-40:])

    def logged(self, words: str) -> bool:
        """Tell whether one of its processes ever logged this."""
        return words in (self.home / "log").read_text(errors="replace")

    def children(self) -> dict[int, str]:
        """Return the processes that the supervisor runs now: what each is, by its id."""
        assert self.supervisor is not None
        kinds = {
            "parley: web process": "web",
            "parley: the worker": "worker",
            "parley: the signer": "signer",
        }
        return {
            pid: kind
            for pid in children_of(self.supervisor.pid)
            for program, kind in kinds.items()
            if program in command_of(pid)
        }

    def left_behind(self) -> list[int]:
        """Return the ids of all that runs of the supervisor's process group, even without it."""
        assert self.supervisor is not None
        found = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        return [pid for pid in found if alive(pid) and group_of(pid) == self.supervisor.pid]

    def web(self) -> list[int]:
        """Return the ids of its web processes."""
        return sorted(pid for pid, kind in self.children().items() if kind == "web")

    def at_work(self, kind: str = "worker") -> int | None:
        """Return the id of the supervised worker, or signer, None while there is none."""
        return next((pid for pid, found in self.children().items() if found == kind), None)

    def helper(self, kind: str) -> int:
        """Return the id of the worker, or signer, as soon as there is one."""
        found = until(f"a {kind} runs", lambda: self.at_work(kind))
        assert found is not None
        return found

    def postmaster(self) -> int:
        """Return the id of the embedded server's main process."""
        pidfile = self.postgres.data_dir / "data" / "postmaster.pid"
        return int(pidfile.read_text().split()[0])

    def kill(self) -> None:
        """Kill -9 the supervisor with all its processes; the database is left to itself."""
        assert self.supervisor is not None
        os.killpg(self.supervisor.pid, signal.SIGKILL)
        self.supervisor.wait(PATIENCE)

    def stop(self) -> int:
        """Ask the installation to stop; return its exit code."""
        assert self.supervisor is not None
        self.supervisor.terminate()
        return self.supervisor.wait(PATIENCE)

    def discard(self) -> None:
        """Kill what still runs and delete the embedded server."""
        if self.supervisor is not None and self.supervisor.poll() is None:
            self.kill()
        self.postgres.discard()

    def token(self, subject: str) -> str:
        """Return a token of whoever signs in under this name."""
        if subject not in self._tokens:
            self.admit(subject, datetime.now(UTC))
        return self._tokens[subject]

    def admit(self, subject: str, at: datetime) -> None:
        """Let somebody sign in with a token that was made at an instant, from now on."""
        self._tokens[subject] = self.issuer.token(subject, at)

    def call(self, subject: str, port: int | None = None, timeout: float = 30.0) -> Connection:
        """Return a connection of its own for whoever signs in under this name."""
        return Connection(port or self.port, self.token(subject), timeout)

    def once(self, move: Move, port: int | None = None) -> Answer:
        """Send one move over a connection of its own, and return the answer."""
        connection = self.call(move.subject, port)
        try:
            return connection.move(move)
        finally:
            connection.close()

    def wrong(
        self, acknowledged: Iterable[Acknowledged] = (), seen: Iterable[str] = ()
    ) -> list[str]:
        """Let worker and signer catch up, and return what the checker finds in the database.

        Nothing is signed on a server that may lose what it acknowledges; there is nothing to wait
        for then.
        """
        others = self.partitions
        every = (self.dsn, *others.values())
        while True:
            heads = [head_of(one) for one in every]
            until("the worker has caught up", lambda: all(map(caught_up, every)))
            if keeps(self.dsn):
                until("the signer has caught up", lambda: unsigned(self.dsn, others) == 0)
            found = check(self.dsn, acknowledged, seen, origins=self.origins, partitions=others)
            # What the worker records between two looks, because it fell due, is no fault's doing.
            if not found or [head_of(one) for one in every] == heads:
                return found


def head_of(dsn: str) -> object:
    """Return the ledger's latest position."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT max(notification_id) FROM ledger_events").fetchone()


def keeps(dsn: str) -> bool:
    """Tell whether a server flushes what it acknowledges."""
    with psycopg.connect(dsn) as connection:
        return connection.execute("SHOW fsync").fetchone() == ("on",)


def unsigned(dsn: str, partitions: Mapping[str, str] = NONE) -> int:
    """Return how many logs are longer than their latest checkpoint."""
    sizes: list[tuple[str, int]] = []
    for one in (dsn, *partitions.values()):
        with psycopg.connect(one) as connection:
            sizes += connection.execute("SELECT log, size FROM history_logs").fetchall()
    with psycopg.connect(dsn) as connection:
        signed = connection.execute("SELECT log, size FROM history_checkpoints").fetchall()
    return len({*sizes} - {*signed})


def caught_up(dsn: str) -> bool:
    """Tell whether every view, and the policies, stand at the ledger's head or beyond.

    Beyond it are those of a database that facts were moved away from.
    """
    followers = {POLICIES, *(view.name for view in projections().all())}
    with psycopg.connect(dsn) as connection:
        head = connection.execute(
            "SELECT coalesce(max(notification_id), 0) FROM ledger_events"
        ).fetchone()
        at_head = connection.execute("SELECT view FROM view_tracking WHERE position >= %s", head)
        return head == (0,) or followers <= {view for (view,) in at_head}


def children_of(pid: int) -> list[int]:
    """Return the ids of a process's children; none when it is gone."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for child in listed.split()]


def command_of(pid: int) -> str:
    """Return the command line of a process; nothing when it is gone or has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def group_of(pid: int) -> int | None:
    """Return the process group that a process is in, None when it is gone."""
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


@contextmanager
def held(pid: int) -> Iterator[None]:
    """Let a process do nothing for as long as this lasts."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and waits to be reaped does not."""
    return command_of(pid) != ""
