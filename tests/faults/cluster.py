"""Three machines' worth of etcd, Patroni and PostgreSQL on this one, set up as `deploy/` says.

Everything they are told comes out of ``deploy/fill.py``: a description with the loopback address
and free ports instead of three machines. What differs from three machines: PostgreSQL's own
connections are not encrypted (the embedded programs are built without TLS; etcd's and Patroni's
are), and there is no watchdog device, so a test has to do what it would do.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from faults.installation import ROOT, alive, children_of, free_port, until
from interfaces.postgres.server_account import ServerAccount
from interfaces.postgres.server_binaries import binaries_for

DEPLOY: Final = ROOT / "deploy"
NAMES: Final = ("node-1", "node-2", "node-3")
HERE: Final = "127.0.0.1"
PASSWORD: Final = "a-word-of-the-test"
PASSWORDS: Final = {
    f"PATRONI_{who}_PASSWORD": PASSWORD for who in ("SUPERUSER", "REPLICATION", "REWIND")
}
START: Final = 120.0
"""How long three servers may take to find each other on a busy machine, in seconds."""


@dataclass
class Node:
    """One machine: an etcd member, Patroni, and the PostgreSQL that Patroni keeps."""

    name: str
    place: Path
    account: ServerAccount
    told: dict[str, Any]
    etcd: subprocess.Popen[bytes] | None = None
    patroni: subprocess.Popen[bytes] | None = None
    tls: ssl.SSLContext = field(init=False)

    def begin(self) -> None:
        """Start etcd and Patroni."""
        self.start_etcd()
        self.start_patroni()

    def start_etcd(self) -> None:
        """Start the etcd member; it carries on with the data it has."""
        self.etcd = self._run("etcd", "etcd.env", "etcd")

    def start_patroni(self) -> None:
        """Start Patroni, which starts PostgreSQL; both carry on with the data they have."""
        settings = self.place / "filled" / "patroni.yml"
        self.patroni = self._run("patroni", "patroni.env", "patroni", str(settings))

    def postmaster(self) -> int | None:
        """Return the process of its PostgreSQL, None while there is none."""
        try:
            pid = int((self.place / "data" / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError):
            return None
        return pid if alive(pid) else None

    def die(self) -> None:
        """Kill -9 Patroni and every process of PostgreSQL, as a machine does that loses power."""
        _kill(self.patroni)
        postmaster = self.postmaster()
        if postmaster is None:
            return
        for pid in (postmaster, *children_of(postmaster)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until("a killed server is gone", lambda: self.postmaster() is None)

    def freeze(self) -> None:
        """Stop Patroni in its tracks; its PostgreSQL goes on."""
        assert self.patroni is not None
        os.kill(self.patroni.pid, signal.SIGSTOP)

    def lose_etcd(self) -> None:
        """Kill -9 the etcd member."""
        _kill(self.etcd)

    def ask(self, path: str) -> httpx.Response | None:
        """Ask Patroni something, as anybody may; None when it does not answer."""
        try:
            return httpx.get(f"https://{HERE}:{self.told['rest_port']}{path}", verify=self.tls)
        except httpx.HTTPError:
            return None

    def control(self, *command: str) -> str:
        """Run ``patronictl`` on this machine as its operator does, and return what it said."""
        settings = self.place / "filled" / "patroni.yml"
        ran = self.account.run(
            shutil.which("patronictl") or "patronictl", "-c", str(settings), *command
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def dsn(self, **more: str | int) -> str:
        """Return how the superuser connects on this machine."""
        return make_conninfo(
            host=str(self.place / "run"),
            port=self.told["postgresql_port"],
            user="postgres",
            password=PASSWORD,
            dbname="postgres",
            **more,
        )

    def said(self) -> str:
        """Return the end of what its processes logged."""
        logs = [self.place / "etcd.log", self.place / "patroni.log"]
        return "\n".join(
            line
            for log in logs
            if log.exists()
            for line in log.read_text(errors="replace").splitlines()[-15:]
        )

    def _run(
        self, program: str, variables: str, log: str, *arguments: str
    ) -> subprocess.Popen[bytes]:
        found = shutil.which(program)
        assert found is not None, f"{program} is not installed: make ready-for-faults"
        told = read_variables(self.place / "filled" / variables)
        with (self.place / f"{log}.log").open("ab") as out:
            return subprocess.Popen(  # noqa: S603 - a program of the system's, by its full name
                [found, *arguments],
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **told, **PASSWORDS},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.place,
                start_new_session=True,
                user=self.account.uid if self.account.dropped else None,
                group=self.account.gid if self.account.dropped else None,
                extra_groups=[] if self.account.dropped else None,
            )


class Cluster:
    """Three nodes in a directory of their own; a context manager that leaves nothing behind."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.account = ServerAccount.choose()
        self.nodes = [Node(name, home / name, self.account, _ports(home, name)) for name in NAMES]

    def __enter__(self) -> Self:
        try:
            self._fill()
            for node in self.nodes:
                node.begin()
            self.settled()
            self._make_database()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for node in self.nodes:
            node.die()
            node.lose_etcd()

    @property
    def parley(self) -> dict[str, str]:
        """What `parley serve` is told of this cluster."""
        return read_variables(self.nodes[0].place / "filled" / "parley.env")

    @property
    def owner(self) -> str:
        """How the owner of the tables connects."""
        return make_conninfo(self.parley["PARLEY_DATABASE"], user="parley_owner")

    def leader(self) -> Node | None:
        """Return the node that Patroni holds for the primary and that is one, if there is any."""
        for node in self.nodes:
            answer = node.ask("/primary")
            if answer is not None and answer.is_success:
                return node
        return None

    def the_leader(self) -> Node:
        """Wait for a primary."""
        return until("there is a primary", self.leader, START)

    def members(self) -> dict[str, str]:
        """Return every member's role by its name, of those that run and stream."""
        leader = self.leader()
        answer = None if leader is None else leader.ask("/cluster")
        if answer is None:
            return {}
        return {
            member["name"]: member["role"]
            for member in answer.json()["members"]
            if member["state"] in {"running", "streaming"}
        }

    def settled(self) -> Node:
        """Wait until all three are in their places, and return the primary."""

        def whole() -> bool:
            for node in self.nodes:
                assert node.etcd is None or node.etcd.poll() is None, node.said()
            return sorted(self.members().values()) == ["leader", "replica", "sync_standby"]

        try:
            until("every node is in its place", whole, START)
        except AssertionError as never:
            said = "\n\n".join(f"{node.name}\n{node.said()}" for node in self.nodes)
            raise AssertionError(f"{never}\n{said}") from never
        return self.the_leader()

    def _fill(self) -> None:
        """Make the certificates and fill the templates, with the operator's own two programs."""
        description = self.home / "cluster.toml"
        description.write_text(_description(self.nodes, binaries_for(self.account)))
        out, authority = self.home / "out", self.home / "authority"
        _done(sys.executable, DEPLOY / "fill.py", description, out)
        _done(DEPLOY / "certificates.sh", authority, *(f"{name}={HERE}" for name in NAMES))
        for node in self.nodes:
            (node.place / "run").mkdir(parents=True)
            (out / node.name).rename(node.place / "filled")
            (authority / node.name).rename(node.place / "tls")
            node.tls = ssl.create_default_context(cafile=str(node.place / "tls" / "ca.pem"))
        (self.home / "pgpass").write_text(f"*:*:*:*:{PASSWORD}\n")
        (self.home / "pgpass").chmod(0o600)
        self.home.chmod(0o711)
        if self.account.dropped:
            for node in self.nodes:
                for path in (node.place, *node.place.rglob("*")):
                    os.chown(path, self.account.uid, self.account.gid)

    def _make_database(self) -> None:
        leader = self.the_leader()
        statements = re.sub(r":'\w+'", f"'{PASSWORD}'", (DEPLOY / "database.sql").read_text())
        with psycopg.connect(leader.dsn(), autocommit=True) as connection:
            for statement in statements.split(";"):
                if statement.strip():
                    connection.execute(statement.encode())


