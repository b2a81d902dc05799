"""How old what is read may be, and whether there is time to wait for it.

Whoever asks is to be shown everything that was committed before they asked. A process that has
caught up with the ledger since then may use what it remembers, for it knows what moved; and what it
so has at hand is read in microseconds, which may be done where nobody is to be kept waiting.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from typing import Final, TypeVar

T = TypeVar("T")


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


@contextmanager
def at_hand() -> Iterator[None]:
    """Let what is done within use what is remembered, and raise NotAtHand instead of waiting.

    Whoever opens it has caught up, as above.
    """
    with _set(_AGE, _Age.REMEMBERED), _set(_TIME, _Time.NONE):
        yield


@contextmanager
def others_going_on() -> Iterator[None]:
    """Let what is done within wait only where others go on meanwhile, else raise NotAtHand.

    Whoever opens it has caught up, as above.
    """
    with _set(_AGE, _Age.REMEMBERED), _set(_TIME, _Time.WHILE_OTHERS_GO_ON):
        yield


@contextmanager
def afresh() -> Iterator[None]:
    """Let what is done within read what is stored by now, whatever was caught up with before."""
    with _set(_AGE, _Age.STORED):
        yield


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


@contextmanager
def _set(variable: ContextVar[T], value: T) -> Iterator[None]:
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)
