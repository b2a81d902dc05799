"""Recording one more fact: what it costs after a short history and after a long one.

The first command on a stream loads it, later ones carry its state on; both are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Final

import psycopg

from application.desk import Request
from application.ledger import Ledger
from benchmarks.serving import Caller, web_process
from benchmarks.table import Case, Sizes, Table, interleaved
from benchmarks.worlds import SUBJECT, World, open_world
from domain.negotiation.negotiation import NEGOTIATION
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.persistence import ledger_env

EVERYTHING: Final = 10**9
"""A version beyond every history."""
TEXT: Final = "We can live with that, if the credit stays."


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up two negotiations of one installation, and yield a table for each way to comment."""
    with ExitStack() as stack:
        world = stack.enter_context(open_world(server, "commands"))
        streams = {f"{n:,} events before": world.negotiation(n) for n in (sizes.few, sizes.many)}
        # A load of a long history takes long enough to be timed by itself.
        once = Sizes(sizes.few, sizes.many, sizes.rounds, calls=1)
        with Ledger(ledger_env(world.conninfo)) as ledger:
            yield interleaved(
                "First load of a negotiation",
                {name: _first_load(ledger, stream) for name, stream in streams.items()},
                once,
            )
        caller = stack.enter_context(web_process(world.conninfo, home, SUBJECT))
        commit = stack.enter_context(_bare_commit(world))
        live: dict[str, Case] = {"floor: /health/live": lambda: caller.get("/health/live")}
        floor: dict[str, Case] = {"floor: one row committed": commit}
        keys = count()
        yield interleaved(
            "Comment on a negotiation, over HTTP, after the first load",
            {**{n: _over_http(caller, s, keys) for n, s in streams.items()}, **live, **floor},
            sizes,
        )
        yield interleaved(
            "Comment on a negotiation, in process, after the first load",
            {**{n: _in_process(world, s, keys) for n, s in streams.items()}, **floor},
            sizes,
        )


def _first_load(ledger: Ledger, stream: str) -> Case:
    """Return a load that knows nothing yet, as a process's first one does."""
    return lambda: ledger.load_at(NEGOTIATION, stream, EVERYTHING)


def _over_http(caller: Caller, stream: str, keys: count[int]) -> Case:
    relationship, negotiation = stream.split("/")
    path = f"/v1/relationships/{relationship}/negotiations/{negotiation}/comments"
    return lambda: caller.post(path, {"text": TEXT}, f"over-http-{next(keys)}")


def _in_process(world: World, stream: str, keys: count[int]) -> Case:
    house = world.house

    def comment() -> object:
        principal = house.directory.resolve(ISSUER, SUBJECT)
        asked = Request(principal, house.clock.now(), f"in-process-{next(keys)}")
        return house.negotiating.comment(asked, stream, TEXT, None, None)

    return comment


@contextmanager
def _bare_commit(world: World) -> Iterator[Callable[[], object]]:
    """Lend the least that recording anything can cost: one small row, made durable."""
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (number bigserial PRIMARY KEY, said text NOT NULL)")
        yield lambda: connection.execute("INSERT INTO bare (said) VALUES (%s)", (TEXT,))
