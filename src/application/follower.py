"""Follows the ledger: brings views up to date and lets policies act, in commit order.

One process follows (an advisory lock sees to it). It asks again and again what is new instead of
relying on being woken, so a lost wake-up costs one interval at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from copy import copy
from typing import Any, Final

from application.ledger import Ledger
from application.policies.base import PolicyRunner
from application.projections.base import Progress, Projection, ViewStore

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
        """Return how many positions each view, and the policies, are behind the head."""
        head = self._ledger.head()
        lags = {p.name: head - self._store.position(p) for p in self._projections}
        return {**lags, "policies": head - self._policies.position()}

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
        fresh, applied = self._fold_beside(projections, progress)
        for projection, its_fresh in zip(projections, fresh, strict=True):
            self._store.replace(projection, its_fresh)
        return applied

    def stale_rows(
        self, projections: Sequence[Projection[Any]], progress: Progress
    ) -> dict[str, list[str]]:
        """Fold views anew beside the old ones, and return the keys of each one's rows that differ.

        A view that moved on meanwhile is left out, for the two are of different moments.
        """
        fresh, _ = self._fold_beside(projections, progress)
        stale: dict[str, list[str]] = {}
        for projection, its_fresh in zip(projections, fresh, strict=True):
            if self._store.position(its_fresh) == self._store.position(projection):
                stale[projection.name] = self._store.differing(projection, its_fresh)
            self._store.clear(its_fresh)
        return stale

    def _fold_beside(
        self, projections: Sequence[Projection[Any]], progress: Progress
    ) -> tuple[list[Projection[Any]], int]:
        fresh = [copy(projection) for projection in projections]
        for projection in fresh:
            projection.name = f"{projection.name}~rebuilt"
            self._store.clear(projection)
        head, position, applied = self._ledger.head(), 0, 0
        while events := self._ledger.follow(position, LONG_BATCH):
            for projection in fresh:
                self._store.advance(projection, events)
            position = events[-1].position
            applied += len(events)
            progress(position, head)
        return fresh, applied

    def _advance_views(self) -> int:
        """Move every view one batch on; views at the same position share the reading of it.

        A view that is built anew so never keeps the others waiting.
        """
        together: defaultdict[int, list[Projection[Any]]] = defaultdict(list)
        for projection in self._projections:
            together[self._store.position(projection)].append(projection)
        applied = 0
        for position, group in together.items():
            events = self._ledger.follow(position, BATCH)
            for projection in group if events else ():
                self._store.advance(projection, events)
                applied += len(events)
        return applied
