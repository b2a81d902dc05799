"""One embedded server on disk: its directories, its settings, and the programs that drive it."""

from __future__ import annotations

import logging
import os
import secrets
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from pathlib import Path

from interfaces.postgres.server_account import EmbeddedPostgresError, ServerAccount
from interfaces.postgres.server_binaries import MAJOR, binaries_for

log = logging.getLogger(__name__)

PORT = 5432
SUPERUSER = "parley"
LONGEST_SOCKET_PATH = 107
ELSEWHERE = Path("/var/lib/parley")
SHORT = Path("/tmp")  # noqa: S108 - a private directory in it, whose owner and mode are checked


class Answer(Enum):
    """What the server says when asked whether it takes connections (pg_isready's return codes)."""

    READY = 0
    NOT_YET = 1
    NONE = 2


@dataclass(frozen=True, slots=True)
class Cluster:
    """The directory of one server.

    ``home`` belongs to whoever runs us and holds the settings; ``home/data`` and the socket's
    directory belong to the server's account and are closed to everyone else.
    """

    home: Path
    account: ServerAccount
    programs: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.data / "server.log"

    @property
    def sockets(self) -> Path:
        """The directory of the server's socket, near the data when the path is short enough."""
        near = self.home / "run"
        if len(os.fsencode(near / f".s.PGSQL.{PORT}")) <= LONGEST_SOCKET_PATH:
            return near
        digest = sha256(os.fsencode(self.home)).hexdigest()[:16]
        return SHORT / f"parley-{self.account.uid}-{digest}"

    def answer(self) -> Answer:
        """Ask by connecting: a process id proves nothing where dead children are not reaped."""
        asked = self._tool("pg_isready", "-q", "-t", "3", "-h", self.sockets, "-p", str(PORT))
        return Answer(asked.returncode) if asked.returncode in (0, 1) else Answer.NONE

    def initialise(self, *, durable: bool) -> None:
        """Make the data directory when there is none: complete or not at all."""
        if self.data.is_dir():
            self._check_version()
            return
        for left_over in self.home.glob("initialising-*"):
            shutil.rmtree(left_over)
        making = self.home / f"initialising-{secrets.token_hex(4)}"
        self._make_private(making)
        made = self._tool(
            "initdb",
            f"--pgdata={making}",
            f"--username={SUPERUSER}",
            "--auth-local=peer",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            *([] if durable else ["--no-sync"]),
        )
        if made.returncode != 0:
            raise EmbeddedPostgresError(f"initdb failed: {made.stderr.strip()}")
        making.rename(self.data)
        _make_durable(self.home)

    def launch(self, settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Write the settings and start the server in a session of its own."""
        self._make_private(self.sockets)
        self._write_settings(settings)
        return self._tool(
            "pg_ctl",
            "start",
            f"--pgdata={self.data}",
            f"--log={self.log}",
            "--wait",
            "--timeout=60",
            f"--options=-c config_file={shlex.quote(str(self.home / 'postgresql.conf'))}",
        )

    def halt(self, patience: int = 60) -> None:
        """Disconnect everyone, write everything down, stop; a server that cannot is cut short.

        Nothing is lost by that, for the next start recovers what was committed. ``patience`` is in
        seconds. Raises EmbeddedPostgresError when it runs on all the same.
        """
        complaint = ""
        for mode in ("fast", "immediate"):
            stopped = self._tool(
                *("pg_ctl", "stop", f"--pgdata={self.data}", f"--mode={mode}"),
                *("--wait", f"--timeout={patience}"),
            )
            if stopped.returncode == 0 or self.answer() is Answer.NONE:
                return
            complaint = stopped.stderr.strip()
            log.warning("the server does not stop (%s): %s", mode, complaint)
        raise EmbeddedPostgresError(f"the server does not stop: {complaint}")

    def remove(self) -> None:
        """Delete a stopped server with all it holds."""
        if self.sockets.parent != self.home:
            shutil.rmtree(self.sockets, ignore_errors=True)
        shutil.rmtree(self.home)

    def complaint(self) -> str:
        """Return the end of the server's log."""
        if not self.log.is_file():
            return "it wrote no log"
        return " / ".join(self.log.read_text(errors="replace").splitlines()[-3:])

    def _tool(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.account.run(self.programs / program, *arguments)

    def _check_version(self) -> None:
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != MAJOR:
            raise EmbeddedPostgresError(
                f"{self.data} was written by PostgreSQL {version}, this is {MAJOR}: dump it with "
                "the old version and restore it into an empty directory"
            )

    def _make_private(self, directory: Path) -> None:
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            found = directory.lstat()  # somebody else's directory or link is not ours to use
            owned = stat.S_ISDIR(found.st_mode) and found.st_uid == self.account.uid
            if not owned or found.st_mode & 0o077:
                raise EmbeddedPostgresError(
                    f"{directory} exists and is not {self.account.name}'s alone: remove it"
                ) from None
        else:
            if self.account.dropped:
                os.chown(directory, self.account.uid, self.account.gid)

    def _write_settings(self, settings: Mapping[str, str]) -> None:
        # No password to keep: the kernel vouches for who is calling on a Unix socket.
        admitted = "".join(f'{SUPERUSER} "{name}" all\n' for name in self.account.clients)
        self._write("pg_ident.conf", admitted)
        self._write("pg_hba.conf", f"local all,replication all peer map={SUPERUSER}\n")
        chosen = {
            "hba_file": str(self.home / "pg_hba.conf"),
            "ident_file": str(self.home / "pg_ident.conf"),
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": f'"{self.sockets}"',
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **settings,
        }
        lines = [f"include {_quoted(str(self.data / 'postgresql.conf'))}"]
        lines += [f"{name} = {_quoted(value)}" for name, value in chosen.items()]
        self._write("postgresql.conf", "\n".join(lines) + "\n")

    def _write(self, name: str, text: str) -> None:
        handle, written = tempfile.mkstemp(prefix=f".{name}-", dir=self.home)
        with os.fdopen(handle, "w") as file:
            file.write(text)
            if self.account.dropped:
                os.fchown(handle, 0, self.account.gid)
            os.fchmod(handle, 0o640)
        Path(written).rename(self.home / name)


def found_cluster(data_dir: Path) -> Cluster | None:
    """Return the server whose data are kept in, or from, ``data_dir``; None when there is none."""
    pointer = data_dir / "elsewhere"
    home = Path(pointer.read_text().strip()) if pointer.is_file() else data_dir
    if not (home / "data").is_dir():
        return None
    account = ServerAccount.choose(owner=(home / "data").stat().st_uid)
    if account.dropped and not account.may_enter(home):
        raise EmbeddedPostgresError(
            f"the data in {home} belong to {account.name!r}, who can no longer enter it: "
            "open the directories above it to that account again, or move the data"
        )
    return Cluster(home, account, binaries_for(account))


def placed_cluster(data_dir: Path) -> Cluster:
    """Choose where a new server's data go: ``data_dir``, unless its account cannot enter there.

    Then they go under /var/lib/parley, and ``data_dir/elsewhere`` names the place.
    """
    account = ServerAccount.choose()
    home = data_dir
    if account.dropped:
        os.chown(home, 0, account.gid)
        home.chmod(0o750)
        if not account.may_enter(home):
            home = _place_elsewhere(account)
            (data_dir / "elsewhere").write_text(f"{home}\n")
    else:
        home.chmod(0o700)
    return Cluster(home, account, binaries_for(account))


def _place_elsewhere(account: ServerAccount) -> Path:
    if not ELSEWHERE.is_dir():
        ELSEWHERE.mkdir(parents=True)
        ELSEWHERE.chmod(0o755)  # whatever the umask
    home = ELSEWHERE / secrets.token_hex(8)
    home.mkdir(mode=0o700)
    os.chown(home, 0, account.gid)
    home.chmod(0o750)
    if not account.may_enter(home):
        home.rmdir()
        raise EmbeddedPostgresError(
            f"{account.name!r} can enter neither the data directory nor {ELSEWHERE}: "
            "set PARLEY_HOME to a directory it can reach"
        )
    return home


def _make_durable(directory: Path) -> None:
    """See to it that a rename inside ``directory`` outlives a loss of power."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
