"""Facts of where a party has itself told of things."""

from __future__ import annotations

from typing import assert_never

from domain.notifications import facts as webhook
from domain.notifications.facts import WebhookFact
from interfaces.web.sayings.voice import Saying, Voice, because, came, did, listed, when, words


def of_webhook(fact: WebhookFact, voice: Voice) -> Saying:
    """Say where a party has itself told of things."""
    del voice
    match fact:
        case webhook.WebhookAdded(url=url, kinds=kinds):
            return did(f"asked to be told of {_kinds(kinds)} at {url}.")
        case webhook.WebhookSubscribed(webhook=name, kinds=kinds):
            return did(f"asked for {_kinds(kinds)} to be sent to the webhook {name}.")
        case webhook.WebhookKeyRotated(webhook=name, both_until=until):
            both = f"both keys sign until {when(until)}"
            return did(f"changed the key that signs what is sent to the webhook {name}; {both}.")
        case webhook.WebhookDisabled(webhook=name, because=why):
            return came(f"The webhook {name} is no longer sent to{because(why)}.")
        case webhook.WebhookEnabled(webhook=name):
            return did(f"had the webhook {name} sent to again.")
        case webhook.WebhookRemoved(webhook=name):
            return did(f"removed the webhook {name}.")
        case _:
            assert_never(fact)


def _kinds(kinds: tuple[str, ...]) -> str:
    return listed(tuple(words(kind) for kind in kinds), "everything")
