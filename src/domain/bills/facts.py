"""Facts about the bills of a contract, seen by both sides. Stored names: change with care.

A bill is one charge of an invoice, for a run of local days: ``last`` is in it. Amounts are before
any credit.
"""

from __future__ import annotations

from datetime import date

from domain.decider import fact
from domain.values.exact import Amount
from domain.values.sides import Side


@fact
class BillRecorded:
    """A side says what was billed for one charge of the terms, on which invoice."""

    bill: str
    by: Side
    charge: str
    first: date
    last: date
    amount: Amount
    currency: str
    invoice: str


@fact
class BillContested:
    """The other side does not agree to what was billed; the amount counts until it is corrected."""

    bill: str
    by: Side
    because: str


@fact
class ContestWithdrawn:
    """The side that contested a bill agrees to it after all."""

    bill: str
    by: Side


@fact
class BillCorrected:
    """The side that recorded a bill says what it comes to after all, and on which invoice."""

    bill: str
    by: Side
    amount: Amount
    invoice: str
    because: str


@fact
class BillCancelled:
    """The side that recorded a bill says that there is none: for its days the terms count again."""

    bill: str
    by: Side
    because: str


BillFact = BillRecorded | BillContested | ContestWithdrawn | BillCorrected | BillCancelled
"""What happens to a bill."""
