"""Everything that tells people, as a process uses it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from application.desk import Desk
from application.directory import Directory
from application.inbox import Inboxes
from application.notices.agenda import Agenda, FeedStore
from application.notices.notifying import Notifying
from application.notices.reminding import Reminding
from application.notices.store import DeliveryStore, NoticeStore
from application.notices.subscribing import Subscribing
from application.ports import Clock
from application.projections.base import ViewStore
from application.projections.due_dates import DueDates
from interfaces.notify.delivering import Delivering, ways_out
from interfaces.notify.webhook_keys import WebhookKeys
from interfaces.settings import Settings


@dataclass(frozen=True)
class TellingShelves:
    """Where it is kept: the views, what people were told, what waits to be sent, calendars."""

    views: ViewStore
    notices: NoticeStore
    deliveries: DeliveryStore
    feeds: FeedStore


class Telling:
    """Files, reminds, sends, and shows what was told."""

    def __init__(
        self,
        desk: Desk,
        directory: Directory,
        shelves: TellingShelves,
        clock: Clock,
        settings: Settings,
    ) -> None:
        self.site = settings.site[1]
        self.origin = settings.origin
        self.notices = shelves.notices
        self.notifying = Notifying(
            desk.ledger, shelves.notices, clock, by_mail=settings.smtp_host is not None
        )
        self.reminding = Reminding(self.notifying, shelves.views, DueDates())
        self.agenda = Agenda(desk, directory, Inboxes(desk, shelves.views), shelves.feeds)
        self.deliveries = shelves.deliveries
        self._keys = WebhookKeys(settings.webhook_secret)
        self.subscribing = Subscribing(desk, shelves.deliveries, self._keys)
        self._ledger, self._clock, self._settings = desk.ledger, clock, settings

    @cached_property
    def delivering(self) -> Delivering:
        """Sends what waits; put together when it is first used, in the worker."""
        ways = ways_out(self._settings, self._keys)
        return Delivering(self._ledger, self.deliveries, ways, self._clock)
