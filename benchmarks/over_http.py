"""Over HTTP, 32 connections, 2 web processes: the service beside the same server, no ledger.

A counter-offer is durable, authorised and validated like any other; each connection goes through
negotiations of its own, and the sides take turns. The floor is ``benchmarks.floor``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, islice
from math import ceil
from pathlib import Path
from statistics import median
from typing import Final

from application.desk import Request
from application.negotiating import OfferDraft
from application.recorded import Recorded
from benchmarks.floor import COUNTERED, TERMS
from benchmarks.peers.there import NotHere, missing_program
from benchmarks.serving import SERVICE, settings_of, token_for, web_processes
from benchmarks.table import BRACKETS, Aim, Sizes, Table, compared, in_turn
from benchmarks.worlds import CHUNK, SUBJECT, World, open_world
from benchmarks.wrk import CONNECTIONS, Load, load
from domain.negotiation.facts import Firmness, NegotiationOpened, NewAgreement, Offer, ProposalMade
from domain.negotiation.negotiation import NEGOTIATION
from domain.values.ids import OfferId
from domain.values.sides import Side
from interfaces.http.schemas.contracts import terms_answer
from interfaces.http.schemas.negotiations import negotiation_answer
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.web.navigation import address

MOST_ROUNDS: Final = 9
PROCESSES: Final = 2
MOVES: Final = 4
"""How many counter-offers a negotiation sees before its connection goes on to the next."""

CONTRACTS: Final = CONNECTIONS
FIRST_GUESS: Final = 1_000
"""Counter-offers a second, to have enough negotiations for the first turn."""
SPARE: Final = 8
"""Times as many negotiations as needed: some connections get through more than others."""

SERVED: Final = "the service"
FLOOR: Final = "the same answer, no ledger"
READING: Final = "the same answer, what was sent read and checked"
OTHER_SUBJECT: Final = "provider-negotiator"


@dataclass
class Plans:
    """What the loads ask for, in files, of one installation."""

    world: World
    home: Path
    rate: float = FIRST_GUESS
    number: count[int] = field(default_factory=count)

    def reading(self) -> Path:
        """Return the plan of reading the current terms of some contracts."""
        streams = [self.world.contract(2) for _ in range(CONTRACTS)]
        self.world.house.follower.catch_up()
        plan = self.home / "terms.plan"
        paths = (f"/v1{address(stream)}/terms" for stream in streams)
        plan.write_text("\n".join([token_for(self.home, SUBJECT), *paths]))
        (self.home / TERMS).write_text(self._terms(streams[0]))
        return plan

    def countering(self, seconds: float) -> Path:
        """Make up negotiations for one turn, with the provider's proposal on each table."""
        number = int(self.rate * ceil(seconds) * SPARE / MOVES) + 2 * CONNECTIONS
        world, now = self.world, self.world.house.clock.now()
        lines, facts = [], []
        for _ in range(number):
            offer = Offer(
                OfferId(world.house.desk.new("offer")),
                *(Side.PROVIDER, world.terms[0], world.terms[0].digest, Firmness.INDICATIVE),
                now + timedelta(days=10),
            )
            stream = world.house.desk.new("negotiation", world.relationship)
            opened = NegotiationOpened(NewAgreement(), Side.CLIENT, "Compute", 14)
            for version, fact in enumerate((opened, ProposalMade(offer)), 1):
                facts.append(Recorded(stream, version, now, "service:bench", None, "bench", fact))
            lines.append(f"/v1{address(stream)}/offers {offer.id}")
        events = iter(facts)
        while chunk := tuple(islice(events, CHUNK)):
            world.house.ledger.save(*chunk)
        plan = self.home / "counter.plan"
        plan.write_text("\n".join([*self._sides(), *lines]))
        return plan

    def prepare_countered(self) -> None:
        """Keep what the service answers to a counter-offer, for the floor to answer the same."""
        plan = self.countering(0)
        path, offer = plan.read_text().splitlines()[-1].split()
        stream = path.removeprefix("/v1/relationships/").removesuffix("/offers")
        stream = stream.replace("/negotiations/", "/")
        house, terms = self.world.house, self.world.terms[1]
        now = house.clock.now()
        asked = Request(house.directory.resolve(ISSUER, SUBJECT), now, "prepared")
        draft = OfferDraft(terms, Firmness.INDICATIVE, now + timedelta(days=10))
        house.negotiating.offer(asked, stream, draft, OfferId(offer))
        found = house.ledger.load(NEGOTIATION, stream)
        (self.home / COUNTERED).write_text(negotiation_answer(found).model_dump_json())

    def _sides(self) -> Iterator[str]:
        for subject in (SUBJECT, OTHER_SUBJECT):
            yield token_for(self.home, subject)
        until = (self.world.house.clock.now() + timedelta(days=9)).isoformat()
        for terms in reversed(self.world.terms):
            rest = {"terms": terms.document(), "firmness": "indicative", "valid_until": until}
            yield json.dumps(rest)[1:]

    def _terms(self, stream: str) -> str:
        house = self.world.house
        now = house.clock.now()
        return terms_answer(house.promises.as_of(stream, now, now)).model_dump_json()


