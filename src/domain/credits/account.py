"""How the credits of a contract stand: a small state for each, and what a restatement does to it.

::

    nothing due
    claimable -> claimed -> granted -> applied, part by part
              -> lapsed     -> rejected -> granted all the same, if both settle it so
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from typing import assert_never

from domain.credits.facts import Kind, Restated, Stated
from domain.decider import state
from domain.settlement.caps import Credited
from domain.values.canonical import Digest
from domain.values.periods import Days

EXACTLY = Context(prec=60)
NOTHING = Decimal(0)


@state
class NothingDue:
    """The period came to nothing."""


@state
class Claimable:
    """The client can ask for it until before ``until``."""

    amount: Decimal
    until: datetime


@state
class Claimed:
    """The client asked for it; the provider's answer is due by ``answer_by``.

    ``until`` is when it could be claimed until, for a claim that is withdrawn.
    """

    amount: Decimal
    until: datetime
    answer_by: datetime


@state
class Lapsed:
    """It was not claimed in time."""

    amount: Decimal


@state
class Rejected:
    """The provider rejected the claim."""

    amount: Decimal
    because: str


@state
class Granted:
    """It is due; ``references`` are those under which parts of it were applied.

    More can have been applied than is due, after a restatement: then the difference is owed back.
    """

    amount: Decimal
    applied: Decimal = NOTHING
    references: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def open(self) -> Decimal:
        """What is still to be applied; negative when it is owed back."""
        return EXACTLY.subtract(self.amount, self.applied)


Standing = NothingDue | Claimable | Claimed | Lapsed | Rejected | Granted


@state
class Entry:
    """One amount of a contract: what it is, as last stated, and how it stands."""

    credit: str
    objective: str
    kind: Kind
    first: date
    last: date
    statement: int
    stated: Decimal
    standing: Standing

    @property
    def counts(self) -> Decimal:
        """What of it takes room under a cap: nothing that lapsed or was rejected."""
        match self.standing:
            case Claimable(amount=amount) | Claimed(amount=amount) | Granted(amount=amount):
                return amount
            case NothingDue() | Lapsed() | Rejected():
                return NOTHING
            case _:
                assert_never(self.standing)


@state
class Account:
    """The credits of a contract: by id, how many statements there are, and the digest of each.

    ``latest`` is the last statement on each period and objective.
    """

    entries: Mapping[str, Entry] = field(default_factory=dict)
    digests: tuple[Digest, ...] = ()
    currency: str | None = None
    latest: Mapping[tuple[date, str], int] = field(default_factory=dict)

    def standing(self, credit: str) -> Standing | None:
        """Return how a credit stands; None when there is none of that id."""
        entry = self.entries.get(credit)
        return None if entry is None else entry.standing

    def with_standing(self, credit: str, standing: Standing) -> Account:
        """Return the account with one credit standing otherwise; an unknown one changes nothing."""
        entry = self.entries.get(credit)
        if entry is None:
            return self
        changed = replace(entry, standing=standing)
        return replace(self, entries={**self.entries, credit: changed})


def first_standing(stated: Stated) -> Standing:
    """Return how an amount stands once it is stated; what is due without a claim, until granted."""
    if not stated.amount or stated.claim_until is None:
        return NothingDue()
    return Claimable(stated.amount, stated.claim_until)


def restated_standing(standing: Standing, restated: Restated) -> Standing:
    """Return how an amount stands once it was restated.

    What is claimed or granted stays so, by the difference more or less. What lapsed or was rejected
    stays so too, and only what came on top can be claimed anew.
    """
    until, by = restated.claim_until, restated.difference
    match standing:
        case NothingDue():
            amount, since = restated.after, until
        case Claimable():
            amount, since = _more(standing.amount, by), until and max(until, standing.until)
        case Claimed():
            amount = _more(standing.amount, by)
            return replace(standing, amount=amount) if amount else NothingDue()
        case Granted():
            return replace(standing, amount=_more(standing.amount, by))
        case Lapsed() | Rejected() if until is not None and by > 0:
            amount, since = by, until
        case Lapsed() | Rejected():
            return standing
        case _:
            assert_never(standing)
    return NothingDue() if since is None or not amount else Claimable(amount, since)


def _more(amount: Decimal, difference: Decimal) -> Decimal:
    return max(EXACTLY.add(amount, difference), NOTHING)


def credited(account: Account) -> Iterator[Credited]:
    """Yield the credits that stand, for the caps of the next settlement."""
    for entry in account.entries.values():
        if entry.kind is Kind.CREDIT and entry.counts:
            run = Days(entry.first, entry.last + timedelta(days=1))
            yield Credited(entry.objective, run, entry.counts)


def claims_open(account: Account) -> Iterator[tuple[str, datetime]]:
    """Yield what can be claimed, and until when: the daily sheet lets it lapse."""
    for entry in account.entries.values():
        if isinstance(entry.standing, Claimable):
            yield entry.credit, entry.standing.until


def answers_due(account: Account) -> Iterator[tuple[str, datetime]]:
    """Yield the claims that wait for the provider's answer, and by when it is due."""
    for entry in account.entries.values():
        if isinstance(entry.standing, Claimed):
            yield entry.credit, entry.standing.answer_by


def amounts_open(account: Account) -> Iterator[tuple[Entry, Decimal]]:
    """Yield what is granted and not wholly applied; negative: owed back."""
    for entry in account.entries.values():
        if isinstance(entry.standing, Granted) and entry.standing.open:
            yield entry, entry.standing.open
