"""Waiting on the event loop itself, as green threads do: plain code is parked meanwhile.

Use cases are plain functions, and a thread for each of them costs as much as what they do: it is
woken, fights for the interpreter, is woken again when its commit is through. Run by ``parkable``,
a plain function stays on the loop; where it has to wait, and somebody wrote ``parked`` there, the
loop goes on with others. So nothing else may be waited for in it, least of all a lock that somebody
who is parked may hold (ADR 0043).
"""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any, ParamSpec, TypeVar

from greenlet import getcurrent, greenlet

P = ParamSpec("P")
T = TypeVar("T")


class _Parkable(greenlet):
    """A run of plain code that the loop may leave and come back to."""


def may_park() -> bool:
    """Tell whether the code that asks may be parked."""
    return isinstance(getcurrent(), _Parkable)


def parked(wanted: Awaitable[T]) -> T:
    """Return what is awaited, or raise what it raises; others go on meanwhile. See ``may_park``."""
    run = getcurrent()
    if not isinstance(run, _Parkable) or run.parent is None:
        raise AssertionError("only what is run by `parkable` may be parked")
    found: T = run.parent.switch(wanted)
    return found


async def parkable(what: Callable[P, T], *asked: P.args, **named: P.kwargs) -> T:
    """Run plain code here, in a context of its own; where it is parked, await in its stead."""
    run = _Parkable(what)
    run.gr_context = copy_context()
    met: Any = run.switch(*asked, **named)
    while not run.dead:
        try:
            answer = await met
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is met where it was parked
            met = run.throw(error)
        else:
            met = run.switch(answer)
    result: T = met
    return result


class LoopSignal:
    """A signal that somebody waits for who is parked on this loop; told from any thread."""

    def __init__(self) -> None:
        self._loop = get_running_loop()
        self._told: Future[bool] = self._loop.create_future()

    def wait(self, seconds: float) -> bool:
        """Let others go on, so long at most; tell whether it was said."""
        giving_up = self._loop.call_later(seconds, self._end, False)  # noqa: FBT003 - its answer
        try:
            return parked(self._told)
        finally:
            giving_up.cancel()

    def tell(self) -> None:
        """Say so, once, from wherever."""
        self._loop.call_soon_threadsafe(self._end, True)  # noqa: FBT003 - its answer

    def _end(self, told: bool) -> None:  # noqa: FBT001 - the answer
        if not self._told.done():
            self._told.set_result(told)
