"""Your due dates as a calendar: with your token, or at an address that only your calendar knows."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Path, Response

from application.notices.agenda import Dates
from interfaces.composition import House
from interfaces.http.conventions import Reading, TheHouse
from interfaces.http.schemas.notifications import CountAnswer, FeedAnswer
from interfaces.notify.calendar import MEDIA_TYPE, written
from interfaces.routing import Routes

router = Routes(tags=["calendars"])

SecretPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{32}$")]
_CALENDAR: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The calendar (RFC 5545)",
        "content": {"text/calendar": {"schema": {"type": "string"}}},
    }
}


@router.get(
    "/due-dates.ics",
    operation_id="getCalendar",
    response_class=Response,
    responses=_CALENDAR,
)
def get_calendar(house: TheHouse, asked: Reading) -> Response:
    """Show everything that falls due in your relationships as a calendar."""
    return _answer(house, house.telling.agenda.of(asked.principal, asked.at))


@router.put("/calendar-address", operation_id="openCalendarAddress")
def open_calendar_address(house: TheHouse, asked: Reading) -> FeedAnswer:
    """Make an address for your calendar program; one that was made before leads nowhere then."""
    path = f"/v1/calendars/{house.telling.agenda.open_feed(asked)}/due-dates.ics"
    return FeedAnswer(path=path, address=f"{house.telling.site}{path}")


@router.delete("/calendar-address", operation_id="closeCalendarAddress")
def close_calendar_address(house: TheHouse, asked: Reading) -> CountAnswer:
    """Let the address of your calendar lead nowhere."""
    return CountAnswer(count=int(house.telling.agenda.close_feed(asked)))


@router.get(
    "/calendars/{secret}/due-dates.ics",
    operation_id="getCalendarByAddress",
    response_class=Response,
    responses=_CALENDAR,
)
def get_calendar_by_address(house: TheHouse, secret: SecretPath) -> Response:
    """Show the due dates of whoever made this address, to whoever knows it."""
    return _answer(house, house.telling.agenda.at(secret, house.clock.now()))


def _answer(house: House, dates: Dates) -> Response:
    telling = house.telling
    content = written(dates, house.clock.now(), telling.origin, telling.site)
    # Whoever stores it on the way would store somebody's agenda.
    return Response(content, media_type=MEDIA_TYPE, headers={"Cache-Control": "private, no-store"})
