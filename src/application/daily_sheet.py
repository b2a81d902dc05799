"""The daily sheet: what falls due is recorded as a fact, never computed when somebody reads.

``tick(now)`` works through the due dates up to ``now``. Each has its own key, so a sheet that is
worked through twice, or by two workers, records nothing twice.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final

from application.closing import Closing
from application.follower import Follower
from application.ledger import Act, Ledger, Step
from application.projections.base import ViewStore
from application.projections.due_dates import DueDates, DueKind, DueRow
from domain.contract.contract import (
    CONTRACT,
    BringIntoForce,
    EndContract,
    LapseTerminationRight,
    RenewContract,
)
from domain.contract.standing import ONE_DAY
from domain.credits.commands import LapseClaim
from domain.credits.credits import CREDITS
from domain.decider import Decider, Refused
from domain.disputes.dispute import DISPUTE, EscalateDispute
from domain.escalations.escalations import ESCALATIONS, ClimbEscalation
from domain.improvement.plan import PLAN, MissMeasure
from domain.negotiation.commands import ExpireOffer, ExpireSigningPeriod
from domain.negotiation.negotiation import NEGOTIATION
from domain.relationships.relationship import RELATIONSHIP, LapseInvitation
from domain.reviews.review import REVIEW, MissAction
from domain.values.ids import OfferId

log = logging.getLogger(__name__)

NAME: Final = "service:daily-sheet"
ROUND: Final = 200


class DailySheet:
    """Records what came about because time passed."""

    def __init__(
        self,
        ledger: Ledger,
        store: ViewStore,
        due_dates: DueDates,
        follower: Follower,
        closing: Closing,
    ) -> None:
        self._ledger = ledger
        self._closing = closing
        self._store = store
        self._due_dates = due_dates
        self._follower = follower

    def tick(self, now: datetime) -> int:
        """Record everything that fell due by ``now`` (UTC); return how many facts that made.

        What follows from it, and falls due by ``now`` in turn, is recorded too.
        """
        recorded, seen = 0, set[str]()
        while True:
            self._follower.catch_up()
            # What was seen may still be due: it must not keep the rest from being looked at.
            due = self._store.next_due(self._due_dates, now, ROUND + len(seen))
            fresh = [row for row in due if _key(row) not in seen]
            if not fresh:
                return recorded
            for row in fresh:
                seen.add(_key(row))
                recorded += self._record(row, now)

    def _record(self, row: DueRow, now: datetime) -> int:
        if row.kind is DueKind.REPORT_DUE:
            return self._closing.due(row.stream, row.objective or "", now)
        if row.kind is DueKind.FIGURES_SPOILT:
            return self._closing.due(row.stream, (row.item or "").partition("/")[0], now)
        decider, command = _what(row, now)
        act = Act(NAME, None, now, _key(row))
        try:
            outcome = self._ledger.perform(act, Step(decider, row.stream, command))
        except Refused as refusal:
            # Somebody acted between the look at the sheet and now: then it is not due any more.
            log.info("%s of %s did not come about: %s", row.kind, row.stream, refusal.rule)
            return 0
        return 0 if outcome.repeated else len(outcome.events)


def _key(row: DueRow) -> str:
    due = "" if row.due is None else row.due.isoformat()
    return f"{row.stream}:{row.kind}:{row.subject or ''}:{due}"


def _what(row: DueRow, now: datetime) -> tuple[Decider[Any, Any, Any], Any]:
    subject = OfferId(row.subject or "")
    match row.kind:
        case DueKind.INVITATION_LAPSES:
            return RELATIONSHIP, LapseInvitation(now)
        case DueKind.OFFER_EXPIRES:
            return NEGOTIATION, ExpireOffer(subject, now)
        case DueKind.SIGNING_PERIOD_ENDS:
            return NEGOTIATION, ExpireSigningPeriod(subject, now)
        case DueKind.CONTRACT_BEGINS:
            return CONTRACT, BringIntoForce(now)
        case DueKind.RENEWAL_DECIDED:
            return CONTRACT, RenewContract(now)
        case DueKind.CONTRACT_ENDS:
            return CONTRACT, EndContract(now)
        case DueKind.TERMINATION_RIGHT_LAPSES:
            return CONTRACT, LapseTerminationRight(row.objective or "", now)
        case DueKind.CLAIM_LAPSES:
            return CREDITS, LapseClaim(row.item or "", now)
        case DueKind.DISPUTE_ESCALATES:
            return DISPUTE, EscalateDispute(int(row.item or 0), now)
        case DueKind.MISS_ESCALATES:
            escalation, level = (row.item or "0.0").split(".")
            return ESCALATIONS, ClimbEscalation(int(escalation), int(level), now)
        case DueKind.MEASURE_DUE:
            after = now.date() if row.day is None else row.day + ONE_DAY
            return PLAN, MissMeasure(row.item or "", after)
        case DueKind.ACTION_DUE:
            # It is due up to the end of its day, so what falls due does on the day after.
            after = now.date() if row.day is None else row.day + ONE_DAY
            return REVIEW, MissAction(row.item or "", after)
        case _:
            raise ValueError(f"{row.stream} has no command to give")
