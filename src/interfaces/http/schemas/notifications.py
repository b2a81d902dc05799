"""Notifications, wishes, webhooks and escalations as they travel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StrictBool

from application.ledger import Stream
from application.notices.store import Delivery, Told
from domain.escalations.escalations import Escalation, Escalations, Standing
from domain.notifications.kinds import ASKS_FOR_SOMETHING, NoticeKind
from domain.notifications.webhooks import Webhook, Webhooks
from domain.values.sides import Side
from interfaces.http.schemas.base import Answer, Body, Page, Said
from interfaces.notify.telling import place_of, words_of

MOST_NOTICES = 500
NoticeText = Annotated[str, Field(pattern=r"^notice-[0-9a-z]{26}$")]


class NoticeAnswer(Answer):
    """Something that you were told: what it is about, not what it says."""

    notice: str
    kind: str
    says: str
    """The kind in words."""
    party: str
    relationship: str | None
    about: str
    """The stream that it is about."""
    version: int | None
    """The fact in that stream."""
    at: datetime
    due: datetime | None
    """When it falls due, where it is about that."""
    what: str | None
    """The kind of due date."""
    path: str
    """Where it is shown, below ``/v1``."""
    read_at: datetime | None


class NoticePage(Page[NoticeAnswer]):
    """A page of notifications, the latest first, and how many there are that you have not read."""

    unread: int


class ReadingsBody(Body):
    """What you have read: these, or all of it (``null``)."""

    notices: Annotated[tuple[NoticeText, ...], Field(max_length=MOST_NOTICES)] | None


class ReadingsAnswer(Answer):
    """How many of them you had not read, and how many are left."""

    marked: int
    unread: int


class WishesBody(Body):
    """The kinds that you want by mail, or not; what is not named goes as it usually does."""

    mail: Annotated[dict[NoticeKind, StrictBool], Field(max_length=len(NoticeKind))]


class WishesAnswer(Answer):
    """For every kind whether it goes to you by mail."""

    mail: dict[NoticeKind, bool]


class WebhookBody(Body):
    """An address of yours, and the kinds that go there (none: all)."""

    url: Annotated[str, Field(min_length=1, max_length=500)]
    kinds: Annotated[tuple[NoticeKind, ...], Field(max_length=len(NoticeKind))] = ()


class SubscriptionBody(Body):
    """The kinds that go there (none: all)."""

    kinds: Annotated[tuple[NoticeKind, ...], Field(max_length=len(NoticeKind))]


class WebhookAnswer(Answer):
    """One webhook. ``key`` is the public key that what goes there is signed with."""

    webhook: str
    url: str
    kinds: list[str]
    key: str
    keys: list[str]
    """All keys it has had, the first one first."""
    both_until: datetime | None
    """Until then the key before signs too."""
    disabled: str | None
    """Why nothing is sent there."""


class WebhooksAnswer(Answer):
    """The webhooks of your party."""

    version: int
    items: list[WebhookAnswer]


class DeliveryAnswer(Answer):
    """Something that was, or is to be, sent to a webhook; ``notice`` is its ``webhook-id``."""

    delivery: int
    notice: str
    kind: str
    about: str
    version: int | None
    at: datetime
    state: str
    """waiting, sent, dead (given up: it can be sent again) or dropped."""
    attempts: int
    next_at: datetime | None
    error: str | None
    done_at: datetime | None


class RedeliveryBody(Body):
    """Which delivery to send again, of those given up; ``null``: all of them."""

    delivery: Annotated[int, Field(ge=1, le=2**62)] | None


class CountAnswer(Answer):
    """How many there were."""

    count: int


class LevelAnswer(Answer):
    """A level of an escalation's path."""

    level: int
    role: str
    side: Side | None
    at: datetime
    told: bool


class EscalationAnswer(Answer):
    """One escalation; ``threshold`` None: the period was missed."""

    escalation: int
    objective: str
    period: date
    threshold: str | None
    about: str
    about_version: int
    standing: Standing
    path: list[LevelAnswer]
    says: str | None
    """What the provider said when it acknowledged it."""


class EscalationsAnswer(Answer):
    """The escalations of a contract, in the order in which they began."""

    version: int
    items: list[EscalationAnswer]


class AcknowledgementBody(Body):
    """Who is at it, and what is done about it."""

    says: Said


class FeedAnswer(Answer):
    """Where your calendar finds your due dates; it is shown this once."""

    path: str
    address: str


def notice_answer(told: Told) -> NoticeAnswer:
    """Show something that somebody was told."""
    one = told.notice
    return NoticeAnswer(
        notice=one.id,
        kind=one.kind,
        says=words_of(one.kind),
        party=one.party,
        relationship=one.relationship,
        about=one.stream,
        version=one.version,
        at=one.at,
        due=one.due,
        what=one.what,
        path=place_of(one.stream),
        read_at=told.read_at,
    )


def wishes_answer(said: dict[str, bool]) -> WishesAnswer:
    """Show what goes to somebody by mail."""
    return WishesAnswer(
        mail={kind: said.get(kind, kind in ASKS_FOR_SOMETHING) for kind in NoticeKind}
    )


def webhook_answer(name: str, known: Webhook) -> WebhookAnswer:
    """Show a webhook."""
    return WebhookAnswer(
        webhook=name,
        url=known.url,
        kinds=list(known.kinds),
        key=known.keys[-1],
        keys=list(known.keys),
        both_until=known.both_until,
        disabled=known.disabled,
    )


def webhooks_answer(stream: Stream) -> WebhooksAnswer:
    """Show a party's webhooks."""
    state: Webhooks = stream.state
    items = [webhook_answer(name, known) for name, known in state.known.items()]
    return WebhooksAnswer(version=stream.version, items=items)


def delivery_answer(one: Delivery) -> DeliveryAnswer:
    """Show a delivery."""
    return DeliveryAnswer(
        delivery=one.number,
        notice=one.notice.id,
        kind=one.notice.kind,
        about=one.notice.stream,
        version=one.notice.version,
        at=one.notice.at,
        state=one.state,
        attempts=one.attempts,
        next_at=one.next_at if one.state == "waiting" else None,
        error=one.error,
        done_at=one.done_at,
    )


def escalations_answer(stream: Stream) -> EscalationsAnswer:
    """Show a contract's escalations."""
    state: Escalations = stream.state
    items = [_escalation(one) for one in state.known.values()]
    return EscalationsAnswer(version=stream.version, items=items)


def _escalation(one: Escalation) -> EscalationAnswer:
    begun = one.begun
    return EscalationAnswer(
        escalation=begun.escalation,
        objective=begun.objective,
        period=begun.period,
        threshold=begun.threshold,
        about=begun.about,
        about_version=begun.about_version,
        standing=one.standing,
        path=[
            LevelAnswer(
                level=step.level,
                role=step.role,
                side=step.side,
                at=step.at,
                told=step.level in one.told,
            )
            for step in begun.path
        ],
        says=None if one.acknowledged is None else one.acknowledged.says,
    )
