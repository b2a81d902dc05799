"""Somebody who is shown checkpoints all the while, and keeps them.

What was shown is believed only under the key that was pinned at the first look; after a fault it
is held against the leaves (``checker``) and brought along when a bundle is verified.
"""

from __future__ import annotations

from threading import Event, Lock, Thread
from typing import Final, Self

from domain.history.checkpoint import SERVICE_LOG, open_checkpoint, origin_of
from domain.history.note import BadNote, NoteKey
from domain.values.sides import Side
from faults.calling import Lost
from faults.installation import Installation, until
from faults.pair import Pair

EVERY: Final = 0.3
OK: Final = 200


class Observer(Thread):
    """Looks again and again at a relationship's checkpoint, and at the service-wide one."""

    def __init__(self, installation: Installation, pair: Pair) -> None:
        super().__init__(name="the observer", daemon=True)
        self._pair = pair
        self._origin = installation.origins[-1]
        self._connection = installation.call(pair.lead[Side.CLIENT], timeout=5)
        self._paths = {
            "/history/checkpoint": SERVICE_LOG,
            f"{pair.path}/checkpoint": pair.relationship,
        }
        self._enough = Event()
        self._lock = Lock()
        self._seen: dict[str, str] = {}
        self.key: NoteKey | None = None
        self.troubles: list[str] = []

    def __enter__(self) -> Self:
        until("a first checkpoint is shown", lambda: self.look() and len(self._seen) > 1)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        if self.ident is not None:
            self.join()
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def run(self) -> None:
        while not self._enough.wait(EVERY):
            try:
                self.look()
            except Exception as trouble:  # noqa: BLE001 - told by the test
                self.troubles.append(f"the observer: {trouble!r}")
                return

    def remember(self, last: Observer) -> None:
        """Go on with the pinned key and the notes of somebody who looked before."""
        self.key, self._seen = last.key, dict(last._seen)

    @property
    def seen(self) -> list[str]:
        """Every distinct note that was shown."""
        with self._lock:
            return list(self._seen)

    def held(self, log: str) -> list[str]:
        """Return the notes of one log."""
        with self._lock:
            return [note for note, shown in self._seen.items() if shown == log]

    def look(self) -> bool:
        """Ask for both checkpoints once; False while nobody answers."""
        try:
            if self.key is None:
                told = self._connection.get("/history/key")
                if told.status != OK:
                    return False
                self.key = NoteKey.parse(told.body.decode().strip())
            shown = [self._take(path, log, self.key) for path, log in self._paths.items()]
            return all(shown)
        except Lost:
            return False

    def _take(self, path: str, log: str, key: NoteKey) -> bool:
        shown = self._connection.get(path)
        if shown.status != OK:
            return False
        note = shown.body.decode()
        try:
            open_checkpoint(note, key.named(origin_of(self._origin, log)))
        except BadNote as bad:
            self.troubles.append(f"{path} showed a note that does not hold: {bad}")
            return True
        with self._lock:
            self._seen[note] = log
        return True
