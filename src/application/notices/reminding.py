"""Reminds people of what falls due soon, once for each due date.

It reads the agenda and records nothing: what comes about when a date passes is the daily sheet's.

A due date becomes worth a reminder as time passes, or because it is set when it is near already. Of
the first kind are few each minute, and these alone are read then. For the second the whole agenda
is gone through once an hour, and what is due within that hour every minute.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, takewhile
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
FEW: Final = 20
PAUSE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
"""How long a date that is set late may wait for its reminder, unless it is due before."""

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

LEADS: Final = sorted({lead for lead, _ in SOON.values()})

Span = tuple[datetime, datetime]
"""From when to when, both included."""


class Reminding:
    """Goes through the agenda now and then."""

    def __init__(self, notifying: Notifying, store: ViewStore, due_dates: DueDates) -> None:
        self._notifying = notifying
        self._store = store
        self._due_dates = due_dates
        self._looked: datetime | None = None
        self._looked_at_all: datetime | None = None
        self._seen: dict[str, datetime] = {}

    def remind_now_and_then(self, now: datetime) -> int:
        """Remind people if it is time to look again; return how many parties that was news to.

        What could not be looked at is looked at the next time.
        """
        if _less_than(PAUSE, self._looked, now):
            return 0
        if self._looked is None or not _less_than(HOUR, self._looked_at_all, now):
            return self.remind(now)
        passed = [(self._looked + lead, now + lead) for lead in LEADS]
        told = self._remind(now, [(now, now + HOUR), *passed])
        self._looked = now
        return told

    def remind(self, now: datetime) -> int:
        """Remind everybody of all that falls due soon; return to how many parties that was news."""
        told = self._remind(now, [(now, now + LEADS[-1])])
        self._looked = self._looked_at_all = now
        return told

    def _remind(self, now: datetime, spans: Iterable[Span]) -> int:
        self._seen = {key: due for key, due in self._seen.items() if due > now}
        told = 0
        for row in chain.from_iterable(map(self._due, spans)):
            name = f"{self._due_dates.place(row).key} {row.due}"
            if row.due is not None and name not in self._seen and _is_soon(row, now):
                told += self._notifying.file_all(self._concerns(row, now))
                self._seen[name] = row.due
        return told

    def _due(self, span: Span) -> Iterator[DueRow]:
        # The agenda is in the order of its dates, written so that they sort as text.
        begins, ends = span
        query = Query(after=(begins.isoformat(), ""), limit=CHUNK, everybodys=True)
        view = self._store.view(self._due_dates)
        dated = every(view, self._due_dates, query, first=FEW)
        return takewhile(lambda row: row.due is not None and row.due <= ends, dated)

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


def _is_soon(row: DueRow, now: datetime) -> bool:
    return row.kind in SOON and row.due is not None and row.due - SOON[row.kind][0] <= now


def _less_than(pause: timedelta, last: datetime | None, now: datetime) -> bool:
    """Tell whether something was done less than a pause ago; a clock may have been set back."""
    return last is not None and last <= now < last + pause
