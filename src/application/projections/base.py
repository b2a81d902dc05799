"""What every view has in common: a name, a row type, and how a fact changes its rows.

A view's rows and its position in the ledger are written in one transaction, so a view is always
the fold of a prefix of the ledger, whatever is killed when.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from application.recorded import Positioned

SHARED = "shared"
SERVICE = "service"
"""The audience of rows that a view keeps for itself: nobody reads them."""


class Row(BaseModel):
    """A row of a view; stored as JSON."""

    model_config = ConfigDict(frozen=True)


R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row is found again.

    ``key`` is unique in the view; ``audience`` is ``shared`` or the side that alone may read it;
    ``sort`` orders a listing, ties by key; ``due`` puts the row among what falls due (UTC).
    """

    key: str
    sort: str
    relationship: str | None = None
    stream: str | None = None
    audience: str = SHARED
    due: datetime | None = None


class Rows(Protocol[R]):
    """A view's rows while an event is processed."""

    def get(self, key: str) -> R | None:
        """Return a row, or None."""
        ...

    def put(self, row: R) -> None:
        """Write a row, in the place of the one with its key if there is one."""
        ...

    def write(self, place: Place, row: bytes) -> None:
        """Write a row that is JSON already, as ``put`` does."""
        ...

    def delete(self, key: str) -> None:
        """Delete a row if it is there."""
        ...


class Projection(ABC, Generic[R]):
    """One view: its stored name, its row, and what each event does to the rows.

    ``version`` counts up when the meaning of the rows changes; the worker then rebuilds the view.
    """

    name: str
    version: int
    row: type[R]

    @abstractmethod
    def place(self, row: R) -> Place:
        """Say where a row is found again."""

    @abstractmethod
    def process(self, recorded: Positioned, rows: Rows[R]) -> None:
        """Apply one event. Deterministic: the same events always lead to the same rows."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows to read: all that match every field given, in order, after a cursor.

    It names a relationship or a stream, so that nobody reads everybody's rows by forgetting to;
    who means to says ``everybodys``. ``after`` is the (sort, key) of the last row read before.
    ``matching`` compares top-level fields of the stored row for equality.
    """

    relationship: str | None = None
    stream: str | None = None
    audiences: tuple[str, ...] = (SHARED,)
    matching: tuple[tuple[str, Any], ...] = ()
    after: tuple[str, str] | None = None
    descending: bool = False
    limit: int = 50
    everybodys: bool = False

    def __post_init__(self) -> None:
        """Refuse to be a query for everybody's rows that does not say so."""
        if self.relationship is None and self.stream is None and not self.everybodys:
            raise ValueError("a query names a relationship or a stream, or says that it means all")

    def asked_for(self, place: Place) -> bool:
        """Tell whether a row is one that was asked for, whatever found it."""
        return (
            place.audience in self.audiences
            and self.relationship in (None, place.relationship)
            and self.stream in (None, place.stream)
        )


class StrayRowError(Exception):
    """A view answered with a row that nobody asked for: it is shown to nobody."""


class View(Protocol[R]):
    """A view as readers see it."""

    def get(self, key: str) -> R | None:
        """Return one row."""
        ...

    def find(self, query: Query) -> list[R]:
        """Return the rows that match a query, at most ``query.limit``."""
        ...


Progress = Callable[[int, int], None]
"""Told (position, head) while a view is rebuilt."""


class Views(Protocol):
    """Where views are read."""

    def view(self, projection: Projection[R]) -> View[R]:
        """Return a view for reading."""
        ...


class Draft(Protocol):
    """Views being built anew from the first event, where no reader sees them."""

    def advance(self, events: Sequence[Positioned]) -> None:
        """Apply the events that come next to every view."""
        ...

    def replace(self) -> None:
        """Put every view's rows and position in the place of the old ones, a view at a time."""
        ...

    def differing(self) -> dict[str, list[str]]:
        """Return the keys of each view's rows that are not as they are here.

        A view that stands elsewhere by now is left out, for the two are of different moments.
        """
        ...


class ViewStore(Views, Protocol):
    """Where views live."""

    def position(self, projection: Projection[Any]) -> int:
        """Return the position up to which a view holds; 0 when it has to be built anew."""
        ...

    def positions(self, projections: Sequence[Projection[Any]]) -> dict[str, int]:
        """Return the same for several views at once, by name."""
        ...

    def is_outdated(self, projection: Projection[Any]) -> bool:
        """Tell whether a view's rows are of another version than the code's."""
        ...

    def advance(self, projection: Projection[Any], events: Sequence[Positioned]) -> None:
        """Apply events in order and move the position, in one transaction.

        Events at or before the position are passed over, so a batch may come twice.
        """
        ...

    def advance_together(
        self, projections: Sequence[Projection[Any]], events: Sequence[Positioned]
    ) -> None:
        """Do the same for several views, in one transaction: none moves when one of them fails."""
        ...

    def draft(self, projections: Sequence[Projection[Any]]) -> AbstractContextManager[Draft]:
        """Lend what is needed to build views anew from the first event."""
        ...

    def next_due(self, projection: Projection[R], until: datetime, limit: int) -> list[R]:
        """Return the rows of a view that fall due by an instant, the earliest first."""
        ...
