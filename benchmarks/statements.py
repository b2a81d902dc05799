"""Statements: a month of many contracts after another, and one month with more and more samples."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final
from uuid import uuid4

from psycopg_pool import ConnectionPool

from application.agreed import AgreedTerms
from application.closing import Closing, results_of
from application.figures import Figures
from application.ledger import Act, Ledger, Step
from application.measurement_store import Filed
from application.policies import when_result_established_settle
from application.recorded import Recorded
from application.settling import Settling
from benchmarks.attainment import OBJECTIVE, act, checks, concluding, month
from benchmarks.table import Line, Sizes, Table, interleaved
from domain.contract.contract import CONTRACT
from domain.performance.facts import MeasurementsReceived
from domain.performance.figures import digest_of_sheets, sheets_of
from domain.settlement.statement import Settlement
from domain.terms.agreement import AgreementTerms
from domain.terms.measurement import TimeSlices
from domain.values.ids import within
from domain.values.periods import Period
from domain.values.sides import Side
from interfaces.files.terms import check_file
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.measurements import PostgresMeasurements
from interfaces.postgres.migrate import migrate
from interfaces.postgres.persistence import ledger_env

EXAMPLE: Final = Path(__file__).parents[1] / "examples" / "business-hours-availability.yaml"
MONTHS: Final = 12
TENTH: Final = 10
"""A tenth of ``--many`` contracts have a statement every month; a tenth as many are new."""
CHUNK: Final = 500
MOST_ROUNDS: Final = 15
MANY_SLICES: Final = ("PT1M", "PT30S", "PT15S")
FEW_SLICES: Final = "PT15M"
"""Of twelve thousand months, so that figures and statements are made within minutes."""
AT_HAND: Final = "twelfth month, its history at hand"
MEDIANS: Final = (
    "medians over the contracts, each stated once and in turns; half of the statements lay in the "
    "brackets, as ratios to the first case's median; last, the quickest of each"
)


def measure(server: EmbeddedPostgres, _: Path, sizes: Sizes) -> Iterator[Table]:
    """Yield one table for a year of many contracts, and one for the samples of a month."""
    with ExitStack() as stack:
        yield _year(server, stack, max(sizes.many // TENTH, 2))
    with ExitStack() as stack:
        yield _samples(
            Office(server, stack), replace(sizes, rounds=min(sizes.rounds, MOST_ROUNDS), calls=1)
        )


class Office:
    """One installation on a database of its own, that closes months and states what they cost."""

    def __init__(self, server: EmbeddedPostgres, stack: ExitStack) -> None:
        dsn = server.ensure_database(f"statements_{uuid4().hex}")
        migrate(dsn)
        self.ledger = stack.enter_context(Ledger(ledger_env(dsn)))
        pool = stack.enter_context(ConnectionPool(dsn, min_size=1, max_size=4, open=True))
        self.store = PostgresMeasurements(pool)
        agreed = AgreedTerms(self.ledger)
        figures = Figures(self.ledger, self.store)
        self.closing = Closing(self.ledger, agreed, figures)
        self.settling = Settling(self.ledger, agreed, figures, self.closing)
        self.settle = when_result_established_settle.policy(self.settling)

    def sign(self, terms: AgreementTerms) -> str:
        """Have a contract in force; return it."""
        contract = f"relationship-{uuid4().hex}/contract-{uuid4().hex}"
        self.ledger.perform(act(), Step(CONTRACT, contract, concluding(terms)))
        return contract

    def hand_in(self, contract: str, period: Period, step: int) -> Recorded:
        """Keep the figures of a month, and return their fact, to be saved with others."""
        records = checks(period, step)
        data = sheets_of(records, period.starts, period.ends)
        digest = digest_of_sheets("checks", period.starts, period.ends, data)
        name, span = f"{period.starts:%Y-%m}", (period.starts, period.ends)
        place = within(contract, f"objective-{OBJECTIVE}")
        stream = within(place, f"measurements-{period.ends:%Y%m}")
        about = (contract, OBJECTIVE, "probe", name)
        self.store.file(Filed(*about, "checks", digest, *span, stream, tuple(data)), data)
        rows = sum(sheet.rows for sheet in data)
        fact = MeasurementsReceived(Side.PROVIDER, "probe", name, "checks", digest, rows, *span)
        return Recorded(stream, 1, period.ends, "bench", None, "made-up", fact)

    def state(self, contract: str, period: Period) -> float:
        """Close a month and put its statement on record; return how long that took (µs)."""
        began = time.perf_counter_ns()
        if self.closing.close(contract, OBJECTIVE, period.ends) != 1:
            raise RuntimeError(f"{period.starts} of {contract} was not closed")
        closed = time.perf_counter_ns()
        event = self.result(contract)
        again = time.perf_counter_ns()
        steps = self.settle.react(event)
        self.ledger.perform(Act("bench", None, period.ends, str(uuid4())), *steps)
        return (time.perf_counter_ns() - again + closed - began) / 1000

    def recall(self, contract: str) -> None:
        """Have in memory what a worker has that stated a month of the contract lately."""
        self.closing.results(contract, OBJECTIVE)
        self.closing.excuses(contract)
        self.settling.account(contract)
        self.ledger.load(CONTRACT, contract)

    def result(self, contract: str) -> Recorded:
        """Return the latest result: the event that the policy is shown."""
        return self.ledger.history(results_of(contract, OBJECTIVE))[-1]


class Group:
    """Contracts of one age in an installation, and those whose month waits to be stated."""

    def __init__(self, name: str, office: Office, contracts: int) -> None:
        self.name = name
        self.office = office
        self.terms = _terms(FEW_SLICES)
        self.contracts = [office.sign(self.terms) for _ in range(contracts)]
        self.waiting: list[str] = []

    def hand_in(self, number: int) -> None:
        """Keep the figures of a month of each, and save their facts, many at once."""
        step, period = _step(self.terms), month(number)
        facts = (self.office.hand_in(one, period, step) for one in self.contracts)
        while chunk := tuple(islice(facts, CHUNK)):
            self.office.ledger.save(*chunk)
        self.waiting = list(self.contracts)

    def state_next(self, number: int) -> float:
        """State the month of the next that waits; return how long that took (µs)."""
        return self.office.state(self.waiting.pop(0), month(number))

    def state(self, number: int) -> list[float]:
        """Hand in and state a month of each; return how long each took (µs)."""
        self.hand_in(number)
        return [self.state_next(number) for _ in self.contracts]


def _year(server: EmbeddedPostgres, stack: ExitStack, contracts: int) -> Table:
    """State a year of many contracts; the last month in turns with contracts that are new."""
    alone, crowd = Office(server, stack), Office(server, stack)
    old = Group("twelfth month, its history read first", crowd, contracts)
    young = Group("second month, others with a year behind them", crowd, contracts // TENTH or 1)
    new = Group("second month, nothing before", alone, contracts // TENTH or 1)
    began = time.monotonic()
    stating = sum(sum(old.state(number)) for number in range(MONTHS - 1))
    for group in (young, new):
        stating += sum(group.state(0))
    turns = ((old, MONTHS - 1), (young, 1), (new, 1))
    for group, number in turns:
        group.hand_in(number)
    taken: dict[str, list[float]] = {new.name: [], young.name: [], AT_HAND: [], old.name: []}
    for place in range(contracts):
        for group, number in turns:
            if place % (contracts // len(group.contracts)) == 0 and group.waiting:
                at_hand = group is old and place % 2 == 0
                if at_hand:
                    crowd.recall(group.waiting[0])
                microseconds = group.state_next(number)
                taken[AT_HAND if at_hand else group.name].append(microseconds)
    stating += sum(map(sum, taken.values()))
    first = taken[new.name]
    made = contracts * MONTHS + 2 * (len(young.contracts) + len(new.contracts))
    whole = time.monotonic() - began
    how_many = (
        f"{made:,} statements of {_rows(new.terms):,} samples in {stating / 1e6:,.0f} s; "
        f"with making their figures up, {whole:,.0f} s"
    )
    return Table(
        f"A month closed and its statement recorded: {contracts:,} contracts, {MONTHS} months",
        tuple(_line(name, figures, first) for name, figures in taken.items()),
        (how_many, MEDIANS),
    )


def _line(name: str, taken: list[float], first: list[float]) -> Line:
    """Hold a case's median against the first one's; half of its statements lay in between."""
    base = median(first)
    low, _, high = quantiles(taken, n=4) if len(taken) > 1 else taken * 3
    middle, best = median(taken), min(taken) / min(first)
    return Line(name, middle, middle / base, low / base, high / base, best)


def _samples(office: Office, sizes: Sizes) -> Table:
    """Work out and price the same month again, from twice and four times as many samples."""
    cases: dict[str, Callable[[], object]] = {}
    counts = []
    for text in MANY_SLICES:
        terms = _terms(text)
        contract = office.sign(terms)
        for number in (0, 1):
            fact = office.hand_in(contract, month(number), _step(terms))
            office.ledger.save(fact)
            office.state(contract, month(number))
        counts.append(_rows(terms))
        cases[f"a month of {counts[-1]:,} samples"] = _again(office, contract)
    table = interleaved("The same month worked out and priced again", cases, sizes)
    each = ", ".join(
        f"{line.ratio * counts[0] / count:.2f}"
        for line, count in zip(table.lines, counts, strict=True)
    )
    return replace(table, notes=(f"time per sample, as ratios: {each}", *table.notes))


def _again(office: Office, contract: str) -> Callable[[], Settlement]:
    event, period = office.result(contract), month(1)

    def again() -> Settlement:
        if office.closing.again(contract, OBJECTIVE, period, period.ends, "measured"):
            raise RuntimeError("the same figures came to something else")
        return office.settling.settlement(contract, OBJECTIVE, event)

    return again


def _terms(slices: str) -> AgreementTerms:
    """Return business hours with two caps, in slices of a length, closed by whole figures."""
    known = check_file(EXAMPLE).terms
    if known is None:
        raise RuntimeError(f"{EXAMPLE} is no agreement")
    document: dict[str, Any] = known.document()
    document.pop("reporting")
    document["zone"] = "UTC"
    objective = document["objectives"][0]
    objective["measured"]["slice"] = slices
    # Every month misses and costs a little, so that the caps look at all months before.
    objective["targets"][1]["at_least"] = "99.99"
    objective["remedy"]["tiers"][2] |= {"below": "99.99", "credit": "1"}
    return AgreementTerms.model_validate(document)


def _step(terms: AgreementTerms) -> int:
    """Return how far samples are apart (µs)."""
    measured = terms.objectives[0].measured
    if not isinstance(measured, TimeSlices):
        raise TypeError("the agreement is measured in slices")
    return measured.slice.elapsed


def _rows(terms: AgreementTerms) -> int:
    """Return how many samples there are in a month of 31 days."""
    return (month(0).ends - month(0).starts) // timedelta(microseconds=_step(terms))
