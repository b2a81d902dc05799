"""The workspace's pages beside the same data as JSON, with a thousand contracts in the database.

Pages and JSON come from one web process over one open connection each. *The same data* is what a
program would have to ask the API for to show as much; what that is stands in each table's notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from inspect import unwrap
from itertools import cycle
from pathlib import Path
from typing import Any, Final

import psycopg
from fastapi import Request as HttpRequest
from fastapi import Response
from pydantic_core import to_json

from application.desk import Request
from application.directory import identity_stream
from application.inbox import Part
from benchmarks.estates import MOST_OPEN, MOST_RELATIONSHIPS, Estate, settle_in
from benchmarks.serving import Caller, web_process
from benchmarks.table import Case, Sizes, Table, interleaved
from benchmarks.worlds import SUBJECT, open_world
from interfaces.http.routes import contracts, inbox, negotiations, records, relationships
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.web.agenda.waiting import SHOWN, inbox_of
from interfaces.web.navigation import address
from interfaces.web.pages.contracts import contract_page
from interfaces.web.pages.inbox import inbox_page
from interfaces.web.pages.negotiations import negotiation_page
from interfaces.web.sessions import Session
from interfaces.web.visits import COOKIE, Visit

TENTH: Final = 10
"""A tenth of ``--many`` contracts: a thousand, unless told otherwise."""
LIMIT: Final = 200
JSON: Final = "the same data as JSON"
PAGE: Final = "page"
LESS: Final = "page, few contracts"
LIVENESS: Final = "/health/live"
LIVE: Final = f"floor: {LIVENESS}"
INBOX: Final = "the relationships, and of each part of the inbox as much as the page shows"


@dataclass(frozen=True, eq=False)
class Office:
    """An estate that is served, and its client's negotiator, signed in."""

    estate: Estate
    caller: Caller
    session: Session

    def page(self, path: str) -> bytes:
        """Open a page."""
        return self.caller.page(path, f"{COOKIE}={self.session.secret}")

    def inbox_as_json(self) -> list[bytes]:
        """Ask for what the inbox shows: the relationships, and the beginning of each part."""
        return [
            self.caller.get(f"/v1/relationships?limit={LIMIT}"),
            *(self.caller.get(f"/v1/inbox/{part}?limit={SHOWN}") for part in Part),
        ]

    def visit(self, path: str) -> Visit:
        """Return a visit in this process."""
        house = self.estate.world.house
        principal = house.directory.resolve(ISSUER, SUBJECT)
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": [],
        }
        asked = Request(principal, house.clock.now(), "visit")
        return Visit(HttpRequest(scope), house, self.session, principal, asked)


