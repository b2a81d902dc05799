"""Bills as the credits' page shows them: how each stands, and what may be done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from application.agreed import Agreed
from domain.bills.bills import Bill, Bills
from domain.terms.words.spans import name, sentence
from domain.values.sides import Side
from interfaces.http.schemas.bills import BillAnswer, bill_answer

TONES: Final = {"contested": "warn", "cancelled": "bad"}


@dataclass(frozen=True)
class BillShown:
    """One bill: ``moves`` are what the visitor may do about it."""

    answer: BillAnswer
    called: str
    tone: str
    moves: frozenset[str]


def bills_shown(bills: Bills, agreed: Agreed, side: Side | None, *, may: bool) -> list[BillShown]:
    """Show every bill, the latest days first."""
    called = dict(charges_of(agreed))
    latest = sorted(bills.bills.values(), key=lambda one: one.recorded.last, reverse=True)
    return [
        BillShown(
            bill_answer(one),
            called.get(one.recorded.charge, one.recorded.charge),
            TONES.get(one.standing, "calm"),
            _moves(one, side) if may else frozenset(),
        )
        for one in latest
    ]


def charges_of(agreed: Agreed) -> list[tuple[str, str]]:
    """Return the charges of every version, each once: id and words."""
    every = (one for version in agreed.versions for one in version.terms.charges)
    return list({one.id: sentence(name(one.id)) for one in every}.items())


def _moves(bill: Bill, side: Side | None) -> frozenset[str]:
    """Return what a side can do about a bill as it stands; the use case decides."""
    if side is None or bill.standing == "cancelled":
        return frozenset()
    if bill.recorded.by is side:
        return frozenset({"correct", "cancel"})
    return frozenset({"agree"} if bill.standing == "contested" else {"contest"})
