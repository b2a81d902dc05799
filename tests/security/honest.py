"""People who go about their business while others attack: every request of theirs is to succeed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

from domain.values.sides import Side
from faults.calling import Lost, Move
from faults.installation import Installation, until
from faults.pair import Pair

PEOPLE: Final = 3
ENOUGH: Final = 5
"""Requests of each of them, at least, that are to have been answered meanwhile."""


@dataclass
class Honest:
    """What became of the requests of people who mean well."""

    answered: list[int] = field(default_factory=lambda: [0] * PEOPLE)
    failed: list[str] = field(default_factory=list)

    def at_home(self) -> bool:
        """Tell whether each of them was answered once, or somebody was not."""
        return bool(self.failed) or min(self.answered) >= 1

    def enough(self) -> bool:
        """Tell whether all of them were answered often enough, or somebody was not."""
        return bool(self.failed) or min(self.answered) >= ENOUGH


@contextmanager
def at_work(installation: Installation, pair: Pair) -> Iterator[Honest]:
    """Let people read and record for as long as this lasts; fails if one request of theirs did."""
    honest, stop = Honest(), Event()
    work = [
        Thread(target=_work, args=(installation, pair, honest, stop, number), daemon=True)
        for number in range(PEOPLE)
    ]
    for one in work:
        one.start()
    try:
        until("everybody was answered once", honest.at_home)
        yield honest
        until("everybody was answered", honest.enough)
    finally:
        stop.set()
        for one in work:
            one.join()
    assert not honest.failed, honest.failed[:5]


def _work(installation: Installation, pair: Pair, honest: Honest, stop: Event, number: int) -> None:
    connection = installation.call(pair.lead[Side.PROVIDER])
    path = pair.negotiation()
    while not stop.is_set():
        move = Move(pair.lead[Side.PROVIDER], f"{path}/comments", {"text": "still here"})
        try:
            for answer in (connection.get(path), connection.move(move)):
                if not answer.yes:
                    honest.failed.append(f"{answer.status} {answer.body[:200]!r}")
        except Lost as lost:
            honest.failed.append(repr(lost))
        honest.answered[number] += 1
        if stop.wait(0.05):
            break
    connection.close()
