"""Checking an audit bundle offline: what it costs beside hashing the same leaves into a tree.

The bundle is made up here, without a database: a relationship whose sides talked a lot, made an
offer with every hundredth fact, and signed one contract at the end.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from benchmarks.made_up_history import RELATIONSHIP, History, made_up
from benchmarks.table import Case, Sizes, Table, interleaved
from domain.history.leaf import leaf_of
from domain.history.merkle import Frontier, Hash
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.verifier.command import answer
from interfaces.verifier.standalone import standalone

MOST_ROUNDS: Final = 9
_MEASURED: Final = """
import runpy, sys
sys.argv.pop(0)
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        (line,) = (one for one in status if one.startswith("VmHWM:"))
    sys.stderr.write(line.split()[1])
"""
"""The peak is the process's own: what ``wait`` tells of a child counts the parent's at the fork."""


def measure(_: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up a small bundle and one ten times as large, and yield a table."""
    few = _bundle(home, sizes.many)
    many = _bundle(home, sizes.many * 10)
    alone = home / "parley_verify.py"
    alone.write_text(standalone())
    # Each call takes long enough to be timed by itself.
    once = replace(sizes, rounds=min(sizes.rounds, MOST_ROUNDS), calls=1)
    notes = [
        f"peak memory of a process that checks {made.events:,} events: {_peak(alone, made):.0f} MiB"
        for made in (few, many)
    ]
    size = many.path.stat().st_size / 2**20
    yield interleaved(
        f"Check a bundle of {many.events:,} events offline",
        {
            "bare hashing of the same leaves and tree": _bare(many.history),
            "parley verify": _verified(many),
        },
        once,
        *notes,
        f"the bundle has {size:.1f} MiB packed",
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

    def bare() -> Hash:
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


def _peak(alone: Path, made: _Made) -> float:
    """Return the most memory that the verifier on its own took, in MiB, as Linux counts it."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own file
        [sys.executable, "-c", _MEASURED, alone, made.path, "--pin", made.pins],
        check=True,
        capture_output=True,
        text=True,
    )
    return int(ran.stderr) / 1024
