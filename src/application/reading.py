"""Reading what a seat may see; what an auditor reads is recorded before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from application.access import Action, Seat, authorise
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Act, Step, Stream
from application.projections.base import SHARED, Projection, Query, R, Views
from application.projections.paging import every
from application.recorded import Recorded
from domain.decider import Decider
from domain.relationships.inspection import INSPECTION, InspectRecords
from domain.relationships.relationship import RELATIONSHIP
from domain.values.ids import kind_of, private_side, relationship_of, suffix_of, within
from domain.values.sides import Side

CHUNK: Final = 100


class Reading:
    """Streams and views as one seat sees them."""

    def __init__(self, desk: Desk, views: Views) -> None:
        self._desk = desk
        self._views = views

    def seat(self, request: Request, relationship: str, what: str) -> Seat:
        """Return the asker's seat to read something, on record if it is an auditor's."""
        return self.seated(request, relationship, what)[0]

    def seated(self, request: Request, relationship: str, what: str) -> tuple[Seat, Stream]:
        """Return the asker's seat as ``seat`` does, and the relationship it was found in."""
        found = self._desk.ledger.load(RELATIONSHIP, relationship)
        seat = authorise(request.principal, Action.READ, found.state, request.at)
        if seat.scope is not None:
            self._inspect(request, seat, relationship, what)
        return seat, found

    def admit(self, request: Request, stream: str) -> Seat:
        """Return the asker's seat if it shows a stream, on record if it is an auditor's.

        Raises NotFound for a stream that is not the asker's to see. Whether there is anything in
        it is the reader's to find out: strangers never get that far.
        """
        relationship = str(relationship_of(stream))
        seat = self._desk.seat(request.principal, Action.READ, relationship, request.at)
        if not shows(seat, stream):
            raise NotFound(f"such {kind_of(stream)}")
        if seat.scope is not None:
            self._inspect(request, seat, relationship, stream)
        return seat

    def stream(self, request: Request, decider: Decider[Any, Any, Any], stream: str) -> Stream:
        """Return a stream that the asker may see; raises NotFound for any other."""
        self.admit(request, stream)
        found = self._desk.ledger.load(decider, stream)
        if found.version == 0:
            raise NotFound(f"such {decider.kind}")
        return found

    def with_history(
        self, seat: Seat, decider: Decider[Any, Any, Any], stream: str
    ) -> tuple[Stream, tuple[Recorded, ...]]:
        """Return a stream with every fact in it, oldest first, to a seat that was admitted to it.

        Raises NotFound for one that the seat does not show, and where nothing was recorded. What
        it costs grows with what was ever recorded there.
        """
        found = self._desk.ledger.load(decider, stream)
        if not shows(seat, stream) or found.version == 0:
            raise NotFound(f"such {decider.kind}")
        return found, self._desk.ledger.history(stream)

    def page(
        self,
        projection: Projection[R],
        seat: Seat,
        query: Query,
        stream_of: Callable[[R], str | None] | None = None,
    ) -> list[R]:
        """Return the rows of a query that a seat may see, up to its limit.

        ``stream_of`` tells a row's stream; without it, the row's place does.
        """
        # A scope may pass most rows over, so they are read in chunks larger than a small page.
        chunks = replace(query, audiences=_audiences(seat), limit=max(query.limit, CHUNK))
        rows = every(self._views.view(projection), projection, chunks)
        found: list[R] = []
        for row in rows:
            stream = projection.place(row).stream if stream_of is None else stream_of(row)
            if stream is None or shows(seat, stream):
                found.append(row)
            if len(found) == query.limit:
                break
        return found

    def _inspect(self, request: Request, seat: Seat, relationship: str, what: str) -> None:
        person = request.principal.person
        if person is None:
            raise NotFound("such relationship")
        reading = self._desk.new("reading")
        stream = within(relationship, f"inspection-{suffix_of(seat.party)}")
        # Under a key of its own, one request puts the same reading on record once.
        key = f"{request.key}/{what}" if request.key else reading
        act = Act(person, seat.party, request.at, key)
        command = InspectRecords(reading, seat.party, person, what)
        self._desk.ledger.perform(act, Step(INSPECTION, stream, command))


def shows(seat: Seat, stream: str) -> bool:
    """Tell whether a seat shows a stream, shared or a side's private file."""
    side = private_side(stream)
    return seat.shows(stream, None if side is None else Side(side))


def _audiences(seat: Seat) -> tuple[str, ...]:
    """Return whose rows to look through; a scope is then asked row by row."""
    if seat.scope is not None:
        return (SHARED, *Side)
    return (SHARED, seat.side) if seat.private and seat.side is not None else (SHARED,)
