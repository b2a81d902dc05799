"""How old what is read may be, and whether there is time to wait for it.

Whoever asks is to be shown everything that was committed before they asked. A process that has
caught up with the ledger since then may use what it remembers, for it knows what moved; and what it
so has at hand is read in microseconds, which may be done where nobody is to be kept waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from enum import IntEnum
from threading import Lock
from typing import Any, Final, Protocol


class _Age(IntEnum):
    """How old what is read may be."""

    STORED = 0
    REMEMBERED = 1


class _Time(IntEnum):
    """How much of it there is for what has to be waited for."""

    ALL = 0
    WHILE_OTHERS_GO_ON = 1
    NONE = 2


class Signal(Protocol):
    """What one waits for until another one says so."""

    def wait(self, seconds: float) -> bool:
        """Wait, so long at most; tell whether it was said."""
        ...

    def tell(self) -> None:
        """Say so, once, from wherever."""
        ...


class ThreadSignal:
    """A signal that holds up the thread which waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lock.acquire()

    def wait(self, seconds: float) -> bool:
        """Wait, so long at most; tell whether it was said."""
        return self._lock.acquire(timeout=seconds)

    def tell(self) -> None:
        """Say so, once, from wherever."""
        self._lock.release()


_AGE: Final[ContextVar[_Age]] = ContextVar("how_old_may_it_be", default=_Age.STORED)
_TIME: Final[ContextVar[_Time]] = ContextVar("time_to_wait", default=_Time.ALL)
_SIGNAL: Final[ContextVar[Callable[[], Signal]]] = ContextVar("signal", default=ThreadSignal)

HERE: Final = ""
"""What the ledger's first partition is called here, which mostly is the only one."""

HERE_ALONE: Final = frozenset({HERE})

_SEEN: Final[ContextVar[frozenset[str]]] = ContextVar("caught_up_with", default=HERE_ALONE)


class NotAtHand(Exception):  # noqa: N818 - it is an answer: do it again elsewhere
    """Something is needed that has to be waited for.

    ``in_doubt`` tells that something was sent before, of which nobody knows what came of it.
    """

    in_doubt = False


def caught_up(seen: frozenset[str] = HERE_ALONE) -> None:
    """Let what is remembered be used from here on, in this context; see ``Ledger.load``.

    Whoever calls it has caught up with the ledger since they were asked, in the partitions ``seen``
    and in no other, and answers at once: what goes on for longer looks ``afresh``.
    """
    _SEEN.set(seen)
    _AGE.set(_Age.REMEMBERED)


class _Allowing:
    """What holds while a block is run: how old what is read may be, the time to wait for it, how.

    A class, for every command goes through two or three of them, and a generator costs thrice that.
    """

    __slots__ = ("_before", "_now")

    def __init__(self, *now: tuple[ContextVar[Any], object]) -> None:
        self._now = now

    def __enter__(self) -> None:
        self._before = [(variable, variable.set(value)) for variable, value in self._now]

    def __exit__(self, *_: object) -> None:
        for variable, before in self._before:
            variable.reset(before)


def at_hand() -> AbstractContextManager[None]:
    """Let what is done within use what is remembered, and raise NotAtHand instead of waiting.

    Whoever opens it has caught up, as above.
    """
    return _Allowing((_AGE, _Age.REMEMBERED), (_TIME, _Time.NONE))


def others_going_on(signal: Callable[[], Signal]) -> AbstractContextManager[None]:
    """Let what is done within wait only where others go on meanwhile, else raise NotAtHand.

    Whoever opens it has caught up, as above. ``signal`` makes what such a one waits for.
    """
    return _Allowing((_AGE, _Age.REMEMBERED), (_TIME, _Time.WHILE_OTHERS_GO_ON), (_SIGNAL, signal))


def afresh() -> AbstractContextManager[None]:
    """Let what is done within read what is stored by now, whatever was caught up with before."""
    return _Allowing((_AGE, _Age.STORED))


def may_be_remembered(partition: str = HERE) -> bool:
    """Tell whether what is remembered of a partition may be used, if nothing moved since then."""
    return _AGE.get() is _Age.REMEMBERED and partition in _SEEN.get()


def waiting_for(what: str) -> None:
    """Say that something will have to be waited for; raises NotAtHand where there is no time."""
    if _TIME.get() is not _Time.ALL:
        raise NotAtHand(what)


def stepping_aside_for(what: str) -> None:
    """Say that something will be waited for while others go on; raises NotAtHand without time."""
    if _TIME.get() is _Time.NONE:
        raise NotAtHand(what)


def signal_for(what: str) -> Signal:
    """Return a signal to wait for before something is done; raises NotAtHand without time."""
    stepping_aside_for(what)
    return _SIGNAL.get()()
