"""What can be asked of the credits of a contract."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from domain.decider import command
from domain.settlement.statement import Settlement
from domain.values.sides import Side


@command
class IssueStatement:
    """State what a period came to."""

    settlement: Settlement


@command
class RestateStatement:
    """State what a period came to after all."""

    settlement: Settlement
    because: str


@command
class ClaimCredit:
    """Ask for a credit, with what shows that it is due; an answer is due by ``answer_by``."""

    credit: str
    by: Side
    evidence: str
    answer_by: datetime
    now: datetime


@command
class WithdrawClaim:
    """Take a claim back that is not answered yet."""

    credit: str
    by: Side


@command
class LapseClaim:
    """Record that a credit was not claimed in time."""

    credit: str
    now: datetime


@command
class AdmitClaim:
    """Agree that a claim is right."""

    credit: str
    by: Side


@command
class RejectClaim:
    """Say why a claim is not right."""

    credit: str
    by: Side
    because: str


@command
class GrantCredit:
    """Give a credit all the same that lapsed or was rejected: a dispute was settled so."""

    credit: str
    by: Side
    amount: Decimal
    because: str


@command
class ApplyCredit:
    """Record that what is due was deducted, paid or given otherwise, under a reference."""

    credit: str
    by: Side
    amount: Decimal
    how: str
    reference: str


CreditCommand = (
    IssueStatement
    | RestateStatement
    | ClaimCredit
    | WithdrawClaim
    | LapseClaim
    | AdmitClaim
    | RejectClaim
    | GrantCredit
    | ApplyCredit
)
