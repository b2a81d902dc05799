"""Use case: say how far a relationship's history is signed and witnessed, and check that it grew.

What is said here the service says of itself. Only what was taken along and checked elsewhere, with
keys compared elsewhere, proves anything; this tells people what there is to take.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from application.history import Cosigned, Shelf, Shown, path_of_consistency
from application.projections.audit_trail import AuditRow
from domain.history.merkle import extends

MOST_COSIGNED: Final = 50


@dataclass(frozen=True, slots=True)
class Continued:
    """An earlier checkpoint that witnesses cosigned, and whether the latest one continues it."""

    size: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Published:
    """How a relationship's history stands: its latest signed checkpoint covers ``size`` facts.

    ``root`` is in hex. ``cosigned`` are the witnesses' latest lines, each under a checkpoint of its
    own size.
    """

    size: int
    root: str
    signed_at: datetime
    cosigned: tuple[Cosigned, ...]
    continued: Continued | None

    @property
    def witnessed(self) -> int:
        """Up to how many facts at least one witness has cosigned."""
        return max((one.size for one in self.cosigned), default=0)


class Publishing:
    """How far histories are signed and witnessed, for whoever has a seat already."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def of(self, relationship: str) -> Published | None:
        """Return how a relationship's history stands; None before the first checkpoint."""
        shown = self._shelf.checkpoint(relationship)
        if shown is None:
            return None
        lines = self._shelf.latest_cosigned(relationship, 0, MOST_COSIGNED)
        latest: dict[str, Cosigned] = {}
        for line in lines:
            latest.setdefault(line.witness, line)
        return Published(
            shown.size,
            shown.checkpoint().root.hex(),
            shown.signed_at,
            tuple(latest.values()),
            self._continued(shown, [line.size for line in lines]),
        )

    def unsigned(self, rows: list[AuditRow], signed: int) -> frozenset[int]:
        """Return the positions of those facts that no checkpoint of a size covers yet.

        ``rows`` come latest first, as they were recorded: before one that is covered, all are.
        """
        found: set[int] = set()
        for row in rows:
            leaf = self._shelf.leaf(row.stream, row.version)
            if leaf is None or leaf.index < signed:
                break
            found.add(row.position)
        return frozenset(found)

    def _continued(self, shown: Shown, sizes: list[int]) -> Continued | None:
        """Check the latest checkpoint against the latest earlier one that a witness cosigned."""
        earlier = max((size for size in sizes if size < shown.size), default=None)
        held = None if earlier is None else self._shelf.checkpoint(shown.log, earlier)
        if held is None:
            return None
        path = path_of_consistency(self._shelf, shown.log, held.size, shown.size)
        roots = held.checkpoint().root, shown.checkpoint().root
        return Continued(held.size, extends(held.size, roots[0], shown.size, roots[1], path))
