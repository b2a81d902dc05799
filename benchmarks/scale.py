"""What a read, a command and a page cost where there is much: in the contract, and around it.

Three installations on one server: a short history among few contracts, a long history among few, a
short one among many. The same is asked of each, over HTTP from a web process each, and in this
process from what that web process calls. Rows of views are made by the real projections.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

import psycopg

from application.desk import Request
from application.directory import identity_stream
from application.ledger import Act, Step
from benchmarks.rebuild import rebuild_at_once
from benchmarks.serving import Caller, web_process
from benchmarks.table import Aim, Case, Sizes, Table, interleaved
from benchmarks.touched import comment, open_inbox, open_page, read_terms, touched
from benchmarks.worlds import SUBJECT, World, open_world
from domain.contract.contract import CONTRACT, AmendContract
from domain.values.ids import NegotiationId, OfferId
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.web.navigation import address
from interfaces.web.sessions import Session
from interfaces.web.visits import COOKIE

BARE: Final = "SELECT row::text FROM view_rows WHERE view = %s AND key = %s"
TEXT: Final = "We can live with that, if the credit stays."
EVERYTHING: Final = 10**9
"""A version beyond every history."""
AT_MOST: Final = 1.3


@dataclass(frozen=True)
class Asked:
    """The contract and the negotiation that are asked about, where, and by whom."""

    name: str
    world: World
    contract: str
    negotiation: str
    caller: Caller
    session: Session
    keys: count[int]

    def terms_over_http(self) -> object:
        """Read the current terms as anybody does."""
        return self.caller.get(f"/v1{address(self.contract)}/terms")

    def terms(self) -> object:
        """Read the current terms as the web process does, without HTTP around it."""
        house, asked = self.world.house, self.asking("")
        house.reading.admit(asked, self.contract)
        return house.promises.as_of(self.contract, asked.at, asked.at)

    def comment_over_http(self) -> object:
        """Say something in the negotiation, which has had as many facts as the contract."""
        path = f"/v1{address(self.negotiation)}/comments"
        return self.caller.post(path, {"text": TEXT}, f"over-http-{next(self.keys)}")

    def amend(self) -> object:
        """Record one more version of the contract, as what follows an agreement does."""
        house, number = self.world.house, next(self.keys)
        terms = self.world.terms[number % 2]
        amending = AmendContract(
            NegotiationId("negotiation-made-up"),
            OfferId(f"offer-{number}"),
            terms,
            terms.digest,
            house.clock.now() + timedelta(hours=1),
        )
        act = Act("service:benchmark", None, house.clock.now(), f"amend-{number}")
        return house.ledger.perform(act, Step(CONTRACT, self.contract, amending))

    def load_anew(self) -> object:
        """Fold the contract's whole history, as a process does that knows nothing of it yet."""
        return self.world.house.ledger.load_at(CONTRACT, self.contract, EVERYTHING)

    def page_over_http(self) -> object:
        """Open the contract's page in the workspace."""
        return self.caller.page(address(self.contract), f"{COOKIE}={self.session.secret}")

    def asking(self, key: str) -> Request:
        """Return a request of the client's negotiator."""
        house = self.world.house
        return Request(house.directory.resolve(ISSUER, SUBJECT), house.clock.now(), key)


