"""Credits and statements as their pages show them: how each stands, and what may be done next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, Final

from domain.credits.account import Account, Entry, Granted
from domain.credits.facts import Kind
from domain.values.sides import Side
from interfaces.http.schemas.credits import (
    CreditAnswer,
    SettledLineAnswer,
    StatementAnswer,
    credit_answer,
)
from interfaces.web.performance.words import sum_of_money

TONES: Final = {
    "claimable": "warn",
    "claimed": "warn",
    "granted": "good",
    "rejected": "bad",
    "lapsed": "bad",
}
CALLED: Final = {
    Kind.CREDIT: "Credit",
    Kind.NOT_CHARGED: "Not charged",
    Kind.BONUS: "Bonus, owed by the client",
}


@dataclass(frozen=True)
class CreditShown:
    """One amount: ``slug`` names it on the page, ``moves`` what the visitor may do about it."""

    answer: CreditAnswer
    slug: str
    called: str
    tone: str
    moves: frozenset[str]

    @property
    def owed_back(self) -> bool:
        """Whether more was applied than is due, after a restatement."""
        return self.answer.open is not None and self.answer.open < 0


def slug_of(credit: str) -> str:
    """Name a credit within a page: ``availability-20260101``."""
    return credit.replace("/", "-")


def credits_shown(account: Account, side: Side | None, *, may: bool) -> list[CreditShown]:
    """Show every amount, the latest first."""
    entries = sorted(account.entries.values(), key=lambda one: one.last, reverse=True)
    return [
        CreditShown(
            credit_answer(entry),
            slug_of(entry.credit),
            CALLED[entry.kind],
            TONES.get(credit_answer(entry).standing, "calm"),
            _moves(entry, side) if may else frozenset(),
        )
        for entry in entries
    ]


def _moves(entry: Entry, side: Side | None) -> frozenset[str]:
    """Return what a side can do about an amount as it stands; the use case decides."""
    if isinstance(entry.standing, Granted):
        open_ = entry.standing.open
        owes = Side.CLIENT if (entry.kind is Kind.BONUS) != (open_ < 0) else Side.PROVIDER
        return frozenset({"apply"}) if open_ and side is owes else frozenset()
    by_standing: dict[str, dict[Side, set[str]]] = {
        "claimable": {Side.CLIENT: {"claim"}},
        "claimed": {Side.CLIENT: {"withdraw"}, Side.PROVIDER: {"admit", "reject"}},
        "lapsed": {Side.PROVIDER: {"grant"}},
        "rejected": {Side.PROVIDER: {"grant"}, Side.CLIENT: {"dispute"}},
    }
    found = by_standing.get(credit_answer(entry).standing, {})
    return frozenset() if side is None else frozenset(found.get(side, set()))


@dataclass(frozen=True)
class SettledShown:
    """One line of a statement, with the page of the event that it rests on."""

    step: str
    says: str
    amount: str | None
    place: str
    version: int
    stream: str
    stream_version: int
    to: str


@dataclass(frozen=True)
class ObjectiveSettledShown:
    """What one objective cost: every line, then what is due, rounded once."""

    objective: str
    name: str
    missed: bool | None
    lines: tuple[SettledShown, ...]
    sums: tuple[tuple[str, Decimal, str], ...]
    claim_before: datetime | None
    working: str


def settled_shown(
    answer: StatementAnswer, names: dict[str, str], to: str
) -> tuple[ObjectiveSettledShown, ...]:
    """Show a statement objective by objective; ``to`` is the contract's own page."""
    documents = {one["objective"]: one for one in answer.document["objectives"]}
    lines = groupby(answer.lines, key=lambda line: line.objective)
    found = {objective: list(those) for objective, those in lines}
    return tuple(
        ObjectiveSettledShown(
            objective,
            names.get(objective, objective),
            document["missed"],
            tuple(_lines(found.get(objective, ()), answer.currency, answer.period, to)),
            tuple(_sums(document)),
            _claim(document),
            f"{to}/performance/{objective}/{answer.period}",
        )
        for objective, document in documents.items()
    )


def _lines(
    lines: Iterable[SettledLineAnswer], currency: str, period: date, to: str
) -> Iterable[SettledShown]:
    for line in lines:
        amount = None
        if line.amount is not None:
            amount = sum_of_money(Fraction(line.amount), currency)
        yield SettledShown(
            line.step,
            line.says,
            amount,
            line.place,
            line.version,
            line.stream,
            line.stream_version,
            f"{to}/performance/{line.objective}/{period}",
        )


def _sums(document: dict[str, Any]) -> Iterable[tuple[str, Decimal, str]]:
    for name, called in (
        ("credit", "Credit"),
        ("not_charged", "Not charged"),
        ("bonus", "Bonus"),
    ):
        owed = document[name]
        if name == "credit" or Decimal(owed["amount"]):
            yield called, Decimal(owed["amount"]), owed["exact"]


def _claim(document: dict[str, Any]) -> datetime | None:
    claim = document["claim"]
    return None if claim is None else datetime.fromisoformat(claim["before"])
