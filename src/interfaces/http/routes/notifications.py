"""What you were told, which of it by mail, and what escalates in a contract."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query, Response

from application.desk import Request
from application.errors import NotFound
from interfaces.composition import House
from interfaces.http.conventions import (
    ContractStream,
    Cursor,
    Limit,
    Reading,
    TheHouse,
    Versioned,
    read_cursor,
    tag,
    write_cursor,
)
from interfaces.http.problems import MissingHeader
from interfaces.http.schemas.notifications import (
    AcknowledgementBody,
    EscalationsAnswer,
    NoticePage,
    ReadingsAnswer,
    ReadingsBody,
    WishesAnswer,
    WishesBody,
    escalations_answer,
    notice_answer,
    wishes_answer,
)
from interfaces.routing import Routes

router = Routes(tags=["notifications"])

EscalationPath = Annotated[int, Path(ge=1, le=10**6)]
ESCALATIONS = "/relationships/{relationship}/contracts/{contract}/escalations"


def asker(asked: Request) -> tuple[str, str]:
    """Return the asker's person and party; raises NotFound for whoever represents nobody."""
    principal = asked.principal
    if principal.person is None or principal.party is None:
        raise NotFound("such person")
    return principal.person, principal.party


def number_in(cursor: str | None) -> int | None:
    """Read the number that a cursor stands at; raises MissingHeader for what is no cursor."""
    found = read_cursor(cursor)
    if found is None:
        return None
    if not found[0].isascii() or not found[0].isdigit() or len(found[0]) > 18:  # noqa: PLR2004 - of a bigint
        raise MissingHeader(422, "cursor-malformed", "`after` takes the `next` of an earlier page")
    return int(found[0])


@router.get("/notifications", operation_id="listNotifications")
def list_notifications(
    house: TheHouse,
    asked: Reading,
    unread: Annotated[bool, Query(description="Only what you have not read")] = False,  # noqa: FBT002 - a query parameter
    limit: Limit = 50,
    after: Cursor = None,
) -> NoticePage:
    """List what you were told on behalf of your party, the latest first."""
    person, party = asker(asked)
    notices = house.telling.notices
    rows = notices.told(person, party, unread=unread, before=number_in(after), limit=limit + 1)
    shown = rows[:limit]
    more = write_cursor(str(shown[-1].number), shown[-1].notice.id) if len(rows) > limit else None
    return NoticePage(
        items=[notice_answer(row) for row in shown],
        next=more,
        unread=notices.unread(person, party),
    )


@router.post("/notifications/readings", operation_id="readNotifications")
def read_notifications(house: TheHouse, asked: Reading, body: ReadingsBody) -> ReadingsAnswer:
    """Say that you have read these, or all."""
    person, party = asker(asked)
    notices = house.telling.notices
    marked = notices.read(person, party, body.notices, asked.at)
    return ReadingsAnswer(marked=marked, unread=notices.unread(person, party))


@router.get("/notification-wishes", operation_id="getNotificationWishes")
def get_notification_wishes(house: TheHouse, asked: Reading) -> WishesAnswer:
    """Show which kinds go to you by mail."""
    return _wishes(house, asker(asked)[0])


@router.put("/notification-wishes", operation_id="setNotificationWishes")
def set_notification_wishes(house: TheHouse, asked: Reading, body: WishesBody) -> WishesAnswer:
    """Say which kinds you want by mail, and which not."""
    person, _ = asker(asked)
    house.telling.notices.wish(person, {str(kind): want for kind, want in body.mail.items()})
    return _wishes(house, person)


@router.get(ESCALATIONS, operation_id="listEscalations")
def list_escalations(
    house: TheHouse, asked: Reading, stream: ContractStream, response: Response
) -> EscalationsAnswer:
    """List what was missed or nearly, who was told, and who is told next."""
    house.reading.admit(asked, stream)
    found = house.escalating.standing(stream)
    tag(response, found.version)
    return escalations_answer(found)


@router.post(f"{ESCALATIONS}/{{escalation}}/acknowledgement", operation_id="acknowledgeEscalation")
def acknowledge_escalation(
    house: TheHouse,
    asked: Versioned,
    stream: ContractStream,
    escalation: EscalationPath,
    body: AcknowledgementBody,
    response: Response,
) -> EscalationsAnswer:
    """Say that somebody is at it, so that nobody further is told."""
    done = house.escalating.acknowledge(asked, stream, escalation, body.says)
    tag(response, done.stream.version)
    return escalations_answer(done.stream)


def _wishes(house: House, person: str) -> WishesAnswer:
    return wishes_answer(dict(house.telling.notices.wishes([person]).get(person, {})))
