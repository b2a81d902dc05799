"""Notifications: what somebody was told, and what of it they have read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import Query, Response

from application.notices.store import Told
from interfaces.http.conventions import Cursor, write_cursor
from interfaces.http.routes.notifications import asker, number_in
from interfaces.notify.telling import words_of
from interfaces.routing import Routes
from interfaces.web.agenda.waiting import where
from interfaces.web.figures import words
from interfaces.web.notices import Notice
from interfaces.web.places import party_name
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/notifications", include_in_schema=False)

MOST: Final = 50
_NOTICE: Final = re.compile(r"notice-[0-9a-z]{26}")
Unread = Annotated[str, Query(max_length=5)]


@dataclass(frozen=True)
class NoticeShown:
    """Something that the visitor was told, and where it is shown."""

    id: str
    says: str
    to: str
    at: datetime
    due: datetime | None
    what: str | None
    read: bool


@router.get("")
def notifications_page(visit: AVisit, after: Cursor = None, unread: Unread = "") -> Response:
    """List what the visitor was told on behalf of their party, the latest first."""
    return _list(visit, after, unread=bool(unread))


@router.post("")
def read_notifications_form(visit: AVisit, form: Submitted) -> Response:
    """Take note that the visitor has read these, or all."""
    person, party = asker(visit.asked)

    def act() -> str:
        named = [one for one in form.all("notice") if _NOTICE.fullmatch(one)]
        which = None if form.given("all") else named
        visit.house.telling.notices.read(person, party, which, visit.asked.at)
        return "/notifications"

    def show(trouble: Trouble) -> Response:
        return _list(visit, None, trouble=trouble)

    return do(form, act, show, Notice.NOTICES_READ)


def _list(
    visit: Visit, after: str | None, *, unread: bool = False, trouble: Trouble | None = None
) -> Response:
    person, party = asker(visit.asked)
    notices = visit.house.telling.notices
    rows = notices.told(person, party, unread=unread, before=number_in(after), limit=MOST + 1)
    shown = rows[:MOST]
    more = write_cursor(str(shown[-1].number), shown[-1].notice.id) if len(rows) > MOST else None
    return page(
        visit,
        "notifications.html",
        trouble=trouble,
        told=[_shown(one) for one in shown],
        next=more,
        only_unread=unread,
        unread=notices.unread(person, party),
        party=party_name(visit, party),
        now=visit.asked.at,
        live="/follow",
    )


def _shown(told: Told) -> NoticeShown:
    notice = told.notice
    to = where(notice.stream) if notice.relationship is not None else "/party"
    return NoticeShown(
        notice.id,
        words_of(notice.kind),
        to,
        notice.at,
        notice.due,
        None if notice.what is None else words(notice.what),
        told.read_at is not None,
    )
