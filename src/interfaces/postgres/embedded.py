"""The embedded PostgreSQL: one server per data directory, shared by every process that asks.

The programs come from a wheel; nothing of that wheel's own Python is used. The server listens on a
Unix socket only, lets in only the account that runs us, writes durably, and survives kill -9 of
anything, itself included: the next start recovers from its log.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.errors import DuplicateDatabase, UniqueViolation

from interfaces.postgres.cluster import (
    PORT,
    SUPERUSER,
    Answer,
    Cluster,
    found_cluster,
    placed_cluster,
)
from interfaces.postgres.server_account import EmbeddedPostgresError

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError"]

DATABASE = "parley"
SECONDS_TO_ANSWER = 30.0
SECONDS_TO_RECOVER = 600.0
PAUSE = 0.1
NOT_DURABLE = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class EmbeddedPostgres:
    """A server over the data in ``data_dir``, started by whoever comes first.

    As a context manager it stops the server on leaving only when it was the one that started it.
    ``settings`` are PostgreSQL's own, e.g. ``{"max_connections": "200"}``. ``durable=False`` trades
    crash safety for speed and is for tests alone.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        settings: Mapping[str, str] | None = None,
        durable: bool = True,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.settings = {**(settings or {}), **({} if durable else NOT_DURABLE)}
        self.durable = durable
        self.started = False
        """Whether this object started the server, rather than finding it running."""
        self._known: Cluster | None = None

    def start(self) -> Self:
        """Attach to the running server, or start it; safe to call from many processes at once.

        Raises EmbeddedPostgresError when the server cannot be run here.
        """
        with self._alone():
            self._known = cluster = found_cluster(self.data_dir) or placed_cluster(self.data_dir)
            cluster.initialise(durable=self.durable)
            if cluster.answer() is not Answer.READY:
                self._bring_up(cluster)
                self.started = True
        return self

    def is_ready(self) -> bool:
        """Say whether the server takes connections now."""
        cluster = self._known or found_cluster(self.data_dir)
        return cluster is not None and cluster.answer() is Answer.READY

    def dsn(self, dbname: str = DATABASE) -> str:
        """Return the connection string of a database of this server (it need not exist)."""
        cluster = self._cluster()
        return make_conninfo(
            host=str(cluster.sockets),
            port=PORT,
            user=SUPERUSER,
            dbname=dbname,
            requirepeer=cluster.account.name,  # the socket must be our server's, not an impostor's
        )

    def ensure_database(self, dbname: str = DATABASE) -> str:
        """Create a database when it is missing, and return its connection string."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname])
            if known.fetchone() is None:
                create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(dbname))
                with suppress(DuplicateDatabase, UniqueViolation):  # another process was first
                    connection.execute(create)
        return self.dsn(dbname)

    def stop(self) -> None:
        """Stop the server, whoever started it; nothing happens when it is not running."""
        if not self.data_dir.is_dir():
            return
        with self._alone():
            cluster = found_cluster(self.data_dir)
            if cluster is not None and cluster.answer() is not Answer.NONE:
                cluster.halt()
        self.started = False

    def discard(self) -> None:
        """Stop the server and delete its data for good."""
        self.stop()
        if not self.data_dir.is_dir():
            return
        with self._alone():
            cluster = found_cluster(self.data_dir)
            if cluster is not None:
                cluster.remove()
            shutil.rmtree(self.data_dir, ignore_errors=True)  # gone already unless elsewhere
            self._known = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.started:
            self.stop()

    def _cluster(self) -> Cluster:
        self._known = self._known or found_cluster(self.data_dir)
        if self._known is None:
            raise EmbeddedPostgresError(f"no server has been started in {self.data_dir} yet")
        return self._known

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the directory's lock; the kernel releases it when the process dies."""
        with self._lock_file() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _lock_file(self) -> TextIO:
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            return (self.data_dir / "lock").open("w")
        except PermissionError as closed:
            raise EmbeddedPostgresError(
                f"{self.data_dir} belongs to another account: set PARLEY_HOME to a directory of "
                "yours, or run as that account"
            ) from closed

    def _bring_up(self, cluster: Cluster) -> None:
        """Start the server and wait until it answers.

        A postmaster that was killed may stay a zombie for a while, and its process id in
        postmaster.pid then looks alive. That file is PostgreSQL's guard against two servers on one
        directory and is never deleted here: the start is tried again until the zombie is gone.
        """
        begun = time.monotonic()
        while (answer := cluster.answer()) is not Answer.READY:
            waited = time.monotonic() - begun
            if answer is Answer.NONE:
                tried = cluster.launch(self.settings)
                guarded = (cluster.data / "postmaster.pid").exists()
                if tried.returncode != 0 and (not guarded or waited > SECONDS_TO_ANSWER):
                    raise EmbeddedPostgresError(
                        f"PostgreSQL does not start in {cluster.data}: {cluster.complaint()}"
                    )
            elif waited > SECONDS_TO_RECOVER:
                raise EmbeddedPostgresError(
                    f"PostgreSQL is still recovering after {waited:.0f} s: {cluster.complaint()}"
                )
            time.sleep(PAUSE)
