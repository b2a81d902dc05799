"""Many on one loop ask, few trips are made, and each is answered for itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from threading import Event, current_thread, main_thread

import pytest

from application.at_hand import waiting_for
from interfaces.parking import parked
from interfaces.together import Asked, Together

PATIENCE = 30.0
SAID: ContextVar[str] = ContextVar("said", default="nothing")


class Oracle:
    """Answers numbers with their doubles, negative ones with an error; the first trip is slow."""

    def __init__(self) -> None:
        self.trips: list[list[int]] = []
        self.begun, self.go_on = Event(), Event()
        self.lost = False

    def answers(self, questions: Sequence[int]) -> list[int | BaseException]:
        waiting_for("inspiration")  # so in a thread
        first = not self.trips
        self.trips.append(list(questions))
        if first:
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
        if self.lost:
            self.lost = False
            raise ConnectionError("lost")
        return [ValueError(f"{one}") if one < 0 else 2 * one for one in questions]


async def busy(together: Together[int, int], oracle: Oracle) -> asyncio.Future[int]:
    """Ask for the first, and return when that is under way."""
    first = asyncio.ensure_future(together.ask(1))
    assert await asyncio.to_thread(oracle.begun.wait, PATIENCE)
    return first


async def all_of(together: Together[int, int], *questions: int) -> list[asyncio.Future[int]]:
    tasks = [asyncio.ensure_future(together.ask(one)) for one in questions]
    await asyncio.sleep(0)
    return tasks


def run(test: Callable[[Oracle, Together[int, int]], Awaitable[None]]) -> None:
    async def whole() -> None:
        oracle = Oracle()
        await test(oracle, Together(oracle.answers))

    asyncio.run(whole())


def test_who_comes_while_others_are_answered_shares_the_next_trip() -> None:
    async def test(oracle: Oracle, together: Together[int, int]) -> None:
        first = await busy(together, oracle)
        others = await all_of(together, 2, 3, 4)
        oracle.go_on.set()
        assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
        assert oracle.trips == [[1], [2, 3, 4]]

    run(test)


def test_who_is_refused_is_refused_alone() -> None:
    async def test(oracle: Oracle, together: Together[int, int]) -> None:
        first = await busy(together, oracle)
        others = await all_of(together, 2, -3, 4)
        oracle.go_on.set()
        found = await asyncio.gather(first, *others, return_exceptions=True)
        assert [found[1], found[3]] == [4, 8]
        with pytest.raises(ValueError, match="-3"):
            await others[1]

    run(test)


def test_what_goes_wrong_for_all_is_raised_by_each_as_its_own() -> None:
    async def test(oracle: Oracle, together: Together[int, int]) -> None:
        first = await busy(together, oracle)
        oracle.lost = True
        oracle.go_on.set()
        with pytest.raises(ConnectionError):
            await first
        oracle.lost = True
        others = await all_of(together, 2, 3)
        raised = await asyncio.gather(*others, return_exceptions=True)
        assert [str(one) for one in raised] == ["lost", "lost"]
        assert raised[0] is not raised[1]
        assert await together.ask(4) == 8

    run(test)


def test_who_gives_up_takes_nobody_along() -> None:
    async def test(oracle: Oracle, together: Together[int, int]) -> None:
        first = await busy(together, oracle)
        impatient, patient = await all_of(together, 2, 3)
        first.cancel()
        impatient.cancel()
        oracle.go_on.set()
        assert await patient == 6
        assert first.cancelled()
        assert impatient.cancelled()

    run(test)


def test_who_is_not_chosen_waits_for_the_next_trip() -> None:
    def one_by_one(
        waiting: Sequence[Asked[int, int]],
    ) -> tuple[list[Asked[int, int]], list[Asked[int, int]]]:
        return list(waiting[:1]), list(waiting[1:])

    async def whole() -> None:
        oracle = Oracle()
        oracle.go_on.set()
        together = Together(oracle.answers, one_by_one)
        assert await asyncio.gather(*(together.ask(one) for one in (1, 2, 3))) == [2, 4, 6]
        assert oracle.trips == [[1], [2], [3]]

    asyncio.run(whole())


@pytest.mark.parametrize("waits", [False, True])
def test_a_trip_knows_nothing_of_the_first_who_asked_and_is_made_in_a_thread_if_it_must(
    *, waits: bool
) -> None:
    def told(questions: Sequence[str]) -> list[tuple[str, bool]]:
        if waits:
            waiting_for("the post")
        return [(SAID.get(), current_thread() is main_thread()) for _ in questions]

    async def whole() -> None:
        SAID.set("hurry")
        together: Together[str, tuple[str, bool]] = Together(told)
        assert await together.ask("") == ("nothing", not waits)

    asyncio.run(whole())


def test_who_comes_while_a_trip_is_parked_shares_the_next_one() -> None:
    trips: list[list[int]] = []

    def doubled(questions: Sequence[int]) -> list[int]:
        trips.append(list(questions))
        parked(asyncio.sleep(0))
        return [2 * one for one in questions]

    async def whole() -> None:
        together: Together[int, int] = Together(doubled)
        first = together.ask(1)
        await asyncio.sleep(0)
        assert await asyncio.gather(first, *map(together.ask, (2, 3))) == [2, 4, 6]

    asyncio.run(whole())
    assert trips == [[1], [2, 3]]


def test_on_a_loop_that_is_closed_nobody_waits_for_ever() -> None:
    oracle = Oracle()

    async def whole() -> list[asyncio.Future[int]]:
        together: Together[int, int] = Together(oracle.answers)
        first = await busy(together, oracle)
        others = await all_of(together, 2)
        oracle.go_on.set()
        return [first, *others]

    assert all(task.done() for task in asyncio.run(whole()))
