"""Witnesses of the tests' parties: their keys, and a line of theirs under a checkpoint."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.ledger import Act, Step
from domain.history.checkpoint import origin_of
from domain.history.note import WITNESS, Note, NoteKey, cosign
from domain.parties.commands import PinWitnessKey
from domain.parties.keys import PublicKey
from domain.parties.party import PARTY
from domain.values.ids import PersonId
from http_world import World
from signers import ORIGIN


def witness_secret(party: str) -> Ed25519PrivateKey:
    """Return the private key of a party's witness."""
    return Ed25519PrivateKey.from_private_bytes(sha256(f"witness of {party}".encode()).digest())


def witness_key(party: str) -> NoteKey:
    """Return the key of a party's witness, under its name."""
    public = witness_secret(party).public_key().public_bytes_raw()
    return NoteKey(origin_of(ORIGIN, party), WITNESS, public)


def pin_witness(world: World, party: str, administrator: str) -> None:
    """Let a party's administrator pin its witness's key."""
    x = urlsafe_b64encode(witness_key(party).public).rstrip(b"=").decode()
    act = Act(administrator, None, world.clock.now(), world.fresh_key())
    pinning = PinWitnessKey(PersonId(administrator), PublicKey(x))
    world.house.ledger.perform(act, Step(PARTY, party, pinning))


def cosigned(raw: str, party: str, time: int) -> str:
    """Put a line of a party's witness under a note."""
    note = Note.parse(raw)
    line = cosign(note.text, witness_key(party), time, witness_secret(party).sign)
    return str(note.with_signatures([line]))
