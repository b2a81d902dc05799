"""What a call touches in the database: rows read and pages looked at.

Whatever else the machine does, these are the same, so they say at once whether a cost grows. They
are PostgreSQL's own counts, which a connection reports when it ends: each count is taken from an
application that is opened for it and closed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Final

import psycopg
from fastapi import Request as HttpRequest

from application.desk import Request
from application.directory import identity_stream
from benchmarks.worlds import SUBJECT
from interfaces.composition import House, open_house
from interfaces.identity.development_issuer import ISSUER
from interfaces.web.navigation import address
from interfaces.web.pages.contracts import contract_page
from interfaces.web.pages.due import due_page
from interfaces.web.pages.inbox import inbox_page
from interfaces.web.visits import Visit

ENDED: Final = 5.0
"""For how many seconds connections may take to end."""

_ROWS: Final = (
    "SELECT (SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_user_tables)"
    " + (SELECT coalesce(sum(idx_tup_read), 0) FROM pg_stat_user_indexes)"
)
_PAGES: Final = (
    "SELECT coalesce(sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)"
    " + coalesce(toast_blks_hit + toast_blks_read + tidx_blks_hit + tidx_blks_read, 0)), 0)"
    " FROM pg_statio_user_tables"
)
_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


@dataclass(frozen=True, slots=True)
class Touched:
    """What one call touches: rows and entries of indexes that were read, pages looked at."""

    rows: float
    pages: float


Call = Callable[[House], object]


def touched(conninfo: str, call: Call, calls: int = 10) -> Touched:
    """Count what a call touches, the first of a process left out; nobody else may work."""
    first, all_of_them = count_calls(conninfo, call, 1), count_calls(conninfo, call, 1 + calls)
    return Touched(
        (all_of_them.rows - first.rows) / calls, (all_of_them.pages - first.pages) / calls
    )


def count_calls(conninfo: str, call: Call, calls: int) -> Touched:
    """Count what some calls touch altogether, in an application that is opened for them."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        others = _number(connection, _OTHERS)
        before = _so_far(connection)
        with open_house(conninfo) as house:
            for _ in range(calls):
                call(house)
        until = time.monotonic() + ENDED
        while _number(connection, _OTHERS) > others:
            if time.monotonic() > until:
                raise RuntimeError("the connections do not end")
            time.sleep(0.05)
        after = _so_far(connection)
    return Touched(after.rows - before.rows, after.pages - before.pages)


def _so_far(connection: psycopg.Connection[Any]) -> Touched:
    return Touched(_number(connection, _ROWS), _number(connection, _PAGES))


def _number(connection: psycopg.Connection[Any], question: str) -> int:
    (number,) = connection.execute(question.encode()).fetchone() or (0,)
    return int(number)


def asking(house: House, key: str) -> Request:
    """Return a request of the client's negotiator."""
    return Request(house.directory.resolve(ISSUER, SUBJECT), house.clock.now(), key)


def visit(house: House, path: str) -> Visit:
    """Return a visit of the client's negotiator to a page."""
    session = house.sessions.begin(identity_stream(ISSUER, SUBJECT), house.clock.now())
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
    asked = asking(house, "visit")
    return Visit(HttpRequest(scope), house, session, asked.principal, asked)


def read_terms(house: House, contract: str) -> object:
    """Read a contract's current terms, authorisation included."""
    asked = asking(house, "")
    house.reading.admit(asked, contract)
    return house.promises.as_of(contract, asked.at, asked.at)


def comment(house: House, negotiation: str) -> object:
    """Say something in a negotiation."""
    asked = asking(house, house.desk.new("key"))
    return house.negotiating.comment(asked, negotiation, "We can live with that.", None, None)


def open_page(house: House, contract: str) -> object:
    """Open a contract's page in the workspace."""
    return contract_page(visit(house, address(contract)), *contract.split("/"))


def open_inbox(house: House) -> object:
    """Open the inbox of the client's negotiator, whose contracts they all are."""
    return inbox_page(visit(house, "/"))


def open_due_dates(house: House) -> object:
    """Open the due dates of the client's negotiator."""
    return due_page(visit(house, "/due"))


def reminding() -> Call:
    """Return a call that reminds people of what falls due, each time a minute later."""
    minutes = count(1)

    def remind(house: House) -> object:
        now = house.clock.now() + next(minutes) * timedelta(minutes=1)
        return house.telling.reminding.remind_now_and_then(now)

    return remind
