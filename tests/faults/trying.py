"""One fault under load: clients at work, somebody who strikes, and everything checked after.

``FAULTS_ACKS`` is how many commands have to be acknowledged under each fault (``make faults``);
without it, the quick version.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from faults.books import Books
from faults.installation import PATIENCE, Installation, until
from faults.observing import Observer
from faults.pair import Pair
from faults.verdicts import contracts, log_line, pins, unverifiable
from faults.workload import Workload

QUICK: Final = 40
ENOUGH: Final = int(os.environ.get("FAULTS_ACKS") or QUICK)
LONG: Final = ENOUGH > QUICK
PAUSE: Final = 2.0 if LONG else 0.5
"""Between two strikes, in seconds, at the longest."""
MOST_BUNDLES: Final = 10 if LONG else 1

OFTEN: Final = 10
"""Strikes of the long version, at least, where one takes seconds; for a fast service acknowledges
all that is asked of it between two of them."""

LOST: Final = ("acknowledged and lost", "answered otherwise", "lost event", "signature lost")
DOUBLED: Final = ("doubled key", "unaccounted for", "gap", "both accepted and withdrawn")
WRONG_VIEWS: Final = ("stale view",)


@dataclass
class Tally:
    """What one fault came to; the last four have to be nothing."""

    fault: str
    acknowledged: int = 0
    refused: int = 0
    unknown: int = 0
    resolved: int = 0
    strikes: int = 0
    seconds: float = 0.0
    findings: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def lost(self) -> int:
        return self._count(LOST)

    @property
    def doubled(self) -> int:
        return self._count(DOUBLED)

    @property
    def wrong_views(self) -> int:
        return self._count(WRONG_VIEWS)

    @property
    def unverifiable(self) -> int:
        return len(self.findings) - self.lost - self.doubled - self.wrong_views

    def _count(self, kinds: tuple[str, ...]) -> int:
        return sum(finding.startswith(kinds) for finding in self.findings)


TALLIES: Final[list[Tally]] = []
"""Of the faults of the test that runs."""


def often(quick: int) -> int:
    """Return how many strikes are to be made at least, given how many the quick version makes."""
    return max(quick, OFTEN) if LONG else quick


class Trial:
    """One fault being tried on an installation; ``settle`` says whether it kept all it must."""

    def __init__(self, fault: str, installation: Installation, pair: Pair) -> None:
        self.tally = Tally(fault)
        self.installation = installation
        self.pair = pair
        self.books = Books()
        self._observer: Observer | None = None
        self._pinned: list[str] = []
        self._began = time.monotonic()
        TALLIES.append(self.tally)

    @contextmanager
    def load(self, tables: int = 3, patience: float = 20) -> Iterator[None]:
        """Let clients work, and somebody look on, while this lasts."""
        work = Workload(self.installation, self.pair, tables, self.books, patience=patience)
        with self.observer, work:
            yield

    @property
    def observer(self) -> Observer:
        """Whoever is shown checkpoints in this trial; a new one looks with what the last saw."""
        if self._observer is None or self._observer.ident is not None:
            last, self._observer = self._observer, Observer(self.installation, self.pair)
            if last is not None:
                self._observer.remember(last)
        return self._observer

    def rename(self, origin: str) -> None:
        """Go on under another name: what was shown before is held against nobody any more.

        The key of the first name stays pinned, for what was signed for it.
        """
        key = None if self._observer is None else self._observer.key
        assert key is not None
        self._pinned.append(log_line(self.pair, key))
        self.observer.close()
        self.installation.origins += (origin,)
        self._observer = None

    @property
    def seen(self) -> list[str]:
        """The notes of all checkpoints that were shown."""
        return [] if self._observer is None else self._observer.seen

    def until_acknowledged(
        self,
        strike: Callable[[], None] = lambda: None,
        times: int = 0,
        *,
        enough: int = ENOUGH,
        apart: Callable[[], bool] | None = None,
    ) -> None:
        """Strike time and again, ``times`` at least, until enough was acknowledged.

        In the long version strikes go on until then; ``apart`` says when the next one may come.
        """
        end = time.monotonic() + 5 * PATIENCE + ENOUGH
        begun, strikes = len(self.books.acknowledged), 0
        while len(self.books.acknowledged) - begun < enough or strikes < times:
            if strikes < times or (LONG and times):
                time.sleep(random.uniform(0, PAUSE))  # noqa: S311 - at random is the point
                strike()
                strikes += 1
                until("the next strike may come", apart or self.installation.answers)
            else:
                time.sleep(0.05)
            self.refuse_trouble()
            assert time.monotonic() < end, (
                f"{len(self.books.acknowledged) - begun} acknowledged",
                self.installation.said(),
            )
        self.tally.strikes += strikes

    def refuse_trouble(self) -> None:
        """Fail when a client was told something that nobody should be told."""
        troubles = [*self.books.troubles, *([] if self._observer is None else self.observed())]
        assert not troubles, (troubles, self.installation.said())

    def observed(self) -> list[str]:
        """Return what the observer could not believe."""
        return [] if self._observer is None else self._observer.troubles

    def settle(self, note: str = "") -> Tally:
        """Ask again what was unclear, check everything, and fail by what does not hold."""
        self.refuse_trouble()
        tally = self.tally
        for move, answer in self.books.found_out_later():
            again = Workload.ask_again(self.installation, move)
            if again != answer:
                tally.findings.append(f"answered otherwise: {move.key} {answer} then {again}")
        until("a worker runs", self.installation.at_work)
        tally.findings += self.installation.wrong(self.books.for_the_checker(), self.seen)
        tally.findings += self._unbelieved()
        tally.acknowledged, tally.refused = len(self.books.acknowledged), self.books.refused
        tally.unknown, tally.resolved = len(self.books.unknown), len(self.books.resolved)
        tally.seconds, tally.note = time.monotonic() - self._began, note
        assert not tally.findings, "\n".join(tally.findings[:20])
        assert tally.unknown == tally.resolved
        return tally

    def _unbelieved(self) -> list[str]:
        key = None if self._observer is None else self._observer.key
        if self._observer is None or key is None:
            return []
        found = contracts(self.installation, self.pair)
        step = max(1, len(found) // MOST_BUNDLES)
        chosen = dict.fromkeys([*found[::step][: MOST_BUNDLES - 1], *found[-1:]])
        held = self._observer.held(self.pair.relationship)
        pinned = pins(self.pair, key, *self._pinned)
        return unverifiable(self.installation, self.pair, pinned, held, chosen)


def table_of_tallies(tallies: Sequence[Tally]) -> list[str]:
    """Return the table that is printed at the end, a line each."""
    head = (
        "fault", "acknowledged", "refused", "unknown", "resolved", "lost", "doubled",
        "wrong projections", "unverifiable", "strikes", "seconds",
    )  # fmt: skip
    rows = [
        (
            tally.fault,
            *map(
                str,
                (
                    tally.acknowledged, tally.refused, tally.unknown, tally.resolved, tally.lost,
                    tally.doubled, tally.wrong_views, tally.unverifiable, tally.strikes,
                    round(tally.seconds),
                ),
            ),
        )
        for tally in tallies
    ]  # fmt: skip
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = []
    for row in (head, *rows):
        first, *others = zip(row, widths, strict=True)
        lines.append("  ".join([first[0].ljust(first[1]), *(t.rjust(w) for t, w in others)]))
    notes = [f"{tally.fault}: {tally.note}" for tally in tallies if tally.note]
    return [*lines, *notes]
