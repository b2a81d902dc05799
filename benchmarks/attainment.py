"""Attainment: a year of minutes against a bare pass over the same figures; closing a period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
from psycopg_pool import ConnectionPool

from application.access import Principal
from application.agreed import AgreedTerms
from application.closing import Closing
from application.desk import Desk, Request
from application.figures import Figures
from application.ledger import Act, Ledger, Step
from application.measuring import Handed, Measuring
from benchmarks.peers.slo_generator_peer import report_on
from benchmarks.peers.there import missing_python
from benchmarks.table import Aim, Case, Sizes, Table, interleaved
from domain.attainment.attainment import Attainment, Observed, attainment
from domain.attainment.excused import Excuse
from domain.attainment.records import Checks
from domain.attainment.spans import micros
from domain.contract.contract import CONTRACT, ConcludeContract
from domain.terms.agreement import SCHEMA, AgreementTerms
from domain.values.ids import NegotiationId, OfferId, PartyId
from domain.values.periods import Period
from domain.values.sides import Side
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.measurements import PostgresMeasurements
from interfaces.postgres.migrate import migrate
from interfaces.postgres.persistence import ledger_env

MOST_ROUNDS: Final = 15
MINUTE: Final = 60_000_000
DAY: Final = 24 * 60 * MINUTE
MONTHS: Final = 24
FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
YEAR: Final = Period(FIRST, datetime(2027, 1, 1, tzinfo=UTC))
CONTRACTS: Final = "relationship-1/contract-{}"
OBJECTIVE: Final = "availability"
BARE: Final = "bare numpy, one window in UTC, exclusions marked"
ONE_BY_ONE: Final = "bare numpy, one window in UTC, exclusions one by one"
OURS: Final = "attainment, both windows, with its working"
PEER: Final = "slo-generator, the whole year as one ratio"
OPENS, CLOSES, WEEKEND = 8 * 60 * MINUTE, 18 * 60 * MINUTE, 5


def measure(server: EmbeddedPostgres, _: Path, sizes: Sizes) -> Iterator[Table]:
    """Yield one table for the arithmetic, and one for closing periods out of the store."""
    few = replace(sizes, rounds=min(sizes.rounds, MOST_ROUNDS), calls=1)
    yield _arithmetic(few)
    with ExitStack() as stack:
        yield _closing(server, stack, few)


def _arithmetic(sizes: Sizes) -> Table:
    terms, year = _terms("PT1M"), checks(YEAR, MINUTE)
    objective = terms.objectives[0]
    weeks = range(0, 365, 7)
    excuses = tuple(
        Excuse("maintenance", start, start + 3 * 60 * MINUTE, start - 10 * DAY, granted=True)
        for start in (micros(FIRST) + week * DAY + 9 * 60 * MINUTE for week in weeks)
    )

    def worked_out() -> Attainment:
        return attainment(terms, objective, YEAR, Observed(year, excuses))

    def bare() -> tuple[int, int]:
        """Do the least there is to do: business hours in UTC, less the exclusions."""
        day, within = year.at // DAY, year.at % DAY
        open_ = ((day + 3) % 7 < WEEKEND) & (within >= OPENS) & (within < CLOSES)
        for excuse in excuses:
            open_ &= ~((year.at >= excuse.starts) & (year.at < excuse.ends))
        return int((open_ & (year.failed > 0)).sum()), int(open_.sum())

    def grid() -> tuple[int, int]:
        """Do the same with the exclusions marked on the grid of minutes, as one writes it best."""
        day, within = year.at // DAY, year.at % DAY
        open_ = ((day + 3) % 7 < WEEKEND) & (within >= OPENS) & (within < CLOSES)
        edges = np.zeros(len(year.at) + 1, dtype=np.int8)
        edges[[(one.starts - int(year.at[0])) // MINUTE for one in excuses]] += 1
        edges[[(one.ends - int(year.at[0])) // MINUTE for one in excuses]] -= 1
        open_ &= np.cumsum(edges[:-1], dtype=np.int8) == 0
        return int((open_ & (year.failed > 0)).sum()), int(open_.sum())

    cases: dict[str, Case] = {BARE: grid, ONE_BY_ONE: bare, OURS: worked_out}
    notes = []
    if absent := missing_python("slo_generator"):
        notes.append(f"{PEER}: not measured: {absent}")
    else:
        seconds = (int(YEAR.starts.timestamp()), int(YEAR.ends.timestamp()))
        cases[PEER] = report_on(year, 0.995, *seconds)
    aims = [
        Aim("a year of minutes to attainment, against bare numpy", OURS, BARE, at_most=3),
        Aim("the same, exclusions one by one", OURS, ONE_BY_ONE, at_most=3),
    ]
    title = f"A year of {len(year.at):,} minutes, two windows in Berlin, {len(excuses)} exclusions"
    return interleaved(title, cases, sizes, *notes, aims=aims)


def _closing(server: EmbeddedPostgres, stack: ExitStack, sizes: Sizes) -> Table:
    dsn = server.ensure_database(f"attainment_{uuid4().hex}")
    migrate(dsn)
    ledger = stack.enter_context(Ledger(ledger_env(dsn)))
    pool = stack.enter_context(ConnectionPool(dsn, min_size=1, max_size=4, open=True))
    store = PostgresMeasurements(pool)
    agreed = AgreedTerms(ledger)
    closing = Closing(ledger, agreed, Figures(ledger, store))
    measuring = Measuring(Desk(ledger, uuid4), agreed, store, closing)
    cases: dict[str, Callable[[], object]] = {}
    for name, step, months in (
        ("a month of minutes, the second of its contract", "PT1M", 2),
        (f"a month of minutes, after {MONTHS - 1} others", "PT1M", MONTHS),
        ("a month of half minutes, the second of its contract", "PT30S", 2),
    ):
        contract = CONTRACTS.format(len(cases) + 1)
        terms = _terms(step)
        ledger.perform(act(), Step(CONTRACT, contract, concluding(terms)))
        periods = [month(number) for number in range(months)]
        length = terms.objectives[0].measured.slice.elapsed  # type: ignore[union-attr]
        for number, period in enumerate(periods):
            made = checks(period, length)
            handed = Handed("probe", str(number), period.starts, period.ends, made)
            asked = Request(Principal("bench"), period.ends, str(uuid4()))
            measuring.receive_for(asked, contract, OBJECTIVE, handed, Side.PROVIDER)
        now = periods[-1].ends
        closing.close(contract, OBJECTIVE, now)
        cases[name] = _again(closing, contract, periods[-1], now)
    return interleaved("Read a closed month from the store and work it out again", cases, sizes)


def _again(closing: Closing, contract: str, period: Period, now: datetime) -> Callable[[], object]:
    def again() -> int:
        recorded = closing.again(contract, OBJECTIVE, period, now, "measured")
        if recorded:
            raise RuntimeError("the same figures came to something else")
        return recorded

    return again


def month(number: int) -> Period:
    """Return a month (UTC), counted from the first one."""
    year, month = divmod(number, 12)
    starts = FIRST.replace(year=FIRST.year + year, month=month + 1)
    return Period(starts, (starts + timedelta(days=32)).replace(day=1))


def checks(period: Period, step: int) -> Checks:
    """Return a check every so often (µs), of which one in about a thousand minutes failed."""
    at = np.arange(micros(period.starts), micros(period.ends), step, dtype=np.int64)
    failed = (at // MINUTE % 997 == 0).astype(np.int64)
    return Checks(at, np.ones_like(at), failed)


def act() -> Act:
    """Return an act of nobody's, before anything is measured."""
    return Act("bench", None, FIRST - timedelta(days=30), str(uuid4()))


