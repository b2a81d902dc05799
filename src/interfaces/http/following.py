"""Following what is recorded, live: who follows is asked for again and again, and looks for news.

All who follow in one process share one look at how far the trail is and what moved, so that a
thousand open pages ask the database no oftener than one, but for those whose matter moved.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from threading import Lock
from time import monotonic
from typing import Final

import anyio
from eventsourcing.persistence import InterfaceError
from eventsourcing.persistence import OperationalError as LedgerSilent
from fastapi import Request as HttpRequest
from psycopg import OperationalError

from application.access import Action
from application.at_hand import afresh
from application.desk import Request
from application.errors import NotAllowed, NotFound, PartitionAway, Unavailable
from application.news import Ask, Moved, News, Sight
from application.projections.audit_trail import AuditRow
from application.projections.base import Query
from domain.values.ids import relationship_of
from interfaces.composition import House

LOOK_AGAIN: Final = 0.3
KEEP_ALIVE: Final = 15.0
BATCH: Final = 100
AWAY: Final = (PartitionAway, OperationalError, LedgerSilent, InterfaceError, Unavailable)


Sights = tuple[Sight, ...]
"""Up to where the trail held when somebody looked, in each partition."""


class Pulse:
    """How far the audit trail is, and what moved, in all partitions; asked for everybody at once.

    So who follows looks only where something was recorded, however much is recorded elsewhere.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._news = [
            News(_of_relationships(one.ledger.moved), one.ledger.head) for one in house.everywhere
        ]
        self._positions = [0] * len(self._news)
        self._asked = -LOOK_AGAIN
        self._lock = Lock()

    def sights(self) -> Sights:
        """Return where the trail is, at most one look old; where it was in what is away."""
        with self._lock:
            if monotonic() - self._asked >= LOOK_AGAIN:
                for number, one in enumerate(self._house.everywhere):
                    try:
                        self._look(number, one)
                    except AWAY:
                        if number == 0:
                            raise
                self._asked = monotonic()
            each = zip(self._news, self._positions, strict=True)
            return tuple((news.sight[0], position) for news, position in each)

    def moved(self, relationship: str, since: Sights) -> bool:
        """Tell whether there may be more to see of a relationship than at an earlier look."""
        number = self._house.where(relationship)
        return self._news[number].touched_since(relationship, since[number])

    def _look(self, number: int, one: House) -> None:
        # The trail first: what the ledger has beyond it counts as moved until the trail has it too.
        position = one.store.position(one.projections.audit_trail)
        self._news[number].catch_up()
        self._positions[number] = position


def _of_relationships(ask: Ask) -> Ask:
    """Return what is asked for the same events, each told by its relationship."""

    def told(position: int, limit: int) -> list[Moved]:
        return [
            (at, relationship_of(stream) or stream, version)
            for at, stream, version in ask(position, limit)
        ]

    return told


def pulse_of(http: HttpRequest) -> Pulse:
    """Return the pulse of the application that a request came to; made with the first."""
    state = http.app.state
    if not hasattr(state, "pulse"):
        state.pulse = Pulse(state.house)
    found: Pulse = state.pulse
    return found


Look = Callable[[int, Sights | None], list[AuditRow] | None]
"""Returns the rows after a position, of what moved since an earlier look, or of everything.

None says that there is nothing to see any more.
"""


def looking_at(house: House, asked: Request, relationship: str, pulse: Pulse) -> Look:
    """Return how somebody looks at one relationship."""

    def look(after: int, since: Sights | None) -> list[AuditRow] | None:
        if since is not None and not pulse.moved(relationship, since):
            return []
        return visible(house, asked, relationship, after)

    return look


async def news(pulse: Pulse, look: Look, after: int) -> AsyncIterator[list[AuditRow]]:
    """Yield what is new, as it comes; an empty list now and then shows that somebody is there."""
    seen: Sights | None = None
    quiet = 0.0
    while True:
        sights = await anyio.to_thread.run_sync(pulse.sights)
        rows: list[AuditRow] | None = []
        if sights != seen:
            rows = await anyio.to_thread.run_sync(look, after, seen)
        if rows is None:
            return
        if rows:
            after = rows[-1].position
            yield rows
        if len(rows) < BATCH:
            seen = sights
            quiet = 0.0 if rows else quiet + LOOK_AGAIN
            await anyio.sleep(LOOK_AGAIN)
        if quiet >= KEEP_ALIVE:
            # A stream outlives what it was opened under: look again though nothing is new.
            quiet, seen = 0.0, None
            yield []


def visible(house: House, asked: Request, relationship: str, after: int) -> list[AuditRow] | None:
    """Return what there is to see by now, or None to whoever may see nothing any more.

    A stream outlives what it was opened under: a role is relieved, an admission ends.
    """
    try:
        with afresh():
            principal = house.directory.known_as(asked.principal.identity)
            seat = house.desk.seat(principal, Action.READ, relationship, house.clock.now())
    except (NotFound, NotAllowed):
        return None
    query = Query(relationship=relationship, after=(f"{after:019d}", f"{after:019d}"), limit=BATCH)
    return house.reading.page(house.projections.audit_trail, seat, query)
