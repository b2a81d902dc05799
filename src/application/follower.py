"""Follows the ledger: brings views up to date and lets policies act, in commit order.

One process follows (an advisory lock sees to it). It asks again and again what is new instead of
relying on being woken, so a lost wake-up costs one interval at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from application.ledger import Ledger
from application.policies.base import PolicyRunner
from application.projections.base import Draft, Progress, Projection, ViewStore
from application.recorded import Positioned

BATCH: Final = 500
LONG_BATCH: Final = 2000
"""How many events are held at once when views are built anew."""


class Follower:
    """Brings every view and the policies to the head of the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        store: ViewStore,
        projections: Sequence[Projection[Any]],
        policies: PolicyRunner,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._projections = tuple(projections)
        self._policies = policies

    def catch_up(self) -> int:
        """Process everything recorded so far, and return how many positions were behind.

        Policies may record more; that is followed too, until nothing is new.
        """
        moved = 0
        while True:
            behind = self._ledger.head()
            step = self._advance_views()
            step += self._policies.advance(BATCH)
            moved += step
            if not step and self._ledger.head() == behind:
                return moved

    def lag(self) -> dict[str, int]:
        """Return how many positions each view, and the policies, are behind the head.

        None is ahead: where the latest facts were moved away, what saw them is not behind.
        """
        head = self._ledger.head()
        positions = {
            **self._store.positions(self._projections),
            "policies": self._policies.position(),
        }
        return {name: max(0, head - position) for name, position in positions.items()}

    def renew(self) -> None:
        """Rebuild every view whose rows are of an older version of its code, beside the old ones.

        Called once by a worker that begins; a view that is not renewed would be built anew in
        place, and readers would see a part of it meanwhile.
        """
        outdated = [one for one in self._projections if self._store.is_outdated(one)]
        if outdated:
            self.rebuild(outdated, lambda _position, _head: None)

    def rebuild(self, projections: Sequence[Projection[Any]], progress: Progress) -> int:
        """Fold views anew from the first event, beside the old ones, then put each in its place.

        All of them share one reading of the ledger, and readers see the old rows until it is over.
        Returns how many events were read.
        """
        with self._store.draft(projections) as draft:
            applied = self._fold(draft, progress)
            draft.replace()
        return applied

    def stale_rows(
        self, projections: Sequence[Projection[Any]], progress: Progress
    ) -> dict[str, list[str]]:
        """Fold views anew beside the old ones, and return the keys of each one's rows that differ.

        A view that moved on meanwhile is left out, for the two are of different moments.
        """
        with self._store.draft(projections) as draft:
            self._fold(draft, progress)
            return draft.differing()

    def _fold(self, draft: Draft, progress: Progress) -> int:
        head, position, applied = self._ledger.head(), 0, 0
        while events := self._ledger.follow(position, LONG_BATCH):
            draft.advance(events)
            position = events[-1].position
            applied += len(events)
            progress(position, head)
        return applied

    def _advance_views(self) -> int:
        """Move every view one batch on; views at the same position share the reading of it.

        A view that is built anew so never keeps the others waiting.
        """
        together: defaultdict[int, list[Projection[Any]]] = defaultdict(list)
        positions = self._store.positions(self._projections)
        for projection in self._projections:
            together[positions[projection.name]].append(projection)
        applied = 0
        for position, group in together.items():
            events = self._ledger.follow(position, BATCH)
            if events:
                self._move(group, events)
                applied += len(events) * len(group)
        return applied

    def _move(self, group: Sequence[Projection[Any]], events: Sequence[Positioned]) -> None:
        """Move views on in one transaction, or each by itself up to the one that fails."""
        try:
            self._store.advance_together(group, events)
        except Exception:  # whatever it is, the one that fails raises it again, after the others
            if len(group) == 1:
                raise
            for projection in group:
                self._store.advance(projection, events)
