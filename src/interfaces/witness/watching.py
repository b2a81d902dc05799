"""Looking at what the service shows now, against what it showed before.

A checkpoint has to be signed by the pinned key, continue the one held, and be a leaf of a
service-wide log that continues the one held too. What does not is refused, and the two notes side
by side are the evidence: both are signed by the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.history.checkpoint import (
    SERVICE_LOG,
    Checkpoint,
    SignedCheckpoint,
    open_checkpoint,
    origin_of,
)
from domain.history.note import LOG, BadNote, NoteKey
from domain.history.proof import ConsistencyProof, InclusionProof
from interfaces.witness.memory import Held, NoMemory


class Contradicted(Exception):  # noqa: N818 - it is an answer: this is not the history held
    """The service shows something that does not go with what it showed; ``shown`` is that note."""

    def __init__(self, because: str, shown: str) -> None:
        super().__init__(because)
        self.shown = shown


class Served(Protocol):
    """What a service shows of a relationship's history, as text."""

    def checkpoint(self) -> str:
        """Return the latest checkpoint."""
        ...

    def consistency(self, old: int, size: int) -> str:
        """Return the proof that a checkpoint continues an earlier one."""
        ...

    def inclusion(self, size: int) -> str:
        """Return the proof that a checkpoint is a leaf of the service-wide log."""
        ...

    def service_consistency(self, old: int, size: int) -> str:
        """Return the proof that the service-wide log continues its earlier checkpoint."""
        ...


@dataclass(frozen=True, slots=True)
class Pinned:
    """Which log is watched: the relationship, and the service's key as the witness was told it."""

    relationship: str
    log: NoteKey
    service: NoteKey

    @property
    def origin(self) -> str:
        """The service's origin."""
        return self.service.name.removesuffix(f"/{SERVICE_LOG}")


def pin(relationship: str, told: str | None, held: Held | None) -> Pinned:
    """Return what to check by: the key that was told, which is the one held, if one is.

    The key may be named after any log of the service. Raises NoMemory where there is neither, or
    where they differ, and BadNote for what is no key.
    """
    if held is not None and held.relationship != relationship:
        raise NoMemory(f"this memory is of {held.relationship}")
    if told is None and held is None:
        raise NoMemory("nothing is held yet: say which key the service signs with (--log-key)")
    if told is not None and held is not None and _named(told) != _named(held.log_key):
        raise NoMemory(
            f"the key held is {held.log_key}: another one signs another history. Whoever changed "
            "it has to say why; begin a new memory only if you believe them"
        )
    service = _named(told or (held.log_key if held is not None else ""))
    origin = service.name.removesuffix(f"/{SERVICE_LOG}")
    return Pinned(relationship, service.named(origin_of(origin, relationship)), service)


def look(served: Served, pinned: Pinned, held: Held | None) -> Held:
    """Return what is to be held from now on; raises Contradicted when the service contradicts it.

    Nothing that the service says is believed but for the pinned key's signatures and the proofs.
    """
    note = served.checkpoint()
    try:
        shown = open_checkpoint(note, pinned.log)
    except BadNote as bad:
        raise Contradicted(str(bad), note) from bad
    if held is not None:
        before = open_checkpoint(held.note, pinned.log).checkpoint
        _refuse_unless_continued(served.consistency, before, shown, pinned.log)
    service = _service(served, pinned, shown, held)
    return Held(str(pinned.service), pinned.relationship, str(shown.note), str(service.note))


def _service(
    served: Served, pinned: Pinned, shown: SignedCheckpoint, held: Held | None
) -> SignedCheckpoint:
    raw = served.inclusion(shown.checkpoint.size)
    try:
        service = InclusionProof.parse(raw).check(shown.checkpoint.leaf(), pinned.service)
    except BadNote as bad:
        because = f"the checkpoint is not shown to be in the service-wide log: {bad}"
        raise Contradicted(because, raw) from bad
    if held is not None:
        before = open_checkpoint(held.service_note, pinned.service).checkpoint
        _refuse_unless_continued(served.service_consistency, before, service, pinned.service)
    return service


class _Proves(Protocol):
    def __call__(self, old: int, size: int) -> str: ...


def _refuse_unless_continued(
    prove: _Proves, before: Checkpoint, shown: SignedCheckpoint, log: NoteKey
) -> None:
    now, note = shown.checkpoint, str(shown.note)
    if now.size < before.size:
        raise Contradicted(
            f"{log.name} has {now.size} leaves; there were {before.size}: history was cut off", note
        )
    if now == before:
        return
    if now.size == before.size:
        raise Contradicted(
            f"{log.name} has another root at {now.size} leaves: history was rewritten", note
        )
    raw = prove(before.size, now.size)
    try:
        proven = ConsistencyProof.parse(raw).check(before, log).checkpoint
    except BadNote as bad:
        raise Contradicted(str(bad), raw) from bad
    if proven != now:
        raise Contradicted(f"{log.name} is shown with two roots at {now.size} leaves", raw)


def _named(told: str) -> NoteKey:
    """Return the service's key under the service-wide log's name."""
    key = NoteKey.parse(told)
    if key.kind != LOG:
        raise BadNote("this is a witness's key; the service's own is of type 0x01")
    return key.named(origin_of(key.name.rpartition("/")[0], SERVICE_LOG))
