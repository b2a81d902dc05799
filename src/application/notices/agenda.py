"""What falls due for somebody, over all their relationships, and where their calendar finds it.

A calendar program cannot sign in, so it is given an address that nobody can guess. Of the address
only a digest is kept; whoever no longer represents the party finds nothing there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final, Protocol

from application.access import Action, Principal
from application.desk import Desk, Request
from application.directory import Directory
from application.errors import NotAllowed, NotFound
from application.projections.base import Query, ViewStore
from application.projections.due_dates import DueDates, DueRow
from application.projections.paging import every
from application.projections.relationships import Relationships
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.values.ids import PersonId

CHUNK: Final = 200
FIRST: Final = 10
"""How many due dates to read at first where only the next ones are asked for."""
MOST: Final = 5_000
"""How many due dates an agenda holds at most, the earliest."""
SECRET_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose agenda is found at an address."""

    person: str
    party: str
    made_at: datetime


class FeedStore(Protocol):
    """Keeps one address a person, as a digest."""

    def keep(self, feed: Feed, digest: bytes) -> None:
        """Keep an address, in the place of the one before."""
        ...

    def find(self, digest: bytes) -> Feed | None:
        """Return whose it is, or None."""
        ...

    def drop(self, person: str) -> bool:
        """Forget somebody's address; tell whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class Dates:
    """What falls due, the earliest first, and the IANA zone to show it in."""

    rows: tuple[DueRow, ...]
    zone: str


class Agenda:
    """Reads the due dates of everything somebody has a seat at."""

    def __init__(
        self, desk: Desk, directory: Directory, store: ViewStore, feeds: FeedStore
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._store = store
        self._feeds = feeds
        self._due_dates = DueDates()
        self._relationships = Relationships()

    def of(self, principal: Principal, now: datetime) -> Dates:
        """Return the agenda of somebody; empty for whoever represents nobody, or has no role."""
        if principal.party is None:
            return Dates((), "UTC")
        rows = [
            row
            for relationship in self._seats(principal, now)
            for row in self._due(relationship, None)
        ]
        rows.sort(key=lambda row: (row.due or now, row.stream))
        party = self._desk.ledger.load(PARTY, principal.party).state
        zone = party.zone if isinstance(party, Registered) else None
        return Dates(tuple(rows[:MOST]), zone or "UTC")

    def until(self, instant: datetime, relationships: Iterable[str]) -> list[DueRow]:
        """Return what falls due by an instant (UTC) in relationships that the asker sits in.

        That they do is for the caller to have asked. What falls due later costs nothing.
        """
        rows = [row for relationship in relationships for row in self._due(relationship, instant)]
        return sorted(rows, key=lambda row: (row.due or instant, row.stream))

    def open_feed(self, request: Request) -> str:
        """Make an address for the asker's calendar and return its secret, this once.

        It takes the place of the one before. Raises NotFound for whoever represents nobody.
        """
        person, party = request.principal.person, request.principal.party
        if person is None or party is None:
            raise NotFound("such person")
        secret = token_urlsafe(SECRET_BYTES)
        self._feeds.keep(Feed(person, party, request.at), _digest(secret))
        return secret

    def close_feed(self, request: Request) -> bool:
        """Let the asker's address lead nowhere; tell whether there was one."""
        if request.principal.person is None:
            raise NotFound("such person")
        return self._feeds.drop(request.principal.person)

    def at(self, secret: str, now: datetime) -> Dates:
        """Return the agenda that a secret address leads to; raises NotFound."""
        feed = self._feeds.find(_digest(secret))
        if feed is None:
            raise NotFound("such calendar")
        party = self._desk.ledger.load(PARTY, feed.party).state
        known = (
            party.representatives.get(PersonId(feed.person))
            if isinstance(party, Registered)
            else None
        )
        principal = None if known is None else self._directory.known_as(known.identity)
        if principal is None or principal.person != feed.person:
            raise NotFound("such calendar")
        return self.of(principal, now)

    def _seats(self, principal: Principal, now: datetime) -> Iterator[str]:
        """Yield the relationships in which somebody sits on a side, in a role."""
        query = Query(stream=principal.party, limit=CHUNK)
        for row in every(self._store.view(self._relationships), self._relationships, query):
            if row.seat not in {"provider", "client"}:
                continue  # what an auditor reads is on record, and a calendar reads by itself
            try:
                self._desk.seat(principal, Action.READ, row.relationship, now)
            except (NotFound, NotAllowed):
                continue
            yield row.relationship

    def _due(self, relationship: str, until: datetime | None) -> Iterator[DueRow]:
        query = Query(relationship=relationship, limit=CHUNK)
        first = None if until is None else FIRST
        for row in every(self._store.view(self._due_dates), self._due_dates, query, first=first):
            if until is not None and row.due is not None and row.due > until:
                return  # the earliest come first
            yield row


def _digest(secret: str) -> bytes:
    return sha256(f"parley/calendar/1\n{secret}".encode()).digest()
