"""How old what is read may be, and whether there is time to wait for it.

Whoever asks is to be shown everything that was committed before they asked. A process that has
caught up with the ledger since then may use what it remembers, for it knows what moved; and what it
so has at hand is read in microseconds, which may be done where nobody is to be kept waiting.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from contextvars import ContextVar
from enum import IntEnum
from typing import Final


class _Age(IntEnum):
    """How old what is read may be."""

    STORED = 0
    REMEMBERED = 1


class _Time(IntEnum):
    """How much of it there is for what has to be waited for."""

    ALL = 0
    WHILE_OTHERS_GO_ON = 1
    NONE = 2


_AGE: Final[ContextVar[_Age]] = ContextVar("how_old_may_it_be", default=_Age.STORED)
_TIME: Final[ContextVar[_Time]] = ContextVar("time_to_wait", default=_Time.ALL)

HERE: Final = ""
"""What the ledger's first partition is called here, which mostly is the only one."""

HERE_ALONE: Final = frozenset({HERE})

_SEEN: Final[ContextVar[frozenset[str]]] = ContextVar("caught_up_with", default=HERE_ALONE)


class NotAtHand(Exception):  # noqa: N818 - it is an answer: do it again elsewhere
    """Something is needed that has to be waited for."""


def caught_up(seen: frozenset[str] = HERE_ALONE) -> None:
    """Let what is remembered be used from here on, in this context; see ``Ledger.load``.

    Whoever calls it has caught up with the ledger since they were asked, in the partitions ``seen``
    and in no other, and answers at once: what goes on for longer looks ``afresh``.
    """
    _SEEN.set(seen)
    _AGE.set(_Age.REMEMBERED)


class _Allowing:
    """What holds while a block is run: how old what is read may be, and the time to wait for it.

    A class, for every command goes through two or three of them, and a generator costs thrice that.
    """

    __slots__ = ("_age", "_before", "_time")

    def __init__(self, age: _Age, time: _Time | None = None) -> None:
        self._age, self._time = age, time

    def __enter__(self) -> None:
        age = _AGE.set(self._age)
        self._before = age, None if self._time is None else _TIME.set(self._time)

    def __exit__(self, *_: object) -> None:
        age, time = self._before
        _AGE.reset(age)
        if time is not None:
            _TIME.reset(time)


def at_hand() -> AbstractContextManager[None]:
    """Let what is done within use what is remembered, and raise NotAtHand instead of waiting.

    Whoever opens it has caught up, as above.
    """
    return _Allowing(_Age.REMEMBERED, _Time.NONE)


def others_going_on() -> AbstractContextManager[None]:
    """Let what is done within wait only where others go on meanwhile, else raise NotAtHand.

    Whoever opens it has caught up, as above.
    """
    return _Allowing(_Age.REMEMBERED, _Time.WHILE_OTHERS_GO_ON)


def afresh() -> AbstractContextManager[None]:
    """Let what is done within read what is stored by now, whatever was caught up with before."""
    return _Allowing(_Age.STORED)


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
