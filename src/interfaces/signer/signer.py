"""Signing: what grew is signed if it continues what was signed before, and is kept.

A log is refused, and the others go on, when it is shorter than it was signed, when a leaf that was
signed is another one, or when its root, derived anew, is not the one that was signed. When that
happens to the service-wide log, nothing is signed at all: every checkpoint is a leaf of it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import Connection

from application.ports import Clock
from domain.history.checkpoint import (
    SERVICE_LOG,
    Checkpoint,
    SignedCheckpoint,
    origin_of,
    signed_checkpoint,
)
from domain.history.merkle import STORED, Frontier, Hash, Node
from domain.history.note import LOG, NoteKey
from interfaces.signer.books import SignersBooks
from interfaces.signer.durability import Server, ask_server, flush, kept
from interfaces.signer.errors import NotYetDurable, SignerRefuses
from interfaces.signer.memory import Memory, Published, Round, Standing, StoredNode

log = logging.getLogger(__name__)

MOST: Final = 20_000
"""Leaves read in one round: a long backlog is signed in several."""
PATIENCE: Final = 5.0
LOOK_AGAIN: Final = 0.02

AskServer = Callable[[Connection[Any]], Server]


@dataclass(slots=True)
class Report:
    """What a tick came to: how many checkpoints were signed, and what was refused, and why.

    ``waiting`` says what has to be kept first; then nothing was signed, and the next tick tries.
    ``behind`` are the logs with more leaves than one round takes.
    """

    signed: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    waiting: str | None = None
    behind: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Draft:
    """A log that grew: its new tree and what that completed."""

    log: str
    tree: Frontier
    last: Hash
    nodes: list[StoredNode] = field(default_factory=list)


class Seal:
    """The service's origin and the key that signs for all its logs."""

    def __init__(self, origin: str, key: Ed25519PrivateKey) -> None:
        self._origin = origin
        self._key = key
        public = key.public_key().public_bytes_raw()
        self.public_key = NoteKey(origin_of(origin, SERVICE_LOG), LOG, public)

    def sign(self, name: str, tree: Frontier) -> SignedCheckpoint:
        """Sign a log as it stands."""
        checkpoint = Checkpoint(origin_of(self._origin, name), tree.size, tree.root())
        return signed_checkpoint(checkpoint, self.public_key, self._key.sign)


