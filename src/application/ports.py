"""What the application asks of the outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import StoredEvent


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
        ...


class NewNonce(Protocol):
    """Gives the nonce of a statement: 16 bytes nobody can guess, in base64url."""

    def __call__(self) -> str:
        """Return a nonce that was never returned before."""
        ...


class NewId(Protocol):
    """Gives a fresh UUIDv7, so that ids sort by when they were given."""

    def __call__(self) -> UUID:
        """Return a UUID that was never returned before."""
        ...


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """What an idempotency key stands for: the versions that its command added to a stream."""

    principal: str
    key: str
    fingerprint: str
    stream: str
    first_version: int
    last_version: int


class KeyedRecorder(Protocol):
    """A recorder that keeps each command's key in the events' own transaction.

    ``insert_events(..., command_key=record)`` raises the library's IntegrityError when a version
    or the key is taken, and then has stored nothing.
    """

    def find_key(self, principal: str, key: str) -> KeyRecord | None:
        """Return what a key stands for, if it was used."""
        ...

    def select_acts(self, principal: str, names: Collection[str]) -> Sequence[StoredEvent]:
        """Return the events of these catalogue names that a principal's own commands led to."""
        ...

    def moved(self, position: int, limit: int) -> Sequence[tuple[int, str, int]]:
        """Return position, stream and version of the events from a position on, in order."""
        ...


class KeyRing(Protocol):
    """The keys that personal data are sealed with, 32 bytes for each person.

    What is destroyed is gone in every process at once, and no key is ever made again for whose
    was destroyed.
    """

    def key_for(self, subject: str) -> bytes:
        """Return a person's key, made now if there was none; durable before it is returned.

        Raises KeyDestroyed when it was destroyed.
        """
        ...

    def find(self, subject: str) -> bytes | None:
        """Return a person's key, or None when there is none or it was destroyed."""
        ...

    def destroy(self, subject: str) -> None:
        """Destroy a person's key; destroying it again, or one that never was, is the same."""
        ...


class KeepsKeys(Protocol):
    """An infrastructure factory that has a key ring too."""

    def key_ring(self) -> KeyRing:
        """Return the key ring of the same installation."""
        ...
