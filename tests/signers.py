"""A signer on the tests' database, and the key that it signs with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from interfaces.clock import SystemClock
from interfaces.signer.books import SignersBooks
from interfaces.signer.durability import Server
from interfaces.signer.memory import Memory
from interfaces.signer.partitioned import PartitionedBooks
from interfaces.signer.signer import Seal, Signer

ORIGIN: Final = "parley.localhost"
SECRET: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SEAL: Final = Seal(ORIGIN, SECRET)
KEY: Final = SEAL.public_key


def durable(_: psycopg.Connection[Any]) -> Server:
    """Say of the tests' server, which trades safety for speed, what a real one says of itself."""
    return Server(in_recovery=False, fsync=True, synchronous_commit="on", standby_names="")


@contextmanager
def signer(  # noqa: PLR0913 - each has its usual value
    database: str,
    home: Path,
    seal: Seal = SEAL,
    *,
    adopt: bool = False,
    server: Callable[[psycopg.Connection[Any]], Server] = durable,
    others: Mapping[str, str] | None = None,
) -> Iterator[Signer]:
    """Lend a signer that has started and derived everything anew, as its process does.

    ``others`` are the partitions besides ``database``.
    """
    with ExitStack() as stack:
        memory = Memory(home)
        stack.callback(memory.close)
        connected = {
            name: stack.enter_context(psycopg.connect(one, autocommit=True))
            for name, one in {"": database, **(others or {})}.items()
        }
        home = connected.pop("")
        books = PartitionedBooks(home, connected) if connected else SignersBooks(home)
        made = Signer(books, memory, seal, SystemClock(), server)
        made.start(adopt=adopt)
        made.rederive()
        yield made


def sign_all(database: str, home: Path, others: Mapping[str, str] | None = None) -> None:
    """Sign everything there is, with a memory that is kept in ``home``."""
    home.mkdir(exist_ok=True)
    with signer(database, home, others=others) as made:
        report = made.tick()
    assert (report.refused, report.waiting) == ({}, None)
