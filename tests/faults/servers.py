"""PostgreSQL servers for the faults: copies, standbys, and what only their owner can do."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict

from faults.installation import alive, until
from faults.programs import run
from interfaces.postgres.cluster import Cluster, found_cluster
from interfaces.postgres.embedded import EmbeddedPostgres
from standby import Standby, followed, postmaster_of

SYNCHRONOUS: Final = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"


def cluster_of(server: EmbeddedPostgres) -> Cluster:
    """Return where a server's data are, and whose."""
    cluster = found_cluster(server.data_dir)
    assert cluster is not None
    return cluster


def copied(server: EmbeddedPostgres, to: Path) -> Path:
    """Make a physical copy of a running server, as the runbook does."""
    host = str(conninfo_to_dict(server.dsn())["host"])
    program = cluster_of(server).programs / "pg_basebackup"
    told = ["-h", host, "-U", "parley", "-D", str(to), "-X", "stream", "-c", "fast"]
    run(program, *told)
    return to


def put_back(server: EmbeddedPostgres, copy: Path) -> None:
    """Put a copy in the place of a stopped server's data."""
    cluster = cluster_of(server)
    shutil.rmtree(cluster.data)
    shutil.move(copy, cluster.data)
    owned_by(cluster, cluster.data)


def owned_by(cluster: Cluster, directory: Path) -> None:
    """Make a directory the server's account's own, with all that is in it."""
    directory.chmod(0o700)
    if cluster.account.dropped:
        for path in (directory, *directory.rglob("*")):
            os.chown(path, cluster.account.uid, cluster.account.gid, follow_symlinks=False)


class Primary:
    """A server that waits for its standby before it says that something is committed; a manager."""

    def __init__(self, home: Path) -> None:
        home.chmod(0o711)
        self._home = home

    def __enter__(self) -> Self:
        self._server = followed(self._home / "primary", durable=True)
        self.dsn = self._server.ensure_database()
        self._standby = Standby(self._server, self._home / "standby", durable=True)
        with psycopg.connect(self.dsn, autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            admin.execute("SELECT pg_reload_conf()")
            until("the standby is synchronous", lambda: admin.execute(SYNCHRONOUS).fetchone())
        return self

    def __exit__(self, *_: object) -> None:
        self._standby.discard()
        self._server.discard()

    @contextmanager
    def without_standby(self) -> Iterator[None]:
        """Stop the standby in its tracks, as a machine does that hangs."""
        self._standby.freeze()
        try:
            yield
        finally:
            self._standby.thaw()

    def fail_over(self) -> str:
        """Kill the primary, promote the standby; return the connection string of that."""
        victim = postmaster_of(self._server)
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        until("the primary is gone", lambda: not alive(victim))
        return self._standby.promote()
