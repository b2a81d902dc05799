"""Facts about the credits of a contract, seen by both sides. Stored names: change with care.

A statement is kept whole, as the canonical JSON it was digested from, so that whoever holds the
facts can check every line of it. Amounts are in the currency of the statement, rounded once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.decider import fact
from domain.values.canonical import Digest
from domain.values.exact import Amount, Exact
from domain.values.sides import Side


class Kind(StrEnum):
    """What an amount is, and so who owes it: the provider, but for a bonus."""

    CREDIT = "credit"
    NOT_CHARGED = "not-charged"
    BONUS = "bonus"


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount as a statement has it.

    ``credit`` is its id in the contract, by its period: ``availability/20260301``. It is due
    without a claim, or can be claimed until before ``claim_until``.
    """

    credit: str
    objective: str
    kind: Kind
    amount: Amount
    claim_until: datetime | None


@fact
class StatementIssued:
    """A period was settled. ``statement`` counts those of the contract from 1.

    ``period`` is the day that names it, as in its results.
    """

    statement: int
    period: date
    first: date
    last: date
    currency: str
    document: str
    digest: Digest
    stated: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Restated:
    """An amount that was stated before, and what it is now; ``difference`` has its sign."""

    credit: str
    objective: str
    kind: Kind
    before: Amount
    after: Amount
    difference: Exact
    claim_until: datetime | None


@fact
class StatementRestated:
    """A settled period came to something else. ``restates`` is the statement it follows."""

    statement: int
    restates: int
    period: date
    first: date
    last: date
    currency: str
    document: str
    digest: Digest
    because: str
    restated: tuple[Restated, ...]


@fact
class CreditClaimed:
    """The client asked for a credit; ``answer_by`` is when the provider's answer is due."""

    credit: str
    amount: Amount
    evidence: str
    answer_by: datetime


@fact
class ClaimWithdrawn:
    """The client took its claim back before it was answered."""

    credit: str


@fact
class ClaimLapsed:
    """Nobody claimed the credit in time."""

    credit: str


@fact
class ClaimAdmitted:
    """The provider agreed that the claim is right."""

    credit: str


@fact
class ClaimRejected:
    """The provider did not agree, and said why."""

    credit: str
    because: str


@fact
class CreditGranted:
    """An amount is due: without a claim, on one that was admitted, or as settled otherwise."""

    credit: str
    amount: Amount
    because: str


@fact
class CreditApplied:
    """A part or all of what is due was deducted, paid or otherwise given, under a reference.

    A negative amount takes back what a restatement has turned out to be too much.
    """

    credit: str
    amount: Exact
    by: Side
    how: str
    reference: str


CreditFact = (
    StatementIssued
    | StatementRestated
    | CreditClaimed
    | ClaimWithdrawn
    | ClaimLapsed
    | ClaimAdmitted
    | ClaimRejected
    | CreditGranted
    | CreditApplied
)
