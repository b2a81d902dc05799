"""Answering on the loop itself what is at hand, and in a thread what has to be waited for.

A trip to a thread and back costs more than most readings do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from functools import partial, wraps
from inspect import Parameter, signature
from typing import Any, ParamSpec, TypeVar

from fastapi import Request as HttpRequest
from starlette.concurrency import run_in_threadpool

from application.at_hand import HERE, HERE_ALONE, NotAtHand, at_hand, others_going_on
from application.doubt import in_doubt
from application.news import Watch
from interfaces.parking import LoopSignal, parkable
from interfaces.together import Together

P = ParamSpec("P")
T = TypeVar("T")


async def at_hand_or_waiting(what: Callable[P, T], *asked: P.args, **named: P.kwargs) -> T:
    """Do something here if it takes no waiting, else in a thread; so it may be begun twice."""
    try:
        with at_hand():
            return what(*asked, **named)
    except NotAtHand:
        return await run_in_threadpool(what, *asked, **named)


async def decided_or_waiting(what: Callable[P, T], *asked: P.args, **named: P.kwargs) -> T:
    """Do something here if it waits for nothing but its own commit, else in a thread.

    It may be begun twice, so it does nothing before that commit, and asks nothing after it.
    """
    try:
        with others_going_on(LoopSignal):
            return await parkable(what, *asked, **named)
    except NotAtHand as elsewhere:
        with in_doubt() if elsewhere.in_doubt else nullcontext():
            return await run_in_threadpool(what, *asked, **named)


def tried_at_hand(endpoint: Callable[..., T]) -> Callable[..., Any]:
    """Let an endpoint that only reads, and makes little of what it read, be tried on the loop."""
    return _tried(endpoint, at_hand_or_waiting)


def decided_at_hand(endpoint: Callable[..., T]) -> Callable[..., Any]:
    """Let an endpoint that gives one command, and answers by its outcome, be tried on the loop."""
    return _tried(endpoint, decided_or_waiting)


def _tried(endpoint: Callable[..., T], somehow: Callable[..., Awaitable[T]]) -> Callable[..., Any]:
    """Return an endpoint that is tried; its ``house`` is handed to it, for a dependency costs."""

    @wraps(endpoint)
    async def tried(http: HttpRequest, **asked: Any) -> T:
        return await somehow(endpoint, house=http.app.state.house, **asked)

    own = signature(endpoint, eval_str=True)
    request = Parameter("http", Parameter.KEYWORD_ONLY, annotation=HttpRequest)
    others = (
        one.replace(kind=Parameter.KEYWORD_ONLY)
        for name, one in own.parameters.items()
        if name != "house"
    )
    tried.__signature__ = own.replace(parameters=[request, *others])  # type: ignore[attr-defined]
    return tried


class Latest:
    """Catches up with the ledger once for all the requests that came before it began to look."""

    def __init__(self, catch_up: Callable[[], None]) -> None:
        self._looks: Together[None, None] = Together(partial(_look, catch_up))

    async def seen(self) -> None:
        """Return when everything that was committed before is seen; raises what looking raises."""
        await self._looks.ask(None)


def _look(catch_up: Callable[[], None], askers: Sequence[None]) -> Sequence[None]:
    catch_up()
    return askers


class Looks:
    """One look at a time at each partition's ledger, for all the requests that touch it."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._latest = {one: Latest(partial(watch.catch_up, one)) for one in watch.partitions}

    async def seen(self, stream: str | None) -> frozenset[str]:
        """Return the partitions of which everything is seen that was committed before.

        They are the first one, for there is known who asks, and the one that ``stream`` is in if
        that is another, is at hand, and answers. Raises what looking at the first one raises.
        """
        here = self._latest[HERE]
        place = HERE if stream is None or len(self._latest) == 1 else self._place(stream)
        if place == HERE:
            await here.seen()
            return HERE_ALONE
        looked = await asyncio.gather(
            here.seen(), self._latest[place].seen(), return_exceptions=True
        )
        for number, wrong in enumerate(looked):
            if wrong is None:
                continue
            if number == 0 or not isinstance(wrong, Exception):
                raise wrong
            return HERE_ALONE  # what is there is read afresh, and says what is wrong
        return frozenset({HERE, place})

    def _place(self, stream: str) -> str:
        try:
            with at_hand():
                return self._watch.partition_of(stream)
        except (NotAtHand, LookupError):
            return HERE
