"""Rebuilding every view from the first event, beside fetching the same rows; memory as it grows.

``python -m benchmarks.rebuild CONNINFO PART OF`` rebuilds a part of the views of a database once.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

import psycopg

from application.policies.base import PolicyTracking
from benchmarks.estates import MOST_RELATIONSHIPS, settle_in
from benchmarks.memory import peak_of_module
from benchmarks.serving import environment
from benchmarks.table import Aim, Sizes, Table, interleaved
from benchmarks.worlds import World, open_world
from interfaces.collecting import collect_seldom
from interfaces.composition import House, open_house
from interfaces.postgres.embedded import EmbeddedPostgres

MOST_ROUNDS: Final = 3
FACTS_OF_ONE: Final = 9
"""How many facts lead to one contract in force."""

TENTH: Final = 10
FETCHED: Final = 5000
ROWS: Final = (
    "SELECT originator_id, originator_version, topic, state, notification_id"
    " FROM ledger_events ORDER BY notification_id"
)
FETCH: Final = "fetch the same rows"
REBUILD: Final = "rebuild every view"


def measure(server: EmbeddedPostgres, _: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up a ledger and one of a tenth, and yield a table."""
    with ExitStack() as stack:
        worlds = [
            _settled(stack.enter_context(open_world(server, f"rebuild_{part}")), sizes.many // part)
            for part in (TENTH, 1)
        ]
        world = worlds[-1]
        events = _fetch(world.conninfo)
        notes = [
            f"peak memory of a process that rebuilds {_fetch(one.conninfo):,} events: "
            f"{peak_of_module('benchmarks.rebuild', one.conninfo):.0f} MiB"
            for one in worlds
        ]
        few = replace(sizes, rounds=min(sizes.rounds, MOST_ROUNDS), calls=1)
        table = interleaved(
            f"Rebuild {len(world.house.projections.all())} views of {events:,} events",
            {FETCH: lambda: _fetch(world.conninfo), REBUILD: lambda: rebuild(world.house)},
            few,
            *notes,
            aims=[
                Aim(
                    "rebuild of all views, against fetching the rows", REBUILD, FETCH, at_least=0.15
                )
            ],
        )
        yield replace(table, notes=(*_speeds(table, events), *table.notes))


def rebuild(house: House, part: int = 0, of: int = 1) -> None:
    """Rebuild every view, or every so many."""
    with _seldom_collecting():
        house.follower.rebuild(house.projections.all()[part::of], lambda _position, _head: None)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Collect garbage as the command does that rebuilds, and as before when it is done."""
    thresholds = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def rebuild_at_once(house: House, conninfo: str) -> None:
    """Rebuild every view in as many processes as there are cores, and let policies pass it over.

    What was made up is the past: no policy is to answer it.
    """
    parts = os.cpu_count() or 1
    running = [
        subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-m", "benchmarks.rebuild", conninfo, str(part), str(parts)],
            env=environment({}),
        )
        for part in range(parts)
    ]
    ended = [process.wait() for process in running]
    if any(ended):
        raise RuntimeError("the views could not be rebuilt")
    tracking = cast("PolicyTracking", house.store)
    tracking.set_policies_position(house.ledger.head())


def _settled(world: World, events: int) -> World:
    contracts = max(events // FACTS_OF_ONE, 2)
    partners = min(MOST_RELATIONSHIPS, contracts)
    settle_in(world, partners, contracts, min(contracts // TENTH, partners))
    return world


def _fetch(conninfo: str) -> int:
    fetched = 0
    with psycopg.connect(conninfo) as connection, connection.cursor("rows", binary=True) as cursor:
        cursor.execute(ROWS)
        while rows := cursor.fetchmany(FETCHED):
            fetched += len(rows)
    return fetched


def _speeds(table: Table, events: int) -> Iterator[str]:
    for line in table.lines:
        yield f"{line.name}: {events / line.microseconds * 1e6:,.0f} events a second"


if __name__ == "__main__":
    with open_house(sys.argv[1]) as opened:
        rebuild(opened, *map(int, sys.argv[2:]))
