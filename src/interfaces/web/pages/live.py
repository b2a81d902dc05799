"""What the pages follow: that something moved, and one line to say what; never what is in it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import Annotated

import anyio
from fastapi import Depends, Header
from fastapi.responses import StreamingResponse

from application.access import Action
from application.projections.audit_trail import AuditRow
from domain.relationships.facts import RecordsInspected
from interfaces.composition import House
from interfaces.http.conventions import RelationshipPath
from interfaces.http.following import Look, Sights, looking_at, news, pulse_of, visible
from interfaces.routing import Routes
from interfaces.web.people import People
from interfaces.web.places import seated
from interfaces.web.saying import read, said
from interfaces.web.visits import AVisit, Visit, session_of

router = Routes(include_in_schema=False)

LastSeen = Annotated[str | None, Header(pattern=r"^[0-9]{1,18}(\.[0-9]{1,18}){0,99}$")]
Name = Callable[[AuditRow], str]
"""Returns the id that a fact is sent under."""


def _followed(visit: AVisit) -> Iterator[None]:
    with visit.house.followers.one_more(visit.principal.identity):
        yield


@router.get("/relationships/{relationship}/follow", dependencies=[Depends(_followed)])
def follow_relationship(
    visit: AVisit, relationship: RelationshipPath, last_event_id: LastSeen = None
) -> StreamingResponse:
    """Tell when something that the visitor may see is recorded in a relationship."""
    visit.seat(relationship, "events")
    look = looking_at(visit.house, visit.asked, relationship, pulse_of(visit.http))
    after = visit.house.ledger.head(relationship)
    if last_event_id is not None:
        after = int(last_event_id.partition(".")[0])
    return _streamed(visit, look, after, lambda row: str(row.position))


@router.get("/follow", dependencies=[Depends(_followed)])
def follow_inbox(visit: AVisit, last_event_id: LastSeen = None) -> StreamingResponse:
    """Tell when something is recorded in any of the visitor's relationships."""
    seen = Seen(visit.house, last_event_id)
    return _streamed(visit, partial(_anywhere, visit, seen), 0, seen.take)


class Seen:
    """How far somebody has seen, in each partition: the id of the last event they were sent."""

    def __init__(self, house: House, last_seen: str | None) -> None:
        self._where = house.where
        heads = [one.ledger.head() for one in house.everywhere]
        told = [] if last_seen is None else list(map(int, last_seen.split(".")))
        self._positions = told if len(told) == len(heads) else heads

    def after(self, relationship: str) -> int:
        """Return beyond which position a relationship's facts are news."""
        return self._positions[self._where(relationship)]

    def take(self, row: AuditRow) -> str:
        """Take note that a fact was sent; return the id to send it under."""
        where = self._where(row.relationship)
        self._positions[where] = max(self._positions[where], row.position)
        return ".".join(map(str, self._positions))


def _anywhere(visit: Visit, seen: Seen, _: int, since: Sights | None) -> list[AuditRow]:
    rows: list[AuditRow] = []
    if not visit.works:
        return rows
    pulse = pulse_of(visit.http)
    for mine in visit.house.relating.mine(visit.asked, None, 200):
        if since is not None and not pulse.moved(mine.relationship, since):
            continue
        after = seen.after(mine.relationship)
        rows += visible(visit.house, visit.asked, mine.relationship, after) or []
    return sorted(rows, key=lambda row: row.position)


def _streamed(visit: Visit, look: Look, after: int, name: Name) -> StreamingResponse:
    return StreamingResponse(
        _events(visit, look, after, name),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(visit: Visit, look: Look, after: int, name: Name) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    announcer = Announcer(visit, name)
    async for rows in news(pulse_of(visit.http), partial(_while_signed_in, visit, look), after):
        told = await anyio.to_thread.run_sync(announcer.tell, rows)
        yield told or ": still here\n\n"


def _while_signed_in(
    visit: Visit, look: Look, after: int, since: Sights | None
) -> list[AuditRow] | None:
    return None if session_of(visit.http) is None else look(after, since)


class Announcer:
    """Says what moved, with the names that one visitor knows; made once for each connection.

    It is given only what the visitor may see, and says of that what the audit page says too.
    """

    def __init__(self, visit: Visit, name: Name) -> None:
        self._visit = visit
        self._name = name
        self._voices: dict[str, People] = {}

    def tell(self, rows: Iterable[AuditRow]) -> str:
        """Write facts as events of a stream; what the visitor did is not read out to them."""
        return "".join(self._event(row) for row in rows)

    def _event(self, row: AuditRow) -> str:
        own = row.by == self._visit.principal.name
        data = {"stream": row.stream, "said": None if own else self._said(row)}
        # An auditor's page that is fetched anew puts one more reading on record: it would never
        # end.
        kind = "read" if row.name == RecordsInspected.__name__ else "moved"
        return f"id: {self._name(row)}\nevent: {kind}\ndata: {json.dumps(data)}\n\n"

    def _said(self, row: AuditRow) -> str:
        voice = self._voice(row.relationship)
        return said(read(row.name, row.fact), voice).by(voice.person(row.by, row.party))

    def _voice(self, relationship: str) -> People:
        if relationship not in self._voices:
            visit = self._visit
            seat = visit.house.desk.seat(visit.principal, Action.READ, relationship, visit.asked.at)
            self._voices[relationship] = People(visit, seated(visit, relationship, seat))
        return self._voices[relationship]
