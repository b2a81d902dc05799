"""Due dates as a calendar (RFC 5545): one event each, the same name for ever, with an alarm.

A calendar is kept by other people's services, so it says what kind of thing falls due and who is
awaited, and not what it is about.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Alarm, Calendar, Event

from application.notices.agenda import Dates
from application.notices.reminding import SOON
from application.projections.due_dates import DueKind, DueRow
from application.projections.due_rows import key_of
from interfaces.notify.telling import place_of

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
ALARM: Final = timedelta(days=1)

WORDS: Final[dict[DueKind, str]] = {
    DueKind.INVITATION_LAPSES: "An invitation lapses",
    DueKind.OFFER_EXPIRES: "An offer expires",
    DueKind.SIGNING_PERIOD_ENDS: "A signing period ends",
    DueKind.CONTRACT_BEGINS: "A contract begins",
    DueKind.RENEWAL_DECIDED: "A renewal is decided",
    DueKind.CONTRACT_ENDS: "A contract ends",
    DueKind.TERMINATION_RIGHT_LAPSES: "A right to end a contract lapses",
    DueKind.REPORT_DUE: "A report is due",
    DueKind.CLAIM_LAPSES: "A claim lapses",
    DueKind.CLAIM_ANSWER_DUE: "An answer to a claim is due",
    DueKind.CREDIT_PAYMENT_DUE: "A credit is to be paid",
    DueKind.DISPUTE_ESCALATES: "A dispute escalates",
    DueKind.MISS_ESCALATES: "A miss escalates",
    DueKind.REVIEW_HELD: "A service review is held",
    DueKind.MEASURE_DUE: "A measure of an improvement plan is due",
    DueKind.PLAN_TARGET_DUE: "The target of an improvement plan is to be reached",
    DueKind.ACTION_DUE: "An action is due",
    DueKind.FIGURES_SPOILT: "Figures are in doubt",
}
"""What a kind is called, where its own name would not do."""


def written(dates: Dates, now: datetime, origin: str, site: str) -> bytes:
    """Return an agenda as a calendar, its times in the agenda's zone."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Parley//Due dates 1//EN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", "Parley: due dates")
    calendar.add("x-wr-calname", "Parley: due dates")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"value": "DURATION"})
    zone = _zone(dates.zone)
    for row in dates.rows:
        if row.kind is not None and row.due is not None:
            calendar.add_component(
                _event(row, row.kind, row.due.astimezone(zone), now, origin, site)
            )
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def words_of(kind: DueKind) -> str:
    """Return what a kind is called."""
    return WORDS.get(kind) or kind.replace("-", " ").capitalize()


def _event(  # noqa: PLR0913, PLR0917 - what an event is made of
    row: DueRow, kind: DueKind, due: datetime, now: datetime, origin: str, site: str
) -> Event:
    event = Event()
    # Of the due date and not of its day: moved, it is the same event at another time.
    name = sha256(key_of(row.stream, kind, row.objective or row.item).encode()).hexdigest()[:32]
    event.add("uid", f"{name}@{origin.split('/', maxsplit=1)[0]}")
    event.add("dtstamp", now)
    event.add("dtstart", due)
    event.add("dtend", due)
    awaited = "" if row.awaits is None else f" (the {row.awaits} is awaited)"
    event.add("summary", f"{words_of(kind)}{awaited}")
    event.add("description", f"{kind}\n{row.stream}")
    event.add("url", f"{site}{place_of(row.stream)}")
    event.add("class", "CONFIDENTIAL")
    event.add("transp", "TRANSPARENT")
    if kind in SOON:
        event.add_component(_alarm(words_of(kind)))
    return event


def _alarm(words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{words} within a day")
    alarm.add("trigger", -ALARM)
    return alarm


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
