"""The amounts of each contract: what every statement named, and how it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.credits.account import (
    NOTHING,
    Account,
    Claimable,
    Claimed,
    Entry,
    Granted,
    Lapsed,
    NothingDue,
    Rejected,
    Standing,
)
from domain.credits.credits import CREDITS
from domain.credits.facts import CreditFact, Kind, StatementIssued, StatementRestated


class CreditRow(Row):
    """One amount of a contract; ``open`` is what is granted and not applied, negative: owed back.

    ``claim_until`` is the first instant that is too late to claim it, ``answer_by`` when the
    provider's answer is due.
    """

    contract: str
    relationship: str
    credit: str
    objective: str
    kind: Kind
    currency: str | None
    first: date
    last: date
    statement: int
    stated: Decimal
    standing: str
    amount: Decimal | None = None
    claim_until: datetime | None = None
    answer_by: datetime | None = None
    because: str | None = None
    open: Decimal | None = None
    applied: dict[str, Decimal] = {}  # noqa: RUF012 - pydantic copies it for each row
    changed_at: datetime


class Credits(Projection[CreditRow]):
    """One row an amount, by contract and in the order of the periods."""

    name = "credits"
    version = 1
    row = CreditRow

    def place(self, row: CreditRow) -> Place:
        """By period, and within it by objective."""
        sort = f"{row.first} {row.credit}"
        return Place(_key(row.contract, row.credit), sort, row.relationship, row.contract)

    def process(self, recorded: Positioned, rows: Rows[CreditRow]) -> None:
        """Write down how the amounts stand that a fact is about."""
        event = recorded.event
        contract = contract_of(event.stream)
        for row in moved(event, lambda credit: rows.get(_key(contract, credit))):
            rows.put(row)


def _key(contract: str, credit: str) -> str:
    return f"{contract}#{credit}"


def contract_of(stream: str) -> str:
    """Return the contract that a stream inside it belongs to."""
    return stream.rsplit("/", 1)[0]


def moved(event: Recorded, known: Callable[[str], CreditRow | None]) -> Iterator[CreditRow]:
    """Yield the amounts that a fact is about, as they stand after it."""
    if not isinstance(event.fact, CreditFact):
        return
    before = {name: row for name in _named(event.fact) if (row := known(name)) is not None}
    currency = next((row.currency for row in before.values()), None)
    account = Account({name: entry_of(row) for name, row in before.items()}, currency=currency)
    after = CREDITS.evolve(account, event.fact)
    for entry in after.entries.values():
        yield _row(event, entry, after.currency)


def _named(fact: CreditFact) -> list[str]:
    match fact:
        case StatementIssued(stated=stated):
            return [one.credit for one in stated]
        case StatementRestated(restated=restated):
            return [one.credit for one in restated]
        case _:
            return [fact.credit]


def _row(event: Recorded, entry: Entry, currency: str | None) -> CreditRow:
    return CreditRow(
        contract=contract_of(event.stream),
        relationship=str(event.relationship),
        credit=entry.credit,
        objective=entry.objective,
        kind=entry.kind,
        currency=currency,
        first=entry.first,
        last=entry.last,
        statement=entry.statement,
        stated=entry.stated,
        changed_at=event.at,
        **_standing(entry.standing),
    )


def _standing(standing: Standing) -> dict[str, Any]:
    match standing:
        case NothingDue():
            return {"standing": "nothing due"}
        case Claimable(amount=amount, until=until):
            return {"standing": "claimable", "amount": amount, "claim_until": until}
        case Claimed(amount=amount, until=until, answer_by=by):
            claimed = {"standing": "claimed", "amount": amount}
            return {**claimed, "claim_until": until, "answer_by": by}
        case Lapsed(amount=amount):
            return {"standing": "lapsed", "amount": amount}
        case Rejected(amount=amount, because=because):
            return {"standing": "rejected", "amount": amount, "because": because}
        case Granted(amount=amount, references=references):
            granted = {"standing": "granted", "amount": amount}
            return {**granted, "open": standing.open, "applied": dict(references)}


def entry_of(row: CreditRow) -> Entry:
    """Return the amount that a row shows, as the credits' own rules take it."""
    return Entry(
        row.credit,
        row.objective,
        row.kind,
        row.first,
        row.last,
        row.statement,
        row.stated,
        _read(row),
    )


def _read(row: CreditRow) -> Standing:
    amount = NOTHING if row.amount is None else row.amount
    match row.standing, row.claim_until, row.answer_by:
        case "claimable", datetime() as until, _:
            return Claimable(amount, until)
        case "claimed", datetime() as until, datetime() as by:
            return Claimed(amount, until, by)
        case "lapsed", _, _:
            return Lapsed(amount)
        case "rejected", _, _:
            return Rejected(amount, row.because or "")
        case "granted", _, _:
            return Granted(amount, sum(row.applied.values(), NOTHING), row.applied)
        case _:
            return NothingDue()
