"""Reading a contract's current terms: the same with a long history and with many other contracts.

Three installations on one server: a short history among few contracts, a long history among few,
a short one among many. The same contract's terms are read from each, over HTTP from a web process
each, and in this process from what that web process calls.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from application.desk import Request
from benchmarks.serving import Caller, web_process
from benchmarks.table import Case, Sizes, Table, interleaved
from benchmarks.worlds import SUBJECT, World, open_world
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres

BARE: Final = "SELECT row::text FROM view_rows WHERE view = %s AND key = %s"


@dataclass(frozen=True)
class Asked:
    """The contract whose terms are read, where, and by whom."""

    name: str
    world: World
    contract: str
    caller: Caller

    def over_http(self) -> object:
        """Read the terms as anybody does."""
        return self.caller.get(f"/v1/{_path(self.contract)}/terms")

    def in_process(self) -> object:
        """Read the terms as the web process does, without HTTP around it."""
        house = self.world.house
        asked = Request(house.directory.resolve(ISSUER, SUBJECT), house.clock.now(), key="")
        house.reading.admit(asked, self.contract)
        return house.promises.as_of(self.contract, asked.at, asked.at)


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up the three installations, and yield a table for each way to read."""
    with ExitStack() as stack:
        found, notes = [], []
        for history, others in (
            (sizes.few, sizes.few),
            (sizes.many, sizes.few),
            (sizes.few, sizes.many),
        ):
            name = f"{history:,} events, {others:,} other contracts"
            world = stack.enter_context(open_world(server, f"terms_{history}_among_{others}"))
            contract = world.contract(history)
            world.others(others)
            notes.append(f"views of {name}: {_catch_up(world)}")
            caller = stack.enter_context(web_process(world.conninfo, home, SUBJECT))
            found.append(Asked(name, world, contract, caller))
        first = found[0]
        bare = stack.enter_context(_bare_select(first.world, first.contract))
        live = {"floor: /health/live": lambda: first.caller.get("/health/live")}
        floor: dict[str, Case] = {"floor: one row by primary key": bare}
        yield interleaved(
            "Current terms of a contract, over HTTP",
            {**{asked.name: asked.over_http for asked in found}, **live, **floor},
            sizes,
            *notes,
        )
        yield interleaved(
            "Current terms of a contract, in process, with authorisation",
            {**{asked.name: asked.in_process for asked in found}, **floor},
            sizes,
        )


def _path(stream: str) -> str:
    relationship, contract = stream.split("/")
    return f"relationships/{relationship}/contracts/{contract}"


def _catch_up(world: World) -> str:
    """Bring every view up to date, and say how fast that went."""
    began = time.perf_counter()
    world.house.follower.catch_up()
    seconds = time.perf_counter() - began
    events, views = world.house.ledger.head(), len(world.house.projections.all())
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE view_rows")
    return f"{events:,} events into {views} views, {events / seconds:,.0f} events a second"


@contextmanager
def _bare_select(world: World, contract: str) -> Iterator[Callable[[], object]]:
    """Lend the least that a read of one view's row can cost: no pool, no checks, no reading."""
    key = f"{contract}#000000001"
    with psycopg.connect(world.conninfo, autocommit=True) as connection:

        def read() -> object:
            row = connection.execute(BARE, ("contract_versions", key), prepare=True).fetchone()
            if row is None:
                raise RuntimeError(f"{key} is not there")
            return row

        yield read
