"""Due dates across relationships: by week, whose turn it is, and as a calendar of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import Response

from application.inbox import Part
from interfaces.http.conventions import Cursor, read_cursor
from interfaces.routing import Routes
from interfaces.web.agenda.waiting import Item, Looking, Shown
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(prefix="/due", include_in_schema=False)

MOST = 50


@dataclass(frozen=True)
class Week:
    """What falls due between a Monday and the Sunday after it, in the party's zone."""

    first: date
    last: date
    items: tuple[Item, ...]
    past: bool


@router.get("")
def due_page(visit: AVisit, after: Cursor = None) -> Response:
    """List everything that falls due, by week."""
    return _due(visit, after=after)


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


def _due(
    visit: Visit,
    calendar: str | None = None,
    trouble: Trouble | None = None,
    after: str | None = None,
) -> Response:
    zone = visit.house.telling.agenda.zone(visit.principal)
    if visit.works:
        shown = Looking(visit).at(Part.DUE, MOST, read_cursor(after), within=None)
    else:
        shown = Shown(())
    return page(
        visit,
        "due.html",
        trouble=trouble,
        weeks=list(_weeks(shown.items, ZoneInfo(zone), visit.asked.at)),
        next=shown.next,
        zone=zone,
        calendar=calendar,
        now=visit.asked.at,
        live="/follow",
    )


def _weeks(items: tuple[Item, ...], zone: ZoneInfo, now: datetime) -> Iterator[Week]:
    def monday(item: Item) -> date:
        day = (item.due or now).astimezone(zone).date()
        return day - timedelta(days=day.weekday())

    today = now.astimezone(zone).date()
    for first, found in groupby(items, monday):
        last = first + timedelta(days=6)
        yield Week(first, last, tuple(found), last < today)
