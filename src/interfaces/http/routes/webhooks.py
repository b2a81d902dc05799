"""Webhooks: where your party has itself told of things, and what became of what was sent."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query, Response

from application.errors import NotFound
from application.ledger import Outcome, Stream
from application.notices.subscribing import Which
from domain.values.ids import id_pattern
from interfaces.http.conventions import (
    Cursor,
    Fresh,
    Limit,
    PartyPath,
    Reading,
    TheHouse,
    Versioned,
    tag,
    write_cursor,
)
from interfaces.http.routes.notifications import number_in
from interfaces.http.schemas.base import Page
from interfaces.http.schemas.notifications import (
    CountAnswer,
    DeliveryAnswer,
    RedeliveryBody,
    SubscriptionBody,
    WebhookAnswer,
    WebhookBody,
    WebhooksAnswer,
    delivery_answer,
    webhook_answer,
    webhooks_answer,
)
from interfaces.routing import Routes

router = Routes(prefix="/parties/{party}/webhooks", tags=["webhooks"])

WebhookPath = Annotated[
    str, Path(pattern=id_pattern("webhook"), examples=["webhook-01kb2q8v3tf8m9z6c4h1r5w7xy"])
]


@router.get("", operation_id="listWebhooks")
def list_webhooks(
    house: TheHouse, asked: Reading, party: PartyPath, response: Response
) -> WebhooksAnswer:
    """List your party's webhooks and the public keys they are signed with."""
    found = house.telling.subscribing.standing(asked, party)
    tag(response, found.version)
    return webhooks_answer(found)


@router.post("", operation_id="addWebhook", status_code=201)
def add_webhook(
    house: TheHouse, asked: Fresh, party: PartyPath, body: WebhookBody, response: Response
) -> WebhookAnswer:
    """Have your party told at an address of yours; the answer holds the key to check it with."""
    webhook, done = house.telling.subscribing.add(asked, party, body.url, body.kinds)
    response.headers["Location"] = f"/v1/parties/{party}/webhooks/{webhook}"
    tag(response, done.stream.version)
    return _shown(done.stream, webhook)


@router.get("/{webhook}", operation_id="getWebhook")
def get_webhook(
    house: TheHouse, asked: Reading, party: PartyPath, webhook: WebhookPath, response: Response
) -> WebhookAnswer:
    """Show a webhook and its keys."""
    found = house.telling.subscribing.standing(asked, party)
    tag(response, found.version)
    return _shown(found, webhook)


@router.delete("/{webhook}", operation_id="removeWebhook")
def remove_webhook(
    house: TheHouse, asked: Versioned, party: PartyPath, webhook: WebhookPath, response: Response
) -> WebhooksAnswer:
    """Have nothing sent there any more."""
    return _all(house.telling.subscribing.remove(asked, party, webhook), response)


@router.put("/{webhook}/kinds", operation_id="subscribeWebhook")
def subscribe_webhook(
    house: TheHouse,
    asked: Versioned,
    party: PartyPath,
    webhook: WebhookPath,
    body: SubscriptionBody,
    response: Response,
) -> WebhooksAnswer:
    """Have other kinds sent there."""
    done = house.telling.subscribing.subscribe(asked, party, webhook, body.kinds)
    return _all(done, response)


@router.post("/{webhook}/key", operation_id="rotateWebhookKey")
def rotate_webhook_key(
    house: TheHouse, asked: Versioned, party: PartyPath, webhook: WebhookPath, response: Response
) -> WebhooksAnswer:
    """Have it signed with a fresh key; for seven days the one before signs too."""
    return _all(house.telling.subscribing.rotate(asked, party, webhook), response)


@router.post("/{webhook}/enabling", operation_id="enableWebhook")
def enable_webhook(
    house: TheHouse, asked: Versioned, party: PartyPath, webhook: WebhookPath, response: Response
) -> WebhooksAnswer:
    """Have it sent to again after it was disabled."""
    return _all(house.telling.subscribing.enable(asked, party, webhook), response)


@router.post("/{webhook}/test", operation_id="testWebhook", status_code=202)
def send_test(house: TheHouse, asked: Fresh, party: PartyPath, webhook: WebhookPath) -> CountAnswer:
    """Send a test there; what became of it stands among the deliveries."""
    house.telling.subscribing.test(asked, party, webhook)
    return CountAnswer(count=1)


@router.get("/{webhook}/deliveries", operation_id="listWebhookDeliveries")
def list_webhook_deliveries(
    house: TheHouse,
    asked: Reading,
    party: PartyPath,
    webhook: WebhookPath,
    state: Annotated[
        Literal["waiting", "sent", "dead", "dropped"] | None,
        Query(description="`dead`: what was given up and can be sent again"),
    ] = None,
    limit: Limit = 50,
    after: Cursor = None,
) -> Page[DeliveryAnswer]:
    """List what was, or is to be, sent there, the latest first."""
    which = Which(state, number_in(after), limit + 1)
    rows = house.telling.subscribing.deliveries(asked, party, webhook, which)
    shown = rows[:limit]
    more = write_cursor(str(shown[-1].number), shown[-1].notice.id) if len(rows) > limit else None
    return Page[DeliveryAnswer](items=[delivery_answer(row) for row in shown], next=more)


@router.post("/{webhook}/redelivery", operation_id="redeliverWebhook")
def redeliver_webhook(
    house: TheHouse, asked: Reading, party: PartyPath, webhook: WebhookPath, body: RedeliveryBody
) -> CountAnswer:
    """Send again what was given up, under the same ids."""
    subscribing = house.telling.subscribing
    return CountAnswer(count=subscribing.send_again(asked, party, webhook, body.delivery))


def _shown(stream: Stream, webhook: str) -> WebhookAnswer:
    known = stream.state.known.get(webhook)
    if known is None:
        raise NotFound("such webhook")
    return webhook_answer(webhook, known)


def _all(outcome: Outcome, response: Response) -> WebhooksAnswer:
    tag(response, outcome.stream.version)
    return webhooks_answer(outcome.stream)
