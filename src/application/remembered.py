"""Streams as they stood when a process last saw them, so that none is folded from its beginning."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar

CACHED_STREAMS: Final = 4096


class Versioned(Protocol):
    """Something immutable that grows by versions, such as a stream's state."""

    @property
    def id(self) -> str:
        """What it is called."""
        ...

    @property
    def version(self) -> int:
        """How far it has come."""
        ...

    @property
    def seen(self) -> tuple[int, int]:
        """Up to where it is known to be so."""
        ...


T = TypeVar("T", bound=Versioned)


class Remembered(Generic[T]):
    """What was last seen, the longest unused going first; threads may share it."""

    def __init__(self, most: int = CACHED_STREAMS) -> None:
        self._most = most
        self._streams: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, stream: str) -> bool:
        return stream in self._streams

    def get(self, stream: str) -> T | None:
        """Return a stream as it was last seen."""
        with self._lock:
            return self._streams.get(stream)

    def keep(self, stream: T) -> None:
        """Keep a stream to carry on from, unless more is known of it already."""
        with self._lock:
            known = self._streams.get(stream.id)
            if known is None or _knowledge(known) < _knowledge(stream):
                self._streams[stream.id] = stream
            self._streams.move_to_end(stream.id)
            if len(self._streams) > self._most:
                self._streams.popitem(last=False)

    def forget(self, stream: str) -> None:
        """Let go of a stream; it is folded anew when it is needed."""
        with self._lock:
            self._streams.pop(stream, None)


def _knowledge(stream: Versioned) -> tuple[int, int, int]:
    """Rank what is known: of a database that was set back, the older sights are worth nothing."""
    set_back, position = stream.seen
    return set_back, stream.version, position
