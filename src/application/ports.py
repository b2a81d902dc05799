"""What the application asks of the outside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present instant, in UTC."""
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
