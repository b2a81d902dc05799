"""What the view of due dates is made of."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from application.projections.credits import CreditRow
from application.projections.each_side import SideList, WaitingRow
from application.recorded import Recorded
from domain.contract.standing import Standing
from domain.improvement.facts import PlanProposed
from domain.values.sides import Side


class DueKind(StrEnum):
    """What comes about at the due instant, or has to be done before it."""

    INVITATION_LAPSES = "invitation-lapses"
    OFFER_EXPIRES = "offer-expires"
    SIGNING_PERIOD_ENDS = "signing-period-ends"
    CONTRACT_BEGINS = "contract-begins"
    RENEWAL_DECIDED = "renewal-decided"
    CONTRACT_ENDS = "contract-ends"
    TERMINATION_RIGHT_LAPSES = "termination-right-lapses"
    REPORT_DUE = "report-due"
    FIGURES_SPOILT = "figures-spoilt"
    CLAIM_LAPSES = "claim-lapses"
    CLAIM_ANSWER_DUE = "claim-answer-due"
    CREDIT_PAYMENT_DUE = "credit-payment-due"
    DISPUTE_ESCALATES = "dispute-escalates"
    MISS_ESCALATES = "miss-escalates"
    REVIEW_HELD = "review-held"
    ACTION_DUE = "action-due"
    MEASURE_DUE = "measure-due"
    PLAN_TARGET_DUE = "plan-target-due"


FOR_PEOPLE: Final = frozenset(
    {
        DueKind.CLAIM_ANSWER_DUE,
        DueKind.CREDIT_PAYMENT_DUE,
        DueKind.REVIEW_HELD,
        DueKind.PLAN_TARGET_DUE,
    }
)
"""What nothing comes about of by itself: it stays on the agenda until somebody acts."""


COSTLY: Final = frozenset(
    {
        DueKind.CLAIM_LAPSES,
        DueKind.CLAIM_ANSWER_DUE,
        DueKind.CREDIT_PAYMENT_DUE,
        DueKind.ACTION_DUE,
    }
)
"""What costs the side that it awaits something, or breaks its word, once it is too late."""


class DueRow(WaitingRow):
    """One due date (UTC); ``awaits`` is the side that can still act, None for both or neither.

    A row of kind None is kept for the view itself and is due never: how a contract stands or stood
    (``standing``), the ``closed`` ends of the last periods by objective, an amount (``credit``), a
    dispute's ladder (``items``), the latest edition of a plan (``plan``). ``item`` names what is
    due where a stream has several of a kind, ``day`` the local day that is the last in time.
    """

    kind: DueKind | None
    due: datetime | None
    awaits: str | None = None
    subject: str | None = None
    standing: Standing | None = None
    in_force: bool = False
    over: bool = False
    objective: str | None = None
    ended_at: datetime | None = None
    closed: dict[str, datetime] | None = None
    item: str | None = None
    day: date | None = None
    items: tuple[str, ...] = ()
    credit: CreditRow | None = None
    plan: PlanProposed | None = None


def key_of(stream: str, kind: DueKind, item: str | None = None) -> str:
    """Name the row of a due date."""
    return f"{stream}#{kind}" if item is None else f"{stream}#{kind}:{item}"


def held(stream: str) -> str:
    """Name a row that the view keeps for itself."""
    return f"{stream}#state"


def reports_of(contract: str) -> str:
    """Name the row that keeps, for the view itself, how a contract stands and is reported."""
    return f"{contract}/reports"


def listed(row: DueRow, side: Side) -> SideList | None:
    """Tell in which list of a side a due date stands."""
    if row.kind is None:
        return None
    return SideList.OWED if row.kind in COSTLY and row.awaits == side else SideList.DUE


def sides_kept(relationship: str, sides: tuple[str, str]) -> DueRow:
    """Return the row that keeps, for the view itself, who the two sides of a relationship are."""
    return DueRow(stream=relationship, relationship=relationship, kind=None, due=None, sides=sides)


def due_row(  # noqa: PLR0913 - the parts of a due date
    event: Recorded,
    kind: DueKind,
    due: datetime,
    awaits: str | None,
    subject: str | None = None,
    *,
    item: str | None = None,
    day: date | None = None,
) -> DueRow:
    """Return a row of a fact's own stream."""
    return DueRow(
        stream=event.stream,
        relationship=str(event.relationship),
        kind=kind,
        due=due,
        awaits=awaits,
        subject=subject,
        item=item,
        day=day,
    )
