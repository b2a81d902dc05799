"""What was longest not used makes room for what is new; a look is a use."""

from __future__ import annotations

from application.ledger import Stream
from application.recently import RecentlyUsed
from application.remembered import Remembered


def test_what_was_longest_not_used_goes_first() -> None:
    known: RecentlyUsed[str, int] = RecentlyUsed(2)
    known.put("a", 1)
    known.put("b", 2)
    assert known.get("a") == 1
    known.put("c", 3)
    assert [known.get(key) for key in "abc"] == [1, None, 3]


def test_to_tell_whether_it_is_there_is_no_use() -> None:
    known: RecentlyUsed[str, int] = RecentlyUsed(2)
    known.put("a", 1)
    known.put("b", 2)
    assert "a" in known
    known.put("c", 3)
    assert "a" not in known


def test_a_stream_that_is_only_ever_looked_at_stays() -> None:
    streams: Remembered[Stream] = Remembered(2)
    streams.keep(Stream("read", 1, None))
    for number in range(5):
        streams.keep(Stream(f"other-{number}", 1, None))
        assert streams.get("read") is not None


def test_what_is_known_better_is_kept() -> None:
    streams: Remembered[Stream] = Remembered(2)
    streams.keep(Stream("a", 5, "later", seen=(0, 9)))
    streams.keep(Stream("a", 4, "earlier", seen=(0, 12)))
    assert streams.get("a") == Stream("a", 5, "later")
    streams.keep(Stream("a", 3, "set back", seen=(1, 2)))
    assert streams.get("a") == Stream("a", 3, "set back")
