"""What a contract-year takes: ``python -m benchmarks.storage``.

A few contracts are negotiated over some offers and measured for a year: with a batch of one-minute
checks a day, or with a batch of checks every five minutes a month. Each month is worked out and
closed. Before and after, the tables are weighed with their indexes, and views rebuilt.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import uuid4

import psycopg

from application.access import Principal
from application.desk import Request
from application.ledger import Act, Step
from application.measuring import Handed
from application.recorded import Recorded
from benchmarks.attainment import OBJECTIVE, _terms, checks, concluding, month
from benchmarks.worlds import database_server
from domain.contract.contract import CONTRACT
from domain.negotiation.commands import Comment, MakeProposal, OpenNegotiation, WithdrawOffer
from domain.negotiation.facts import Firmness, NewAgreement, Offer
from domain.negotiation.negotiation import NEGOTIATION
from domain.relationships.facts import RelationshipInvited
from domain.terms.agreement import AgreementTerms
from domain.values.ids import OfferId, PartyId, within
from domain.values.periods import Period
from domain.values.sides import Side
from interfaces.clock import SystemClock
from interfaces.composition import House, open_house
from interfaces.postgres.migrate import migrate

MINUTE: Final = 60_000_000
MONTHS: Final = 12
OFFERS: Final = 10
CONTRACTS: Final = 4
TABLES: Final = {
    "ledger_events": "facts",
    "ledger_keys": "keys of commands",
    "history_leaves": "leaves of the history",
    "view_rows": "views",
    "measurement_batches": "batches of figures",
    "measurement_figures_%": "figures themselves",
}


@dataclass(frozen=True, slots=True)
class Weight:
    """How many rows and bytes, indexes included."""

    rows: int
    size: int


def main() -> None:
    """Live through the years and print what one took."""
    with database_server() as server:
        dsn = server.ensure_database(f"storage_{uuid4().hex}")
        migrate(dsn)
        with open_house(dsn, SystemClock()) as house:
            relationships = [f"relationship-{number:026d}" for number in range(CONTRACTS)]
            house.ledger.save(*(_invited(relationship) for relationship in relationships))
            house.follower.catch_up()
            known = weights(dsn)
            for title, step in STEPS.items():
                for relationship in relationships:
                    step(house, relationship)
                house.follower.catch_up()
                before, known = known, weights(dsn)
                print(f"{title}, one of {CONTRACTS} alike:")
                print("\n".join(lines(before, known)), flush=True)
            print("\n".join(rebuilt(house)))


def negotiate(house: House, relationship: str) -> None:
    """Talk over some offers of a whole agreement each."""
    stream = within(relationship, "negotiation-00000000000000000000000001")
    terms, now = _terms("PT1M"), month(0).starts - timedelta(days=60)
    record(house, now, Step(NEGOTIATION, stream, _opening()))
    for number in range(OFFERS):
        offer = _offer(number, terms, now)
        record(house, now, Step(NEGOTIATION, stream, MakeProposal(offer, now)))
        said = Comment(f"comment-{number}", Side.CLIENT, "we will have a look at it by Friday")
        record(house, now, Step(NEGOTIATION, stream, said))
        if number < OFFERS - 1:
            taken_back = WithdrawOffer(offer.id, Side.PROVIDER, "we thought again")
            record(house, now, Step(NEGOTIATION, stream, taken_back))


def a_batch_a_day(house: House, relationship: str) -> None:
    """Live a year of one-minute checks, handed in day by day."""
    contract = within(relationship, "contract-00000000000000000000000001")
    _live(house, contract, "PT1M", MINUTE, [list(days(month(n))) for n in range(MONTHS)])


def a_batch_a_month(house: House, relationship: str) -> None:
    """Live a year of checks every five minutes, handed in month by month."""
    contract = within(relationship, "contract-00000000000000000000000002")
    _live(house, contract, "PT5M", 5 * MINUTE, [[month(n)] for n in range(MONTHS)])


STEPS: Final = {
    f"a negotiation of {OFFERS} offers": negotiate,
    "a contract-year of one-minute checks, a batch a day": a_batch_a_day,
    "a contract-year of five-minute checks, a batch a month": a_batch_a_month,
}


def _live(house: House, contract: str, step: str, apart: int, batches: list[list[Period]]) -> None:
    starts = month(0).starts - timedelta(days=30)
    record(house, starts, Step(CONTRACT, contract, concluding(_terms(step))))
    for number, spans in enumerate(batches):
        for span in spans:
            made = checks(span, apart)
            handed = Handed("probe", f"{span.starts:%F}", span.starts, span.ends, made)
            asked = Request(Principal("bench"), span.ends, str(uuid4()))
            house.measuring.receive_for(asked, contract, OBJECTIVE, handed, Side.PROVIDER)
        house.follower.catch_up()
        house.closing.close(contract, OBJECTIVE, month(number).ends + timedelta(hours=1))


def record(house: House, now: datetime, step: Step) -> None:
    """Record what follows from a command."""
    house.ledger.perform(Act("bench", None, now, str(uuid4())), step)


def days(period: Period) -> Iterator[Period]:
    """Return the days of a month."""
    starts = period.starts
    while starts < period.ends:
        yield Period(starts, starts + timedelta(days=1))
        starts += timedelta(days=1)


def weights(dsn: str) -> dict[str, Weight]:
    """Weigh the tables, swept before."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM FULL ANALYZE")
        found = connection.execute(
            "SELECT relname, reltuples::bigint, pg_total_relation_size(oid) FROM pg_class"
            " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    return {
        what: Weight(
            sum(max(rows, 0) for name, rows, _ in found if _is(name, table)),
            sum(size for name, _, size in found if _is(name, table)),
        )
        for table, what in TABLES.items()
    }


def lines(before: dict[str, Weight], after: dict[str, Weight]) -> Iterator[str]:
    """Say what came to be between two weighings."""
    for what, weight in after.items():
        rows = (weight.rows - before[what].rows) // CONTRACTS
        size = (weight.size - before[what].size) // CONTRACTS
        each = f"{size / rows:>9,.0f} each" if rows else ""
        yield f"  {what:<24} {rows:>9,} rows {size:>12,} bytes {each}"


def rebuilt(house: House) -> Iterator[str]:
    """Say how long each view takes to be folded anew."""
    for projection in house.projections.all():
        began = monotonic()
        applied = house.follower.rebuild([projection], lambda _position, _head: None)
        took = monotonic() - began
        yield f"  rebuild {projection.name:<20} {applied:>6} events {applied / took:>9,.0f}/s"


def _is(name: str, table: str) -> bool:
    return name.startswith(table[:-1]) if table.endswith("%") else name == table


def _invited(relationship: str) -> Recorded:
    """Return the fact that says who the sides are: each has its lists of what waits for it."""
    parties = PartyId("party-1"), PartyId("party-2")
    fact = RelationshipInvited(*parties, Side.PROVIDER, "Order management", (), None)
    return Recorded(relationship, 1, month(0).starts, "bench", None, "made-up", fact)


def _opening() -> OpenNegotiation:
    return OpenNegotiation(NewAgreement(), Side.PROVIDER, "Order management")


def _offer(number: int, terms: AgreementTerms, now: datetime) -> Offer:
    until = now + timedelta(days=30)
    name = OfferId(f"offer-{number:026d}")
    return Offer(name, Side.PROVIDER, terms, terms.digest, Firmness.FIRM, until)


if __name__ == "__main__":
    main()