def read_variables(file: Path) -> dict[str, str]:
    """Read a file of variables as systemd does."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [line.split("=", 1) for line in lines]
    return {name: shlex.split(value)[0] if value else "" for name, value in pairs}


def _ports(home: Path, name: str) -> dict[str, Any]:
    ports = ("postgresql_port", "rest_port", "etcd_client_port", "etcd_peer_port")
    place = home / name
    paths = {
        "data": place / "data",
        "sockets": place / "run",
        "pgpass": place / "pgpass",
        "etcd_data": place / "etcd",
        "certificates": place / "tls",
    }
    return {
        "node": name,
        "address": HERE,
        **{port: free_port() for port in ports},
        **{key: str(path) for key, path in paths.items()},
    }


def _description(nodes: list[Node], programs: Path) -> str:
    common = {
        "cluster": "parley",
        "programs": str(programs),
        "passfile": str(nodes[0].place.parent / "pgpass"),
        "watchdog": "off",
        "tls": False,
    }
    tables = [("", common), *(("[[node]]", node.told) for node in nodes)]
    return "\n".join(
        line
        for head, values in tables
        for line in (head, *(f"{key} = {_toml(value)}" for key, value in values.items()))
    )


def _toml(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value)
        case _:
            return f'"{value}"'


def _done(*command: str | Path) -> None:
    ran = subprocess.run(  # noqa: S603 - the operator's programs in this repository
        [str(part) for part in command], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        process.kill()
        process.wait()
