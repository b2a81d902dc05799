"""Who the embedded server runs as: PostgreSQL refuses to run as root, and is right to."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

SHARED = "nobody"
ACCOUNTS = ("parley", SHARED)
"""Who takes over from root, in order of preference."""

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be run here; the text says why and what would help."""


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """The account the server's processes and files belong to.

    ``dropped`` says that this process is root and the server is not.
    """

    name: str
    uid: int
    gid: int
    dropped: bool

    @classmethod
    def choose(cls, owner: int | None = None) -> Self:
        """Name the account for this process; ``owner`` is the uid an existing cluster belongs to.

        Raises EmbeddedPostgresError when there is no account to run as.
        """
        dropped = os.geteuid() == 0
        if not dropped:
            chosen = _named(os.geteuid())
        else:
            chosen = _unprivileged() if owner is None else _named(owner)
        return cls(chosen.pw_name, chosen.pw_uid, chosen.pw_gid, dropped)

    @property
    def clients(self) -> list[str]:
        """The accounts the server lets in: root, and its own.

        Root is no further grant: it can become the server's account anyway. The account root drops
        to may be one that other programs run as too; that one is not let in.
        """
        closed = {SHARED} if self.dropped else set()
        return sorted({_named(0).pw_name, self.name} - closed)

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, with a clean environment; its return code is not judged.

        Raises EmbeddedPostgresError when root may not become this account, and OSError when the
        program cannot be executed.
        """
        try:
            return subprocess.run(  # noqa: S603 - our own programs, no shell
                [os.fspath(part) for part in command],
                check=False,
                capture_output=True,
                text=True,
                stdin=subprocess.DEVNULL,
                cwd="/",
                env=ENVIRONMENT,
                umask=0o077,
                user=self.uid if self.dropped else None,
                group=self.gid if self.dropped else None,
                extra_groups=[] if self.dropped else None,
            )
        except subprocess.SubprocessError as failure:
            raise EmbeddedPostgresError(
                f"root may not become {self.name!r} here (a container without that user?): "
                "run as an ordinary user, or name a server with PARLEY_DATABASE"
            ) from failure

    def may_enter(self, directory: Path) -> bool:
        """Say whether this account can reach ``directory``, by letting it try."""
        return self.run("/bin/sh", "-c", 'cd -- "$1"', "sh", directory).returncode == 0

    def may_execute(self, program: Path) -> bool:
        """Say whether this account can run ``program``, by letting it try."""
        try:
            return self.run(program, "--version").returncode == 0
        except PermissionError:
            return False


def _named(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError as unknown:
        raise EmbeddedPostgresError(
            f"user id {uid} has no name on this machine, and PostgreSQL needs one: "
            "add it to /etc/passwd, or name a server with PARLEY_DATABASE"
        ) from unknown


def _unprivileged() -> pwd.struct_passwd:
    for name in ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedPostgresError(
        f"PostgreSQL does not run as root, and there is none of the accounts {', '.join(ACCOUNTS)} "
        "to run it as: `useradd --system parley` makes one"
    )
