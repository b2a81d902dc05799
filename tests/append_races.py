"""Many callers in several processes who append to one ledger, and what they were told.

The bare recorder, without deciders: each knows the version that it means to write, and nothing
sorts out a conflict but the recorder.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Final, Literal

import psycopg
from eventsourcing.persistence import IntegrityError, StoredEvent

from application.at_hand import NotAtHand
from application.ledger import Ledger
from application.ports import KeyRecord
from interfaces.parking import parkable, parked
from interfaces.postgres.group_commit import GroupCommit, _Caller
from interfaces.postgres.persistence import KeyedPostgresRecorder, ledger_env

TOPIC: Final = "made.Up/1"
CALLERS: Final = 8
How = Literal["threads", "careless threads", "one loop"]
"""What the callers of one process are."""

PATIENCE: Final = 60.0

_together: Final[list[Barrier]] = []
"""Where the processes wait for each other; each is handed it as it begins."""


@dataclass(frozen=True)
class Told:
    """What one caller was told of its append: its notification ids, none when it was refused."""

    caller: str
    stream: str
    events: int
    positions: tuple[int, ...]


class Careless(GroupCommit):
    """The queue as it must not be: it lets two appends to one stream into one commit."""

    def _next_batch(self) -> list[_Caller]:
        with self._lock:
            batch, self._queue = self._queue, []
        return batch


def writers(dsn: str, work: str, processes: int, times: int, how: How = "threads") -> list[Told]:
    """Let every process's callers append, each so many times; return what all were told."""
    spawn = get_context("spawn")
    with spawn.Pool(processes, _meet, (spawn.Barrier(processes),)) as pool:
        asked = [(dsn, work, str(number), times, how) for number in range(processes)]
        return [told for part in pool.starmap(_process, asked) for told in part]


@contextmanager
def ledger_with_queue(dsn: str, *, careless: bool = False) -> Iterator[Ledger]:
    """Lend a ledger whose recorder queues as it should, or carelessly."""
    with Ledger(ledger_env(dsn)) as ledger:
        recorder = ledger.recorder
        assert isinstance(recorder, KeyedPostgresRecorder)
        if careless:
            recorder.commits = Careless(recorder.write)
        yield ledger


@contextmanager
def altered_append(dsn: str, alter: Callable[[str], str]) -> Iterator[None]:
    """Replace the database's append function by one with another text, for a while."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "SELECT pg_get_functiondef('public.ledger_append'::regproc)"
        ).fetchone()
        assert row is not None
        text = alter(row[0])
        assert text != row[0]
        connection.execute(text.encode())
        try:
            yield
        finally:
            connection.execute(row[0].encode())


def _meet(barrier: Barrier) -> None:
    _together.append(barrier)


def _process(dsn: str, work: str, name: str, times: int, how: How) -> list[Told]:
    _together[0].wait(PATIENCE)
    does = {"own streams": _to_own_streams, "the same streams": _to_the_same_streams}[work]
    with ledger_with_queue(dsn, careless=how == "careless threads") as ledger:
        callers = [f"{name}-{number}" for number in range(CALLERS)]

        def call(caller: str) -> list[Told]:
            return list(does(ledger, caller, times))

        if how == "one loop":
            return asyncio.run(_on_one_loop(call, callers))
        with ThreadPoolExecutor(CALLERS) as threads:
            return [told for part in threads.map(call, callers) for told in part]


async def _on_one_loop(call: Callable[[str], list[Told]], callers: Sequence[str]) -> list[Told]:
    found = await asyncio.gather(*(parkable(call, caller) for caller in callers))
    return [told for part in found for told in part]


def _to_own_streams(ledger: Ledger, caller: str, times: int) -> Iterator[Told]:
    for version in range(1, times + 1):
        stream = f"relationship-{caller}/negotiation-own"
        yield append(ledger, caller, _events(stream, version, 1, caller), version)


def _to_the_same_streams(ledger: Ledger, caller: str, times: int) -> Iterator[Told]:
    chance = random.Random(caller)  # noqa: S311 - the same every time
    for number in range(times):
        stream = f"relationship-shared-{chance.randrange(4)}/negotiation-shared"
        latest = _latest(ledger, stream)
        version = latest[0].originator_version + 1 if latest else 1
        events = chance.choice((1, 3))
        yield append(ledger, caller, _events(stream, version, events, caller), number)


def _latest(ledger: Ledger, stream: str) -> Sequence[StoredEvent]:
    """Return a stream's latest event; on a loop in a thread, if no connection is free."""
    try:
        return ledger.recorder.select_events(stream, desc=True, limit=1)
    except NotAtHand:
        return parked(asyncio.to_thread(ledger.recorder.select_events, stream, desc=True, limit=1))


def append(ledger: Ledger, caller: str, events: Sequence[StoredEvent], number: int) -> Told:
    """Append events, a caller's own number of the append being its key; return what came of it."""
    stream, first, last = events[0].originator_id, events[0], events[-1]
    record = KeyRecord(
        caller, str(number), "", str(stream), first.originator_version, last.originator_version
    )
    try:
        positions = ledger.recorder.insert_events(events, command_key=record)
    except IntegrityError:
        positions = ()
    return Told(caller, str(stream), len(events), tuple(positions or ()))


def _events(stream: str, version: int, number: int, caller: str) -> list[StoredEvent]:
    return [StoredEvent(stream, version + n, TOPIC, caller.encode()) for n in range(number)]


def wrongly_told(dsn: str, told: Sequence[Told]) -> list[Told]:
    """Return who was told something else than what the ledger holds."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT notification_id, originator_id, convert_from(state, 'UTF8') FROM ledger_events"
        ).fetchall()
    held = {position: (stream, caller) for position, stream, caller in rows}
    return [one for one in told if not _is_so(one, held)] + _unasked(told, held)


def _is_so(told: Told, held: dict[int, tuple[str, str]]) -> bool:
    if not told.positions:
        return True
    mine = [held.get(position) for position in told.positions]
    return len(mine) == told.events and all(one == (told.stream, told.caller) for one in mine)


def _unasked(told: Iterable[Told], held: dict[int, tuple[str, str]]) -> list[Told]:
    """Return what the ledger holds though nobody was told so."""
    known = {position for one in told for position in one.positions}
    return [
        Told(caller, stream, 1, (position,))
        for position, (stream, caller) in held.items()
        if position not in known
    ]
