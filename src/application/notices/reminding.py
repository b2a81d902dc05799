"""Reminds people of what falls due soon, once for each due date.

It reads the agenda and records nothing: what comes about when a date passes is the daily sheet's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from application.access import Action
from application.notices.notifying import Concern, Notifying, notice_id
from application.notices.rules import To, Told
from application.notices.store import Notice
from application.projections.base import Query, ViewStore
from application.projections.due_dates import DueDates, DueKind, DueRow
from application.projections.paging import every
from domain.notifications.kinds import NoticeKind
from domain.values.sides import Side

CHUNK: Final = 500
PAUSE: Final = timedelta(minutes=1)

SOON: Final[dict[DueKind, tuple[timedelta, Action]]] = {
    DueKind.INVITATION_LAPSES: (timedelta(days=2), Action.LEAD),
    DueKind.OFFER_EXPIRES: (timedelta(days=2), Action.NEGOTIATE),
    DueKind.SIGNING_PERIOD_ENDS: (timedelta(days=3), Action.SIGN),
    DueKind.CONTRACT_BEGINS: (timedelta(days=3), Action.MEASURE),
    DueKind.RENEWAL_DECIDED: (timedelta(days=30), Action.GIVE_NOTICE),
    DueKind.CONTRACT_ENDS: (timedelta(days=30), Action.NEGOTIATE),
    DueKind.TERMINATION_RIGHT_LAPSES: (timedelta(days=14), Action.GIVE_NOTICE),
    DueKind.REPORT_DUE: (timedelta(days=2), Action.MEASURE),
    DueKind.CLAIM_LAPSES: (timedelta(days=7), Action.CLAIM),
    DueKind.CLAIM_ANSWER_DUE: (timedelta(days=7), Action.CLAIM),
    DueKind.CREDIT_PAYMENT_DUE: (timedelta(days=7), Action.CLAIM),
    DueKind.DISPUTE_ESCALATES: (timedelta(days=1), Action.DISPUTE),
    DueKind.REVIEW_HELD: (timedelta(days=2), Action.REVIEW),
    DueKind.ACTION_DUE: (timedelta(days=3), Action.REVIEW),
    DueKind.MEASURE_DUE: (timedelta(days=3), Action.REVIEW),
    DueKind.PLAN_TARGET_DUE: (timedelta(days=7), Action.REVIEW),
}
"""How long before people are reminded, and whom: those who may act. Others are not reminded of."""

LONGEST: Final = max(lead for lead, _ in SOON.values())


class Reminding:
    """Goes through the agenda now and then."""

    def __init__(self, notifying: Notifying, store: ViewStore, due_dates: DueDates) -> None:
        self._notifying = notifying
        self._store = store
        self._due_dates = due_dates
        self._next: datetime | None = None
        self._seen: dict[str, datetime] = {}

    def remind_now_and_then(self, now: datetime) -> int:
        """Remind people if it is time to look again; return of how many dates."""
        if self._next is not None and self._next - PAUSE <= now < self._next:
            return 0
        self._next = now + PAUSE
        return self.remind(now)

    def remind(self, now: datetime) -> int:
        """Remind everybody of what falls due soon; return how many parties that was news to."""
        self._seen = {key: due for key, due in self._seen.items() if due > now}
        told = 0
        for row in self._soon(now):
            told += self._notifying.file_all(self._concerns(row, now))
        return told

    def _soon(self, now: datetime) -> Iterator[DueRow]:
        # The agenda is in the order of its dates, written so that they sort as text.
        query = Query(after=(now.isoformat(), ""), limit=CHUNK, everybodys=True)
        for row in every(self._store.view(self._due_dates), self._due_dates, query):
            if row.due is None or row.due > now + LONGEST:
                return
            if row.kind is None or row.kind not in SOON or row.due - SOON[row.kind][0] > now:
                continue
            key = f"{self._due_dates.place(row).key} {row.due.isoformat()}"
            if key not in self._seen:
                self._seen[key] = row.due
                yield row

    def _concerns(self, row: DueRow, now: datetime) -> Iterator[Concern]:
        if row.kind is None or row.relationship is None:
            return
        told = Told(NoticeKind.DUE_SOON, To.BOTH, (SOON[row.kind][1],))
        sides = tuple(Side) if row.awaits is None else (Side(row.awaits),)
        for side in sides:
            party = self._notifying.party_on(row.relationship, side)
            if party is None:
                continue
            about = (party, told.kind, self._due_dates.place(row).key, row.due)
            notice = Notice(
                notice_id(*about),
                told.kind,
                party,
                row.relationship,
                row.stream,
                None,
                now,
                row.due,
                row.kind,
            )
            yield Concern(party, told, notice)
