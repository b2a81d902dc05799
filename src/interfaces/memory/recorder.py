"""An event store in memory that keeps command keys as the PostgreSQL one does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from secrets import token_bytes
from typing import Any

from eventsourcing import popo
from eventsourcing.persistence import IntegrityError, StoredEvent

from application.errors import KeyDestroyed
from application.ports import KeyRecord
from application.sealing import KEY_BYTES


class KeyedMemoryRecorder(popo.POPOApplicationRecorder):
    """Records events together with the key of the command that led to them."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: dict[tuple[str, str], KeyRecord] = {}

    def _assert_uniqueness(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_key: KeyRecord | None = None,
        **kwargs: Any,
    ) -> None:
        super()._assert_uniqueness(stored_events, **kwargs)
        if command_key and (command_key.principal, command_key.key) in self._keys:
            raise IntegrityError(f"command key {command_key.key} is taken")

    def _update_table(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_key: KeyRecord | None = None,
        **kwargs: Any,
    ) -> Sequence[int] | None:
        if command_key:
            self._keys[command_key.principal, command_key.key] = command_key
        return super()._update_table(stored_events, **kwargs)

    def find_key(self, principal: str, key: str) -> KeyRecord | None:
        """Return what a key stands for, if it was used."""
        return self._keys.get((principal, key))

    def select_acts(self, principal: str, names: Collection[str]) -> Sequence[StoredEvent]:
        """Return the events of these catalogue names that a principal's own commands led to."""
        return [
            event
            for (by, _), known in list(self._keys.items())
            if by == principal
            for event in self.select_events(
                known.stream, gt=known.first_version - 1, lte=known.last_version
            )
            if event.topic.rpartition("/")[0] in names
        ]

    def moved(self, position: int, limit: int) -> Sequence[tuple[int, str, int]]:
        """Return position, stream and version of the events from a position on, in order."""
        found = self.select_notifications(position, limit)
        return [(one.id, str(one.originator_id), one.originator_version) for one in found]


class MemoryKeyRing:
    """Keys that live and die with the process."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes | None] = {}

    def key_for(self, subject: str) -> bytes:
        """Return a person's key, made now if there was none; raises KeyDestroyed."""
        key = self._keys.setdefault(subject, token_bytes(KEY_BYTES))
        if key is None:
            raise KeyDestroyed(subject)
        return key

    def find(self, subject: str) -> bytes | None:
        """Return a person's key, or None when there is none or it was destroyed."""
        return self._keys.get(subject)

    def destroy(self, subject: str) -> None:
        """Destroy a person's key."""
        self._keys[subject] = None


class Factory(popo.POPOFactory):
    """Builds the recorder in memory; named to the library as ``PERSISTENCE_MODULE``."""

    def application_recorder(self) -> KeyedMemoryRecorder:
        """Return a fresh, empty event store."""
        return KeyedMemoryRecorder()

    def key_ring(self) -> MemoryKeyRing:
        """Return a fresh, empty key ring."""
        return MemoryKeyRing()


MEMORY_ENV = {"PERSISTENCE_MODULE": __name__}
"""The library's settings for a ledger in memory."""
