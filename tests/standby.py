"""A real streaming standby of an embedded server, beside it on this machine."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg

from faults.installation import alive, children_of, until
from interfaces.postgres.cluster import SUPERUSER, found_cluster
from interfaces.postgres.embedded import EmbeddedPostgres


def followed(home: Path, *, durable: bool = False) -> EmbeddedPostgres:
    """Start a primary that a standby can follow: it runs as the same account, maybe a shared one.

    The socket's directory is closed to every other.
    """
    admitted = home.parent / f"{home.name}-pg_hba.conf"
    admitted.write_text(
        f"local replication {SUPERUSER} trust\nlocal all all peer map={SUPERUSER}\n"
    )
    settings = {"hba_file": str(admitted)}
    return EmbeddedPostgres(home, durable=durable, settings=settings).start()


class Standby:
    """A copy of ``primary`` in ``home`` that follows it, from a slot named as the directory is."""

    def __init__(self, primary: EmbeddedPostgres, home: Path, *, durable: bool = False) -> None:
        self._primary = primary
        self._server = EmbeddedPostgres(home, durable=durable, settings={"hot_standby": "on"})
        cluster = found_cluster(primary.data_dir)
        assert cluster is not None
        home.mkdir()
        if cluster.account.dropped:
            os.chown(home, cluster.account.uid, cluster.account.gid)
        copied = cluster.account.run(
            cluster.programs / "pg_basebackup",
            "--write-recovery-conf",
            "--create-slot",
            f"--slot={home.name}",
            "--checkpoint=fast",
            f"--pgdata={home / 'data'}",
            f"--dbname={primary.dsn('postgres')}",
        )
        assert copied.returncode == 0, copied.stderr
        self.start()

    def dsn(self, dbname: str = "parley") -> str:
        """Return the connection string of a database of the standby's."""
        return self._server.dsn(dbname)

    def start(self) -> None:
        """Start following, from where it stopped."""
        self._server.start()

    def stop(self) -> None:
        """Stop following and answering."""
        self._server.stop()

    def discard(self) -> None:
        """Stop it and delete what it holds."""
        self.thaw()
        self._server.discard()

    def catch_up(self) -> None:
        """Wait until it has replayed all that was committed by now, though not written yet."""
        with psycopg.connect(self._primary.dsn("postgres"), autocommit=True) as connection:
            connection.execute("SET synchronous_commit = local")  # no standby is waited for
            # Its commit writes all before it; that of a transaction with no record of its own,
            # such as one that only has an id, would not wait for that.
            connection.execute("SELECT pg_logical_emit_message(true, 'standby', '')")
            head = connection.execute("SELECT pg_current_wal_lsn()").fetchone()

        def there() -> bool:
            with psycopg.connect(self.dsn("postgres")) as connection:
                found = connection.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", head)
                return found.fetchone() == (True,)

        until("the standby has caught up", there)

    def promote(self) -> str:
        """Let it be a primary; return its connection string."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            assert connection.execute("SELECT pg_promote()").fetchone() == (True,)
        return self.dsn()

    def pause(self) -> None:
        """Let it receive, and replay nothing."""
        self._tell("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        """Let it replay again, and wait for it."""
        self._tell("SELECT pg_wal_replay_resume()")
        self.catch_up()

    def freeze(self) -> None:
        """Stop every process of it in its tracks: it takes questions and says nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let its processes go on."""
        self._signal(signal.SIGCONT)

    def _tell(self, statement: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _signal(self, number: signal.Signals) -> None:
        postmaster = postmaster_of(self._server)
        if postmaster is None:
            return
        for pid in (postmaster, *children_of(postmaster)):
            if alive(pid):
                os.kill(pid, number)


def postmaster_of(server: EmbeddedPostgres) -> int | None:
    """Return the id of a server's first process, None when it was stopped."""
    pidfile = server.data_dir / "data" / "postmaster.pid"
    return int(pidfile.read_text().split()[0]) if pidfile.exists() else None
