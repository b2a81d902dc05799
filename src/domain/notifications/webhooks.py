"""The webhooks of a party: addresses of its own at which it has itself told of things.

Here is only what an address may look like. Whether it leads to a machine that may be asked is
looked at whenever something is sent there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Annotated, Final, assert_never

from pydantic import StringConstraints

from domain.decider import Decider, Refused, command, state
from domain.notifications.facts import (
    WebhookAdded,
    WebhookDisabled,
    WebhookEnabled,
    WebhookFact,
    WebhookId,
    WebhookKeyRotated,
    WebhookRemoved,
    WebhookSubscribed,
)
from domain.notifications.kinds import NoticeKind

MOST: Final = 10
BOTH_SIGN: Final = timedelta(days=7)
"""For how long the key before signs too, after a rotation."""
ADDRESS: Final = re.compile(
    r"https://[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[1-9][0-9]{0,4})?"
    r"(/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?"
)
LONGEST: Final = 500
PublicKeyText = Annotated[str, StringConstraints(pattern=r"^whpk_[A-Za-z0-9+/]{43}=$")]


@command
class AddWebhook:
    """Have the party told at an address; what goes there is signed with this key."""

    webhook: WebhookId
    url: str
    kinds: tuple[NoticeKind, ...]
    key: PublicKeyText


@command
class SubscribeWebhook:
    """Have other kinds go there; none: all."""

    webhook: WebhookId
    kinds: tuple[NoticeKind, ...]


@command
class RotateWebhookKey:
    """Sign with another key from now on."""

    webhook: WebhookId
    key: PublicKeyText
    now: datetime


@command
class DisableWebhook:
    """Send nothing there any more."""

    webhook: WebhookId
    because: str


@command
class EnableWebhook:
    """Send there again."""

    webhook: WebhookId


@command
class RemoveWebhook:
    """Forget the address."""

    webhook: WebhookId


WebhookCommand = (
    AddWebhook
    | SubscribeWebhook
    | RotateWebhookKey
    | DisableWebhook
    | EnableWebhook
    | RemoveWebhook
)


@state
class Webhook:
    """One of them. ``keys`` are those of its life in order, the last one in force.

    ``both_until``: until then the key before signs too. ``disabled``: why nothing is sent.
    """

    url: str
    kinds: tuple[str, ...]
    keys: tuple[str, ...]
    both_until: datetime | None = None
    disabled: str | None = None

    def wants(self, kind: str) -> bool:
        """Tell whether a kind goes there."""
        return self.disabled is None and (not self.kinds or kind in self.kinds)

    def generations(self, now: datetime) -> tuple[int, ...]:
        """Return which of its keys sign, counted from 0, the one in force first."""
        last = len(self.keys) - 1
        both = last > 0 and self.both_until is not None and now < self.both_until
        return (last, last - 1) if both else (last,)


@state
class Webhooks:
    """Those of a party, and those it has had."""

    known: Mapping[str, Webhook] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()


def decide(command: WebhookCommand, state: Webhooks) -> list[WebhookFact]:
    """Decide what is recorded.

    Raises Refused: webhook-address, webhook-limit, webhook-exists, webhook-removed,
    unknown-webhook.
    """
    if isinstance(command, AddWebhook):
        return _add(command, state)
    if isinstance(command, RemoveWebhook) and command.webhook in state.removed:
        return []
    known = _named(command.webhook, state)
    match command:
        case SubscribeWebhook(webhook=webhook, kinds=kinds):
            wanted = _stored(kinds)
            return [] if known.kinds == wanted else [WebhookSubscribed(webhook, wanted)]
        case RotateWebhookKey(webhook=webhook, key=key, now=now):
            if known.keys[-1] == key:
                return []
            return [WebhookKeyRotated(webhook, key, now + BOTH_SIGN)]
        case DisableWebhook(webhook=webhook, because=because):
            return [] if known.disabled is not None else [WebhookDisabled(webhook, because)]
        case EnableWebhook(webhook=webhook):
            return [] if known.disabled is None else [WebhookEnabled(webhook)]
        case RemoveWebhook(webhook=webhook):
            return [WebhookRemoved(webhook)]
        case _:
            assert_never(command)


def _add(command: AddWebhook, state: Webhooks) -> list[WebhookFact]:
    added = WebhookAdded(command.webhook, command.url, _stored(command.kinds), command.key)
    known = state.known.get(command.webhook)
    if known is not None:
        if (known.url, known.kinds, known.keys) == (added.url, added.kinds, (added.key,)):
            return []
        raise Refused("webhook-exists", "there is another webhook of this id")
    if command.webhook in state.removed:
        raise Refused("webhook-removed", "it was removed; add it under another id")
    if len(command.url) > LONGEST or not ADDRESS.fullmatch(command.url):
        raise Refused(
            "webhook-address",
            "an address is https://HOST[:PORT]/PATH in lower case, without a user, a password, "
            f"a query or a fragment, and {LONGEST} characters at most",
            place="url",
        )
    if len(state.known) >= MOST:
        raise Refused("webhook-limit", f"a party has {MOST} webhooks at most; remove one first")
    return [added]


def _stored(kinds: tuple[NoticeKind, ...]) -> tuple[str, ...]:
    return tuple(sorted({str(kind) for kind in kinds}))


def _named(webhook: str, state: Webhooks) -> Webhook:
    known = state.known.get(webhook)
    if known is None:
        raise Refused("unknown-webhook", "the party has no such webhook")
    return known


def evolve(state: Webhooks, fact: WebhookFact) -> Webhooks:
    """Replay one fact; a fact about a webhook that never was changes nothing."""
    if isinstance(fact, WebhookAdded):
        added = Webhook(fact.url, fact.kinds, (fact.key,))
        return replace(state, known={**state.known, fact.webhook: added})
    known = state.known.get(fact.webhook)
    if known is None:
        return state
    match fact:
        case WebhookSubscribed(kinds=kinds):
            after = replace(known, kinds=kinds)
        case WebhookKeyRotated(key=key, both_until=both_until):
            after = replace(known, keys=(*known.keys, key), both_until=both_until)
        case WebhookDisabled(because=because):
            after = replace(known, disabled=because)
        case WebhookEnabled():
            after = replace(known, disabled=None)
        case WebhookRemoved(webhook=webhook):
            rest = {name: one for name, one in state.known.items() if name != webhook}
            return Webhooks(rest, state.removed | {webhook})
        case _:
            assert_never(fact)
    return replace(state, known={**state.known, fact.webhook: after})


WEBHOOKS: Decider[WebhookCommand, Webhooks, WebhookFact] = Decider(
    "webhooks", decide, evolve, Webhooks()
)