@dataclass(frozen=True)
class Kind:
    """A page that there is one of for each stream: the paths and the answers that say as much.

    ``one`` is the single answer that says most of it, found ``below`` the stream's own path.
    """

    said: str
    one: str
    below: str
    of: Callable[[Estate], Iterable[str]]
    paths: Callable[[Office, str], list[str]]
    answers: Callable[[Visit, Office, str], Iterator[object]]
    page: Callable[[Visit, str], object]


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up an installation with few contracts and one with many; yield two tables a page."""
    number = max(sizes.many // TENTH, 2)
    partners = min(MOST_RELATIONSHIPS, number)
    with ExitStack() as stack:
        lend = partial(_office, server, home, stack)
        few, many = (
            lend(("pages_few", partners, partners)),
            lend(("pages_many", partners, number)),
        )
        among = f"with {number:,} contracts"
        seen = (
            f"{partners} relationships; {number:,} contracts, few: {partners}; a "
            f"negotiation concluded for each; {len(many.estate.open)} open"
        )
        yield interleaved(
            f"Inbox, over HTTP, {among}",
            {
                JSON: many.inbox_as_json,
                PAGE: lambda: many.page("/"),
                LESS: lambda: few.page("/"),
                LIVE: lambda: many.caller.get(LIVENESS),
            },
            sizes,
            f"JSON: {INBOX}",
            seen,
        )
        told_of = [
            (title, kind, (f"JSON: {kind.said}", "each call is about the next of them"))
            for title, kind in (("Room", ROOM), ("Contract", CONTRACT))
        ]
        for title, kind, told in told_of:
            cases = _over_http(kind, few, many)
            yield interleaved(f"{title}, over HTTP, {among}", cases, sizes, *told)
        # Only now what needs no connection: one that idles too long is closed by the server.
        visits = {office: office.visit("/") for office in (few, many)}
        yield interleaved(
            f"Inbox, in process, {among}",
            {
                JSON: lambda: to_json(list(_inbox_answers(visits[many]))),
                "what it shows, as JSON": lambda: to_json(_inbox(visits[many])),
                PAGE: lambda: inbox_page(visits[many]),
                LESS: lambda: inbox_page(visits[few]),
            },
            sizes,
            f"JSON: {INBOX}",
        )
        for title, kind, told in told_of:
            cases = _in_process(kind, few, many)
            yield interleaved(f"{title}, in process, {among}", cases, sizes, *told)


def _over_http(kind: Kind, few: Office, many: Office) -> dict[str, Case]:
    """Return the cases of a page that there is one of for each stream, each about the next."""
    asked, one, shown, less = (cycle(kind.of(office.estate)) for office in (*[many] * 3, few))
    return {
        JSON: lambda: [many.caller.get(f"/v1{path}") for path in kind.paths(many, next(asked))],
        f"{kind.one} alone": lambda: many.caller.get(f"/v1{address(next(one))}{kind.below}"),
        PAGE: lambda: many.page(address(next(shown))),
        LESS: lambda: few.page(address(next(less))),
        LIVE: lambda: many.caller.get(LIVENESS),
    }


def _in_process(kind: Kind, few: Office, many: Office) -> dict[str, Case]:
    """Return the same cases without HTTP: what the routes of the API and of the pages call."""
    asked, shown, less = (cycle(kind.of(office.estate)) for office in (many, many, few))
    visits = {office: office.visit("/relationships") for office in (few, many)}
    return {
        JSON: lambda: to_json(list(kind.answers(visits[many], many, next(asked)))),
        PAGE: lambda: kind.page(visits[many], next(shown)),
        LESS: lambda: kind.page(visits[few], next(less)),
    }


def _inbox_answers(visit: Visit) -> Iterator[object]:
    house, asked = visit.house, visit.asked
    yield relationships.list_relationships(house, asked, LIMIT)
    for part in Part:
        yield inbox.list_inbox(house, asked, part, SHOWN)


def _room_paths(office: Office, stream: str) -> list[str]:
    room, base = address(stream), address(stream.split("/", maxsplit=1)[0])
    offers = office.estate.open[stream]
    return [
        base,
        room,
        *(f"{room}/offers/{offer}" for offer in offers),
        f"{room}/offers/{offers[-1]}/differences",
        f"{base}/audit-trail?stream={stream}",
    ]


def _room_answers(visit: Visit, office: Office, stream: str) -> Iterator[object]:
    house, asked, relationship = visit.house, visit.asked, stream.split("/", maxsplit=1)[0]
    offers = office.estate.open[stream]
    yield relationships.get_relationship(house, asked, relationship, Response())
    yield unwrap(negotiations.get_negotiation)(house, asked, stream, Response())
    for offer in offers:
        yield negotiations.get_offer(house, asked, stream, offer)
    yield negotiations.compare_offers(house, asked, stream, offers[-1])
    yield records.read_audit_trail(house, asked, relationship, stream)


def _contract_paths(_: Office, stream: str) -> list[str]:
    contract, base = address(stream), address(stream.split("/", maxsplit=1)[0])
    return [base, contract, f"{contract}/terms", f"{base}/due-dates"]


def _contract_answers(visit: Visit, _: Office, stream: str) -> Iterator[object]:
    house, asked, relationship = visit.house, visit.asked, stream.split("/", maxsplit=1)[0]
    yield relationships.get_relationship(house, asked, relationship, Response())
    yield unwrap(contracts.get_contract)(house, asked, stream, Response())
    yield unwrap(contracts.get_terms)(house, asked, stream)
    yield records.list_due_dates(house, asked, relationship)


def _contract_page(visit: Visit, stream: str) -> object:
    relationship, contract = stream.split("/")
    return contract_page(visit, relationship, contract)


ROOM: Final = Kind(
    "relationship, negotiation, both offers, their differences, its audit trail",
    "negotiation",
    "",
    lambda estate: estate.open,
    _room_paths,
    _room_answers,
    negotiation_page,
)
CONTRACT: Final = Kind(
    "relationship, contract, terms, the relationship's due dates",
    "terms",
    "/terms",
    lambda estate: estate.contracts,
    _contract_paths,
    _contract_answers,
    _contract_page,
)


def _inbox(visit: Visit) -> dict[str, Any]:
    """Return what an inbox shows, without what it holds to find that."""
    found = inbox_of(visit)
    return {
        part: [(one.title, one.said, one.to, one.due) for one in shown.items]
        for part, shown in found.parts.items()
    }


def _office(
    server: EmbeddedPostgres, home: Path, stack: ExitStack, place: tuple[str, int, int]
) -> Office:
    name, partners, number = place
    world = stack.enter_context(open_world(server, name))
    estate = settle_in(world, partners, number, min(MOST_OPEN, partners))
    house = world.house
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE view_rows")
    session = house.sessions.begin(identity_stream(ISSUER, SUBJECT), house.clock.now())
    caller = stack.enter_context(web_process(world.conninfo, home, SUBJECT))
    return Office(estate, caller, session)