@dataclass(frozen=True)
class Asking:
    """What is asked of each installation, and what is the least that it could cost."""

    title: str
    of: Callable[[Asked], object]
    floors: dict[str, Case]

    def table(self, found: list[Asked], sizes: Sizes, notes: list[str]) -> Table:
        """Ask all of them in turn."""
        cases: dict[str, Case] = {each.name: partial(self.of, each) for each in found}
        first, *others = (each.name for each in found)
        aims = [
            Aim(f"{self.title}: {other}, against {first}", other, first, at_most=AT_MOST)
            for other in others
        ]
        return interleaved(self.title, {**cases, **self.floors}, sizes, *notes, aims=aims)


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Make up the three installations, and yield a table for each thing asked."""
    with ExitStack() as stack:
        found, notes = [], []
        for history, others in (
            (sizes.few, sizes.few),
            (sizes.many, sizes.few),
            (sizes.few, sizes.contracts),
        ):
            asked, told = _asked(server, home, stack, (history, others))
            found.append(asked)
            notes.append(f"{asked.name}: {told}")
        first = found[0]
        row = stack.enter_context(_bare_select(first))
        commit = stack.enter_context(_bare_commit(first))
        live: dict[str, Case] = {"floor: /health/live": lambda: first.caller.get("/health/live")}
        looked_up: dict[str, Case] = {"floor: one row by primary key": row}
        committed: dict[str, Case] = {"floor: one row committed": commit}
        asking = (
            Asking("Current terms, over HTTP", Asked.terms_over_http, {**live, **looked_up}),
            Asking("Current terms, in process, with authorisation", Asked.terms, looked_up),
            Asking("A comment, over HTTP", Asked.comment_over_http, {**live, **committed}),
            Asking("One more version of the contract, in process", Asked.amend, committed),
            Asking("The contract's page, over HTTP", Asked.page_over_http, live),
        )
        for each in asking:
            yield each.table(found, sizes, notes)
            notes = []
        once = replace(sizes, calls=1, rounds=min(sizes.rounds, 10))
        cases = {each.name: each.load_anew for each in found}
        why = "a process pays this once for each stream it keeps, not for each command"
        yield interleaved("The first load of the contract in a process", cases, once, why)


def _asked(
    server: EmbeddedPostgres, home: Path, stack: ExitStack, size: tuple[int, int]
) -> tuple[Asked, str]:
    history, others = size
    name = f"{history:,} events, {others:,} other contracts"
    world = stack.enter_context(open_world(server, f"scale_{history}_among_{others}"))
    began = time.perf_counter()
    contract, negotiation = world.contract(history), world.negotiation(history)
    world.others(others)
    recorded = time.perf_counter()
    rebuild_at_once(world.house, world.conninfo)
    seen = time.perf_counter()
    with psycopg.connect(world.conninfo, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    events, views = world.house.ledger.head(), len(world.house.projections.all())
    told = (
        f"{events:,} events recorded at {events / (recorded - began):,.0f} a second, and brought "
        f"into {views} views at {events / (seen - recorded):,.0f} a second"
    )
    counted = {
        "current terms": touched(world.conninfo, partial(read_terms, contract=contract)),
        "a comment": touched(world.conninfo, partial(comment, negotiation=negotiation)),
        "the contract's page": touched(world.conninfo, partial(open_page, contract=contract)),
        "the inbox": touched(world.conninfo, open_inbox),
    }
    told += "".join(
        f"; {what} reads {found.rows:.0f} rows and looks at {found.pages:.0f} pages"
        for what, found in counted.items()
    )
    session = world.house.sessions.begin(identity_stream(ISSUER, SUBJECT), world.house.clock.now())
    caller = stack.enter_context(web_process(world.conninfo, home, SUBJECT))
    return Asked(name, world, contract, negotiation, caller, session, count()), told


@contextmanager
def _bare_select(first: Asked) -> Iterator[Callable[[], object]]:
    """Lend the least that a read of one view's row can cost: no pool, no checks, no reading."""
    key = f"{first.contract}#000000001"
    with psycopg.connect(first.world.conninfo, autocommit=True) as connection:

        def read() -> object:
            row = connection.execute(BARE, ("contract_versions", key), prepare=True).fetchone()
            if row is None:
                raise RuntimeError(f"{key} is not there")
            return row

        yield read


@contextmanager
def _bare_commit(first: Asked) -> Iterator[Callable[[], object]]:
    """Lend the least that recording anything can cost: one small row, made durable."""
    with psycopg.connect(first.world.conninfo, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (number bigserial PRIMARY KEY, said text NOT NULL)")
        yield lambda: connection.execute("INSERT INTO bare (said) VALUES (%s)", (TEXT,))
