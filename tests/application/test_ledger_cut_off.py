"""The ledger on a real server whose answers get lost, and whose standby never confirms."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from application.errors import OutcomeUnknown
from application.ledger import Ledger
from interfaces.postgres.persistence import ledger_env
from ledgers import FILE, act, note

PATIENCE = 20.0
APPENDING = b"position.NoteMade"
"""Goes to the server only with a fact, and with it all that it takes to have it committed."""
LONG_ENOUGH_TO_COMMIT = 0.3


class Cutter:
    """Stands between the ledger and the server; armed, it cuts the line behind a fact."""

    def __init__(self, socket_dir: Path, server: tuple[str, str]) -> None:
        self._server = f"{server[0]}/.s.PGSQL.{server[1]}"
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listening.bind(str(socket_dir / f".s.PGSQL.{server[1]}"))
        self._listening.listen()
        self._armed = threading.Event()
        self.cuts = 0
        self._serving = threading.Thread(target=self._serve, daemon=True)
        self._serving.start()

    def arm(self) -> None:
        """Cut the next commit's answer off."""
        self._armed.set()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._serving.join()
        self._listening.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                server.connect(self._server)
                for pair in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, here: socket.socket, there: socket.socket, to_server: bool) -> None:  # noqa: FBT001 - one of two directions
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                cutting = to_server and APPENDING in data and self._armed.is_set()
                if cutting:
                    # Nothing comes back any more, but the server has all of it.
                    self._armed.clear()
                    self.cuts += 1
                    here.shutdown(socket.SHUT_RDWR)
                there.sendall(data)
                if cutting:
                    time.sleep(LONG_ENOUGH_TO_COMMIT)
                    break
        for end in (here, there):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@pytest.fixture
def cutter(database: str, tmp_path: Path) -> Iterator[tuple[Cutter, str]]:
    """Yield a cutter and the connection string that goes through it."""
    parts = conninfo_to_dict(database)
    server = (str(parts["host"]), str(parts.get("port") or 5432))
    cutting = Cutter(tmp_path, server)
    # Behind the socket is the test itself, not the server's account.
    yield cutting, make_conninfo(database, host=str(tmp_path), requirepeer="")
    cutting.close()


def test_an_answer_cut_off_behind_the_commit_is_success(
    cutter: tuple[Cutter, str], database: str
) -> None:
    cutting, conninfo = cutter
    with Ledger(ledger_env(conninfo)) as ledger:
        ledger.perform(act("k1"), note("before"))
        cutting.arm()
        outcome = ledger.perform(act("k2"), note("cut off"))
        assert (cutting.cuts, outcome.repeated, outcome.stream.version) == (1, True, 2)
        assert ledger.perform(act("k2"), note("cut off")).events == outcome.events
    with Ledger(ledger_env(database)) as direct:
        assert [event.fact.text for event in direct.history(FILE)] == ["before", "cut off"]


@pytest.fixture
def ghost(database: str) -> Iterator[psycopg.Connection]:
    """Name a standby that does not exist; yields a connection that waits for nobody."""
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("SET synchronous_commit = off")
        yield admin
        admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
        admin.execute("SELECT pg_reload_conf()")


def _await(admin: psycopg.Connection, statement: str) -> None:
    until = time.monotonic() + PATIENCE
    while not admin.execute(statement).fetchone():
        assert time.monotonic() < until, statement
        time.sleep(0.02)


def test_a_commit_that_no_standby_confirmed_is_unknown_and_then_success(
    database: str, ghost: psycopg.Connection
) -> None:
    waits = make_conninfo(database, options="-c synchronous_commit=on")
    with Ledger(ledger_env(waits)) as ledger:
        ledger.perform(act("k1"), note("before"))
        ghost.execute("ALTER SYSTEM SET synchronous_standby_names = 'ghost'")
        ghost.execute("SELECT pg_reload_conf()")
        _await(ghost, "SELECT 1 WHERE current_setting('synchronous_standby_names') = 'ghost'")
        waiting = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"

        def cancel() -> None:
            _await(ghost, f"SELECT 1 {waiting}")
            ghost.execute(f"SELECT pg_cancel_backend(pid) {waiting}")

        cancelling = threading.Thread(target=cancel)
        cancelling.start()
        with pytest.raises(OutcomeUnknown):
            ledger.perform(act("k2"), note("unconfirmed"))
        cancelling.join()

        ghost.execute("ALTER SYSTEM RESET synchronous_standby_names")
        ghost.execute("SELECT pg_reload_conf()")
        _await(ghost, "SELECT 1 WHERE current_setting('synchronous_standby_names') = ''")
        again = ledger.perform(act("k2"), note("unconfirmed"))
        assert (again.repeated, again.stream.version) == (True, 2)
        assert len(ledger.history(FILE)) == 2