class Signer:
    """One signer over one database, with its memory and its key."""

    def __init__(
        self,
        books: SignersBooks,
        memory: Memory,
        seal: Seal,
        clock: Clock,
        ask: AskServer = ask_server,
    ) -> None:
        self._books = books
        self._memory = memory
        self._seal = seal
        self._clock = clock
        self._ask = ask
        self._positions: tuple[int, ...] | None = None
        self._again: set[str] = set()
        self._contradicted: dict[str, str] = {}
        self._alarmed: dict[str, str] | None = None

    def start(self, *, adopt: bool = False) -> None:
        """See that memory, key and what is published belong together, and introduce the key.

        Raises SignerRefuses when they do not. ``adopt`` takes what is published to be what was
        signed, where the memory was lost; only who runs the service can know that it was.
        """
        server = self._ask(self._books.connection)
        if server.in_recovery:
            raise SignerRefuses(str(server.objection()))
        told, mine = self._memory.told("key"), str(self._seal.public_key)
        if told is not None and told != mine:
            raise SignerRefuses(f"this memory is that of key {told}, not of {mine}")
        with self._books.reading():
            published = self._books.latest()
        size, _ = published.get(SERVICE_LOG, (0, ""))
        remembered = self._memory.standing(SERVICE_LOG)
        if size > (0 if remembered is None else remembered.size):
            if not adopt:
                raise SignerRefuses(
                    f"{size} checkpoints are published and this memory knows of "
                    f"{0 if remembered is None else remembered.size}: a signer that forgot may "
                    "sign a second history. Bring its memory back, or run "
                    "`parley signer --adopt` once if it is lost for good"
                )
            self._adopt(published)
        self._memory.keep("key", mine)
        self._books.introduce(self._seal.public_key.public, self._clock.now())

    def rederive(self) -> dict[str, str]:
        """Derive every log's root anew from its leaves; return what contradicts what was signed.

        A log that does is refused until it is derived anew and does not.
        """
        wrong: dict[str, str] = {}
        try:
            self._publish()  # what a crash kept from being published is no contradiction
        except SignerRefuses as refusal:
            wrong[SERVICE_LOG] = str(refusal)
        signed = {one.log: one for one in self._memory.standings()}
        with self._books.reading():
            for name, leaves in groupby(self._books.every_leaf(), key=lambda leaf: leaf[0]):
                standing = signed.pop(name, None)
                because = None if standing is None else _contradiction(standing, leaves)
                if because is not None:
                    wrong.setdefault(name, because)
        for name, standing in signed.items():
            wrong.setdefault(name, f"it was signed with {standing.size} leaves and has none")
        self._contradicted = wrong
        self._alarm(dict(wrong))
        return wrong

    def tick(self) -> Report:
        """Sign what grew since the last tick, and publish it."""
        report = Report(refused=dict(self._contradicted))
        try:
            self._publish()
            self._round(report)
            self._publish()
        except NotYetDurable as wait:
            report.waiting = str(wait)
        except SignerRefuses as refusal:
            report.signed, report.refused[SERVICE_LOG] = 0, str(refusal)
        self._alarm(report.refused)
        return report

    def _round(self, report: Report) -> None:
        servers = list(self._servers())
        if SERVICE_LOG in self._contradicted:
            return
        drafts: list[_Draft] = []
        with self._books.reading():
            heads = self._books.heads()
            service = self._service()
            for name in self._grown():
                if name in self._contradicted:
                    continue
                try:
                    draft, whole = self._extended(name)
                except SignerRefuses as refusal:
                    report.refused[name] = str(refusal)
                    continue
                if not whole:
                    report.behind.add(name)
                if draft is not None:
                    drafts.append(draft)
            read = [(part, server, part.written()) for part, server in servers]
        if drafts:
            for part, server, lsn in read:
                self._wait(part, server, lsn)
            self._memory.remember(self._signed(drafts, service))
            report.signed = len(drafts)
        self._positions, self._again = heads, report.behind | report.refused.keys()

    def _servers(self) -> Iterator[tuple[SignersBooks, Server]]:
        """Yield each database with what it says of itself; raises SignerRefuses."""
        for part in self._books.parts():
            server = self._ask(part.connection)
            if objection := server.objection():
                raise SignerRefuses(objection)
            yield part, server

    def _grown(self) -> Iterator[str]:
        if self._positions is not None:
            yield from sorted({*self._books.touched(self._positions), *self._again})
            return
        for name, size in sorted(self._books.sizes().items()):
            standing = self._memory.standing(name)
            if standing is None or standing.size != size:
                yield name

    def _service(self) -> _Draft:
        """Return the service-wide log to grow on; raises SignerRefuses when it is another's."""
        standing = self._memory.standing(SERVICE_LOG)
        draft, _ = self._extended(SERVICE_LOG)
        if draft is not None:
            raise SignerRefuses(
                "the service-wide log holds checkpoints that this signer did not sign"
            )
        if standing is None:
            return _Draft(SERVICE_LOG, Frontier(), b"")
        return _Draft(SERVICE_LOG, standing.frontier(), standing.last)

    def _extended(self, name: str) -> tuple[_Draft | None, bool]:
        """Return a log with its new leaves, None if there are none, and whether that is all.

        Raises SignerRefuses when what was signed is not where it was.
        """
        standing = self._memory.standing(name)
        size = 0 if standing is None else standing.size
        leaves = self._books.leaves(name, max(size - 1, 0), MOST)
        if standing is not None:
            _refuse_unless_continued(standing, leaves)
        tree = Frontier() if standing is None else standing.frontier()
        fresh = leaves if standing is None else leaves[1:]
        if not fresh:
            return None, True
        draft = _Draft(name, tree, fresh[-1][1])
        for index, leaf in fresh:
            if index != tree.size:
                raise SignerRefuses(f"leaf {tree.size} is missing")
            draft.nodes += _stored(name, tree.append(leaf))
        return draft, len(leaves) < MOST

    def _signed(self, drafts: list[_Draft], service: _Draft) -> Round:
        signed = Round(self._clock.now())
        for draft in drafts:
            index = service.tree.size
            signed.nodes += draft.nodes
            checkpoint = self._sign(signed, draft, index)
            service.last = checkpoint.leaf()
            signed.nodes += _stored(SERVICE_LOG, service.tree.append(service.last))
        self._sign(signed, service, None)
        return signed

    def _sign(self, signed: Round, draft: _Draft, index: int | None) -> Checkpoint:
        made = self._seal.sign(draft.log, draft.tree)
        note, size, full = str(made.note), draft.tree.size, draft.tree.full
        signed.checkpoints.append(Published(draft.log, made.checkpoint, note, draft.last, index))
        signed.standings.append(Standing(draft.log, size, full, draft.last, note))
        return made.checkpoint

    def _publish(self) -> None:
        unpublished = self._memory.unpublished()
        if unpublished is not None:
            self._books.publish(unpublished)
            self._memory.published()

    def _wait(self, part: SignersBooks, server: Server, lsn: str) -> None:
        flush(part.connection)
        end = time.monotonic() + PATIENCE
        while missing := kept(part.connection, server, lsn):
            if time.monotonic() > end:
                raise NotYetDurable(missing)
            time.sleep(LOOK_AGAIN)

    def _alarm(self, refused: dict[str, str]) -> None:
        if refused == self._alarmed:
            return
        for name, because in refused.items():
            if (self._alarmed or {}).get(name) != because:
                log.error("refusing to sign %s: %s", name, because)
        self._books.alarm(refused, self._clock.now())
        self._alarmed = refused

    def _adopt(self, published: dict[str, tuple[int, str]]) -> None:
        standings: list[Standing] = []
        with self._books.reading():
            for name, leaves in groupby(self._books.every_leaf(), key=lambda leaf: leaf[0]):
                if name in published:
                    size, note = published.pop(name)
                    standings.append(self._adopted(name, size, note, leaves))
        if published:
            raise SignerRefuses(f"no leaves are left of {', '.join(sorted(published))}")
        self._memory.adopt(standings)

    def _adopted(
        self, name: str, size: int, note: str, leaves: Iterator[tuple[str, int, Hash]]
    ) -> Standing:
        tree, last = Frontier(), b""
        for _, _, leaf in leaves:
            if tree.size < size:
                tree.append(leaf)
                last = leaf
        claimed = Checkpoint.parse(note.partition("\n\n")[0] + "\n")
        if (tree.size, tree.root()) != (claimed.size, claimed.root):
            raise SignerRefuses(f"the leaves of {name} do not lead to its published checkpoint")
        return Standing(name, size, tree.full, last, note)


def _refuse_unless_continued(standing: Standing, leaves: list[tuple[int, Hash]]) -> None:
    if not leaves or leaves[0][0] != standing.size - 1:
        raise SignerRefuses(
            f"it was signed with {standing.size} leaves and has fewer: the database was set back"
        )
    if leaves[0][1] != standing.last:
        raise SignerRefuses(f"leaf {standing.size - 1} is not the one that was signed")


def _contradiction(standing: Standing, leaves: Iterator[tuple[str, int, Hash]]) -> str | None:
    tree = Frontier()
    for _, index, leaf in leaves:
        if tree.size < standing.size and index == tree.size:
            tree.append(leaf)
    if tree.size < standing.size:
        return f"it was signed with {standing.size} leaves; leaf {tree.size} is missing"
    if tree.root() != standing.frontier().root():
        return f"its first {standing.size} leaves are not those that were signed"
    return None


def _stored(name: str, nodes: list[Node]) -> list[StoredNode]:
    return [
        StoredNode(name, node.level, node.at, node.hash) for node in nodes if node.level >= STORED
    ]
