"""What the signer signed: kept in a file of its own, on disk before anything is published.

A round is what one look at the database led to: the checkpoints of the logs that grew, the
service-wide log's checkpoint over them, and the subtrees completed. It is remembered whole, with
what it makes of each log; after a crash the signer publishes what it remembers instead of signing
anew.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from domain.history.checkpoint import Checkpoint
from domain.history.merkle import Frontier, Hash
from interfaces.signer.errors import SignerRefuses

MEMORY: Final = "memory.sqlite"
LOCK: Final = "lock"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS standing (
    log TEXT PRIMARY KEY, size INTEGER NOT NULL, frontier BLOB NOT NULL, last BLOB NOT NULL,
    note TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS told (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_HASH: Final = 32


@dataclass(frozen=True, slots=True)
class Standing:
    """A log as it was signed last: its frontier, its last leaf and the signed note."""

    log: str
    size: int
    full: tuple[Hash, ...]
    last: Hash
    note: str

    def frontier(self) -> Frontier:
        """Return the tree, to grow on."""
        return Frontier(self.size, self.full)


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint as it goes into the database; the service's own is a leaf of nothing."""

    log: str
    checkpoint: Checkpoint
    note: str
    last: Hash
    service_index: int | None


@dataclass(frozen=True, slots=True)
class StoredNode:
    """A full subtree's root as it goes into the database."""

    log: str
    level: int
    at: int
    hash: Hash


@dataclass(slots=True)
class Round:
    """What is signed together, and what it makes of each log."""

    signed_at: datetime
    checkpoints: list[Published] = field(default_factory=list)
    nodes: list[StoredNode] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)


class Memory:
    """The signer's memory; whoever opens it holds it alone until it is closed.

    Raises SignerRefuses when another signer holds it.
    """

    def __init__(self, home: Path) -> None:
        self._lock = (home / LOCK).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise SignerRefuses(f"another signer is at work with the memory in {home}") from None
        self._base = sqlite3.connect(home / MEMORY, isolation_level=None)
        (home / MEMORY).chmod(0o600)
        self._base.execute("PRAGMA synchronous = EXTRA")  # the directory too, at each commit
        self._base.executescript(_TABLES)

    def close(self) -> None:
        """Let go of it."""
        self._base.close()
        self._lock.close()

    def told(self, name: str) -> str | None:
        """Return a word kept under a name."""
        row = self._base.execute("SELECT value FROM told WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, name: str, value: str) -> None:
        """Keep a word under a name."""
        self._base.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (name, value))

    def standing(self, log: str) -> Standing | None:
        """Return what was signed last of a log, None if nothing ever was."""
        found = self._base.execute(
            "SELECT log, size, frontier, last, note FROM standing WHERE log = ?", (log,)
        ).fetchone()
        return None if found is None else _standing(found)

    def standings(self) -> Iterator[Standing]:
        """Yield what was signed last of every log, by name."""
        rows = self._base.execute(
            "SELECT log, size, frontier, last, note FROM standing ORDER BY log"
        )
        yield from map(_standing, rows)

    def remember(self, signed: Round) -> None:
        """Write a round down for good; returns when it is on disk."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            self.adopt(signed.standings)
            self.keep("unpublished", _written(signed))
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        self._base.execute("COMMIT")

    def adopt(self, standings: list[Standing]) -> None:
        """Take these to be what was signed last."""
        self._base.executemany(
            "INSERT OR REPLACE INTO standing VALUES (?, ?, ?, ?, ?)",
            [(one.log, one.size, b"".join(one.full), one.last, one.note) for one in standings],
        )

    def unpublished(self) -> Round | None:
        """Return the round that may not have been published."""
        written = self.told("unpublished")
        return None if written is None else _read(written)

    def published(self) -> None:
        """Note that the last round was published."""
        self._base.execute("DELETE FROM told WHERE name = 'unpublished'")


def _standing(row: tuple[str, int, bytes, bytes, str]) -> Standing:
    log, size, frontier, last, note = row
    full = tuple(frontier[at : at + _HASH] for at in range(0, len(frontier), _HASH))
    return Standing(log, size, full, last, note)


def _written(signed: Round) -> str:
    return json.dumps(
        {
            "signed_at": signed.signed_at.isoformat(),
            "checkpoints": [
                [one.log, one.checkpoint.body(), one.note, one.last.hex(), one.service_index]
                for one in signed.checkpoints
            ],
            "nodes": [[node.log, node.level, node.at, node.hash.hex()] for node in signed.nodes],
        }
    )


def _read(written: str) -> Round:
    """Read a round back, without what it made of the logs: that is remembered beside it."""
    document = json.loads(written)
    checkpoints = [
        Published(log, Checkpoint.parse(body), note, bytes.fromhex(last), index)
        for log, body, note, last, index in document["checkpoints"]
    ]
    nodes = [
        StoredNode(log, level, at, bytes.fromhex(root))
        for log, level, at, root in document["nodes"]
    ]
    signed_at = datetime.fromisoformat(document["signed_at"])
    return Round(signed_at, checkpoints, nodes)
