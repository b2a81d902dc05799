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
from typing import Final


class _Mode(IntEnum):
    AFRESH = 0
    CAUGHT_UP = 1
    AT_HAND = 2


_MODE: Final[ContextVar[_Mode]] = ContextVar("how_old_may_it_be", default=_Mode.AFRESH)

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
    _MODE.set(_Mode.CAUGHT_UP)


@contextmanager
def at_hand() -> Iterator[None]:
    """Let what is done within use what is remembered, and raise NotAtHand instead of waiting.

    Whoever opens it has caught up, as above.
    """
    with _as(_Mode.AT_HAND):
        yield


@contextmanager
def afresh() -> Iterator[None]:
    """Let what is done within read what is stored by now, whatever was caught up with before."""
    with _as(_Mode.AFRESH):
        yield


def may_be_remembered(partition: str = HERE) -> bool:
    """Tell whether what is remembered of a partition may be used, if nothing moved since then."""
    return _MODE.get() >= _Mode.CAUGHT_UP and partition in _SEEN.get()


def waiting_for(what: str) -> None:
    """Say that something will have to be waited for; raises NotAtHand where there is no time."""
    if _MODE.get() is _Mode.AT_HAND:
        raise NotAtHand(what)


@contextmanager
def _as(mode: _Mode) -> Iterator[None]:
    before = _MODE.set(mode)
    try:
        yield
    finally:
        _MODE.reset(before)
