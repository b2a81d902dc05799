"""Use cases: a party's webhooks, their keys, what was sent there and is sent again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from application.access import Action, authorise_party
from application.desk import Desk, Request
from application.errors import NotFound
from application.ledger import Outcome, Step, Stream
from application.notices.notifying import notice_id, webhooks_of
from application.notices.store import Delivery, DeliveryStore, Notice, State
from domain.notifications.facts import WebhookId
from domain.notifications.kinds import NoticeKind
from domain.notifications.webhooks import (
    WEBHOOKS,
    AddWebhook,
    EnableWebhook,
    RemoveWebhook,
    RotateWebhookKey,
    SubscribeWebhook,
    Webhook,
    WebhookCommand,
    Webhooks,
)


class Keys(Protocol):
    """Makes the keys that webhooks are signed with."""

    def public(self, webhook: str, generation: int) -> str:
        """Return the public half of a webhook's key; ``generation`` counts them from 0."""
        ...


@dataclass(frozen=True, slots=True)
class Which:
    """Which deliveries to list: in one state or any, before a number, at most so many."""

    state: State | None = None
    before: int | None = None
    limit: int = 50


class Subscribing:
    """What an administrator does about the party's webhooks; all others get NotFound."""

    def __init__(self, desk: Desk, deliveries: DeliveryStore, keys: Keys) -> None:
        self._desk = desk
        self._deliveries = deliveries
        self._keys = keys

    def standing(self, request: Request, party: str) -> Stream:
        """Return the webhooks of the asker's party."""
        return self._stream(request, party)

    def add(
        self, request: Request, party: str, url: str, kinds: Sequence[NoticeKind]
    ) -> tuple[WebhookId, Outcome]:
        """Have the party told at an address; raises Refused by the rule it breaks."""
        own = authorise_party(request.principal, Action.ADMINISTER, party)
        webhook = WebhookId(self._desk.new("webhook"))
        command = AddWebhook(webhook, url, tuple(kinds), self._keys.public(webhook, 0))
        outcome = self._desk.record(request, Step(WEBHOOKS, webhooks_of(own), command))
        return outcome.events[0].fact.webhook, outcome

    def subscribe(
        self, request: Request, party: str, webhook: str, kinds: Sequence[NoticeKind]
    ) -> Outcome:
        """Have other kinds go there."""
        command = SubscribeWebhook(WebhookId(webhook), tuple(kinds))
        return self._move(request, party, webhook, command)

    def rotate(self, request: Request, party: str, webhook: str) -> Outcome:
        """Sign what goes there with a fresh key, and for some days with the one before too."""
        known = self._webhook(request, party, webhook)
        key = self._keys.public(webhook, len(known.keys))
        command = RotateWebhookKey(WebhookId(webhook), key, request.at)
        return self._move(request, party, webhook, command)

    def enable(self, request: Request, party: str, webhook: str) -> Outcome:
        """Send there again."""
        return self._move(request, party, webhook, EnableWebhook(WebhookId(webhook)))

    def remove(self, request: Request, party: str, webhook: str) -> Outcome:
        """No longer send there."""
        own = authorise_party(request.principal, Action.ADMINISTER, party)
        state: Webhooks = self._desk.ledger.load(WEBHOOKS, webhooks_of(own)).state
        if webhook not in state.known and webhook not in state.removed:
            raise NotFound("such webhook")
        command = RemoveWebhook(WebhookId(webhook))
        step = Step(WEBHOOKS, webhooks_of(own), command, request.expected)
        return self._desk.record(request, step)

    def test(self, request: Request, party: str, webhook: str) -> Notice:
        """Put a test on its way to one webhook; the same request again sends nothing more."""
        self._webhook(request, party, webhook)
        name = notice_id(party, webhook, request.principal.name, request.key)
        kind, stream = NoticeKind.WEBHOOK_TEST, webhooks_of(party)
        notice = Notice(name, kind, party, None, stream, None, request.at)
        self._deliveries.put(notice, webhook)
        return notice

    def deliveries(
        self, request: Request, party: str, webhook: str, which: Which
    ) -> list[Delivery]:
        """Return what was, or is to be, sent to a webhook, the latest first."""
        self._webhook(request, party, webhook)
        return self._deliveries.deliveries(
            webhook, state=which.state, before=which.before, limit=which.limit
        )

    def send_again(self, request: Request, party: str, webhook: str, number: int | None) -> int:
        """Put back what was given up, all of it or one delivery; return how many."""
        self._webhook(request, party, webhook)
        return self._deliveries.send_again(webhook, number, request.at)

    def _webhook(self, request: Request, party: str, webhook: str) -> Webhook:
        state: Webhooks = self._stream(request, party).state
        known = state.known.get(webhook)
        if known is None:
            raise NotFound("such webhook")
        return known

    def _stream(self, request: Request, party: str) -> Stream:
        own = authorise_party(request.principal, Action.ADMINISTER, party)
        return self._desk.ledger.load(WEBHOOKS, webhooks_of(own))

    def _move(self, request: Request, party: str, webhook: str, command: WebhookCommand) -> Outcome:
        self._webhook(request, party, webhook)
        step = Step(WEBHOOKS, webhooks_of(party), command, request.expected)
        return self._desk.record(request, step)
