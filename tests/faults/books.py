"""What clients were told: acknowledged, refused, or nothing that they could rely on."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from faults.calling import Answer, Lost, Move
from faults.checker import Acknowledged
from faults.installation import PATIENCE

UNCLEAR: Final = 500
"""From this status on nobody knows whether the request was recorded."""
PAUSE: Final = 0.1


@dataclass
class Books:
    """What the clients of one run were told."""

    acknowledged: list[tuple[Move, Answer]] = field(default_factory=list)
    refused: int = 0
    unknown: set[str] = field(default_factory=set)
    """Keys of requests that went without a clear answer at least once."""
    unanswered: int = 0
    """How often somebody got no clear answer, to whatever they asked."""
    resolved: set[str] = field(default_factory=set)
    """Those of them that got one when they were sent again."""
    troubles: list[str] = field(default_factory=list)
    bearable: frozenset[int] = frozenset({409, 412})
    """What a client may be refused with; anything else is trouble."""
    _lock: Lock = field(default_factory=Lock)

    def note(self, move: Move, answer: Answer) -> None:
        """Write down a clear answer."""
        with self._lock:
            if move.key in self.unknown:
                self.resolved.add(move.key)
            if answer.yes:
                self.acknowledged.append((move, answer))
            else:
                self.refused += 1
                if answer.status not in self.bearable:
                    self.troubles.append(f"{move.path}: {answer.status} {answer.body!r}")

    def note_unknown(self, move: Move) -> None:
        """Write down that there was no clear answer."""
        with self._lock:
            self.unknown.add(move.key)
            self.unanswered += 1

    def note_unread(self) -> None:
        """Write down that there was no clear answer to who only asked what there is."""
        with self._lock:
            self.unanswered += 1

    def for_the_checker(self) -> list[Acknowledged]:
        """Return the requests that were answered with a yes, and what that yes said."""
        return [acknowledged(move, answer) for move, answer in self.acknowledged]

    def found_out_later(self) -> list[tuple[Move, Answer]]:
        """Return what was acknowledged only when it was sent again."""
        return [(move, answer) for move, answer in self.acknowledged if move.key in self.unknown]


def acknowledged(move: Move, answer: Answer) -> Acknowledged:
    """Return what a yes lets the asker rely on."""
    said, evidence = answer.document, (move.body or {}).get("evidence")
    stream = said.get("id") or said.get("document")
    if stream is None:
        stream = f"{said['about']}/position-{said['side']}"
    signed = None if evidence is None else str(evidence["jws"])
    return Acknowledged(move.key, stream, answer.version, signed)


def until_clear(ask: Callable[[], Answer], unclear: Callable[[], None] = lambda: None) -> Answer:
    """Ask until there is a clear answer; each unclear one is reported first."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            answer = ask()
            if answer.status < UNCLEAR:
                return answer
        except Lost:
            pass
        unclear()
        assert time.monotonic() < end, f"no clear answer within {PATIENCE} s"
        time.sleep(PAUSE)
