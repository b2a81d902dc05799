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

from faults.installation import alive, children_of, until
from faults.programs import run
from interfaces.postgres.cluster import Cluster, found_cluster
from interfaces.postgres.embedded import EmbeddedPostgres

SYNCHRONOUS: Final = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"


def cluster_of(server: EmbeddedPostgres) -> Cluster:
    """Return where a server's data are, and whose."""
    cluster = found_cluster(server.data_dir)
    assert cluster is not None
    return cluster


def copied(server: EmbeddedPostgres, to: Path, *more: str) -> Path:
    """Make a physical copy of a running server, as the runbook does."""
    host = str(conninfo_to_dict(server.dsn())["host"])
    program = cluster_of(server).programs / "pg_basebackup"
    told = ["-h", host, "-U", "parley", "-D", str(to), "-X", "stream", "-c", "fast", *more]
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
    """A server with synchronous replication to a standby, on the embedded binaries; a manager.

    Whoever runs on this machine's account may connect: the standby's own account has to.
    """

    def __init__(self, home: Path) -> None:
        home.chmod(0o711)
        rules = home / "pg_hba.conf"
        rules.write_text("local all,replication all trust\n")
        rules.chmod(0o644)
        self._settings = {"hba_file": str(rules)}
        self._home = home
        self.server = EmbeddedPostgres(home / "primary", settings=self._settings)
        self.standby = EmbeddedPostgres(home / "standby", settings=self._settings)
        self.dsn = ""

    def __enter__(self) -> Self:
        self.server.start()
        self.dsn = self.server.ensure_database()
        self.standby.data_dir.mkdir()
        copy = copied(self.server, self._home / "copy", "-R", "-C", "-S", "standby")
        self._adopt(copy)
        self.standby.start()
        with psycopg.connect(self.dsn, autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            admin.execute("SELECT pg_reload_conf()")
            until("the standby is synchronous", lambda: admin.execute(SYNCHRONOUS).fetchone())
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.standby, self.server):
            server.discard()

    def _adopt(self, copy: Path) -> None:
        """Have the copy's data where the standby looks for them."""
        where = self.standby.data_dir
        account = cluster_of(self.server).account
        if account.dropped:
            os.chown(where, 0, account.gid)
            where.chmod(0o750)
        shutil.move(copy, where / "data")
        owned_by(cluster_of(self.server), where / "data")

    @contextmanager
    def without_standby(self) -> Iterator[None]:
        """Stop the standby in its tracks, as a machine does that hangs."""
        stopped = [self._postmaster(self.standby)]
        stopped += children_of(stopped[0])
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

    def fail_over(self) -> str:
        """Kill the primary, promote the standby; return the connection string of that."""
        victim = self._postmaster(self.server)
        os.kill(victim, signal.SIGKILL)
        until("the primary is gone", lambda: not alive(victim))
        with psycopg.connect(self.standby.dsn(), autocommit=True) as admin:
            admin.execute("ALTER SYSTEM RESET synchronous_standby_names")
            admin.execute("SELECT pg_reload_conf()")
            assert admin.execute("SELECT pg_promote()").fetchone() == (True,)
        return self.standby.dsn()

    @staticmethod
    def _postmaster(server: EmbeddedPostgres) -> int:
        return int((server.data_dir / "data" / "postmaster.pid").read_text().split()[0])