def measure(server: EmbeddedPostgres, home: Path, sizes: Sizes) -> Iterator[Table]:
    """Start both, and yield a table of requests a second and one of the slowest, for each load."""
    if absent := missing_program("wrk"):
        raise NotHere(absent)
    with ExitStack() as stack:
        world = stack.enter_context(open_world(server, "over_http"))
        plans = Plans(world, home)
        terms = plans.reading()
        plans.prepare_countered()
        settings = settings_of(world.conninfo, home)
        service = stack.enter_context(web_processes(settings, SERVICE, PROCESSES))
        floor_program = ("benchmarks.floor",)
        floor = stack.enter_context(web_processes({}, floor_program, PROCESSES, str(home)))
        told = (floor_program, PROCESSES, str(home), "reading")
        checking = stack.enter_context(web_processes({}, *told))

        def countering(port: int) -> Callable[[], Load]:
            def turn() -> Load:
                remembers = port == service
                plan = plans.countering(sizes.seconds if remembers else 0)
                told = (plan, CONNECTIONS, MOVES, next(plans.number), "" if remembers else "again")
                found = load(home, "counter", port, sizes.seconds, *told)
                if remembers:
                    plans.rate = found.slot.operations / found.slot.seconds
                return found

            return turn

        def reading(port: int) -> Callable[[], Load]:
            return lambda: load(home, "read", port, sizes.seconds, terms, CONNECTIONS)

        ports = {FLOOR: floor, READING: checking, SERVED: service}
        counter = "counter-offer over HTTP, against the same answer without a ledger"
        speed = Aim(counter, SERVED, FLOOR, at_least=0.4)
        yield from _tables("A counter-offer", countering, ports, sizes, speed)
        del ports[READING]  # there is nothing to read in what asks to read
        world.house.follower.catch_up()  # no worker ran beside, and a view that lags is not at hand
        read = "current terms over HTTP, against the same answer without a ledger"
        speed = Aim(read, SERVED, FLOOR, at_least=0.6)
        yield from _tables("Current terms", reading, ports, sizes, speed)


def _tables(
    title: str,
    turns: Callable[[int], Callable[[], Load]],
    ports: Mapping[str, int],
    sizes: Sizes,
    speed: Aim,
) -> Iterator[Table]:
    rounds = min(sizes.rounds, MOST_ROUNDS)
    named = {name: turns(port) for name, port in ports.items()}
    for turn in named.values():
        turn()  # a first time is not what is measured
    loads = in_turn(named, rounds)
    own = median(one.own for each in loads.values() for one in each)
    notes = (
        *(percentiles(name, each) for name, each in loads.items()),
        f"{CONNECTIONS} connections, {PROCESSES} web processes; asking cost {own:.0f} us a request",
        f"medians of {rounds} interleaved rounds of {max(sizes.seconds, 1):g} s; {BRACKETS}",
    )
    speeds = {name: [one.slot.microseconds for one in each] for name, each in loads.items()}
    yield compared(f"{title}, requests a second", speeds, notes, [speed], rate=True)
    late = {name: [one.slot.p99 for one in each] for name, each in loads.items()}
    slowest = Aim(f"{speed.what}: 99 of 100 within", SERVED, FLOOR, at_most=4)
    yield compared(f"{title}, 99 of 100 within", late, (), [slowest])


def percentiles(name: str, loads: list[Load]) -> str:
    """Say how long half of a case's requests took, and all but the slowest hundredth."""
    half, late = (median(getattr(one.slot, what) for one in loads) for what in ("p50", "p99"))
    return f"{name}: half within {half / 1000:.1f} ms, 99 of 100 within {late / 1000:.1f} ms"
