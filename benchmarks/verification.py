"""Checking an audit bundle offline: what it costs beside hashing the same leaves into a tree.

The bundle is made up here, without a database: a relationship whose sides talked a lot, made an
offer with every hundredth fact, and signed one contract at the end.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.made_up_history import RELATIONSHIP, History, made_up
from benchmarks.memory import peak_of_file
from benchmarks.table import Aim, Case, Sizes, Table, interleaved
from domain.history.leaf import leaf_of
from domain.history.merkle import Frontier, Hash
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.verifier.command import answer
from interfaces.verifier.standalone import standalone

MOST_ROUNDS: Final = 9
LARGER: Final = (1, 10, 100)
"""Times as many events as asked for in the bundles whose checking is looked at for memory."""
SIGNATURES: Final = 15
"""As many as a made-up bundle holds: an acceptance and two signatures, and under the checkpoints of
three logs and of the service one by the service and one by each witness."""
MESSAGE: Final = 800
"""Bytes: about what a statement has; a checkpoint has fewer."""
BARE: Final = "bare hashing of the same leaves and tree, checking the same signatures"
OURS: Final = "parley verify"


def measure(_: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up bundles, the last a hundred times as large as the first, and yield a table."""
    alone = home / "parley_verify.py"
    alone.write_text(standalone())
    notes: list[str] = []
    timed: _Made | None = None
    for times in LARGER:
        made = _bundle(home, sizes.many * times)
        peak = peak_of_file(alone, made.path, "--pin", made.pins)
        notes.append(f"peak memory of a process that checks {made.events:,} events: {peak:.0f} MiB")
        if times == LARGER[1]:
            timed = made
    if timed is None:
        raise RuntimeError("no bundle to check")
    # The bare case keeps the history in memory. The command has it on disk: no collector walks it.
    gc.collect()
    gc.freeze()
    # Each call takes long enough to be timed by itself.
    once = replace(sizes, rounds=min(sizes.rounds, MOST_ROUNDS), calls=1)
    size = timed.path.stat().st_size / 2**20
    yield interleaved(
        f"Check a bundle of {timed.events:,} events offline",
        {BARE: _bare(timed.history), OURS: _verified(timed)},
        once,
        *notes,
        f"the bundle has {size:.1f} MiB packed",
        aims=[Aim("verification, against bare hashing and signatures", OURS, BARE, at_most=3)],
    )


@dataclass(frozen=True)
class _Made:
    """A bundle on disk, its pins, and the history that it holds."""

    events: int
    path: Path
    pins: Path
    history: History


def _bundle(home: Path, events: int) -> _Made:
    history = made_up(events)
    path, pins = home / f"bundle-{events}.zip", home / f"pins-{events}"
    path.write_bytes(b"".join(history.zipped()))
    pins.write_text(history.pins())
    return _Made(events, path, pins, history)


def _bare(history: History) -> Case:
    facts = history.logs[RELATIONSHIP]
    message = b"n" * MESSAGE
    public, signature = history.operator.public_key(), history.operator.sign(message)

    def bare() -> Hash:
        for _ in range(SIGNATURES):
            public.verify(signature, message)
        tree = Frontier()
        for stream, version, topic, state in facts:
            tree.append(leaf_of(stream, version, topic, state))
        return tree.root()

    return bare


def _verified(made: _Made) -> Callable[[], object]:
    def check() -> object:
        code, said = answer(made.path, made.pins, as_json=True)
        if code:
            raise RuntimeError(said)
        return said

    return check
