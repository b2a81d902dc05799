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
from application.projections.base import Progress, Projection, R, ViewStore
from application.recorded import Positioned

BATCH: Final = 500


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
        for projection in self._projections:
            if self._store.is_outdated(projection):
                self.rebuild(projection, lambda _position, _head: None)

    def rebuild(self, projection: Projection[R], progress: Progress) -> int:
        """Fold a view anew from the first event, beside the old one, then put it in its place.

        Readers see the old rows until then. Returns the events applied.
        """
        fresh, applied = self._fold_beside(projection, progress)
        self._store.replace(projection, fresh)
        return applied

    def stale_rows(self, projection: Projection[R], progress: Progress) -> list[str] | None:
        """Fold a view anew beside the old one, and return the keys of the rows that differ.

        None when the ledger moved on meanwhile, so that the two are of different moments.
        """
        fresh, _ = self._fold_beside(projection, progress)
        same_moment = self._store.position(fresh) == self._store.position(projection)
        stale = self._store.differing(projection, fresh) if same_moment else None
        self._store.clear(fresh)
        return stale

    def _fold_beside(
        self, projection: Projection[R], progress: Progress
    ) -> tuple[Projection[R], int]:
        fresh = copy(projection)
        fresh.name = f"{projection.name}~rebuilt"
        self._store.clear(fresh)
        head, applied = self._ledger.head(), 0
        while count := self._advance_once(fresh):
            applied += count
            progress(self._store.position(fresh), head)
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

    def _advance_once(self, projection: Projection[Any]) -> int:
        events: list[Positioned] = self._ledger.follow(self._store.position(projection), BATCH)
        if events:
            self._store.advance(projection, events)
        return len(events)
