"""Plain code waits on an event loop while others go on there, and looks the same as ever."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from interfaces.parking import LoopSignal, may_park, parkable, parked

SAID: ContextVar[str] = ContextVar("said", default="nothing")


async def later(answer: str, steps: int = 1) -> str:
    for _ in range(steps):
        await asyncio.sleep(0)
    return answer


async def failing() -> str:
    await asyncio.sleep(0)
    raise ValueError("no")


def test_what_waits_for_nothing_is_done_at_once() -> None:
    assert asyncio.run(parkable(lambda *, word: word, word="done")) == "done"


def test_what_is_awaited_comes_back_where_it_was_parked() -> None:
    def plain() -> str:
        return parked(later("one ")) + parked(later("two", 3))

    assert asyncio.run(parkable(plain)) == "one two"


def test_others_go_on_meanwhile() -> None:
    done: list[str] = []

    def plain(name: str) -> None:
        for number in range(2):
            done.append(f"{name}{number}")
            parked(later(""))

    async def both() -> None:
        await asyncio.gather(parkable(plain, "a"), parkable(plain, "b"))

    asyncio.run(both())
    assert done == ["a0", "b0", "a1", "b1"]


def test_what_is_raised_there_is_met_where_it_was_parked_and_may_be_got_over() -> None:
    def plain() -> str:
        try:
            return parked(failing())
        except ValueError as error:
            return f"{error}, then {parked(later('this'))}"

    assert asyncio.run(parkable(plain)) == "no, then this"


def test_what_is_not_got_over_is_raised_to_who_awaits() -> None:
    with pytest.raises(ValueError, match="no"):
        asyncio.run(parkable(lambda: parked(failing())))


def test_whoever_is_told_to_stop_while_parked_puts_things_in_order() -> None:
    done: list[str] = []

    def plain() -> None:
        try:
            parked(asyncio.sleep(3600))
        finally:
            done.append("in order")

    async def stopped() -> None:
        task = asyncio.create_task(parkable(plain))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(stopped())
    assert done == ["in order"]


def test_each_has_a_context_that_goes_on_from_its_callers() -> None:
    def plain(word: str) -> tuple[str, str]:
        before = SAID.get()
        SAID.set(word)
        parked(later(""))
        return before, SAID.get()

    async def both() -> list[tuple[str, str]]:
        SAID.set("hello")
        found = await asyncio.gather(parkable(plain, "a"), parkable(plain, "b"))
        assert SAID.get() == "hello"
        return found

    assert asyncio.run(both()) == [("hello", "a"), ("hello", "b")]


def test_elsewhere_nothing_is_parked() -> None:
    waiting = later("never")
    assert not may_park()
    with pytest.raises(AssertionError):
        parked(waiting)
    waiting.close()
    assert asyncio.run(parkable(may_park))


@pytest.mark.parametrize("from_a_thread", [False, True])
def test_a_signal_is_waited_for_until_it_is_given(*, from_a_thread: bool) -> None:
    async def whole() -> bool:
        signal = LoopSignal()
        waiting = asyncio.create_task(parkable(signal.wait, 60))
        await asyncio.sleep(0)
        assert not waiting.done()
        if from_a_thread:
            await asyncio.to_thread(signal.tell)
        else:
            signal.tell()
        return await waiting

    assert asyncio.run(whole())


def test_a_signal_that_is_not_given_is_waited_for_so_long_and_no_longer() -> None:
    async def whole() -> bool:
        signal = LoopSignal()
        answer = await parkable(signal.wait, 0.01)
        signal.tell()  # too late, and no harm
        return answer

    assert not asyncio.run(whole())
