"""Following what is recorded, live: who follows is asked for again and again, and looks for news.

All who follow in one process share one look at how far the trail is, so that a thousand open pages
ask the database no oftener than one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from threading import Lock
from time import monotonic
from typing import Final

import anyio
from fastapi import Request as HttpRequest
from psycopg import OperationalError

from application.access import Action
from application.at_hand import afresh
from application.desk import Request
from application.errors import NotAllowed, NotFound, PartitionAway
from application.projections.audit_trail import AuditRow
from application.projections.base import Query
from interfaces.composition import House

LOOK_AGAIN: Final = 0.3
KEEP_ALIVE: Final = 15.0
BATCH: Final = 100


class Pulse:
    """How far the audit trail is, in all partitions; asked once in a while, for everybody."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._positions = [0] * len(house.everywhere)
        self._asked = -LOOK_AGAIN
        self._lock = Lock()

    def position(self) -> int:
        """Return the trail's position, at most one look old; where it was in what is away."""
        with self._lock:
            if monotonic() - self._asked >= LOOK_AGAIN:
                trail = self._house.projections.audit_trail
                for number, one in enumerate(self._house.everywhere):
                    try:
                        self._positions[number] = one.store.position(trail)
                    except (PartitionAway, OperationalError):
                        if number == 0:
                            raise
                self._asked = monotonic()
            return sum(self._positions)


def pulse_of(http: HttpRequest) -> Pulse:
    """Return the pulse of the application that a request came to; made with the first."""
    state = http.app.state
    if not hasattr(state, "pulse"):
        state.pulse = Pulse(state.house)
    found: Pulse = state.pulse
    return found


async def news(
    pulse: Pulse, look: Callable[[int], list[AuditRow] | None], after: int
) -> AsyncIterator[list[AuditRow]]:
    """Yield what is new, as it comes; an empty list now and then shows that somebody is there.

    ``look`` returns the rows after a position, or None when there is nothing to see any more.
    """
    seen, quiet = -1, 0.0
    while True:
        position = await anyio.to_thread.run_sync(pulse.position)
        rows: list[AuditRow] | None = []
        if position != seen:
            rows = await anyio.to_thread.run_sync(look, after)
        if rows is None:
            return
        if rows:
            after = rows[-1].position
            yield rows
        if len(rows) < BATCH:
            seen = position
            quiet = 0.0 if rows else quiet + LOOK_AGAIN
            await anyio.sleep(LOOK_AGAIN)
        if quiet >= KEEP_ALIVE:
            # A stream outlives what it was opened under: look again though nothing is new.
            quiet, seen = 0.0, -1
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
