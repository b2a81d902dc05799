"""What was used recently, up to so many; what was longest not used makes room."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class RecentlyUsed(Generic[K, V]):
    """At most ``most`` values by key; threads may share it. To look a value up is to use it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, key: K) -> bool:
        """Tell whether there is a value; that is no use of it."""
        return key in self._values

    def get(self, key: K) -> V | None:
        """Return the value under a key, None if there is none any more."""
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: K, value: V) -> None:
        """Keep a value in the place of what was there."""
        self.change(key, lambda _: value)

    def change(self, key: K, chosen: Callable[[V | None], V]) -> None:
        """Keep what is chosen when shown what is there; nobody else changes it meanwhile."""
        with self._lock:
            self._values[key] = chosen(self._values.get(key))
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)

    def drop(self, key: K) -> None:
        """Let go of a value if there is one."""
        with self._lock:
            self._values.pop(key, None)
