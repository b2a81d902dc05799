"""What happened since a process last looked, in whatever stream."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from application import news
from application.news import Moved, News, Sight


class Book:
    """Events in order."""

    def __init__(self, *streams: str) -> None:
        self.events: list[Moved] = []
        for stream in streams:
            self.add(stream)

    def add(self, stream: str, position: int | None = None) -> int:
        at = position or (self.events[-1][0] + 1 if self.events else 1)
        version = sum(1 for _, other, _ in self.events if other == stream) + 1
        self.events.append((at, stream, version))
        return at

    def ask(self, position: int, limit: int) -> Sequence[Moved]:
        return [moved for moved in self.events if moved[0] >= position][:limit]

    def head(self) -> int:
        return self.events[-1][0] if self.events else 0

    def news(self) -> News:
        return News(self.ask, self.head)


def seen(known: News) -> Sight:
    known.catch_up()
    return known.sight


class TestAStream:
    def test_in_which_nothing_happened_since_is_as_it_was(self) -> None:
        book = Book("a", "b")
        known = book.news()
        sight = seen(known)
        book.add("b")
        known.catch_up()
        assert not known.touched_since("a", sight)

    def test_in_which_something_happened_is_touched(self) -> None:
        book = Book("a", "b")
        known = book.news()
        sight = seen(known)
        book.add("a")
        later = seen(known)
        assert known.touched_since("a", sight)
        assert not known.touched_since("a", later)

    def test_of_which_nothing_was_recorded_before_the_first_look_is_touched_by_its_first(
        self,
    ) -> None:
        book = Book()
        known = book.news()
        sight = seen(known)
        assert not known.touched_since("a", sight)
        book.add("a")
        known.catch_up()
        assert known.touched_since("a", sight)


class TestWhatIsNotKnown:
    def test_for_there_was_too_much_to_look_at_counts_as_touched(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(news, "MOST", 3)
        book = Book("a")
        known = book.news()
        sight = seen(known)
        for _ in range(4):
            book.add("b")
        later = seen(known)
        assert known.touched_since("a", sight)
        assert not known.touched_since("a", later)

    def test_for_too_many_streams_were_touched_counts_as_touched(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(news, "STREAMS", 2)
        book = Book("a")
        known = book.news()
        sight = seen(known)
        for stream in ("b", "c", "d"):
            book.add(stream)
        later = seen(known)
        assert known.touched_since("b", sight)
        assert known.touched_since("a", sight), "b was let go of, and a might have been too"
        assert not known.touched_since("a", later)


class TestADatabaseThatWasSetBack:
    def test_leaves_nothing_that_was_seen_as_it_was(self) -> None:
        book = Book("a", "b", "c")
        known = book.news()
        sight = seen(known)
        del book.events[1:]
        known.catch_up()
        assert known.touched_since("a", sight)

    def test_is_found_out_when_it_has_gone_on_since(self) -> None:
        book = Book("a", "b", "c")
        known = book.news()
        sight = seen(known)
        del book.events[1:]
        for stream in ("d", "a", "d"):
            book.add(stream)
        later = seen(known)
        assert known.touched_since("a", sight)
        assert not known.touched_since("a", later)

    def test_does_not_take_what_is_seen_afterwards_for_what_was_seen_before(self) -> None:
        book = Book("a", "b", "c")
        known = book.news()
        before = seen(known)
        del book.events[1:]
        known.catch_up()
        book.add("b")
        known.catch_up()
        assert known.touched_since("b", before), "its position is smaller than what was seen"
