"""Statements: what a period came to, and what it came to after all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from domain.credits.account import EXACTLY, Account, Claimable, NothingDue, Standing
from domain.credits.facts import (
    CreditFact,
    CreditGranted,
    Kind,
    Restated,
    Stated,
    StatementIssued,
    StatementRestated,
)
from domain.decider import Refused
from domain.settlement.statement import ObjectiveSettled, Settlement


def issue(settlement: Settlement, state: Account) -> list[CreditFact]:
    """State what a period came to; what needs no claim is granted with it."""
    if _is_latest(settlement, state):
        return []
    known = [one.objective for one in settlement.objectives if _statement(settlement, one, state)]
    if known:
        raise Refused(
            "already-settled",
            f"{', '.join(known)} is settled for this period: what changed since is restated",
        )
    _same_currency(settlement, state)
    stated = tuple(line for one in settlement.objectives for line in _stated(settlement, one))
    issued = StatementIssued(
        len(state.digests) + 1,
        settlement.period,
        settlement.days.first,
        settlement.days.last,
        settlement.currency,
        settlement.canonical().decode(),
        settlement.digest,
        stated,
    )
    granted = (
        CreditGranted(one.credit, one.amount, "due without a claim")
        for one in stated
        if one.amount and one.claim_until is None
    )
    return [issued, *granted]


def restate(settlement: Settlement, because: str, state: Account) -> list[CreditFact]:
    """State the difference to what was stated before, as a line of its own."""
    if _is_latest(settlement, state):
        return []
    known = [_statement(settlement, one, state) for one in settlement.objectives]
    unsettled = [
        one.objective
        for one, number in zip(settlement.objectives, known, strict=True)
        if number is None
    ]
    if unsettled or not known:
        raise Refused("not-settled", f"{', '.join(unsettled)} has no statement on this period yet")
    if not because.strip():
        raise Refused("blank-reason", "say what came in late or was corrected", place="because")
    _same_currency(settlement, state)
    restated = tuple(
        line for one in settlement.objectives for line in _restated(settlement, one, state)
    )
    fact = StatementRestated(
        len(state.digests) + 1,
        max(number for number in known if number is not None),
        settlement.period,
        settlement.days.first,
        settlement.days.last,
        settlement.currency,
        settlement.canonical().decode(),
        settlement.digest,
        because,
        restated,
    )
    granted = (
        CreditGranted(one.credit, one.after, "due without a claim, as restated")
        for one in restated
        if one.after and one.claim_until is None and _is_ungranted(state.standing(one.credit))
    )
    return [fact, *granted]


def _is_ungranted(standing: Standing | None) -> bool:
    return standing is None or isinstance(standing, NothingDue | Claimable)


def _is_latest(settlement: Settlement, state: Account) -> bool:
    numbers = {_statement(settlement, one, state) for one in settlement.objectives}
    number = numbers.pop() if len(numbers) == 1 else None
    return number is not None and state.digests[number - 1] == settlement.digest


def _statement(settlement: Settlement, one: ObjectiveSettled, state: Account) -> int | None:
    return state.latest.get((settlement.period, one.objective))


def _same_currency(settlement: Settlement, state: Account) -> None:
    if state.currency not in (None, settlement.currency):
        raise Refused(
            "other-currency",
            f"the credits of this contract are in {state.currency}, not {settlement.currency}",
        )


def credit_id(objective: str, period: date, kind: Kind = Kind.CREDIT) -> str:
    """Return the id of an amount in its contract: ``availability/20260301``."""
    plain = f"{objective}/{period:%Y%m%d}"
    return plain if kind is Kind.CREDIT else f"{plain}/{kind}"


def _amounts(one: ObjectiveSettled) -> Iterator[tuple[Kind, Decimal, datetime | None]]:
    """Yield what an objective came to; only a credit may need a claim."""
    yield Kind.CREDIT, one.credit.amount, one.claim_until
    yield Kind.NOT_CHARGED, one.not_charged.amount, None
    yield Kind.BONUS, one.bonus.amount, None


def _stated(settlement: Settlement, one: ObjectiveSettled) -> Iterator[Stated]:
    for kind, amount, until in _amounts(one):
        if amount or kind is Kind.CREDIT:
            credit = credit_id(one.objective, settlement.period, kind)
            yield Stated(credit, one.objective, kind, amount, until)


def _restated(settlement: Settlement, one: ObjectiveSettled, state: Account) -> Iterator[Restated]:
    for kind, amount, until in _amounts(one):
        credit = credit_id(one.objective, settlement.period, kind)
        entry = state.entries.get(credit)
        if entry is None and not amount:
            continue
        before = Decimal(0) if entry is None else entry.stated
        difference = EXACTLY.subtract(amount, before)
        yield Restated(credit, one.objective, kind, before, amount, difference, until)
