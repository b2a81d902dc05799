"""Use cases: show what was signed, prove it, and take what witnesses put under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from application.access import Action
from application.desk import Desk, Request
from application.errors import NotFound
from application.history import (
    Cosigned,
    Leaf,
    Shelf,
    Shown,
    path_of_consistency,
    path_of_inclusion,
    with_cosignatures,
)
from application.reading import Reading
from domain.decider import Refused
from domain.history.checkpoint import SERVICE_LOG, Checkpoint, origin_of
from domain.history.note import LOG, WITNESS, BadNote, Note, NoteKey, Signed
from domain.history.proof import ConsistencyProof, InclusionProof
from domain.parties.facts import WitnessKeyPinned
from domain.parties.keys import PublicKey
from domain.parties.party import PARTY
from domain.parties.standing import witness_keys_of
from domain.signatures.verifying import from_base64url
from domain.values.ids import PartyId, relationship_of

AHEAD: Final = timedelta(minutes=5)
"""How far a witness's clock may be ahead of ours."""
MOST_COSIGNED: Final = 50


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a fact's leaf stands: known at once, with the fact's own commit."""

    log: str
    leaf_index: int
    leaf: str
    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class Proven:
    """A receipt, and what it has become: in a checkpoint, cosigned by whom, with the proof."""

    receipt: Receipt
    checkpoint: int | None
    cosigned: tuple[Cosigned, ...]
    proof: InclusionProof | None


class Witnessing:
    """The published history of relationships, to whoever has a seat at them."""

    def __init__(self, desk: Desk, reading: Reading, shelf: Shelf, origin: str) -> None:
        self._desk = desk
        self._reading = reading
        self._shelf = shelf
        self._origin = origin

    def key(self) -> NoteKey:
        """Return the key that checkpoints are signed with, under the service-wide log's name.

        Raises NotFound before the signer introduced it.
        """
        public = self._shelf.signing_key()
        if public is None:
            raise NotFound("key that checkpoints are signed with yet")
        return NoteKey(origin_of(self._origin, SERVICE_LOG), LOG, public)

    def checkpoint(self, request: Request, relationship: str, size: int | None) -> str:
        """Return a relationship's checkpoint, the latest unless told, with its cosignatures."""
        self._reading.seat(request, relationship, "checkpoint")
        return self._cosigned(self._shown(relationship, size))

    def service_checkpoint(self) -> str:
        """Return the service-wide log's latest checkpoint: hashes, and no names."""
        return self._shown(SERVICE_LOG, None).note

    def service_consistency(self, old: int, size: int | None) -> ConsistencyProof:
        """Prove that a checkpoint of the service-wide log continues an earlier one."""
        return self._continued(self._shown(SERVICE_LOG, size), old)

    def consistency(
        self, request: Request, relationship: str, old: int, size: int | None
    ) -> ConsistencyProof:
        """Prove that a checkpoint, the latest unless told, continues an earlier one."""
        self._reading.seat(request, relationship, "checkpoint")
        return self._continued(self._shown(relationship, size), old)

    def inclusion(
        self, request: Request, relationship: str, index: int, size: int | None
    ) -> InclusionProof:
        """Prove that a relationship's leaf is in a checkpoint, the latest unless told."""
        self._reading.seat(request, relationship, "checkpoint")
        shown = self._shown(relationship, size)
        if index >= shown.size:
            raise NotFound(f"leaf {index} in this checkpoint")
        return self._included(shown, index)

    def in_service_log(
        self, request: Request, relationship: str, size: int | None
    ) -> InclusionProof:
        """Prove that a relationship's checkpoint is a leaf of the service-wide log."""
        self._reading.seat(request, relationship, "checkpoint")
        shown, service = self._shown(relationship, size), self._shown(SERVICE_LOG, None)
        index = shown.index_in_service_log()
        path = path_of_inclusion(self._shelf, SERVICE_LOG, index, service.size)
        return InclusionProof(index, path, service.note)

    def keys_ever(self, party: str) -> Iterator[NoteKey]:
        """Yield every key that a party's witness ever had, those that ended included."""
        for event in self._desk.ledger.history(party):
            if isinstance(event.fact, WitnessKeyPinned):
                yield self._witness(PartyId(party), event.fact.key)

    def receipt(self, stream: str, version: int) -> Receipt:
        """Return the receipt of a fact that was just recorded, to whoever recorded it."""
        return _receipt(stream, version, self._leaf(stream, version))

    def proven(self, request: Request, relationship: str, stream: str, version: int) -> Proven:
        """Return what the receipt of a fact of a relationship has become by now."""
        self._desk.seat(request.principal, Action.READ, relationship, request.at)
        if relationship_of(stream) != relationship:
            raise NotFound("such fact")
        self._reading.admit(request, stream)
        leaf = self._leaf(stream, version)
        receipt = _receipt(stream, version, leaf)
        known = self._shelf.latest_cosigned(leaf.log, leaf.index, MOST_COSIGNED)
        best = max((one.size for one in known), key=lambda size: _weight(known, size), default=None)
        shown = self._shelf.checkpoint(leaf.log, best)
        if shown is None or shown.size <= leaf.index:
            return Proven(receipt, None, (), None)
        cosigned = tuple(one for one in known if one.size == shown.size)
        return Proven(receipt, shown.size, cosigned, self._included(shown, leaf.index))

    def cosign(self, request: Request, relationship: str, note: str) -> str:
        """Take what a party's witness put under a checkpoint; return the note as it is now."""
        seat = self._desk.seat(request.principal, Action.WITNESS, relationship, request.at)
        read, checkpoint = _read(note)
        shown = self._shelf.checkpoint(relationship, checkpoint.size)
        if shown is None or shown.checkpoint() != checkpoint:
            raise Refused(
                "checkpoint-unknown",
                f"no checkpoint of {origin_of(self._origin, relationship)} with this size and "
                "root was published; cosign one that was, as it stands",
                place="note",
            )
        for signed in self._by_witness_of(seat.party, read):
            self._refuse_unless_timely(request, relationship, checkpoint, signed)
            self._shelf.cosign(relationship, _row(checkpoint, signed))
        return self._cosigned(shown)

    def _by_witness_of(self, party: PartyId, note: Note) -> tuple[Signed, ...]:
        state = self._desk.ledger.load(PARTY, party).state
        keys = [self._witness(party, key) for key in witness_keys_of(state).values()]
        try:
            found = note.verified(keys)
        except BadNote as bad:
            raise Refused("cosignature-invalid", str(bad), place="note") from bad
        if not found:
            raise Refused(
                "witness-unknown",
                "no line of the note is by a witness key that your party pinned, named "
                f"{origin_of(self._origin, party)}",
                place="note",
            )
        return found

    def _witness(self, party: PartyId, key: PublicKey) -> NoteKey:
        return NoteKey(origin_of(self._origin, party), WITNESS, from_base64url(key.x))

    def _refuse_unless_timely(
        self, request: Request, relationship: str, checkpoint: Checkpoint, signed: Signed
    ) -> None:
        if (signed.time or 0) > (request.at + AHEAD).timestamp():
            raise Refused(
                "cosigned-in-future",
                f"the cosignature's time lies more than {AHEAD} ahead; set the witness's clock",
                place="note",
            )
        later = self._shelf.latest_cosigned(relationship, checkpoint.size, MOST_COSIGNED)
        if any(one.key_id == signed.key.id for one in later):
            raise Refused(
                "cosigned-further",
                "this witness has cosigned a later checkpoint; an earlier one says nothing new",
                place="note",
            )

    def _continued(self, shown: Shown, old: int) -> ConsistencyProof:
        if old > shown.size:
            raise Refused(
                "checkpoint-shorter",
                f"the checkpoint has {shown.size} leaves: it continues none of {old}",
                place="old",
            )
        path = path_of_consistency(self._shelf, shown.log, old, shown.size)
        return ConsistencyProof(old, path, self._cosigned(shown))

    def _cosigned(self, shown: Shown) -> str:
        return with_cosignatures(shown, self._shelf.cosigned(shown.log, shown.size))

    def _included(self, shown: Shown, index: int) -> InclusionProof:
        path = path_of_inclusion(self._shelf, shown.log, index, shown.size)
        return InclusionProof(index, path, self._cosigned(shown))

    def _shown(self, log: str, size: int | None) -> Shown:
        shown = self._shelf.checkpoint(log, size)
        if shown is None:
            raise NotFound("such checkpoint" if size else "checkpoint yet")
        return shown

    def _leaf(self, stream: str, version: int) -> Leaf:
        found = self._shelf.leaf(stream, version)
        if found is None:
            raise NotFound("such fact")
        return found


def _read(raw: str) -> tuple[Note, Checkpoint]:
    try:
        note = Note.parse(raw)
        return note, Checkpoint.parse(note.text)
    except BadNote as bad:
        raise Refused("note-malformed", str(bad), place="note") from bad


def _row(checkpoint: Checkpoint, signed: Signed) -> Cosigned:
    line = str(signed.line).rstrip("\n")
    at = datetime.fromtimestamp(signed.time or 0, UTC)
    return Cosigned(checkpoint.size, signed.key.name, signed.key.id, line, at)


def _weight(known: Sequence[Cosigned], size: int) -> tuple[int, int]:
    """Return how many witnesses put a line under a checkpoint; of equals the later is better."""
    return len({one.witness for one in known if one.size == size}), size


def _receipt(stream: str, version: int, leaf: Leaf) -> Receipt:
    return Receipt(leaf.log, leaf.index, leaf.hash.hex(), stream, version)