def concluding(terms: AgreementTerms) -> ConcludeContract:
    """Return the command that has terms in force."""
    parties = PartyId("party-1"), PartyId("party-2")
    return ConcludeContract(
        *parties, NegotiationId("negotiation-1"), OfferId("offer-1"), terms, terms.digest
    )


def _terms(step: str) -> AgreementTerms:
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "title": "Order management",
        "provider": "Northwind Hosting",
        "client": "Alpine Retail",
        "service": "Order management, production",
        "term": {"starts": "2026-01-01"},
        "currency": "EUR",
        "calendars": [
            {
                "id": "business-hours",
                "zone": "Europe/Berlin",
                "open": ["Mon-Fri 08:00-18:00"],
            }
        ],
        "exclusions": [
            {
                "id": "maintenance",
                "reason": "maintenance",
                "kind": "planned maintenance",
                "notice": "P5D",
            }
        ],
        "objectives": [
            {
                "id": OBJECTIVE,
                "indicator": "availability",
                "measured": {"by": "time slices", "slice": step, "missing": "counts as down"},
                "period": "calendar month",
                "targets": [
                    {"window": "business-hours", "at_least": "99.5"},
                    {"window": "otherwise", "at_least": "97"},
                ],
            }
        ],
    }
    return AgreementTerms.model_validate(document)
