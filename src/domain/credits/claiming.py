"""Claims and what becomes of them: who may say what about a credit, and until when."""

from __future__ import annotations

from datetime import datetime

from domain.credits.account import (
    Account,
    Claimable,
    Claimed,
    Entry,
    Granted,
    Lapsed,
    NothingDue,
    Rejected,
)
from domain.credits.commands import ApplyCredit, ClaimCredit, GrantCredit
from domain.credits.facts import (
    ClaimAdmitted,
    ClaimLapsed,
    ClaimRejected,
    ClaimWithdrawn,
    CreditApplied,
    CreditClaimed,
    CreditFact,
    CreditGranted,
    Kind,
)
from domain.decider import Refused
from domain.values.sides import Side


def claim(command: ClaimCredit, state: Account) -> list[CreditFact]:
    """Ask for a credit, in time."""
    _only(Side.CLIENT, command.by, "claim a credit")
    match _entry(command.credit, state).standing:
        case Claimable(until=until) if command.now >= until:
            raise Refused("claim-too-late", f"it could be claimed until before {_at(until)}")
        case Claimable(amount=amount):
            if not command.evidence.strip():
                raise Refused("blank-reason", "say what shows that it is due", place="evidence")
            return [CreditClaimed(command.credit, amount, command.evidence, command.answer_by)]
        case Claimed():
            return []
        case Lapsed():
            raise Refused("claim-too-late", "this credit was not claimed in time, and has lapsed")
        case Rejected():
            raise Refused("claim-answered", "the claim was rejected: dispute it instead")
        case Granted():
            raise Refused("not-claimable", "this is granted already")
        case NothingDue():
            raise Refused("not-claimable", "nothing is due here")


def withdraw(credit: str, by: Side, state: Account) -> list[CreditFact]:
    """Take back a claim that is not answered yet."""
    _only(Side.CLIENT, by, "withdraw its claim")
    match _entry(credit, state).standing:
        case Claimed():
            return [ClaimWithdrawn(credit)]
        case Granted() | Rejected():
            raise Refused("claim-answered", "the claim was answered: it cannot be withdrawn")
        case _:
            raise Refused("not-claimed", "there is no claim to withdraw")


def lapse(credit: str, now: datetime, state: Account) -> list[CreditFact]:
    """Record that nobody claimed a credit in time."""
    match _entry(credit, state).standing:
        case Claimable(until=until) if now < until:
            raise Refused("claim-in-time", f"it can still be claimed until before {_at(until)}")
        case Claimable():
            return [ClaimLapsed(credit)]
        case Lapsed():
            return []
        case _:
            raise Refused("not-claimable", "only what can be claimed can lapse")


def admit(credit: str, by: Side, state: Account) -> list[CreditFact]:
    """Agree to a claim, and grant what it asks for."""
    _only(Side.PROVIDER, by, "admit a claim")
    match _entry(credit, state).standing:
        case Claimed(amount=amount):
            return [ClaimAdmitted(credit), CreditGranted(credit, amount, "the claim was admitted")]
        case Rejected():
            raise Refused("claim-answered", "the claim was rejected: grant the credit instead")
        case _:
            raise Refused("not-claimed", "there is no claim to answer")


def reject(credit: str, by: Side, because: str, state: Account) -> list[CreditFact]:
    """Refuse a claim, with the reason."""
    _only(Side.PROVIDER, by, "reject a claim")
    match _entry(credit, state).standing:
        case Claimed():
            if not because.strip():
                raise Refused("blank-reason", "say why the claim is not right", place="because")
            return [ClaimRejected(credit, because)]
        case Rejected():
            return []
        case Granted():
            raise Refused("claim-answered", "the credit was granted")
        case _:
            raise Refused("not-claimed", "there is no claim to answer")


def grant(command: GrantCredit, state: Account) -> list[CreditFact]:
    """Give what lapsed or was rejected all the same."""
    _only(Side.PROVIDER, command.by, "grant a credit")
    match _entry(command.credit, state).standing:
        case Lapsed(amount=most) | Rejected(amount=most):
            if not command.because.strip():
                raise Refused("blank-reason", "say why it is granted after all", place="because")
            if not 0 < command.amount <= most:
                raise Refused("more-than-stated", f"more than nothing, and at most {most:f}")
            return [CreditGranted(command.credit, command.amount, command.because)]
        case Granted():
            return []
        case _:
            raise Refused("not-turned-down", "only what lapsed or was rejected is granted so")


def apply(command: ApplyCredit, state: Account) -> list[CreditFact]:
    """Record what was deducted or paid of what is due, or taken back of what was too much."""
    entry = _entry(command.credit, state)
    standing = entry.standing
    if not isinstance(standing, Granted):
        raise Refused("not-granted", "only what is granted can be deducted or paid")
    known = standing.references.get(command.reference)
    if known is not None and known == command.amount:
        return []
    if known is not None:
        raise Refused("reference-used", f"{known:f} were applied under this reference")
    open_, amount = standing.open, command.amount
    owes = Side.CLIENT if (entry.kind is Kind.BONUS) != (open_ < 0) else Side.PROVIDER
    _only(owes, command.by, "record that this was deducted or paid")
    if not (0 < amount <= open_ or open_ <= amount < 0):
        raise Refused("more-than-due", f"{open_:f} is still open", place="amount")
    return [CreditApplied(command.credit, amount, command.by, command.how, command.reference)]


def _only(side: Side, by: Side, what: str) -> None:
    if by is not side:
        raise Refused("not-your-move", f"only the {side} can {what}")


def _entry(credit: str, state: Account) -> Entry:
    entry = state.entries.get(credit)
    if entry is None:
        raise Refused("unknown-credit", f"no statement of this contract names {credit}")
    return entry


def _at(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
