"""What falls due for somebody, over all their relationships, and where their calendar finds it.

A calendar program cannot sign in, so it is given an address that nobody can guess. Of the address
only a digest is kept; whoever no longer represents the party finds nothing there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final, Protocol

from application.access import Principal
from application.desk import Desk, Request
from application.directory import Directory
from application.errors import NotFound
from application.inbox import Inboxes, Part
from application.projections.due_dates import DueRow
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.values.ids import PersonId

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
    """Reads the due dates of everything somebody has a side's seat at."""

    def __init__(
        self, desk: Desk, directory: Directory, inboxes: Inboxes, feeds: FeedStore
    ) -> None:
        self._desk = desk
        self._directory = directory
        self._inboxes = inboxes
        self._feeds = feeds

    def of(self, principal: Principal, now: datetime) -> Dates:
        """Return the agenda of somebody; empty for whoever represents nobody, or has no role."""
        found = self._inboxes.of(principal, now).part(Part.DUE, MOST)
        rows = tuple(one.row for one in found if isinstance(one.row, DueRow))
        return Dates(rows, self.zone(principal))

    def zone(self, principal: Principal) -> str:
        """Return the IANA zone of somebody's party, UTC where there is none."""
        if principal.party is None:
            return "UTC"
        party = self._desk.ledger.load(PARTY, principal.party).state
        return (party.zone if isinstance(party, Registered) else None) or "UTC"

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


def _digest(secret: str) -> bytes:
    return sha256(f"parley/calendar/1\n{secret}".encode()).digest()
