"""Appending a fact, and a command on ten facts, by many callers at once, beside limit and peers.

The limit is pgbench on a table like the ledger's, without order, keys, leaves or decisions; beside
it stands what one Python process can send and take of the same statements, for all of our callers
are in one. Each side has a database of its own on the one server (those two share one), and a
process of its own; they take turns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final, Protocol
from uuid import uuid4

from psycopg.conninfo import conninfo_to_dict

from benchmarks.callers import Slot, python_side, side
from benchmarks.peers import pgbench
from benchmarks.peers.there import HERE, missing_node_package
from benchmarks.table import BRACKETS, Aim, Sizes, Table, compared, in_turn
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate

MOST_ROUNDS: Final = 7
CALLERS: Final = (1, 16, 64)
FEW_CALLERS: Final = (1, 4)
ENOUGH: Final = 4 * max(CALLERS)
"""Streams for each caller to have its own: the peers give up when two meet in one."""
LIMIT: Final = "limit: pgbench, one row inserted"
LIMIT_OF_LOADING: Final = "limit: pgbench, ten rows read, one inserted"
ONE_PYTHON: Final = "limit of one Python process: the same by psycopg"
STOCK: Final = "eventsourcing as it comes, threads"
EMMETT: Final = "Emmett (node)"
MESSAGE_DB: Final = "Message DB's functions, by pgbench"
OURS: Final = "the ledger"
COLD: Final = "the ledger, ten facts read each time"
WARM: Final = "the ledger, as the service does it"


class Callers(Protocol):
    """Somebody who lets many callers work at once."""

    def slot(self, operation: str, callers: int, seconds: float) -> Slot:
        """Let them work for a while."""
        ...


@dataclass(frozen=True)
class Turn:
    """One side's turn at one operation."""

    side: Callers
    operation: str

    def with_callers(self, callers: int, seconds: float) -> Slot:
        """Take the turn."""
        return self.side.slot(self.operation, callers, seconds)


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up every side, and yield two tables for each number of callers."""
    with ExitStack() as stack:
        sides, notes = _sides(server, home, stack, max(sizes.many, ENOUGH))
        appends = {
            LIMIT: Turn(sides[LIMIT], "append"),
            **_those_there(sides, "append"),
            OURS: Turn(sides[OURS], "append"),
        }
        commands = {
            LIMIT: Turn(sides[LIMIT], "append"),
            LIMIT_OF_LOADING: Turn(sides[LIMIT], "cold"),
            **_those_there(sides, "cold"),
            COLD: Turn(sides[OURS], "cold"),
            WARM: Turn(sides[OURS], "hot"),
        }
        rounds = Rounds(sizes, notes)
        for callers in CALLERS if sizes.seconds >= 1 else FEW_CALLERS:
            said = f"{callers} caller{'s' if callers > 1 else ''}"
            yield rounds.table(f"Append one fact of 600 bytes, {said}", appends, callers)
            title = f"Load ten facts, decide, append, {said}"
            yield rounds.table(title, commands, callers, _aims(callers))


def _sides(
    server: EmbeddedPostgres, home: Path, stack: ExitStack, streams: int
) -> tuple[dict[str, Callers], list[str]]:
    def database(name: str) -> str:
        return server.ensure_database(f"append_{name}_{uuid4().hex}")

    bare = database("bare")
    sides: dict[str, Callers] = {LIMIT: pgbench.bare(bare, home, streams)}
    one_python = python_side("bare", "benchmarks.peers.bare_psycopg", bare, str(streams))
    sides[ONE_PYTHON] = stack.enter_context(side(ONE_PYTHON, one_python))
    stock = python_side(
        "stock", "benchmarks.peers.stock_eventsourcing", database("stock"), str(streams)
    )
    sides[STOCK] = stack.enter_context(side(STOCK, stock))
    notes: list[str] = []
    if absent := missing_node_package("@event-driven-io/emmett-postgresql"):
        notes.append(f"{EMMETT}: not measured: {absent}")
    else:
        command = _emmett(database("emmett"), streams)
        sides[EMMETT] = stack.enter_context(side(EMMETT, command, HERE))
    if absent := missing_node_package("@eventide/message-db"):
        notes.append(f"{MESSAGE_DB}: not measured: {absent}")
    else:
        sides[MESSAGE_DB] = pgbench.message_db(database("message_db"), home, streams)
    conninfo = database("ledger")
    migrate(conninfo)
    # Ours gets through more, and so gets twice as many streams: they stay about as short.
    ours = python_side("ledger", "benchmarks.ledger_side", conninfo, str(2 * streams))
    sides[OURS] = stack.enter_context(side(OURS, ours))
    return sides, notes


def _emmett(conninfo: str, streams: int) -> list[str]:
    told = conninfo_to_dict(conninfo)
    where = {"host": told["host"], "port": int(str(told["port"]))}
    where |= {"user": told["user"], "database": told["dbname"]}
    return ["node", str(HERE / "emmett.mjs"), json.dumps(where), str(streams), "64"]


def _those_there(sides: dict[str, Callers], operation: str) -> dict[str, Turn]:
    peers = (ONE_PYTHON, STOCK, EMMETT, MESSAGE_DB)
    return {name: Turn(sides[name], operation) for name in peers if name in sides}


def _aims(callers: int) -> list[Aim]:
    if callers == 1:
        return []
    told = f"load ten, decide, append, {callers} callers"
    return [
        Aim(f"{told}, against the bare inserts of pgbench", COLD, LIMIT, 0.30),
        Aim(f"{told}, streams at hand, against the same", WARM, LIMIT, 0.30),
        Aim(f"{told}, against Emmett", COLD, EMMETT, 4),
        Aim(f"{told}, streams at hand, against Emmett, which loads", WARM, EMMETT, 4),
        Aim(f"{told}, against eventsourcing as it comes", COLD, STOCK, 7),
        Aim(f"{told}, streams at hand, against eventsourcing, which loads", WARM, STOCK, 7),
    ]


@dataclass(frozen=True)
class Rounds:
    """How turns are taken, and what is to be known about all of them."""

    sizes: Sizes
    notes: list[str]

    def table(
        self, title: str, turns: dict[str, Turn], callers: int, aims: Sequence[Aim] = ()
    ) -> Table:
        """Let every side have its turns with so many callers."""
        rounds, seconds = min(self.sizes.rounds, MOST_ROUNDS), self.sizes.seconds
        taking: dict[str, Callable[[], Slot]] = {
            name: partial(turn.with_callers, callers, seconds) for name, turn in turns.items()
        }
        slots = in_turn(taking, rounds)
        taken = {name: [slot.microseconds for slot in each] for name, each in slots.items()}
        late = [
            f"{name}: half within {_middle(each, 'p50'):.1f} ms, 99 of 100 within "
            f"{_middle(each, 'p99'):.1f} ms"
            for name, each in slots.items()
            if each[0].p99
        ]
        how = f"medians of {rounds} interleaved rounds of {seconds:g} s; {BRACKETS}"
        return compared(title, taken, (*self.notes, *late, how), aims, rate=True)


def _middle(slots: list[Slot], percentile: str) -> float:
    return float(median(getattr(slot, percentile) for slot in slots)) / 1000
