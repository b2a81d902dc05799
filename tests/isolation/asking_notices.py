"""What can be asked of notifications, webhooks, calendars and escalations."""

from __future__ import annotations

from typing import Final

from domain.values.sides import Side
from http_answers import done
from http_cast import path_of
from isolation.ask import Ask, Asking, theirs, within
from isolation.asking_affairs import terms
from isolation.things import Things
from measured import month_of_outages, outage

URL: Final = "https://hooks.northwind.example/parley"
PATH: Final = [{"level": 1, "role": "service manager", "after": "PT0S"}]


def _own(body: object = None) -> Asking:
    return lambda _: Ask({}, body)


def _webhook(things: Things) -> str:
    """Let the provider add a webhook, that nobody else asks about; return its id."""
    subscribing, party = things.house.telling.subscribing, things.stage.parties[Side.PROVIDER].id
    asked = things.stage.ask("provider-administrator")
    for known in subscribing.standing(asked, party).state.known:
        subscribing.remove(things.stage.ask("provider-administrator"), party, known)
    added, _ = subscribing.add(things.stage.ask("provider-administrator"), party, URL, ())
    return added


def _about_webhook(body: object = None) -> Asking:
    return lambda things: theirs(things, body, webhook=_webhook(things))


def _escalating(things: Things) -> str:
    """Conclude a contract of which a month was missed, and climbs; return its stream."""
    contract, world = things.concluded(terms(escalation=PATH)), things.stage.world
    down = month_of_outages("2025-08", outage("2025-08-10T00:00", "2025-08-10T10:00"))
    path = f"{path_of(contract)}/objectives/availability/measurements"
    done(world.as_("provider-service-manager").post(path, down), 201)
    world.settle()
    return contract


def _secret(things: Things) -> Ask:
    asked = things.stage.ask("provider-negotiator")
    return Ask({"secret": things.house.telling.agenda.open_feed(asked)})


NOTICES: Final[dict[str, Asking]] = {
    "listNotifications": _own(),
    "readNotifications": _own({"notices": None}),
    "getNotificationWishes": _own(),
    "setNotificationWishes": _own({"mail": {"comment.made": True}}),
    "listEscalations": lambda t: within(t.contract),
    "acknowledgeEscalation": lambda t: within(
        _escalating(t), {"says": "we are at it"}, escalation="1"
    ),
    "listWebhooks": theirs,
    "addWebhook": lambda t: theirs(t, {"url": URL, "kinds": ["period.missed"]}),
    "getWebhook": _about_webhook(),
    "removeWebhook": _about_webhook(),
    "subscribeWebhook": _about_webhook({"kinds": ["period.missed"]}),
    "rotateWebhookKey": _about_webhook(),
    "enableWebhook": _about_webhook(),
    "testWebhook": _about_webhook(),
    "listWebhookDeliveries": _about_webhook(),
    "redeliverWebhook": _about_webhook({"delivery": None}),
    "listInbox": lambda _: Ask({"part": "due"}),
    "getCalendar": _own(),
    "openCalendarAddress": _own(),
    "closeCalendarAddress": _own(),
    "getCalendarByAddress": _secret,
}
