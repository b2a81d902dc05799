"""Moving a large relationship to another database, beside COPY of the same rows.

COPY neither makes the leaves nor the views, judges nothing and stops nobody: it is the limit.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from benchmarks.rebuild import rebuild_at_once
from benchmarks.table import Sizes, Table, compared, in_turn
from benchmarks.worlds import open_world
from interfaces.composition import open_house
from interfaces.partitions.moving import GRACE, Mover, open_mover
from interfaces.partitions.opening import prepare_partitions
from interfaces.partitions.routes import HOME
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.settings import Settings

TIMES: Final = 10
"""How many times ``--many`` facts move."""
OF_ONE: Final = 100
"""How many of them are of one negotiation."""
MOST_ROUNDS: Final = 2
EAST: Final = "east"
COPY: Final = "COPY the same rows into an empty table with the same indexes"
MOVE: Final = "move the relationship"

_OUT: Final[LiteralString] = (
    "COPY (SELECT e.* FROM history_leaves l JOIN ledger_events e ON e.originator_id = l.stream"
    " AND e.originator_version = l.version WHERE l.log = {}) TO STDOUT (FORMAT BINARY)"
)


@dataclass
class Moves:
    """A relationship that goes to and fro, and how long each step took the last time."""

    mover: Mover
    connections: dict[str, Connection[TupleRow]]
    relationship: str
    steps: dict[str, float] = field(default_factory=dict)

    def other(self) -> str:
        """Return where it does not live."""
        return HOME if self.mover.where(self.relationship) == EAST else EAST

    def move(self) -> float:
        """Move it to the other database; return how long that took, in microseconds."""
        began = time.perf_counter()
        reached = {"begun": began}

        def told(step: str) -> None:
            reached[step] = time.perf_counter()

        self.mover.move(self.relationship, self.other(), told)
        self.steps = {step: reached[step] - reached[before] for before, step in pairwise(reached)}
        return (time.perf_counter() - began) * 1e6

    def copy(self) -> float:
        """Copy its rows to the other database; return how long that took, in microseconds."""
        to = self.other()
        source, target = self.connections[HOME if to == EAST else EAST], self.connections[to]
        target.execute("CREATE TABLE bare (LIKE ledger_events INCLUDING INDEXES)")
        began = time.perf_counter()
        asked = psycopg.sql.SQL(_OUT).format(psycopg.sql.Literal(self.relationship))
        with (
            source.cursor() as reading,
            target.cursor() as writing,
            reading.copy(asked) as rows,
            writing.copy("COPY bare FROM STDIN (FORMAT BINARY)") as taken,
        ):
            for part in rows:
                taken.write(part)
        took = time.perf_counter() - began
        target.execute("DROP TABLE bare")
        return took * 1e6

    def stopped(self) -> float:
        """Return for how many seconds nothing was taken in the last move."""
        names = list(self.steps)
        within = names[names.index("fenced") + 1 : names.index("opened") + 1]
        return sum(self.steps[name] for name in within)


def measure(server: EmbeddedPostgres, _: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up a large relationship, and yield a table of its moves."""
    with ExitStack() as stack:
        with open_world(server, "moves_home") as world:
            for _negotiation in range(max(TIMES * sizes.many // OF_ONE, 1)):
                world.negotiation(OF_ONE)
            rebuild_at_once(world.house, world.conninfo)
        conninfos = {HOME: world.conninfo, EAST: server.ensure_database("moves_east")}
        prepare_partitions(conninfos[HOME], {EAST: conninfos[EAST]})
        settings = Settings(partitions=f"{EAST}={conninfos[EAST]}")
        house = stack.enter_context(open_house(conninfos[HOME], settings=settings))
        connections = {
            name: stack.enter_context(psycopg.connect(one, autocommit=True))
            for name, one in conninfos.items()
        }
        mover = stack.enter_context(open_mover(conninfos, house))
        moves = Moves(mover, connections, world.relationship)
        facts = mover.plan(world.relationship, EAST).facts
        rounds = min(sizes.rounds, MOST_ROUNDS)
        taken = in_turn({COPY: moves.copy, MOVE: moves.move}, rounds)
        yield compared(
            f"Move {facts:,} facts of one relationship to another database and back",
            taken,
            (*_notes(taken, facts, moves), f"medians of {rounds} rounds"),
        )


def _notes(taken: dict[str, list[float]], facts: int, moves: Moves) -> Iterator[str]:
    for name, rounds in taken.items():
        yield f"{name}: {facts / min(rounds) * 1e6:,.0f} facts a second"
    steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in moves.steps.items())
    yield f"the steps of the last move: {steps}"
    yield (
        f"for {moves.stopped():.1f} s of the last move the relationship took nothing,"
        f" {GRACE:.0f} of them spent waiting"
    )
