"""A network between the service and its database that can be parted without anybody being told.

Where we may make one, the server is in a network namespace of its own and packets to it go to an
address that nobody has. Everywhere else a proxy stands between, which keeps what it gets to itself
and every connection open.
"""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Final, Self

import psycopg
from psycopg.conninfo import make_conninfo

from faults.installation import ROOT
from faults.programs import run, tried
from faults.proxy import hang_up
from interfaces.postgres.cluster import PORT
from interfaces.postgres.embedded import EmbeddedPostgres

NOBODY: Final = "02:00:00:00:00:99"
"""A hardware address that no interface has."""
IN_NAMESPACE: Final = """
import sys
from pathlib import Path
from interfaces.postgres.embedded import EmbeddedPostgres
settings = dict(zip(sys.argv[2::2], sys.argv[3::2]))
server = EmbeddedPostgres(Path(sys.argv[1]), settings=settings).start()
server.ensure_database()
"""
CHUNK: Final = 65_536


HASTY: Final = make_conninfo(
    keepalives_idle=1,
    keepalives_interval=1,
    keepalives_count=2,
    tcp_user_timeout=3000,
    options="-c tcp_keepalives_idle=1 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2"
    " -c tcp_user_timeout=3000",
)
"""How to be told within three seconds; what is not said is as the service has it."""


@dataclass(frozen=True)
class Network:
    """A server that is reached over a network, how to part from it, and how to meet again.

    ``inside`` is how it is reached from its own side, None where it does not lose its clients.
    """

    how: str
    dsn: str
    part: Callable[[], None]
    mend: Callable[[], None]
    inside: str | None = None

    def let_go(self) -> bool:
        """Tell whether the server has given up every connection over the network."""
        assert self.inside is not None
        with psycopg.connect(self.inside) as connection:
            found = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL"
            )
            return found.fetchone() == (0,)


def ip(*words: str) -> None:
    """Tell the kernel how its network is to be."""
    run("ip", *words)


def may_make_namespaces() -> bool:
    """Tell whether this account may make network namespaces here, by trying."""
    linked = ("ip", "link", "add", "there", "type", "veth", "peer", "name", "here")
    return tried("unshare", "-n", *linked).returncode == 0


def _settings(home: Path, address: str) -> dict[str, str]:
    home.chmod(0o711)
    rules = home / "pg_hba.conf"
    rules.write_text("local all all trust\nhost all all samenet trust\n")
    rules.chmod(0o644)
    return {"listen_addresses": address, "hba_file": str(rules)}


def _dsn(host: str, port: int) -> str:
    return make_conninfo(host=host, port=port, user="parley", dbname="parley", sslmode="disable")


@contextmanager
def namespaces(home: Path) -> Iterator[Network]:
    """Have a server in a network namespace of its own."""
    word = secrets.token_hex(3)
    name, here, there = f"parley-{word}", f"pa{word}", f"pb{word}"
    net = f"10.213.{secrets.randbelow(250)}"
    ours, theirs = f"{net}.1", f"{net}.2"
    inside = ("-n", name)
    ip("netns", "add", name)
    server = EmbeddedPostgres(home / "postgres")
    try:
        ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", name)
        ip("addr", "add", f"{ours}/24", "dev", here)
        ip(*inside, "addr", "add", f"{theirs}/24", "dev", there)
        for words in (("link", "set", here), (*inside, "link", "set", there)):
            ip(*words, "up")
        ip(*inside, "link", "set", "lo", "up")
        told = [word for pair in _settings(home, theirs).items() for word in pair]
        python = [sys.executable, "-c", IN_NAMESPACE, str(home / "postgres"), *told]
        environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
        run("ip", "netns", "exec", name, *python, environment=environment)

        def part() -> None:
            lost = ("lladdr", NOBODY, "nud", "permanent")
            ip("neigh", "replace", theirs, *lost, "dev", here)
            ip(*inside, "neigh", "replace", ours, *lost, "dev", there)

        def mend() -> None:
            ip("neigh", "flush", "dev", here, "nud", "permanent")
            ip(*inside, "neigh", "flush", "dev", there, "nud", "permanent")

        how = "packets lost between network namespaces"
        yield Network(how, _dsn(theirs, PORT), part, mend, server.dsn())
    finally:
        server.discard()
        ip("netns", "delete", name)


@contextmanager
def silence(home: Path) -> Iterator[Network]:
    """Have a server behind a proxy that can fall silent."""
    # The embedded server has one port, so each of ours has a loopback address to itself.
    address = f"127.213.{secrets.randbelow(250)}.{1 + secrets.randbelow(250)}"
    server = EmbeddedPostgres(home / "postgres", settings=_settings(home, address))
    try:
        server.start()
        server.ensure_database()
        with _Silent(address) as proxy:
            dsn = _dsn("127.0.0.1", proxy.port)
            yield Network("a proxy falls silent", dsn, proxy.talking.clear, proxy.talking.set)
    finally:
        server.discard()


class _Silent:
    """Passes bytes both ways while ``talking``; keeps them otherwise, and hangs nobody up."""

    def __init__(self, address: str) -> None:
        self.talking = Event()
        self.talking.set()
        self._back = address
        self._front = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._front.getsockname()[1]

    def __enter__(self) -> Self:
        Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._front.close()
        self.talking.set()

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._front.accept()
            except OSError:
                return  # closed
            self.talking.wait()
            server = socket.create_connection((self._back, PORT))
            for ends in ((client, server), (server, client)):
                Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        try:
            while piece := here.recv(CHUNK):
                self.talking.wait()
                there.sendall(piece)
        except OSError:
            pass  # either end hung up
        finally:
            self.talking.wait()
            for end in (here, there):
                hang_up(end)


WAYS: Final = (*([namespaces] if os.geteuid() == 0 and may_make_namespaces() else []), silence)
"""How service and database can be parted here."""
