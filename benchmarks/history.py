"""The verifiable history: what a leaf costs the fact, what signing and proving cost as it grows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.desk import Request
from application.history import path_of_consistency, path_of_inclusion
from benchmarks.table import Case, Sizes, Table, interleaved
from benchmarks.worlds import SUBJECT, World, open_world
from interfaces.clock import SystemClock
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.signer.books import SignersBooks
from interfaces.signer.durability import Server
from interfaces.signer.memory import Memory
from interfaces.signer.signer import Seal, Signer

TEXT = "We can live with that, if the credit stays."
ORIGIN = "parley.localhost"


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Yield a table for appending, one for signing and one for proving."""
    with ExitStack() as stack:
        bare = stack.enter_context(open_world(server, "history_without_leaves"))
        with psycopg.connect(bare.conninfo) as connection:
            connection.execute("DROP TRIGGER history_append ON ledger_events")
        short = stack.enter_context(open_world(server, "history_short"))
        yield interleaved(
            "One more fact, in process",
            {
                "without a leaf": _append(bare, bare.negotiation(sizes.few)),
                "with its leaf": _append(short, short.negotiation(sizes.few)),
            },
            sizes,
        )
        worlds = {sizes.few: short, sizes.many: stack.enter_context(open_world(server, "history"))}
        signing: dict[str, Case] = {}
        proving: dict[str, Case] = {}
        for size, world in worlds.items():
            stream = world.negotiation(size)
            signer = stack.enter_context(_signer(world, home / f"signer-{size}"))
            while signer.tick().signed:
                pass
            name = f"{size:,} leaves before"
            signing[name] = _sign(signer, _append(world, stream))
            proving[name] = _prove(world)
        yield interleaved("One more fact, and its checkpoint", signing, sizes)
        yield interleaved("A proof of inclusion and one of consistency", proving, sizes)


def _append(world: World, stream: str) -> Case:
    house, keys = world.house, count()

    def comment() -> object:
        principal = house.directory.resolve(ISSUER, SUBJECT)
        asked = Request(principal, house.clock.now(), f"{stream}-{next(keys)}")
        return house.negotiating.comment(asked, stream, TEXT, None, None)

    comment()  # the first load is not what is measured
    return comment


def _sign(signer: Signer, append: Case) -> Case:
    def one_more() -> object:
        append()
        report = signer.tick()
        if report.signed != 1:
            raise RuntimeError(f"one log grew, and this was signed: {report}")
        return report

    return one_more


def _prove(world: World) -> Case:
    shelf, log = world.house.shelf, world.relationship

    def prove() -> object:
        shown = shelf.checkpoint(log)
        if shown is None:
            raise RuntimeError("nothing was signed")
        path_of_inclusion(shelf, log, shown.size // 3, shown.size)
        return path_of_consistency(shelf, log, shown.size // 2, shown.size)

    return prove


@contextmanager
def _signer(world: World, home: Path) -> Iterator[Signer]:
    """Lend a signer; the tests' server is not durable, and is measured all the same."""
    home.mkdir()
    key = Ed25519PrivateKey.generate()
    with ExitStack() as stack:
        memory = Memory(home)
        stack.callback(memory.close)
        connection = stack.enter_context(psycopg.connect(world.conninfo, autocommit=True))
        signer = Signer(SignersBooks(connection), memory, Seal(ORIGIN, key), SystemClock(), _any)
        signer.start()
        yield signer


def _any(_: psycopg.Connection[Any]) -> Server:
    return Server(in_recovery=False, fsync=True, synchronous_commit="on", standby_names="")
