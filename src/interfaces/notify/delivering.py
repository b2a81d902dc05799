"""Sends what waits to be sent, and takes note of what became of it: at least once, never lost.

A delivery is claimed, sent, and marked. Killed between the last two it is sent once more when the
claim is over, under the same id. What is not taken is tried again ever more rarely, and given up
after some days into the list of what can be sent again by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow
from typing import Final

from application.ledger import Act, Ledger, Step
from application.notices.notifying import webhooks_of
from application.notices.store import Delivery, DeliveryStore
from application.ports import Clock
from domain.decider import Refused
from domain.notifications.backoff import PARTS, pause_after
from domain.notifications.facts import WebhookId
from domain.notifications.kinds import NoticeKind
from domain.notifications.webhooks import WEBHOOKS, DisableWebhook, Webhook, Webhooks
from domain.parties.facts import ERASED
from domain.parties.party import PARTY
from domain.parties.registered import Registered
from domain.values.ids import PersonId
from interfaces.notify.asking import NoAnswer, NotAsked, Receivers, receivers
from interfaces.notify.mailing import NotTaken, Postbox, postbox
from interfaces.notify.telling import payload
from interfaces.notify.webhook_keys import KeyGone, WebhookKeys
from interfaces.settings import Settings
from interfaces.stopping import Stop

log = logging.getLogger(__name__)

NAME: Final = "service:delivering"
LEASE: Final = timedelta(minutes=5)
AT_ONCE: Final = 8
PAUSE: Final = 1.0
KEPT: Final = timedelta(days=90)
SWEEP_EVERY: Final = timedelta(hours=6)
OK: Final = range(200, 300)
GONE: Final = 410
"""By this a receiver says that it is not there any more (Standard Webhooks)."""

Jitter = Callable[[], int]


class Undeliverable(Exception):  # noqa: N818 - it is an answer
    """It was not taken; ``for_good`` tells that trying again is of no use."""

    def __init__(self, because: str, *, for_good: bool = False, gone: bool = False) -> None:
        super().__init__(because)
        self.for_good = for_good
        self.gone = gone


class NobodyThere(Exception):  # noqa: N818 - it is an answer
    """There is nobody to send it to any more."""


def chance() -> int:
    """Return a random whole number for a pause."""
    return randbelow(PARTS + 1)


@dataclass(frozen=True, slots=True)
class Ways:
    """By which ways something leaves; without a postbox no mail does."""

    receivers: Receivers
    keys: WebhookKeys
    postbox: Postbox | None
    site: str


def ways_out(settings: Settings, keys: WebhookKeys) -> Ways:
    """Return the ways out that the settings open."""
    asked = receivers(settings.webhook_roots, loopback=settings.webhook_loopback)
    return Ways(asked, keys, postbox(settings), settings.site[1])


class Delivering:
    """Works through what waits."""

    def __init__(
        self,
        ledger: Ledger,
        store: DeliveryStore,
        ways: Ways,
        clock: Clock,
        jitter: Jitter = chance,
    ) -> None:
        self._ledger = ledger
        self._store = store
        self._ways = ways
        self._clock = clock
        self._jitter = jitter
        self._sweep_at: datetime | None = None

    def round(self, deliver: ThreadPoolExecutor | None = None) -> int:
        """Send once what is to be sent now, at most so much at once; return how much that was."""
        now = self._clock.now()
        if self._sweep_at is None or now >= self._sweep_at:
            self._sweep_at = now + SWEEP_EVERY
            self._store.sweep(now - KEPT)
        claimed = self._store.claim(now, LEASE, AT_ONCE)
        if deliver is None:
            for one in claimed:
                self.deliver(one)
        else:
            list(deliver.map(self.deliver, claimed))
        return len(claimed)

    def deliver(self, one: Delivery) -> None:
        """Send a claimed delivery, and take note of what became of it."""
        try:
            if one.channel == "mail":
                self._mail(one)
            else:
                self._post(one)
        except NobodyThere as nobody:
            self._store.dropped(one, str(nobody), self._clock.now())
        except Undeliverable as failure:
            self._failed(one, failure)
        else:
            self._store.sent(one, self._clock.now())

    def _failed(self, one: Delivery, failure: Undeliverable) -> None:
        now = self._clock.now()
        pause = None if failure.for_good else pause_after(one.attempts, self._jitter())
        next_at = None if pause is None else now + pause
        log.warning("%s to %s was not taken: %s", one.notice.id, one.target, failure)
        self._store.failed(one, str(failure), next_at, now)
        lasting = next_at is None and not self._store.taken_since(one.target, one.notice.at)
        if one.channel == "webhook" and (failure.gone or lasting):
            self._disable(one, str(failure), now)

    def _disable(self, one: Delivery, because: str, now: datetime) -> None:
        """Send nothing more to a webhook that took nothing for as long as is tried."""
        webhook = WebhookId(one.target)
        key = f"{one.target}:{one.number}:{one.attempts}"
        step = Step(WEBHOOKS, webhooks_of(one.notice.party), DisableWebhook(webhook, because))
        try:
            self._ledger.perform(Act(NAME, one.notice.party, now, key), step)
        except Refused as refusal:
            log.info("%s is not disabled: %s", webhook, refusal.rule)  # it was removed meanwhile

    def _mail(self, one: Delivery) -> None:
        if self._ways.postbox is None:
            raise NobodyThere("mail is not sent any more")
        to = self._address(one)
        try:
            self._ways.postbox.send(one.notice, to)
        except NotTaken as refused:
            raise Undeliverable(str(refused), for_good=refused.for_good) from refused

    def _address(self, one: Delivery) -> str:
        """Look up where somebody's mail goes, now that it goes."""
        party = self._ledger.load(PARTY, one.notice.party).state
        person = (
            party.representatives.get(PersonId(one.target))
            if isinstance(party, Registered)
            else None
        )
        if person is None or person.details == ERASED:
            raise NobodyThere("this person no longer represents the party")
        return person.details.email

    def _post(self, one: Delivery) -> None:
        webhook = self._webhook(one)
        body = payload(one.notice, self._ways.site)
        now = self._clock.now()
        try:
            signed = self._ways.keys.headers(one.target, webhook, one.notice.id, now, body)
            headers = {
                "content-type": "application/json",
                "content-length": str(len(body)),
                "user-agent": "parley-webhooks/1",
                **signed,
            }
            status = self._ways.receivers.post(webhook.url, headers, body)
        except (NotAsked, NoAnswer, KeyGone) as failure:
            raise Undeliverable(str(failure)) from failure
        if status not in OK:
            raise Undeliverable(f"it answered {status}", gone=status == GONE)

    def _webhook(self, one: Delivery) -> Webhook:
        state: Webhooks = self._ledger.load(WEBHOOKS, webhooks_of(one.notice.party)).state
        webhook = state.known.get(one.target)
        if webhook is None:
            raise NobodyThere("the webhook was removed")
        if webhook.disabled is not None and one.notice.kind != NoticeKind.WEBHOOK_TEST:
            raise Undeliverable("the webhook is disabled", for_good=True)
        return webhook


def keep_delivering(delivering: Delivering, stop: Stop) -> None:
    """Deliver until told to stop: at once while there is more."""
    with ThreadPoolExecutor(AT_ONCE, "delivering") as together:
        while not stop.is_set():
            if not delivering.round(together):
                stop.wait(PAUSE)
