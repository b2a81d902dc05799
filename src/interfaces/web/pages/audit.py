"""Audit: every fact in words, how things stood then, and how far the record is signed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query, Response

from application.access import Action
from application.errors import NotFound
from application.event_catalogue import CATALOGUE
from application.looking_back import Wanted
from application.projections.audit_trail import AuditRow
from application.projections.base import SHARED
from application.projections.base import Query as ViewQuery
from domain.history.checkpoint import LARGEST
from domain.relationships.access import party_on
from domain.values.ids import private_side, relationship_of
from domain.values.sides import Side
from interfaces.http.conventions import (
    LONGEST_STREAM,
    STREAM,
    Cursor,
    RelationshipPath,
    read_cursor,
)
from interfaces.http.schemas.base import page as listed
from interfaces.http.schemas.records import audit_answer
from interfaces.routing import Routes
from interfaces.web.instants import Asked, asked_day, asked_instant
from interfaces.web.navigation import address
from interfaces.web.people import People
from interfaces.web.places import RelationshipPlace, place, seated
from interfaces.web.rendering import page
from interfaces.web.saying import deed, read, said
from interfaces.web.sayings.voice import Saying
from interfaces.web.stood_shown import stood_shown
from interfaces.web.visits import AVisit, Visit

router = Routes(prefix="/relationships/{relationship}/audit", include_in_schema=False)

MOST: Final = 50
MOST_CONTRACTS: Final = 200
OF_PARTIES: Final = frozenset({"party", "identity", "offering", "webhook"})
"""Areas of facts that are a party's own, in no relationship's record."""
PAGED: Final = ("negotiation", "requirements", "contract", "dispute", "review", "document", "plan")
"""Kinds of streams that have a page of their own."""

Word = Annotated[str, Query(max_length=80, pattern=r"^[A-Za-z]*$")]
Day = Annotated[str, Query(max_length=20)]
OfStream = Annotated[str | None, Query(max_length=LONGEST_STREAM, pattern=STREAM)]


@dataclass(frozen=True)
class Filters:
    """What the visitor looks for, as it stands in the page's address; nothing is everything."""

    area: str = ""
    name: str = ""
    side: str = ""
    since: str = ""
    until: str = ""
    stream: str | None = None

    @property
    def kept(self) -> str:
        """What the address of the next page carries on."""
        given = {key: value for key, value in vars(self).items() if value}
        return f"&{urlencode(given)}" if given else ""

    def wanted(self, found: RelationshipPlace) -> Wanted:
        """Return what is looked for; a day is one of UTC, both days included."""
        first, last = asked_day(self.since), asked_day(self.until)
        return Wanted(
            self.stream,
            self._names(),
            party_on(found.stream.state, Side(self.side)) if self.side in list(Side) else None,
            None if first is None else _midnight(first),
            None if last is None else _midnight(last) + timedelta(days=1),
        )

    def _names(self) -> frozenset[str] | None:
        if self.name:
            return frozenset({self.name})
        return frozenset(AREAS.get(self.area, ())) if self.area else None


@dataclass(frozen=True)
class Entry:
    """A fact in the timeline."""

    row: AuditRow
    who: str
    saying: Saying

    @property
    def own(self) -> str | None:
        """The side to whose own file it belongs; None for what both share."""
        return None if self.row.audience == SHARED else self.row.audience

    @cached_property
    def data(self) -> str:
        """The whole fact as data."""
        document = audit_answer(self.row).model_dump(mode="json")
        return json.dumps(document, indent=2, ensure_ascii=False)

    @property
    def to(self) -> str | None:
        """The page of what it is about, if that has one of its own."""
        kind = self.row.stream.rpartition("/")[2].partition("-")[0]
        return address(self.row.stream) if kind in PAGED else None

    @property
    def where(self) -> str:
        """Its stream and version, as an address names them."""
        return urlencode({"stream": self.row.stream, "version": self.row.version})


AREAS: Final[dict[str, tuple[str, ...]]] = {
    area: tuple(
        kind.fact.__name__ for kind in CATALOGUE.types if kind.name.partition(".")[0] == area
    )
    for area in dict.fromkeys(kind.name.partition(".")[0] for kind in CATALOGUE.types)
    if area not in OF_PARTIES
}
"""The facts that a relationship's record can hold, by area."""


@router.get("")
def audit_page(
    visit: AVisit,
    relationship: RelationshipPath,
    area: Word = "",
    name: Word = "",
    side: Word = "",
    since: Day = "",
    until: Day = "",
    stream: OfStream = None,
    after: Cursor = None,
) -> Response:
    """Show what was recorded, the latest first, and how far it is signed and witnessed."""
    found = place(visit, relationship, "audit-trail")
    filters = Filters(area, name, side, since, until, stream)
    house, people = visit.house, People(visit, found)
    rows = house.looking_back.trail(
        found.seat, relationship, filters.wanted(found), read_cursor(after), MOST + 1
    )
    published = house.publishing.of(relationship)
    contracts = ViewQuery(relationship=relationship, limit=MOST_CONTRACTS)
    register = house.projections.contract_register
    return page(
        visit,
        "audit.html",
        relationship=found,
        filters=filters,
        areas=AREAS,
        deed=deed,
        sides=[(side, found.called(side)) for side in Side],
        published=published,
        witness=lambda named: people.party(named.rpartition("/")[2]),
        unsigned=house.publishing.unsigned(rows, published.size if published else 0),
        contracts=house.reading.page(register, found.seat, contracts),
        now=visit.asked.at,
        live=None if after else found.live,
        **listed(house.projections.audit_trail, rows, MOST, lambda row: _entry(row, people)),
    )


@router.get("/then")
def standing_then_page(
    visit: AVisit,
    relationship: RelationshipPath,
    stream: Annotated[str, Query(max_length=LONGEST_STREAM, pattern=STREAM)],
    version: Annotated[int, Query(ge=1, le=LARGEST)],
) -> Response:
    """Show something as it stood right after one of its facts."""
    if relationship_of(stream) != relationship:
        raise NotFound("such fact")
    house = visit.house
    stood = house.looking_back.stood(visit.asked, stream, version)
    seat = house.desk.seat(visit.principal, Action.READ, relationship, visit.asked.at)
    found = seated(visit, relationship, seat)
    people = People(visit, found)
    facts = [
        (fact, said(fact.fact, people).by(people.person(fact.by, fact.party)))
        for fact in reversed(stood.facts)
    ]
    return page(
        visit,
        "audit_then.html",
        relationship=found,
        stood=stood,
        then=stood_shown(stood),
        facts=facts,
        own=private_side(stream),
        to=address(stream),
    )


@router.get("/at")
def standing_at_page(
    visit: AVisit,
    relationship: RelationshipPath,
    at: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Show every negotiation and contract as it stood at an instant."""
    found = place(visit, relationship, "audit-trail")
    asked, house = asked_instant(at), visit.house
    stood = (
        []
        if asked.wrong
        else house.looking_back.stood_at(found.seat, relationship, _at(visit, asked))
    )
    return page(
        visit,
        "audit_at.html",
        422 if asked.wrong else 200,
        relationship=found,
        asked=asked,
        at=_at(visit, asked),
        stood=[(one, stood_shown(one)) for one in stood],
    )


def _entry(row: AuditRow, people: People) -> Entry:
    saying = said(read(row.name, row.fact), people)
    return Entry(row, people.person(row.by, row.party), saying)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _at(visit: Visit, asked: Asked) -> datetime:
    return asked.value or visit.asked.at
