"""Streams as they stood when a process last saw them, so that none is folded from its beginning."""

from __future__ import annotations

from typing import Final, Generic, Protocol, TypeVar

from application.recently import RecentlyUsed

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
        self._streams: RecentlyUsed[str, T] = RecentlyUsed(most)

    def __contains__(self, stream: str) -> bool:
        return stream in self._streams

    def get(self, stream: str) -> T | None:
        """Return a stream as it was last seen."""
        return self._streams.get(stream)

    def keep(self, stream: T) -> None:
        """Keep a stream to carry on from, unless more is known of it already."""

        def better(known: T | None) -> T:
            if known is None or _knowledge(known) < _knowledge(stream):
                return stream
            return known

        self._streams.change(stream.id, better)

    def forget(self, stream: str) -> None:
        """Let go of a stream; it is folded anew when it is needed."""
        self._streams.drop(stream)


def _knowledge(stream: Versioned) -> tuple[int, int, int]:
    """Rank what is known: of a database that was set back, the older sights are worth nothing."""
    set_back, position = stream.seen
    return set_back, stream.version, position
