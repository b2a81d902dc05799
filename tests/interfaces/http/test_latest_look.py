"""Those who ask while a look at the ledger is under way share the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from threading import Event

import pytest

from application.at_hand import waiting_for
from interfaces.http.at_hand import Latest

PATIENCE = 30.0


class Book:
    """Counts looks; each waits until it is let go, and sees what is written by then or fails."""

    def __init__(self) -> None:
        self.looks = 0
        self.written = 0
        self.seen = 0
        self.failing = False
        self.begun, self.go_on = Event(), Event()

    def look(self) -> None:
        waiting_for("the book")  # so in a thread
        self.looks += 1
        seen = self.written
        self.begun.set()
        assert self.go_on.wait(PATIENCE)
        if self.failing:
            self.failing = False
            raise ConnectionError("lost")
        self.seen = seen


def run(test: Callable[[Book, Latest], Awaitable[None]]) -> None:
    async def whole() -> None:
        book = Book()
        await test(book, Latest(book.look))

    asyncio.run(whole())


async def begun(book: Book) -> None:
    assert await asyncio.to_thread(book.begun.wait, PATIENCE)


def test_what_was_written_while_a_look_was_under_way_takes_another_that_all_share() -> None:
    async def test(book: Book, latest: Latest) -> None:
        first = asyncio.create_task(latest.seen())
        await begun(book)
        book.written = 1
        others = [asyncio.create_task(latest.seen()) for _ in range(8)]
        await asyncio.sleep(0)
        book.go_on.set()
        await asyncio.gather(first, *others)
        assert (book.seen, book.looks) == (1, 2)

    run(test)


def test_a_look_that_fails_fails_for_those_who_shared_it_alone() -> None:
    async def test(book: Book, latest: Latest) -> None:
        book.failing = True
        first = asyncio.create_task(latest.seen())
        await begun(book)
        others = [asyncio.create_task(latest.seen()) for _ in range(3)]
        await asyncio.sleep(0)
        book.go_on.set()
        with pytest.raises(ConnectionError):
            await first
        await asyncio.gather(*others)
        assert book.looks == 2

    run(test)


def test_who_gives_up_takes_nobody_with_them() -> None:
    async def test(book: Book, latest: Latest) -> None:
        impatient = asyncio.create_task(latest.seen())
        patient = asyncio.create_task(latest.seen())
        await begun(book)
        impatient.cancel()
        await asyncio.sleep(0)
        book.go_on.set()
        await patient
        assert impatient.cancelled()
        assert book.looks == 1

    run(test)
