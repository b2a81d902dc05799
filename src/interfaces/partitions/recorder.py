"""The recorders of a ledger in partitions: each command's key is claimed at home first.

Two partitions cannot share a unique index, and one person's key must not stand for two requests. So
home's keys are the one register: a key is claimed there before facts are recorded elsewhere. The
claim names the request and the relationship; the key with its versions is where the facts are, in
their own commit. At home itself nothing is done twice: key and facts are in one commit as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, LiteralString

from eventsourcing.persistence import IntegrityError, StoredEvent

from application.errors import KeyReused
from application.ports import KeyRecord
from domain.values.ids import relationship_of
from interfaces.partitions.routes import HOME, Routes
from interfaces.postgres.persistence import KeyedPostgresRecorder

_CLAIM: Final[LiteralString] = (
    "SELECT fingerprint, stream, recorded, partition FROM partition_claim(%s, %s, %s, %s, %s)"
)


class TornSave(Exception):  # noqa: N818 - it says what is so
    """Facts of several relationships were to be saved at once, or of one and of no relationship.

    They may live in different databases, so no such save could be all or nothing. It is a mistake
    in the code, never an answer to anybody.
    """


class Register:
    """The keys at home, and the recorders of all partitions by name."""

    def __init__(self, routes: Routes, recorders: dict[str, KeyedPostgresRecorder]) -> None:
        self.routes = routes
        self.recorders = recorders

    def record(
        self, place: str, stored: Sequence[StoredEvent], key: KeyRecord | None
    ) -> Sequence[int]:
        """Record facts at a place with their key; a relationship's very first where it is to live.

        Raises the library's IntegrityError when a version or the key is taken.
        """
        first = _first_of_a_relationship(stored)
        if first is not None:
            place = self.routes.place(first)
        if place != HOME and key is not None:
            place = self._claim(place, key, first)
        elif place == HOME:
            try:
                return self.recorders[HOME].insert_events(stored, command_key=key)
            except IntegrityError:
                again = None if key is None else self._claimed_elsewhere(key, first)
                if again is None:
                    raise
                place = again
        return self.recorders[place].insert_events(stored, command_key=key)

    def find_key(self, principal: str, key: str) -> KeyRecord | None:
        """Return what a key stands for, if anything was recorded under it anywhere."""
        found = self.recorders[HOME].find_key(principal, key)
        if found is None or found.first_version is not None:
            return found
        place = self.routes.of(found.stream)
        return None if place == HOME else self.recorders[place].find_key(principal, key)

    def _claim(self, place: str, key: KeyRecord, first: str | None) -> str:
        """Claim a key at home; return where its facts are to be recorded.

        Raises IntegrityError when facts are recorded under it, KeyReused when it is claimed for
        another request.
        """
        asked = (key.principal, key.key, key.fingerprint, key.stream)
        with self.recorders[HOME].datastore.transaction(commit=True) as cursor:
            cursor.execute(_CLAIM, (*asked, None if first is None else place))
            row = cursor.fetchone()
        if row is None:
            raise AssertionError("a claim is answered")
        if row["recorded"]:
            raise IntegrityError(f"key {key.key} of {key.principal} is taken")
        if row["fingerprint"] != key.fingerprint or (
            first is None and relationship_of(row["stream"]) != relationship_of(key.stream)
        ):
            self._refuse(key)
        if first is None:
            return place
        self.routes.note(first, row["partition"])
        return str(row["partition"])

    def _claimed_elsewhere(self, key: KeyRecord, first: str | None) -> str | None:
        """Return where to record facts whose key was refused at home; None: it is taken for good.

        The attempt before may have been sent elsewhere and come to nothing.
        """
        known = self.recorders[HOME].find_key(key.principal, key.key)
        if known is None or known.first_version is not None:
            return None
        if known.fingerprint != key.fingerprint or first is None:
            self._refuse(key)
        return self._claim(self.routes.of(known.stream), key, first)

    def _refuse(self, key: KeyRecord) -> None:
        """Refuse a key that was claimed for another request, whatever became of that."""
        if self.find_key(key.principal, key.key) is not None:
            raise IntegrityError(f"key {key.key} of {key.principal} is taken")
        raise KeyReused(key.key)


class PartitionRecorder:
    """One partition's recorder; what it does not do itself its database does."""

    def __init__(self, place: str, register: Register) -> None:
        self._place = place
        self._register = register
        self._own = register.recorders[place]

    def __getattr__(self, name: str) -> Any:
        """Return what the database's own recorder has."""
        return getattr(self._own, name)

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command_key: KeyRecord | None = None,
        **_: Any,
    ) -> Sequence[int]:
        """Store events of one relationship, or of none, in order, with their key.

        Raises TornSave for any other save, and what ``Register.record`` raises.
        """
        homes = {relationship_of(str(event.originator_id)) for event in stored_events}
        if len(homes) > 1:
            raise TornSave(", ".join(sorted(str(event.originator_id) for event in stored_events)))
        if not stored_events:
            return []
        return self._register.record(self._place, stored_events, command_key)

    def find_key(self, principal: str, key: str) -> KeyRecord | None:
        """Return what a key stands for, wherever it was used."""
        return self._register.find_key(principal, key)


def _first_of_a_relationship(stored: Sequence[StoredEvent]) -> str | None:
    """Return the relationship that begins with these facts, None if none does."""
    for event in stored:
        stream = str(event.originator_id)
        if event.originator_version == 1 and relationship_of(stream) == stream:
            return stream
    return None
