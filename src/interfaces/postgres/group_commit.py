"""Appends of callers that come at the same time, written in one commit, each judged alone.

Every commit waits for the disk, and for the lock that keeps the ledger in order. So the first
caller that finds nobody writing writes its append at once, for itself; those that come meanwhile
queue up, and the first of them then writes for all of them. No thread does nothing but write, and a
caller that is alone waits for nobody.

What holds for each append by itself holds in a batch: one that is refused fails alone; one whose
commit was answered is durable; and what is not known of a batch is not known of each append in it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from copy import copy
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, TypeVar

from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    StoredEvent,
)

from application.at_hand import NotAtHand, waiting_for
from application.errors import OutcomeUnknown, Unavailable
from application.ports import KeyRecord

T = TypeVar("T")

LARGEST: Final = 128
"""How many appends are written in one commit at most."""


@dataclass(frozen=True, slots=True)
class Append:
    """The events of one command, and the key that it came under."""

    events: Sequence[StoredEvent]
    key: KeyRecord | None

    def claims(self) -> set[Hashable]:
        """Return what no other append in the same commit may claim: its streams and its key."""
        claimed: set[Hashable] = {event.originator_id for event in self.events}
        if self.key is not None:
            claimed.add((self.key.principal, self.key.key))
        return claimed


Verdict = Sequence[int] | IntegrityError
"""An append's notification ids, or what it was refused for."""

Write = Callable[[Sequence[Append]], Sequence[Verdict]]
"""Writes appends, no two of which claim the same, in one commit; answers for each, in order.

Raises what the library raises when nothing, or nothing that is known, came of the commit.
"""


def first_of_each(
    queue: Sequence[T], claims: Callable[[T], set[Hashable]], most: int
) -> tuple[list[T], list[T]]:
    """Return those of a queue that go into one commit, the first of all among them, and the rest.

    At most one append for each stream and each key: two of them would both be judged by what was
    there before either. The other stays in the queue, and its stream's later ones with it.
    """
    claimed: set[Hashable] = set()
    batch: list[T] = []
    later: list[T] = []
    for one in queue:
        claimed_now = claims(one)
        fits = len(batch) < most and claimed.isdisjoint(claimed_now)
        (batch if fits else later).append(one)
        claimed |= claimed_now
    return batch, later


def judged(write: Write, appends: Sequence[Append]) -> Sequence[Verdict | BaseException]:
    """Write appends in one commit, and return what became of each; if need be one by one.

    Raises NotAtHand while nothing is written yet, where there is no time for that.
    """
    try:
        return write(appends)
    except (InterfaceError, OperationalError, OutcomeUnknown, Unavailable):
        raise  # the connection was lost, and with it what is known of all of them
    except NotAtHand:
        raise  # nothing is known at all
    except Exception:
        if len(appends) == 1:
            raise
    # One of them is to blame, nothing was written, and the others are not to suffer for it.
    waiting_for("each of them by itself")
    return [_alone(write, append) for append in appends]


def _alone(write: Write, append: Append) -> Verdict | BaseException:
    try:
        return write([append])[0]
    except Exception as error:  # noqa: BLE001 - its own caller is told
        return error


@dataclass(slots=True, eq=False)
class _Caller:
    """A caller with an append, until it is written or it is the caller's turn to write."""

    append: Append
    woken: Lock = field(default_factory=Lock)
    writes: bool = False
    answer: Verdict | BaseException = ()


class GroupCommit:
    """The queue before one ledger; every thread of a process appends through the same one."""

    def __init__(self, write: Write, largest: int = LARGEST) -> None:
        self._write = write
        self._largest = largest
        self._lock = Lock()
        self._queue: list[_Caller] = []
        self._busy = False

    @property
    def waiting(self) -> int:
        """How many appends wait until those that are being written are written."""
        return len(self._queue)

    def append(self, append: Append) -> Sequence[int]:
        """Write an append, with those of others maybe; return its notification ids.

        Raises IntegrityError when a version or the key is taken, and what writing raises.
        """
        caller = _Caller(append)
        caller.woken.acquire()
        try:
            with self._lock:
                self._queue.append(caller)
                caller.writes = not self._busy
                self._busy = True
            if not caller.writes:
                caller.woken.acquire()
        except BaseException:
            self._leave(caller)
            raise
        if caller.writes:
            self._write_for_all(caller)
        if isinstance(caller.answer, BaseException):
            # Several callers may be given one error, and each raises its own.
            raise copy(caller.answer) from caller.answer
        return caller.answer

    def _write_for_all(self, writer: _Caller) -> None:
        """Write the first appends in the queue, hand over to the next caller, wake the others."""
        batch: list[_Caller] = []
        try:
            batch = self._next_batch()
            answers = judged(self._write, [caller.append for caller in batch])
            for caller, answer in zip(batch, answers, strict=True):
                caller.answer = answer
        except BaseException as error:  # noqa: BLE001 - whatever it is, each caller has to know it
            for caller in batch:
                caller.answer = error
        self._hand_over()  # before the others are woken: the disk is to have no rest
        for caller in batch:
            if caller is not writer:
                caller.woken.release()

    def _hand_over(self) -> None:
        with self._lock:
            following = self._queue[0] if self._queue else None
            self._busy = following is not None
            if following is not None:
                # With the lock in hand: whoever leaves the queue has to know that it was to write.
                following.writes = True
        if following is not None:
            following.woken.release()

    def _leave(self, caller: _Caller) -> None:
        """Let go of a caller who was interrupted: nobody may wait for it to write."""
        with self._lock:
            waits = caller in self._queue
            if waits:
                self._queue.remove(caller)
            was_to_write = waits and caller.writes
        if was_to_write:
            self._hand_over()

    def _next_batch(self) -> list[_Caller]:
        """Take the callers whose appends go into one commit, the first in the queue among them."""
        with self._lock:
            batch, self._queue = first_of_each(
                self._queue, lambda caller: caller.append.claims(), self._largest
            )
        return batch
