"""Due dates across relationships: by week, whose turn it is, and as a calendar of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import Response

from application.notices.agenda import Dates
from interfaces.routing import Routes
from interfaces.web.agenda.waiting import MOST, Item, due_item
from interfaces.web.notices import Notice
from interfaces.web.places import place
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/due", include_in_schema=False)

SHOWN = 500


@dataclass(frozen=True)
class Week:
    """What falls due between a Monday and the Sunday after it, in the party's zone."""

    first: date
    last: date
    items: tuple[Item, ...]
    past: bool


@router.get("")
def due_page(visit: AVisit) -> Response:
    """List everything that falls due, by week."""
    return _due(visit)


@router.post("/calendar")
def open_calendar_form(visit: AVisit, form: Submitted) -> Response:
    """Make an address for one's calendar program, and show it this once."""
    del form
    secret = visit.house.telling.agenda.open_feed(visit.asked)
    return _due(visit, f"{visit.house.telling.site}/v1/calendars/{secret}/due-dates.ics")


@router.post("/calendar/closing")
def close_calendar_form(visit: AVisit, form: Submitted) -> Response:
    """Let the address of one's calendar lead nowhere."""

    def act() -> str:
        visit.house.telling.agenda.close_feed(visit.asked)
        return "/due"

    return do(form, act, lambda trouble: _due(visit, trouble=trouble), Notice.CALENDAR_CLOSED)


def _due(visit: Visit, calendar: str | None = None, trouble: Trouble | None = None) -> Response:
    dates = visit.house.telling.agenda.of(visit.principal, visit.asked.at)
    return page(
        visit,
        "due.html",
        trouble=trouble,
        weeks=list(_weeks(visit, dates)) if visit.works else [],
        more=max(0, len(dates.rows) - SHOWN),
        zone=dates.zone,
        calendar=calendar,
        now=visit.asked.at,
        live="/follow",
    )


def _weeks(visit: Visit, dates: Dates) -> Iterator[Week]:
    zone = ZoneInfo(dates.zone)
    mine = visit.house.relating.mine(visit.asked, None, MOST)
    known = {
        row.relationship: place(visit, row.relationship, "due dates")
        for row in mine
        if row.seat != "auditor"
    }
    items = [
        due_item(visit, known[row.relationship], row)
        for row in dates.rows[:SHOWN]
        if row.relationship in known
    ]

    def monday(item: Item) -> date:
        day = (item.due or visit.asked.at).astimezone(zone).date()
        return day - timedelta(days=day.weekday())

    today = visit.asked.at.astimezone(zone).date()
    for first, found in groupby(items, monday):
        last = first + timedelta(days=6)
        yield Week(first, last, tuple(found), last < today)
